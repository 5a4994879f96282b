"""What can go wrong with lists that come in."""

from lianfang.kernel.errors import declare

TOO_LARGE = declare("upload.too_large", 413, "The file is larger than params.limit megabytes.")
EMPTY = declare("upload.empty", 422, "The file holds nothing.")
KIND = declare("upload.kind", 415, "Not a list: params.zh and params.en say what it is and what to do.")
BROKEN = declare("upload.broken", 400, "The upload ended before the file did; send it again.")
NO_ROOM = declare("upload.no_room", 507, "The disk of the server is full.")
TWICE = declare("upload.twice", 409, "The same file is in this import already, as params.name.")
TOO_MANY = declare("upload.too_many", 409, "An import takes at most params.limit files.")
STATE = declare("import.state", 409, "Not possible while the import is params.state.")
INCOMPLETE = declare(
    "import.incomplete", 422, "Something is missing for params.file; params.fields says what."
)
UNREADABLE = declare("import.unreadable", 422, "params.file cannot be read: correct it or take it out.")
EMPTY_IMPORT = declare("import.empty", 422, "The import holds no list that can be read.")
STALE = declare("import.stale", 409, "The live lists have changed since the dry run; run it again.")
NOTHING = declare("import.nothing", 409, "The lists say what is known already; there is nothing to apply.")
SOURCE_TAKEN = declare("source.taken", 409, "There is a source called params.name already; choose it.")
SOURCE_TWICE = declare(
    "source.twice", 422, "Two files of this import replace the list of params.name; only one can."
)
EXPIRED = declare("import.expired", 422, "params.file would expire on the day it comes, or before.")
LIST_REASON = declare("list.reason", 422, "Withdrawing needs a reason of at least params.least characters.")
LIST_OVER = declare("list.over", 409, "The list is not live any more.")
MAPPING = declare("mapping.invalid", 422, "params.fields names columns or fields that there are not.")
OTHERS = declare(
    "lists.others", 409, "The register is also made of other lists, params.names; loading would end them."
)
NO_FILES = declare(
    "lists.no_files",
    409,
    "The register was loaded without the files of params.names; load it with them once more.",
)
GROUND_OVER = declare("list.ground_over", 422, "The list would be over today or before: name a later day.")

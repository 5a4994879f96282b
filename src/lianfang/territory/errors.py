"""What can go wrong with the territory."""

from lianfang.kernel.errors import declare

BAD_CODE = declare("area.bad_code", 422, "The code fits no level of GB/T 2260 and its extensions.")
NOT_BELOW = declare("area.not_below", 422, "The code does not continue its parent's code.")
TAKEN = declare("area.code_taken", 409, "Another area has this code.")
IN_USE = declare("area.in_use", 409, "The area is not empty; params.what names what lies in it.")
NO_NAME = declare("area.no_name", 422, "A name needs at least one character.")
FILE_UNREADABLE = declare(
    "area.file_unreadable", 422, "The file is no table of areas; params.detail says why."
)
FILE_LARGE = declare("area.file_large", 422, "The file has more than params.most megabytes.")
GEOMETRY = declare("area.geometry", 422, "The file is no GeoJSON that can be drawn; params.detail says why.")
DOORS_MANY = declare("dwelling.many", 422, "So many doors at once (more than params.most) are a slip.")
COMPOUND_TAKEN = declare("compound.taken", 409, "There is a compound of this name.")
GATE_TAKEN = declare("gate.taken", 409, "A gate has this name in the compound, or this code anywhere.")

"""What can go wrong with the result of a run, and with the work on its findings."""

from lianfang.kernel.errors import declare

RESULT_MISSING = declare(
    "result.missing", 422, "The folder holds no finished run; params.detail names the file."
)
RESULT_UNFIT = declare("result.unfit", 422, "The tables of the run do not fit; params.detail says which.")
REASON_SHORT = declare("reveal.reason", 422, "Revealing needs a reason of at least params.least characters.")
FINDING_CHANGED = declare(
    "finding.changed",
    409,
    "Somebody changed params.findings of them meanwhile; params says the newest state, by whom, when, to whom.",
)
FINDINGS_MANY = declare("finding.many", 422, "At most params.most findings can be changed at once.")
NOTE_SHORT = declare("finding.note", 422, "A note of at least params.least characters is needed.")
NOTHING_TO_UNDO = declare("finding.nothing", 409, "There is no step to take back.")
PATCH_INVALID = declare(
    "patch.invalid",
    422,
    "params.field cannot have this value; params.why: field, empty, long, date, sex, relation.",
)
PATCH_DOUBTFUL = declare(
    "patch.doubtful", 422, "The value may be wrong: params.doubts; send it again with confirmed to keep it."
)
PATCH_SAME = declare("patch.same", 422, "params.field has this value already.")
PATCH_REASON = declare(
    "patch.reason", 422, "A correction needs a reason of at least params.least characters."
)
PATCH_STALE = declare(
    "patch.stale", 409, "params.field changed meanwhile to params.value (masked), by params.by at params.at."
)
PATCH_UNDONE = declare(
    "patch.undone", 409, "This correction has been undone already, by params.by at params.at."
)
EXPORT_TOO_LARGE = declare(
    "export.too_large", 422, "A workbook holds at most params.most people; take CSV, or fewer people."
)

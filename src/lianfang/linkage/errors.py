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

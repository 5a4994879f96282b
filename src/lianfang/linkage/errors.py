"""What can go wrong with the result of a run."""

from lianfang.kernel.errors import declare

RESULT_MISSING = declare(
    "result.missing", 422, "The folder holds no finished run; params.detail names the file."
)
RESULT_UNFIT = declare("result.unfit", 422, "The tables of the run do not fit; params.detail says which.")
REASON_SHORT = declare("reveal.reason", 422, "Revealing needs a reason of at least params.least characters.")

"""What can go wrong when people decide who is one person."""

from lianfang.kernel.errors import declare

DECIDED = declare(
    "review.decided",
    409,
    "Somebody else decided this case meanwhile: params.verdict, params.by, params.at; load the next one.",
)
CONTRADICTION = declare(
    "review.contradiction",
    409,
    "Decisions in force rule this out: params.verdict, params.by, params.at of one of them; take that one back first.",
)
BEYOND = declare(
    "review.beyond",
    403,
    "One of the two people lives outside your area: somebody who sees both has to decide, e.g. the data centre.",
)
UNDONE = declare("review.undone", 409, "This decision has been taken back already: params.by, params.at.")
NOT_CURRENT = declare(
    "review.not_current", 409, "The case belongs to an earlier run; the queue has the current ones."
)

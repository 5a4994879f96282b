"""What can go wrong with tips."""

from lianfang.kernel.errors import declare

WORDS = declare("tip.words", 422, "Say what is meant, in params.least characters at least.")
MANY = declare("tip.many", 422, "At most params.most at once.")
LATER = declare("tip.later", 422, "What was said cannot lie in the future.")
SETTLED = declare("tip.settled", 409, "The tip is settled; open it again first.")
NOT_SETTLED = declare("tip.not_settled", 409, "The tip is not settled.")
WORKER = declare("tip.worker", 422, "Whoever gets a tip must be allowed to work on tips there.")
DUE = declare("tip.due", 422, "A tip is due in the future, within a year.")
SAME = declare("tip.same", 422, "A tip is not a duplicate of itself, nor of one that is a duplicate itself.")
NOBODY = declare("tip.nobody", 422, "Whoever told it did not say who he is.")
TELLER_WHY = declare(
    "tip.reason", 422, "Who told it is shown with a reason of at least params.least characters."
)

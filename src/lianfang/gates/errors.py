"""What can go wrong with passes."""

from lianfang.kernel.errors import declare

NO_KEY = declare("pass.no_key", 409, "No key signs passes there now: make one first.")
KEY_OVER = declare("pass.key_over", 409, "The key signs no more, or has been withdrawn already.")
KEY_TIME = declare("pass.key_time", 422, "A key signs for 1 to params.most days.")
KIND = declare(
    "pass.kind", 422, "There is no such kind of pass there, or it cannot be issued to params.holder."
)
KIND_UNFIT = declare("pass.kind_unfit", 422, "The kind's settings do not fit: params.field.")
QUOTA = declare("pass.quota", 422, "There is no such quota there, or its numbers do not fit: params.field.")
NUMBERS = declare("pass.numbers", 409, "There are no free numbers for rules there any more.")
NOBODY = declare("pass.nobody", 422, "Say who the pass is for.")
MANY = declare("pass.many", 422, "At most params.most passes at once.")
PLATE = declare("pass.plate", 422, "A vehicle's pass needs its plate, of 2 to 8 characters.")
NAME = declare("pass.name", 422, "A pass needs its holder's name.")
TIME = declare(
    "pass.time", 422, "A pass begins within params.ahead days and lasts from one day to params.most."
)
PLACES = declare(
    "pass.places", 422, "A pass is for a compound as a whole or for at most params.most gates of it."
)
HELD = declare("pass.held", 409, "The holder has a pass of this kind that still counts; replace that one.")
NO_BUDGET = declare(
    "pass.no_budget", 409, "Passes of this kind need a budget there, and there is none today."
)
BUDGET_USED = declare("pass.budget_used", 409, "The budget allows params.left more, not params.wanted.")
BUDGET_UNFIT = declare("pass.budget_unfit", 422, "A budget has a number of passes, a first and a last day.")
OVER = declare("pass.over", 409, "The pass does not count any more: params.state.")
REVOKED = declare("pass.already_revoked", 409, "The pass is withdrawn already, until params.until.")
END = declare("pass.end", 422, "A withdrawal ends: at the latest params.most hours from now.")
WORDS = declare("pass.words", 422, "Say why, in params.least characters at least.")
LIFTED = declare("pass.lifted", 409, "The withdrawal is over already.")
OBJECTED = declare("objection.made", 409, "An objection against this withdrawal waits for its decision.")
DECIDED = declare("objection.decided", 409, "The objection has been decided.")
SAME_PERSON = declare(
    "objection.same_person",
    403,
    "Whoever withdrew the pass or wrote the objection down does not decide about it.",
)
LIST = declare("pass.list", 422, "The list has no header with a column for names, or nothing below it.")
THROTTLED = declare("pass.throttled", 429, "Too many tries; try again in params.seconds seconds.")
ALERT_DONE = declare("alert.done", 409, "params.by has dealt with this alert already.")

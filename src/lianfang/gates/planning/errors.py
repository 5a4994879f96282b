"""What can go wrong with gate plans."""

from lianfang.kernel.errors import declare

TITLE = declare("plan.title", 422, "A plan needs a title.")
TERMS = declare("plan.terms", 422, "A limit or rate is no number that a plan can be reckoned with.")
GROUND = declare(
    "plan.ground",
    422,
    "There is too little on the map, or too much: params.gates gates and params.buildings buildings are placed.",
)
KEEP = declare("plan.keep", 422, "There are params.gates gates, of which 1 to all can stay open.")
NO_ANSWER = declare(
    "plan.no_answer", 422, "No comparison was found in time; ask for a certain number of gates."
)
STATE = declare("plan.state", 409, "That cannot be done any more, or not yet: the plan is params.state.")
NOT_RECKONED = declare("plan.not_reckoned", 409, "Work the comparison out first.")
OPTION = declare("plan.option", 422, "The comparison has no such option.")
WORDS = declare("plan.words", 422, "Say why, in params.least characters at least.")
REVIEW = declare("plan.review", 422, "The review is on a day from tomorrow to params.most days from now.")
CLOSED = declare("plan.closed", 409, "The gate is closed already, and why is written down.")
OPEN = declare("plan.open", 409, "The gate is open already.")
LAST_GATE = declare(
    "plan.last_gate",
    409,
    "No other gate of the compound is open to walk through: nobody would get in or out.",
)
REOPENED = declare("plan.reopened", 409, "The gate is open again already.")
GATES_CHANGED = declare(
    "plan.gates_changed", 409, "Gates were added, removed or renamed since the comparison; work it out anew."
)
MAP_CHANGED = declare("plan.map_changed", 409, "Somebody else changed the map meanwhile; load it again.")
MAP = declare("plan.map", 422, "The map cannot be kept; params.detail says why.")

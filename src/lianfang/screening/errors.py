"""What can go wrong with campaigns, work at doors and visits."""

from lianfang.kernel.errors import declare

PERIOD = declare("screening.period", 422, "A campaign ends after it begins, and not in the past.")
TITLE = declare("screening.title", 422, "A campaign needs a title and a purpose.")
FIELD_WHY = declare(
    "screening.field_why", 422,
    "params.field goes beyond the minimum: say why it is needed (params.least characters at least).",
)  # fmt: skip
FIELD_UNKNOWN = declare("screening.field_unknown", 422, "There is no such field: params.field.")
PROFILE = declare("screening.profile", 422, "There is no such disease profile, or its file has mistakes.")
NOBODY = declare("screening.nobody", 422, "A campaign over people needs at least one person of the register.")
PEOPLE_MANY = declare("screening.people_many", 422, "A list of people has at most params.most.")
ENDED = declare("screening.ended", 409, "The campaign has ended.")
TASK_CHANGED = declare("screening.task_changed", 409, "Somebody changed this work meanwhile; load it again.")
WORKER = declare("screening.worker", 422, "Whoever gets work must be appointed to work in the field there.")
REASON = declare("screening.reason", 422, "A hand-over needs a reason of at least params.least characters.")
TASKS_MANY = declare("screening.tasks_many", 422, "At most params.most at once.")

PERSON = declare("visit.person", 422, "Nobody of the register is numbered params.uid there.")
FIELD_OFF = declare("visit.field_off", 422, "No campaign here has switched on params.field.")
DOORS_MANY = declare(
    "screening.doors_many", 422, "More than params.most doors: a phone holds a grid or a community, not more."
)
CONFLICT_DECIDED = declare("contradiction.decided", 409, "The contradiction is decided already.")
CONFLICT_CHOICE = declare(
    "contradiction.choice", 422, "For everything contradictory one of the two visits is chosen."
)

RISK_FILE = declare(
    "risk.file",
    422,
    "The file cannot be read as a table or text: params.why (empty, kind, broken, too_long, no_figures).",
)
RISK_LARGE = declare("risk.large", 422, "A published list has at most params.most bytes.")
RISK_NOTHING = declare("risk.nothing", 422, "Nothing of it could be read.")
RISK_TITLE = declare("risk.title", 422, "A published list needs the name of whoever published it.")
RISK_WITHDRAWN = declare("risk.withdrawn", 409, "The list has been withdrawn.")
RISK_REASON = declare("risk.reason", 422, "A reason of at least params.least characters is needed.")
MEASURE_DECIDED = declare(
    "measure.decided", 409, "Somebody decided on this proposal, or it has changed; load it again."
)

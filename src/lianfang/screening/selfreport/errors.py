"""What can go wrong with reports of residents."""

from lianfang.kernel.errors import declare

HANDLED = declare(
    "self_report.handled", 409, "The report has been handled; it can no longer be changed or withdrawn."
)
THROTTLED = declare(
    "self_report.throttled", 429, "Too many reports in a short time; try again in params.seconds seconds."
)
DOOR = declare("self_report.door", 422, "A report is taken over for a door of its compound: name one.")
DAY = declare("self_report.day", 422, "An arrival needs a day, from today to a year ahead.")
GROUND = declare(
    "self_report.ground", 422,
    "A link says who collects what for, how to reach him, and until when it is kept: after it ends, two years at most.",
)  # fmt: skip
ANSWER = declare("self_report.answer", 422, "This decision needs an answer to whoever reported.")

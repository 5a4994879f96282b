"""States of a finding as work. No Django."""

from enum import StrEnum


class WorkState(StrEnum):
    OPEN = "open"
    ASSIGNED = "assigned"
    DONE = "done"
    DISMISSED = "dismissed"  # looked at, nothing to do


class Act(StrEnum):
    ASSIGNED = "assigned"
    FREED = "freed"  # given back, nobody's again
    DONE = "done"
    DISMISSED = "dismissed"
    REOPENED = "reopened"
    NOTED = "noted"
    UNDONE = "undone"


#: What waits for somebody, and what is settled.
TODO = (WorkState.OPEN, WorkState.ASSIGNED)
SETTLED = (WorkState.DONE, WorkState.DISMISSED)
#: What somebody has done something with. Named, not "all but open": an index finds what is named.
TOUCHED = (WorkState.ASSIGNED, *SETTLED)

#: So many findings can be changed at once; more are a slip.
MOST_AT_ONCE = 5_000
MIN_NOTE = 2

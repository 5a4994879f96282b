"""States, outcomes and the small decisions about them. No Django."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class CampaignKind(StrEnum):
    """What a campaign goes through; the value is stored."""

    HOUSEHOLD = "household"  # every door of the area
    PEOPLE = "people"  # a list of people


class TaskState(StrEnum):
    OPEN = "open"
    RETURNED = "returned"  # tried in vain: again, at another hour or by other means
    WITH_SECRETARY = "with_secretary"  # tried in vain too often
    DONE = "done"
    CLOSED = "closed"  # the campaign ended before


class Channel(StrEnum):
    """How a household was asked."""

    DOOR = "door"
    PHONE = "phone"
    CHAT = "chat"
    PAPER = "paper"
    SELF = "self"


class Outcome(StrEnum):
    SEEN = "seen"
    PARTLY = "partly"  # some of the household; the others are asked for again
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    MOVED = "moved"  # nobody of them lives here any more
    EMPTY = "empty"  # nobody lives here
    NO_SUCH_DOOR = "no_such_door"


class Act(StrEnum):
    """One step of a task's history."""

    MADE = "made"
    ASSIGNED = "assigned"
    HANDED = "handed"
    TRIED = "tried"
    PASSED_UP = "passed_up"  # to the secretary, after too many tries
    DONE = "done"
    REOPENED = "reopened"
    CLOSED = "closed"


#: What waits for somebody, what a worker's phone shows, and what is settled.
OPEN_STATES = (TaskState.OPEN, TaskState.RETURNED, TaskState.WITH_SECRETARY)
SETTLED = (TaskState.DONE, TaskState.CLOSED)
IN_VAIN = (Outcome.NO_ANSWER, Outcome.REFUSED)
#: Visits so near to one another may contradict: neither worker could know of the other's.
AT_ONCE = timedelta(hours=12)
LEAST_WHY = 4  # characters of a reason for a field beyond the minimum
MOST_TRIES = 10
#: Fields beyond the minimum. None is on unless a campaign names why (see Screening.extra_fields).
EXTRA_FIELDS: tuple[str, ...] = (
    "id_number", "employer", "vehicle", "medical_history", "vaccination", "travel_plans", "photo", "income",
)  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """How a task stands after a visit."""

    state: TaskState
    tries: int
    hint: dict[str, str]


def after_visit(
    outcome: Outcome, channel: Channel, *, tries: int, most: int, said: dict[str, str]
) -> Standing:
    """What a visit makes of its task that was tried in vain `tries` times; the secretary gets it after `most`.

    `said`: hour and channel that the worker wishes for the next try.
    """
    if outcome in IN_VAIN:
        tries += 1
        state = TaskState.WITH_SECRETARY if tries >= most else TaskState.RETURNED
        return Standing(state, tries, {**next_try(outcome, channel, tries), **said})
    if outcome == Outcome.PARTLY:
        return Standing(
            TaskState.RETURNED, tries, {"hour": "evening", "channel": Channel.PHONE.value, **said}
        )
    return Standing(TaskState.DONE, tries, {})


def next_try(outcome: Outcome, channel: Channel, tries: int) -> dict[str, str]:
    """Another hour and, from the second try on or after a refusal, another means."""
    hours = ("evening", "weekend", "morning")
    other = Channel.PHONE if channel == Channel.DOOR else Channel.DOOR
    means = other if tries >= 2 or outcome == Outcome.REFUSED else channel
    return {"hour": hours[(tries - 1) % len(hours)], "channel": means.value}


def door_order(compound: str, building: str, unit: str, floor: int | None, room: str) -> str:
    """A key that sorts doors as somebody walks: building 2 before 10, then unit, floor, room."""
    parts = (compound, building, unit, "" if floor is None else f"{floor + 100}", room)
    return "|".join(_padded(part) for part in parts)[:200]


def _padded(text: str) -> str:
    """Every number in four digits, so that texts sort as numbers do."""
    out, digits = [], ""
    for character in f"{unicodedata.normalize('NFKC', text)}\0":
        if character.isascii() and character.isdigit():
            digits += character
            continue
        if digits:
            out.append(digits.rjust(4, "0"))
            digits = ""
        out.append(character)
    return "".join(out[:-1])


def differing(first: dict[str, str], second: dict[str, str]) -> Sequence[str]:
    """The keys to which both visits give a value, and not the same."""
    return sorted(key for key in first.keys() & second.keys() if first[key] != second[key])

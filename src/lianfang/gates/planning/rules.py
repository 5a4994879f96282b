"""Words and bounds of gate plans, without Django."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

LEAST_WORDS = 4
LONGEST_CLOSURE_DAYS = 90  # until somebody looks at it again
MOST_PATHS = 500
MOST_LINE = 400
MOST_LANES = 8
#: A comparison of more gates times buildings is worked out in the background: this many take a second or two.
AT_ONCE = 1_200


class PlanState(StrEnum):
    DRAFT = "draft"
    ASKING = "asking"  # residents are asked
    DECIDED = "decided"
    ENDED = "ended"


class Stance(StrEnum):
    FOR = "for"
    AGAINST = "against"
    UNSURE = "unsure"


class HeardBy(StrEnum):
    """How an opinion came in."""

    PAPER = "paper"
    PHONE = "phone"
    MEETING = "meeting"
    PAGE = "page"  # by the residents' own page


class ClosedFor(StrEnum):
    """Why gates are closed."""

    STAFF = "staff"  # too few people to keep them all
    CONTROL = "control"  # everybody is to be checked in few places
    CASE = "case"  # somebody in the compound is ill or under observation
    WORKS = "works"  # building works, damage
    OTHER = "other"


class Exempt(StrEnum):
    """For whom a closed gate is opened all the same."""

    AMBULANCE = "ambulance"
    FIRE = "fire"
    DISABLED = "disabled"  # people who cannot walk round
    SUPPLIES = "supplies"
    SANITATION = "sanitation"


def option_key(gates: Iterable[int]) -> str:
    """An option by the numbers of the gates that it keeps open: "3-5-9"."""
    return "-".join(str(gate) for gate in sorted(gates))


def middle(geometry: dict[str, object] | None) -> tuple[float, float] | None:
    """The middle of the box round a point or shape; None where there is none. Longitude, latitude."""
    positions = list(_positions(geometry.get("coordinates"))) if geometry else []
    if not positions:
        return None
    east, north = [one[0] for one in positions], [one[1] for one in positions]
    return round((min(east) + max(east)) / 2, 7), round((min(north) + max(north)) / 2, 7)


def _positions(part: object) -> Iterable[Sequence[float]]:
    if isinstance(part, list | tuple):
        if len(part) >= 2 and all(isinstance(number, int | float) for number in part):
            yield part
            return
        for inner in part:
            yield from _positions(inner)

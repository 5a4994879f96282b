"""May this holder go out or come in once more? Pure: policy and crossings in, answer out.

Its twin in TypeScript is web/core/src/quota.ts; contracts/vectors/quota.json holds what both must answer. Gates that
do not see each other may both admit: `double_uses` finds that afterwards; both crossings stand.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Direction = Literal["out", "in"]
PERSON, HOUSEHOLD, VEHICLE = "person", "household", "vehicle"
DAY = 86_400
#: Seconds that the local day (China) is ahead of UTC; it has no summer time.
ZONE = 8 * 3600


@dataclass(frozen=True)
class Policy:
    """`per`: person, household or vehicle. Exits and entries within `window_days` local days, today included; 0: as
    often as one likes. `minutes_outside`: then one is late; 0: no matter.
    """

    per: str
    window_days: int
    exits: int
    entries: int
    minutes_outside: int

    def allowed(self, direction: str) -> int:
        """In the window; 0: as often as one likes."""
        return self.exits if direction == "out" else self.entries


FREE = Policy(PERSON, 1, 0, 0, 0)


@dataclass(frozen=True)
class Crossing:
    """One passage that was admitted. `id` names it, `gate` where, `at` in seconds since 1970."""

    id: str
    gate: int
    direction: Direction
    at: int


@dataclass(frozen=True)
class Answer:
    """`reason`: "exits_used", "entries_used" or "". `again_at`: when it is allowed again, seconds since 1970.

    `late`: minutes outside beyond those allowed; whoever is late may come in all the same.
    """

    allowed: bool
    reason: str = ""
    again_at: int | None = None
    late: int = 0


@dataclass(frozen=True)
class DoubleUse:
    """`second` was admitted although `first` had used the quota up."""

    first: Crossing
    second: Crossing
    reason: str


def local_day(at: int) -> int:
    """Days since 1970 in China."""
    return (at + ZONE) // DAY


def ask(policy: Policy, crossings: Iterable[Crossing], direction: Direction, at: int) -> Answer:
    """What the policy says to one more crossing at `at`, given those of the same subject up to then."""
    before = sorted((one for one in crossings if one.at <= at), key=lambda one: (one.at, one.id))
    used = _in_window(policy, before, direction, at)
    allowed = policy.allowed(direction)
    late = _late(policy, before, at) if direction == "in" else 0
    if allowed and len(used) >= allowed:
        # The oldest of those that count leaves the window when its day is `window_days` ago.
        leaving = used[len(used) - allowed]
        again = (local_day(leaving.at) + policy.window_days) * DAY - ZONE
        return Answer(False, "exits_used" if direction == "out" else "entries_used", again, late)
    return Answer(True, late=late)


def double_uses(policy: Policy, crossings: Sequence[Crossing]) -> list[DoubleUse]:
    """Crossings of one subject that were admitted although the quota was used up, each with the last that counted.

    In the order of time; the same crossings give the same answer in whatever order they came.
    """
    counted: dict[str, list[tuple[int, Crossing]]] = {"out": [], "in": []}
    found = []
    for one in sorted(crossings, key=lambda one: (one.at, one.id)):
        before, limit, day = counted[one.direction], policy.allowed(one.direction), local_day(one.at)
        # As `ask` does: those in the window are the last ones, so one look tells whether `limit` of them are.
        if limit and len(before) >= limit and before[-limit][0] > day - policy.window_days:
            found.append(
                DoubleUse(before[-1][1], one, "exits_used" if one.direction == "out" else "entries_used")
            )
        before.append((day, one))
    return found


def _in_window(policy: Policy, before: Sequence[Crossing], direction: Direction, at: int) -> list[Crossing]:
    first = local_day(at) - policy.window_days + 1
    return [one for one in before if one.direction == direction and local_day(one.at) >= first]


def _late(policy: Policy, before: Sequence[Crossing], at: int) -> int:
    """Minutes beyond those allowed since the last exit, if nothing came in after it."""
    if not policy.minutes_outside or not before or before[-1].direction != "out":
        return 0
    return max(0, (at - before[-1].at) // 60 - policy.minutes_outside)

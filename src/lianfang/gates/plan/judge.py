"""What one choice of gates means for everybody: the plain sum, without any optimisation."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lianfang.gates.plan.ground import Ground, Way
from lianfang.gates.plan.network import Distances
from lianfang.gates.plan.queueing import Queue, queue
from lianfang.gates.plan.terms import Terms


@dataclass(frozen=True)
class Figures:
    """Of one choice of gates. Metres; minutes of waiting; buildings and gates by their place in the ground.

    `person_minutes`: walking and waiting of everybody in a day, what is made small. `too_far`: buildings beyond the
    limit of walking; `unreached`: those that no fire engine reaches from an open gate within its limit; `too_slow`:
    gates where the wait is too long.
    """

    open: tuple[int, ...]
    gate_of: tuple[int, ...]  # of every building; -1: there is no way
    walk: tuple[float, ...]
    walk_mean: float
    walk_longest: float
    queues: dict[int, Queue]
    people: dict[int, float]
    person_minutes: float
    staff: int
    too_far: tuple[int, ...]
    unreached: tuple[int, ...]
    too_slow: tuple[int, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing is beyond a limit."""
        return not (self.too_far or self.unreached or self.too_slow)


@dataclass(frozen=True)
class Judge:
    """Judges any choice of gates of one ground under the same terms."""

    ground: Ground
    distances: Distances
    terms: Terms

    @cached_property
    def people(self) -> NDArray[np.float64]:
        """Of every building."""
        return np.array([building.people for building in self.ground.buildings], float)

    def figures(self, chosen: Sequence[int]) -> Figures:
        """Everybody takes the open gate that is nearest on foot, the earlier one where two are equally near."""
        kept = sorted(chosen)
        walks = self.distances.walk[:, kept]
        nearest = walks.argmin(axis=1)
        walk = walks[np.arange(len(walks)), nearest]
        gate_of = np.where(np.isfinite(walk), np.array(kept)[nearest], -1)
        served = {gate: float(self.people[gate_of == gate].sum()) for gate in kept}
        queues = {gate: queue(served[gate], self.ground.gates[gate].lanes, self.terms) for gate in kept}
        known = np.isfinite(walk)
        weights = self.people * known
        walked = float((self.people[known] * walk[known]).sum())
        minutes = walked * self.terms.crossings / self.terms.metres_a_minute
        return Figures(
            open=tuple(kept),
            gate_of=tuple(int(gate) for gate in gate_of),
            walk=tuple(float(each) for each in walk),
            walk_mean=walked / weights.sum() if weights.sum() else 0.0,
            walk_longest=float(walk.max()),
            queues=queues,
            people=served,
            person_minutes=minutes + sum(each.person_minutes for each in queues.values()),
            staff=self.terms.staff_a_gate * len(kept),
            too_far=_numbers(np.greater(walk, self.terms.walk_most)),
            unreached=_numbers(~self.reached[:, kept].any(axis=1)),
            too_slow=tuple(g for g in kept if queues[g].longest > self.terms.wait_most + 1e-9),
        )

    @cached_property
    def reached(self) -> NDArray[np.bool_]:
        """(buildings, gates): whether a fire engine that comes in there gets to the building within the limit."""
        wide = np.array([gate.way is Way.DRIVE for gate in self.ground.gates])
        found: NDArray[np.bool_] = (self.distances.drive <= self.terms.drive_most) & wide
        return found


def _numbers(chosen: NDArray[np.bool_] | np.bool_) -> tuple[int, ...]:
    return tuple(int(each) for each in np.flatnonzero(chosen))

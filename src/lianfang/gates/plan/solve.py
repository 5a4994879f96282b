"""The best choice of gates, as a mixed-integer programme for HiGHS.

Everybody goes to the nearest open gate, which the programme must follow and may not choose; queues are the least that
the weir lets stand, which is what minimising leaves of them.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import scipy  # its parts are loaded when they are used
from numpy.typing import NDArray

from lianfang.gates.plan.judge import Judge

#: After these the best found so far is the answer, without a proof. Never reached by 12 gates and 100 buildings.
_SECONDS = 60.0


class NoAnswerError(RuntimeError):
    """The solver ran out of time before it found any choice."""


@dataclass(frozen=True)
class Choice:
    """Gates by their place in the ground. `proven`: no other choice is better."""

    gates: tuple[int, ...]
    proven: bool


@dataclass
class _Rows:
    """Rows of the constraint matrix as they come: low ≤ coefficients · variables ≤ high."""

    width: int
    columns: list[NDArray[np.intp]] = field(default_factory=list)
    values: list[NDArray[np.float64]] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)

    def add(
        self, columns: NDArray[np.intp], values: NDArray[np.float64] | float, low: float, high: float
    ) -> None:
        self.columns.append(columns)
        self.values.append(np.broadcast_to(np.asarray(values, float), columns.shape))
        self.low.append(low)
        self.high.append(high)

    def constraint(self) -> "scipy.optimize.LinearConstraint":
        rows = np.repeat(np.arange(len(self.columns)), [len(each) for each in self.columns])
        entries = (np.concatenate(self.values), (rows, np.concatenate(self.columns)))
        matrix = scipy.sparse.csr_array(entries, shape=(len(self.columns), self.width))
        return scipy.optimize.LinearConstraint(matrix, np.array(self.low), np.array(self.high))


def best(
    judge: Judge, keep: int, *, limits: bool = True, but: Collection[tuple[int, ...]] = ()
) -> Choice | None:
    """The `keep` gates with the fewest person-minutes of walking and waiting, or None: no such choice holds.

    `limits`: whether walking, waiting and fire engines must hold. `but`: choices that are not wanted again.
    Raises NoAnswerError.
    """
    problem = _Problem(judge)
    rows = problem.rows(keep, limits, but)
    low, high = problem.bounds(limits)
    found = scipy.optimize.milp(
        problem.costs(),
        constraints=rows.constraint(),
        bounds=scipy.optimize.Bounds(low, high),
        integrality=problem.whole(),
        options={"time_limit": _SECONDS, "mip_rel_gap": 0.0},
    )
    if found.status == 2:
        return None
    if found.x is None:
        raise NoAnswerError(found.message)
    chosen = np.flatnonzero(found.x[: problem.gates] > 0.5)
    return Choice(tuple(int(gate) for gate in chosen), found.status == 0)


class _Problem:
    """Variables in this order: gate open; building goes to gate; crossings of a gate in a day; people waiting at a gate
    at the end of a slice.
    """

    def __init__(self, judge: Judge) -> None:
        self.judge, self.terms = judge, judge.terms
        self.buildings, self.gates = judge.distances.walk.shape
        self.shares = judge.terms.shares
        self.goes_from = self.gates
        self.crossings_from = self.goes_from + self.buildings * self.gates
        self.waits_from = self.crossings_from + self.gates
        self.width = self.waits_from + self.gates * len(self.shares)
        self.capacity = np.array([judge.terms.capacity(gate.lanes) for gate in judge.ground.gates])
        # A building that no path leads to is nobody's burden here; the plan names it.
        self.linked = np.isfinite(judge.distances.walk).any(axis=1)

    def goes(self, building: int) -> NDArray[np.intp]:
        return _range(self.goes_from + building * self.gates, self.gates)

    def waits(self, gate: int) -> NDArray[np.intp]:
        return _range(self.waits_from + gate * len(self.shares), len(self.shares))

    def costs(self) -> NDArray[np.float64]:
        """Person-minutes of a day."""
        costs = np.zeros(self.width)
        walk = np.where(np.isfinite(self.judge.distances.walk), self.judge.distances.walk, 0.0)
        a_metre = self.terms.crossings / self.terms.metres_a_minute
        costs[self.goes_from : self.crossings_from] = (walk * self.judge.people[:, None] * a_metre).ravel()
        costs[self.waits_from :] = self.terms.slice_minutes
        return costs

    def whole(self) -> NDArray[np.uint8]:
        """Only the gates need be whole numbers: where people go follows from them."""
        whole = np.zeros(self.width, np.uint8)
        whole[: self.gates] = 1
        return whole

    def bounds(self, limits: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        low, high = np.zeros(self.width), np.ones(self.width)
        for number, gate in enumerate(self.judge.ground.gates):
            low[number] = 1.0 if gate.fixed is True else 0.0
            high[number] = 0.0 if gate.fixed is False else 1.0
        high[self.goes_from : self.crossings_from] = np.isfinite(self.judge.distances.walk).ravel()
        high[self.crossings_from : self.waits_from] = np.inf
        longest = self.terms.wait_most / self.terms.slice_minutes * self.capacity
        high[self.waits_from :] = np.repeat(longest, len(self.shares)) if limits else np.inf
        return low, high

    def rows(self, keep: int, limits: bool, but: Collection[tuple[int, ...]]) -> _Rows:
        rows = _Rows(self.width)
        all_gates = np.arange(self.gates)
        rows.add(all_gates, 1.0, keep, keep)
        for choice in but:
            rows.add(np.array(choice, np.intp), 1.0, -np.inf, len(choice) - 1)
        for building in np.flatnonzero(self.linked):
            self._nearest(rows, int(building))
        for gate in range(self.gates):
            self._queue(rows, gate)
        if limits:
            self._limits(rows, all_gates)
        return rows

    def _nearest(self, rows: _Rows, building: int) -> None:
        """Goes somewhere open, and never past an open gate: those up to each open gate take the whole building."""
        walk, goes = self.judge.distances.walk[building], self.goes(building)
        order = np.argsort(walk, kind="stable")
        order = order[np.isfinite(walk[order])]
        rows.add(goes, 1.0, 1.0, 1.0)
        for rank, gate in enumerate(order):
            rows.add(np.array([goes[gate], gate]), np.array([1.0, -1.0]), -np.inf, 0.0)
            nearer = goes[order[: rank + 1]]
            rows.add(np.append(nearer, gate), np.append(np.ones(rank + 1), -1.0), 0.0, np.inf)

    def _queue(self, rows: _Rows, gate: int) -> None:
        """Who waited, and who comes, less who is checked, waits on."""
        crossings, waits = self.crossings_from + gate, self.waits(gate)
        goes = self.goes_from + np.arange(self.buildings) * self.gates + gate
        demand = self.judge.people * self.terms.crossings
        rows.add(np.append(goes, crossings), np.append(demand, -1.0), 0.0, 0.0)
        for number, share in enumerate(self.shares):
            before = waits[number - 1 : number] if number else waits[:0]
            columns = np.concatenate([waits[number : number + 1], before, [crossings]])
            values = np.concatenate([[1.0], -np.ones(len(before)), [-share]])
            rows.add(columns, values, -self.capacity[gate], np.inf)

    def _limits(self, rows: _Rows, all_gates: NDArray[np.intp]) -> None:
        near = self.judge.distances.walk <= self.terms.walk_most
        for reach in (near, self.judge.reached):
            for row in np.unique(reach, axis=0):  # most buildings have the same gates in reach
                rows.add(all_gates[row], 1.0, 1.0, np.inf)


def _range(first: int, count: int) -> NDArray[np.intp]:
    numbers: NDArray[np.intp] = np.arange(first, first + count)
    return numbers

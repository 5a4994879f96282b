"""What stands before anything is weighed: persons already known, and what people decided of single pairs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def no_pairs() -> Ints:
    """Pairs of rows, shape (pairs, 2): none."""
    return np.zeros((0, 2), np.int64)


@dataclass(frozen=True)
class Decision:
    """What a person who knows said: two records mean one person, or they do not."""

    record_a: int
    record_b: int
    same: bool


@dataclass(frozen=True)
class Settled:
    """Rows are positions. `root`: the smallest row of each row's person; `missing`: of an earlier run."""

    same: Ints = field(default_factory=no_pairs)
    apart: Ints = field(default_factory=no_pairs)
    root: Ints | None = None
    missing: Floats | None = None


@dataclass(frozen=True)
class Rulings:
    """Decisions about rows. `refused` ones contradict others, or name records that there are not."""

    same: Ints
    apart: Ints
    refused: tuple[Decision, ...]


def rulings(
    decisions: Sequence[Decision],
    row_of: Mapping[int, int],
    held_before: Sequence[tuple[int, int]] = (),
    person_of: Callable[[int], int] = lambda row: row,
) -> Rulings:
    """Decisions about records → about their rows (`row_of`).

    "Not the same" holds, except of rows that are one person already (`person_of`). "The same" holds in the
    order given, except where it would, through whatever chain, bring together what is held apart.
    """
    known: list[Decision] = []
    refused: list[Decision] = []
    for decision in decisions:
        two = decision.record_a != decision.record_b
        usable = two and decision.record_a in row_of and decision.record_b in row_of
        (known if usable else refused).append(decision)
    pairs = [(row_of[d.record_a], row_of[d.record_b]) for d in known]
    persons = [(person_of(x), person_of(y)) for x, y in pairs]
    apart = [i for i, decision in enumerate(known) if not decision.same and persons[i][0] != persons[i][1]]
    groups = Groups([*held_before, *(persons[i] for i in apart)])
    same = [i for i, decision in enumerate(known) if decision.same and groups.unite(*persons[i])]
    followed = {*apart, *same}
    refused += [decision for i, decision in enumerate(known) if i not in followed]
    return Rulings(_pairs([pairs[i] for i in same]), _pairs([pairs[i] for i in apart]), tuple(refused))


def held_apart(decisions: Iterable[Decision]) -> frozenset[int]:
    """Records that somebody told from another one: they never count as one row with any other."""
    return frozenset(r for d in decisions if not d.same for r in (d.record_a, d.record_b))


def _pairs(pairs: Sequence[tuple[int, int]]) -> Ints:
    return np.array(pairs, np.int64).reshape(-1, 2)


class Groups:
    """Few groups that grow one pair at a time, none of which may hold two that are kept apart."""

    def __init__(self, apart: Iterable[tuple[int, int]]) -> None:
        self._parent: dict[int, int] = {}
        self._enemies: dict[int, set[int]] = {}
        for x, y in apart:
            self._enemies.setdefault(x, set()).add(y)
            self._enemies.setdefault(y, set()).add(x)

    def find(self, x: int) -> int:
        """The member that stands for the group of x."""
        while (above := self._parent.get(x, x)) != x:
            self._parent[x] = self._parent.get(above, above)
            x = above
        return x

    def unite(self, x: int, y: int) -> bool:
        """Makes one group of two; False, and nothing done, where some members are kept apart."""
        x, y = self.find(x), self.find(y)
        if x == y:
            return True
        enemies = self._enemies.get(x, set())
        if any(self.find(enemy) == y for enemy in enemies):
            return False
        self._parent[x] = y
        if enemies:
            self._enemies.setdefault(y, set()).update(enemies)
            for enemy in enemies:
                self._enemies.setdefault(enemy, set()).add(y)
        return True


class Apart:
    """Rows that never end in one person, as the resolver asks for them."""

    def __init__(self, pairs: Ints) -> None:
        self.x, self.y = pairs[:, 0], pairs[:, 1]

    def __bool__(self) -> bool:
        return bool(len(self.x))

    def between(self, root: Ints, x: Ints, y: Ints) -> NDArray[np.bool_]:
        """Which pairs of groups (named by their smallest rows) hold rows that are kept apart."""
        found: NDArray[np.bool_] = np.isin(_packed(x, y), _packed(root[self.x], root[self.y]))
        return found

    def together(self, group: Ints) -> Ints:
        """The groups (a number for each row, negative: none) that hold both rows of some pair."""
        held = (group[self.x] >= 0) & (group[self.x] == group[self.y])
        groups: Ints = group[self.x[held]]
        return groups

    def allowed(self, root: Ints, x: Ints, y: Ints, weight: Floats, trial: Ints) -> NDArray[np.bool_]:
        """Which of the joins x[i] ~ y[i] (rows) can be made, the strongest first where not all can.

        `trial` is what `root` would become if all were made.
        """
        wanted = np.ones(len(x), bool)
        troubled = np.flatnonzero(np.isin(trial[x], self.together(trial)))
        groups = Groups(zip(root[self.x].tolist(), root[self.y].tolist(), strict=True))
        for i in troubled[np.argsort(-weight[troubled], kind="stable")]:
            wanted[i] = groups.unite(int(root[x[i]]), int(root[y[i]]))
        return wanted


def _packed(x: Ints, y: Ints) -> Ints:
    packed: Ints = np.minimum(x, y) << 32 | np.maximum(x, y)
    return packed

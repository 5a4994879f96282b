"""Who is one person once people have decided: a pure function of the engine's persons and the decisions in force.

Whatever order decisions were made and undone in, the same decisions give the same persons; none gives the engine's.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from lianfang.linkage.engine.settled import Decision, Groups

#: Records, smallest first.
Group = tuple[int, ...]
#: How much speaks for the first record belonging to the others (log2 odds, or anything that grows with them).
Likeness = Callable[[int, Group], float]


class Contradiction(Exception):
    """Decisions that cannot all be followed; `decision` is one, or a join of the engine's, that others rule out."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision)
        self.decision = decision


def component(
    start: Iterable[int],
    person_of: Callable[[Iterable[int]], Mapping[int, Sequence[int]]],
    beside: Callable[[Iterable[int]], Iterable[int]],
) -> set[int]:
    """Every record that `start` may bring along: of the same persons, and those decided to be the same.

    `person_of` answers for records the records of each person of the engine's that has one of them; `beside` the
    records that decisions in force, or the one at hand, name together with one of them.
    """
    found: set[int] = set()
    new = set(start)
    while new:
        whole = {record for records in person_of(new).values() for record in records} | new
        found |= whole
        new = set(beside(whole)) - found
    return found


def grouped(
    person: Mapping[int, int], decisions: Sequence[Decision], likeness: Likeness
) -> tuple[Group, ...]:
    """The persons of `person` (record -> the engine's) as the decisions have them, in the order of first records.

    Raises Contradiction where the decisions do not go together.
    """
    units = Groups(())
    for decision in decisions:
        if decision.same:
            units.unite(decision.record_a, decision.record_b)
    apart = [(d.record_a, d.record_b) for d in decisions if not d.same]
    for a, b in apart:
        if units.find(a) == units.find(b):
            raise Contradiction(Decision(a, b, same=False))
    found = Groups((units.find(a), units.find(b)) for a, b in apart)
    for records in _by(person).values():
        for part in _parts(records, units, apart, likeness):
            for record in part[1:]:
                # Whole persons stay whole: a decision does not tear apart whom nobody has looked at.
                if not found.unite(units.find(part[0]), units.find(record)):
                    raise Contradiction(Decision(part[0], record, same=True))
    for decision in decisions:
        if decision.same and not found.unite(units.find(decision.record_a), units.find(decision.record_b)):
            raise Contradiction(decision)
    groups = _by({record: found.find(units.find(record)) for record in sorted(person)})
    return tuple(sorted(groups.values()))


def _parts(
    records: Group, units: Groups, apart: Sequence[tuple[int, int]], likeness: Likeness
) -> list[Group]:
    """The records of one of the engine's persons, divided so that none stands with one it is kept apart from."""
    held = {units.find(record) for pair in apart for record in pair}
    inside = {units.find(record) for record in records}
    pairs = [(units.find(a), units.find(b)) for a, b in apart]
    if not any(a in inside and b in inside for a, b in pairs):
        return [records]
    # Those kept apart found the parts; everybody else goes where most speaks for him.
    order = sorted(records, key=lambda record: (units.find(record) not in held, record))
    parts: list[list[int]] = []
    for record in order:
        unit = units.find(record)
        enemies = {b if a == unit else a for a, b in pairs if unit in (a, b)}
        open_to = [part for part in parts if not enemies & {units.find(other) for other in part}]
        mine = next((part for part in open_to if unit in {units.find(other) for other in part}), None)
        if mine is None and open_to and (unit not in held or len(open_to) < len(parts)):
            mine = max(open_to, key=lambda part: (likeness(record, tuple(sorted(part))), -part[0]))
        if mine is None:
            parts.append([record])
        else:
            mine.append(record)
    return [tuple(sorted(part)) for part in parts]


def _by(owner: Mapping[int, int]) -> dict[int, Group]:
    found: dict[int, list[int]] = {}
    for record in sorted(owner):
        found.setdefault(owner[record], []).append(record)
    return {key: tuple(records) for key, records in found.items()}


def heirs(groups: Sequence[Group], person: Mapping[int, int], beyond: int) -> dict[Group, int]:
    """The number of each person: the smallest of the engine's whose first record is in the group.

    A part that was split off has none; its number lies behind `beyond`, the engine's largest, and follows from its
    first record.
    """
    first = {records[0]: number for number, records in _by(person).items()}
    return {
        group: min((first[record] for record in group if record in first), default=beyond + 1 + group[0])
        for group in groups
    }

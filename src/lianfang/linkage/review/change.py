"""What a decision changes: the rows of the run that it concerns, made anew by the code that made them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from lianfang.linkage.engine.answer import ALONE, DECIDED, FOUNDER
from lianfang.linkage.engine.settled import Decision as Ruling
from lianfang.linkage.models import Decision, Run, Verdict
from lianfang.linkage.review.grouping import Contradiction, Group, Likeness, component, grouped, heirs
from lianfang.linkage.review.likeness import likeness_of
from lianfang.linkage.review.part import LINK_SCHEMA, Tables, Whole, part_of, tables
from lianfang.linkage.review.reading import Ledger
from lianfang.linkage.run_rows import Paths

#: record -> person, probability, rule
Links = Mapping[int, tuple[int, float, str]]


#: Numbers of persons as they are before -> the work lists before and after, of a part in which these are told in full.
Wider = Callable[[set[int]], tuple[pl.DataFrame, pl.DataFrame]]


class BlockedError(Exception):
    """The decision does not go together with others in force; `by` is the one to take back first, if one is enough."""

    def __init__(self, by: Decision | None) -> None:
        super().__init__(by)
        self.by = by


@dataclass(frozen=True)
class Change:
    """Before and after a decision: whom it concerns and what the run says of them and of those beside them."""

    records: frozenset[int]
    engine: Links
    links: Links  # after
    whole_persons: frozenset[int]  # numbers of persons who are again as the engine had them
    before: Tables
    after: Tables
    shown: frozenset[int]  # numbers of the persons concerned, before
    people: int  # numbers beyond it are of persons split off
    wider: Wider


def change(run: Run, decision: Decision, paths: Paths) -> Change | None:
    """What follows from a decision that has just been written or taken back; None if nothing does, or the run has not
    both rows.

    Raises BlockedError where it does not go together with others in force.
    """
    ledger = Ledger(run)
    pair = (decision.record_key_a, decision.record_key_b)
    numbers = ledger.numbers(pair)
    if len(numbers) < len(pair):
        return None
    start = tuple(numbers[key] for key in pair)
    found = component(start, ledger.engine_persons, lambda new: _named_with(ledger, new))
    records = found | set(start)
    engine = ledger.engine_links(records)
    person = {record: link[0] for record, link in engine.items()}
    rows = ledger.rows(record__in=records)
    whole = ledger.whole(paths)
    own = part_of(whole, rows)
    likeness = likeness_of(own.standard, own.numbers, ledger.ground.people)
    holds = _rulings(ledger, person)
    try:
        groups = grouped(person, list(holds), likeness)
    except Contradiction as problem:
        rest = {ruling: one for ruling, one in holds.items() if one.pk != decision.pk}
        raise BlockedError(_against(person, holds, rest, likeness)) from problem
    number = heirs(groups, person, ledger.ground.people)
    links = _links(groups, number, engine)
    if links == ledger.links_now(records) and ledger.doubts(start).is_empty():
        return None  # somebody says what the run says already, and nobody is asked about it in a finding
    looking = _Looking(ledger, whole, decision, links, rows, own.standard)
    before, after = looking.told(looking.part)
    return Change(
        records=frozenset(records),
        engine=engine,
        links=links,
        whole_persons=frozenset(number[g] for g in groups if _as_the_engine(g, person)),
        before=before,
        after=after,
        shown=looking.shown,
        people=ledger.ground.people,
        wider=looking.wider,
    )


class _Looking:
    """What the run says before and after, of `rows`, whom the decision concerns, and of those beside them."""

    def __init__(
        self,
        ledger: Ledger,
        whole: Whole,
        decision: Decision,
        links: Links,
        rows: pl.DataFrame,
        standard: pl.DataFrame,
    ) -> None:
        self._ledger, self._whole, self._decision, self._links = ledger, whole, decision, links
        self.shown = frozenset(rows["person"].to_list())
        self.part = pl.concat([rows, ledger.rows(person__in=ledger.beside(rows, standard) - self.shown)])

    def told(self, some: pl.DataFrame) -> tuple[Tables, Tables]:
        """Of these rows alone."""
        part, now = part_of(self._whole, some), some.select(*LINK_SCHEMA)
        before, after = _before_and_after(self._ledger.doubts(part.numbers.to_list()), self._decision)
        return tables(part, now, before), tables(part, _with(now, self._links), after)

    def wider(self, persons: set[int]) -> tuple[pl.DataFrame, pl.DataFrame]:
        """See `Wider`."""
        mates = self._ledger.rows(person__in=persons - self.shown)
        told = self._ledger.beside(mates, part_of(self._whole, mates).standard) | persons
        more = self._ledger.rows(person__in=told - self.shown)
        before, after = self.told(pl.concat([self.part, more]).unique("record").sort("record"))
        return before.tasks, after.tasks


def _named_with(ledger: Ledger, records: Iterable[int]) -> set[int]:
    """The other rows of decisions that say one person."""
    same = [one for one in ledger.in_force(records) if one.verdict == Verdict.SAME]
    keys = {key for one in same for key in (one.record_key_a, one.record_key_b)}
    return set(ledger.numbers(keys).values())


def _rulings(ledger: Ledger, person: Mapping[int, int]) -> dict[Ruling, Decision]:
    """What holds of these rows, and who said so."""
    in_force, released = ledger.in_force(person), ledger.released(person)
    keys = {key for one in (*in_force, *released) for key in (one.record_key_a, one.record_key_b)}
    record_of = ledger.numbers(keys)
    holds: dict[Ruling, Decision] = {}
    for one in (*in_force, *released):
        pair = (record_of.get(one.record_key_a), record_of.get(one.record_key_b))
        if pair[0] not in person or pair[1] not in person or pair[0] is None or pair[1] is None:
            continue
        again = (
            one.undone_at is not None
        )  # the engine followed it; it stands apart again, unless decided anew
        said = any((ruling.record_a, ruling.record_b) == pair for ruling in holds)
        if not again or (not said and person[pair[0]] == person[pair[1]]):
            holds[Ruling(pair[0], pair[1], not again and one.verdict == Verdict.SAME)] = one
    return holds


def _against(
    person: Mapping[int, int],
    holds: Mapping[Ruling, Decision],
    others: Mapping[Ruling, Decision],
    likeness: Likeness,
) -> Decision | None:
    """The newest of the other decisions without which the rest go together."""
    for ruling, one in sorted(others.items(), key=lambda item: -item[1].pk):
        try:
            grouped(person, [each for each in holds if each != ruling], likeness)
        except Contradiction:
            continue
        return one
    return None


def _as_the_engine(group: Group, person: Mapping[int, int]) -> bool:
    whose = {person[record] for record in group}
    return len(whose) == 1 and sum(p in whose for p in person.values()) == len(group)


def _links(
    groups: Sequence[Group], number: Mapping[Group, int], engine: Links
) -> dict[int, tuple[int, float, str]]:
    """How each row came to its person: as the engine says, unless a decision brought it there."""
    person = {record: link[0] for record, link in engine.items()}
    links: dict[int, tuple[int, float, str]] = {}
    for group in groups:
        heir = number[group]
        if _as_the_engine(group, person):
            links |= {record: engine[record] for record in group}
            continue
        founders = [record for record in group if engine[record][2] == FOUNDER and engine[record][0] == heir]
        first = founders[0] if founders else group[0]
        for record in group:
            _, probability, rule = engine[record]
            link = (heir, probability, rule)
            if record == first:
                link = (heir, 1.0, FOUNDER if len(group) > 1 else ALONE)
            elif rule in (FOUNDER, ALONE):
                link = (heir, 1.0, DECIDED)
            links[record] = link
    return links


def _with(now: pl.DataFrame, links: Links) -> pl.DataFrame:
    moved = pl.DataFrame(
        [(record, *link) for record, link in links.items()], schema=LINK_SCHEMA, orient="row"
    )
    return pl.concat([now.join(moved, on="record", how="anti"), moved])


def _before_and_after(doubts: pl.DataFrame, decision: Decision) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The doubtful links that are open, before and after the decision was written or taken back."""
    settled = pl.col("verdict").is_in([Verdict.SAME.value, Verdict.NOT_SAME.value])
    this = (pl.col("low") == decision.record_key_a) & (pl.col("high") == decision.record_key_b)
    says = decision.verdict != Verdict.UNSURE
    without, with_it = doubts.filter(~settled | this), doubts.filter(~settled & ~(this & says))
    return (with_it, without) if decision.undone_at else (without, with_it)

"""Writes a change into the run's tables. The engine's rows are hidden, never deleted; derived ones come and go.

What is shown afterwards follows from who is one person alone: taking decisions back in any order brings the engine's
rows back as they were.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
from django.db.models import Max, Q

from lianfang.linkage.models import Run, RunFinding, RunMoved, RunPerson, RunRecord, RunReview
from lianfang.linkage.review import counting, tasks
from lianfang.linkage.review.change import Change
from lianfang.linkage.review.places import Places
from lianfang.linkage.work import figures
from lianfang.linkage.work.figures import moment
from lianfang.linkage.work.models import FindingWork

_WHY = "rows that follow from who is one person, whosever they are"
#: What makes a finding the same one; its number and key follow.
_FINDING = (
    "code", "severity", "field", "list", "row", "record", "other_record", "person", "other_person", "place",
    "name", "name_key", "reason_zh", "reason_en", "path",
)  # fmt: skip
_PERSON = (
    "person", "code", "name", "sex", "birth", "id_number", "phone", "address", "household", "relation", "place",
    "on_register", "sources", "kinds", "records", "last_seen", "name_key", "search", "path",
)  # fmt: skip
Content = tuple[Any, ...]


def apply(run: Run, change: Change, uids: Mapping[int, int]) -> None:
    """Must run inside the transaction of the decision. `uids`: number -> uid of everybody shown afterwards."""
    places = Places(run, change.before.places, change.after.places)
    before, after = (_persons(tables.persons, places) for tables in (change.before, change.after))
    gone, come = _difference(before, after)
    found = _Findings(run, *(_findings(t.findings, places) for t in (change.before, change.after)))
    touched = {row[0] for row in (*gone, *come)} | found.persons()
    # Doors that anybody leaves or comes to: who else lives there counts before and after.
    homes = counting.homes(run, touched) | set(_doors(run, come).values())
    snapshot, doors = counting.persons(run, touched), counting.doors(run, homes)
    work = tasks.Lines(run, change, places)
    moved = _move(run, change)
    _take_persons_away(run, gone)
    _bring_persons(run, come, change.whole_persons, uids)
    found.apply()
    lines = work.apply()
    figures.count_again(run, touched)
    counting.adjust(run, snapshot, counting.persons(run, touched), found.changed, moved, lines, found.since)
    counting.adjust_doors(run, doors, counting.doors(run, homes))
    _follow_cases(run, change)


def _persons(frame: pl.DataFrame, places: Places) -> Counter[Content]:
    return Counter(places.put(frame).select(_PERSON).iter_rows())


def _findings(frame: pl.DataFrame, places: Places) -> pl.DataFrame:
    return places.put(frame).select(*_FINDING, "key")


def _difference(before: Counter[Content], after: Counter[Content]) -> tuple[list[Content], list[Content]]:
    return list((before - after).elements()), list((after - before).elements())


def _move(run: Run, change: Change) -> Counter[tuple[int, str]]:
    """Rows to their persons; what the engine said of them is kept beside. Answers how rows by list and path moved."""
    records = RunRecord.objects.unscoped(reason=_WHY).filter(run=run, record__in=change.records)
    kept = {one.record: one for one in RunMoved.objects.filter(run=run, record__in=change.records)}
    paths = dict(change.after.records.select("record", "path").iter_rows())
    moved: Counter[tuple[int, str]] = Counter()
    rows, fresh = [], []
    for one in records.only("id", "record", "list", "person", "probability", "rule", "path"):
        link, engine = change.links[one.record], change.engine[one.record]
        path = paths[one.record] or ""
        if link == engine:
            # Back where the engine had it: its path as well, in whatever words the territory is told now.
            path = kept[one.record].path if one.record in kept else one.path
        elif one.record not in kept:
            fresh.append(
                RunMoved(
                    run=run, record=one.record, person=engine[0], probability=engine[1], rule=engine[2],
                    path=one.path,
                )
            )  # fmt: skip
        if (one.person, one.probability, one.rule, one.path) != (*link, path):
            moved[one.list, one.path] -= 1
            moved[one.list, path] += 1
            (one.person, one.probability, one.rule), one.path = link, path
            rows.append(one)
    back = [record for record in kept if change.links[record] == change.engine[record]]
    RunMoved.objects.filter(run=run, record__in=back).delete()
    RunMoved.objects.bulk_create(fresh)
    RunRecord.objects.unscoped(reason=_WHY).bulk_update(rows, ["person", "probability", "rule", "path"])
    return moved


def _take_persons_away(run: Run, gone: Iterable[Content]) -> None:
    shown = RunPerson.objects.unscoped(reason=_WHY).filter(
        run=run, hidden=False, person__in=[r[0] for r in gone]
    )
    shown.filter(derived=True).delete()
    shown.filter(derived=False).update(hidden=True)


def _bring_persons(run: Run, come: Iterable[Content], whole: Iterable[int], uids: Mapping[int, int]) -> None:
    engines = RunPerson.objects.unscoped(reason=_WHY).filter(run=run, derived=False, hidden=True)
    back = {row[0] for row in come} & set(whole)
    engines.filter(person__in=back).update(hidden=False)
    doors = _doors(run, [row for row in come if row[0] not in back])
    RunPerson.objects.bulk_create(
        RunPerson(
            run=run, derived=True, uid=uids[row[0]], conflicts=0, findings=0, dwelling=doors.get(_address(row)),
            **dict(zip(_PERSON, row, strict=True)),
        )
        for row in come
        if row[0] not in back
    )  # fmt: skip


def _address(row: Content) -> tuple[int, str | None]:
    return row[_PERSON.index("place")], row[_PERSON.index("address")]


def _doors(run: Run, rows: Iterable[Content]) -> dict[tuple[int, str | None], int]:
    """The doors of these people: those of whoever the engine has at the same address."""
    wanted = {_address(row) for row in rows}
    known = RunPerson.objects.unscoped(reason=_WHY).filter(
        run=run,
        derived=False,
        place__in={place for place, _ in wanted},
        address__in={a for _, a in wanted if a},
    )
    found = known.exclude(dwelling=None).values_list("place", "address", "dwelling")
    return {(place, address): dwelling for place, address, dwelling in found if dwelling is not None}


class _Findings:
    """The findings that go and those that come."""

    def __init__(self, run: Run, before: pl.DataFrame, after: pl.DataFrame) -> None:
        self.run = run
        self._keys = dict(zip(after.select(_FINDING).iter_rows(), after["key"], strict=True))
        contents = (Counter(frame.select(_FINDING).iter_rows()) for frame in (before, after))
        self.gone, self.come = _difference(*contents)
        self.changed: Counter[tuple[str, str, str, int]] = Counter()  # code, severity, path, place
        self.since: Counter[tuple[str, str]] = Counter()  # when it was found first, path

    def persons(self) -> set[int]:
        at = _FINDING.index("person")
        return {row[at] for row in (*self.gone, *self.come) if row[at] is not None}

    def apply(self) -> None:
        """What a small part of the run says wrongly before and after is not believed: see `doubtful`."""
        free, doubtful = self._take_away()
        come = [row for row in self.come if _spot(row) not in doubtful]
        self._bring_back(come, free)

    def _of(self, hidden: bool, rows: Iterable[Content]) -> dict[Content, list[RunFinding]]:
        """Stored findings of the persons of these rows, by content."""
        at = _FINDING.index("person")
        persons = {row[at] for row in rows}
        stored = RunFinding.objects.unscoped(reason=_WHY).filter(
            run=self.run, hidden=hidden, person__in=persons
        )
        by: dict[Content, list[RunFinding]] = {}
        for one in stored.order_by("number"):
            by.setdefault(tuple(getattr(one, name) for name in _FINDING), []).append(one)
        return by

    def _take_away(self) -> tuple[dict[Content, int], set[Content]]:
        """Hides or deletes what goes. Answers the numbers that become free, by where the finding stood, and what was
        not there: the part, seen by itself, says something that the whole run does not.
        """
        stored = self._of(False, self.gone)
        free: dict[Content, int] = {}
        doubtful: set[Content] = set()
        hide: list[int] = []
        delete: list[int] = []
        for row in self.gone:
            if not stored.get(row):
                doubtful.add(_spot(row))
                continue
            one = stored[row].pop()
            (delete if one.derived else hide).append(one.pk)
            free.setdefault(_spot(row), one.number)
            self._count(row, -1)
            self.since[moment(one.since), one.path] -= 1
        rows = RunFinding.objects.unscoped(reason=_WHY)
        rows.filter(pk__in=delete).delete()
        rows.filter(pk__in=hide).update(hidden=True)
        return free, doubtful

    def _bring_back(self, come: list[Content], free: dict[Content, int]) -> None:
        rows = RunFinding.objects.unscoped(reason=_WHY)
        hidden = self._of(True, come)
        back, fresh = [], []
        for row in come:
            if hidden.get(row):
                back.append(hidden[row].pop(0))
            else:
                fresh.append(row)
            self._count(row, 1)
        taken = rows.filter(run=self.run, hidden=False, number__in=[one.number for one in back])
        self._renumber(list(taken))
        rows.filter(pk__in=[one.pk for one in back]).update(hidden=False)
        self._stand(back)
        rows.bulk_update(back, ["since", "state", "assignee", "team", "due"])
        busy = set(
            rows.filter(run=self.run, hidden=False, number__in=free.values()).values_list("number", flat=True)
        )
        # Behind the free ones too: a derived finding that has just gone may have had the last number of all.
        following = max(self._next(), *(number + 1 for number in free.values()), 1)
        made = []
        for row in fresh:
            number = free.pop(_spot(row), None)
            if number is None or number in busy:
                number, following = following, following + 1
            values = dict(zip(_FINDING, row, strict=True))
            made.append(RunFinding(run=self.run, derived=True, number=number, key=self._keys[row], **values))
        self._stand(made)
        RunFinding.objects.bulk_create(made)
        self.since.update((moment(one.since), one.path) for one in (*back, *made))

    def _stand(self, made: list[RunFinding]) -> None:
        """What is done about a finding is tied to its key, and so is since when it is known."""
        keys = [one.key for one in made]
        work = {one.key: one for one in FindingWork.objects.unscoped(reason=_WHY).filter(key__in=keys)}
        known = RunFinding.objects.unscoped(reason=_WHY).filter(key__in=keys).order_by("-since")
        since = dict(known.values_list("key", "since"))
        for one in made:
            one.since = since.get(one.key, self.run.loaded_at)
            if one.key in work:
                stands = work[one.key]
                one.state, one.assignee, one.team, one.due = (
                    stands.state, stands.assignee, stands.team, stands.due
                )  # fmt: skip

    def _renumber(self, taken: list[RunFinding]) -> None:
        """Derived findings make way for the engine's, whose number they had."""
        following = self._next()
        for i, one in enumerate(taken):
            one.number = following + i
        RunFinding.objects.unscoped(reason=_WHY).bulk_update(taken, ["number"])

    def _next(self) -> int:
        rows = RunFinding.objects.unscoped(reason=_WHY).filter(run=self.run)
        return int(rows.aggregate(most=Max("number"))["most"] or 0) + 1

    def _count(self, row: Content, n: int) -> None:
        values = dict(zip(_FINDING, row, strict=True))
        self.changed[values["code"], values["severity"], values["path"], values["place"]] += n


def _spot(row: Content) -> Content:
    """Where a finding stands: its kind and its row."""
    return row[_FINDING.index("code")], row[_FINDING.index("record")]


def _follow_cases(run: Run, change: Change) -> None:
    """Cases name the persons of their rows, and where these live."""
    persons = change.shown | {link[0] for link in change.links.values()}
    about = Q(person_a__in=persons) | Q(person_b__in=persons)
    cases = list(RunReview.objects.unscoped(reason=_WHY).filter(about, run=run))
    records = {record for case in cases for record in (case.record_a, case.record_b)}
    rows = RunRecord.objects.unscoped(reason=_WHY).filter(run=run, record__in=records)
    person = dict(rows.values_list("record", "person"))
    people = RunPerson.objects.unscoped(reason=_WHY).filter(run=run, hidden=False, person__in=person.values())
    lives = {number: (path, place) for number, path, place in people.values_list("person", "path", "place")}
    for case in cases:
        case.person_a, case.person_b = person[case.record_a], person[case.record_b]
        case.path, case.place = lives[case.person_a]
        case.path_b, case.place_b = lives[case.person_b]
    RunReview.objects.unscoped(reason=_WHY).bulk_update(
        cases, ["person_a", "person_b", "path", "place", "path_b", "place_b"]
    )

"""The lines of the work lists follow decisions as findings do: the engine's are hidden, derived ones come and go."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
from django.db.models import Max

from lianfang.linkage.models import Run, RunPerson, RunRecord, RunTask
from lianfang.linkage.review.change import Change
from lianfang.linkage.review.places import Places

_WHY = "work lists follow from who is one person, wherever the doors lie"
#: What makes a line the same one; its position follows.
_LINE = (
    "place", "urgency", "why_zh", "why_en", "address", "people_zh", "people_en", "todo_zh", "todo_en", "tasks", "path",
)  # fmt: skip
#: A dormitory has more; its line may then stay as it was until the next run.
_HOUSEHOLDS = 40
_Line = tuple[Any, ...]
#: Where a line stands: its place and address; whoever has none, by what is said of him.
_Spot = tuple[int, str]


class Lines:
    """The lines that a decision changes. To be made before anything else changes, and applied with the rest."""

    def __init__(self, run: Run, change: Change, places: Places) -> None:
        self._run = run
        gone, come = _difference(change.before.tasks, change.after.tasks, places)
        stored = _stored(run, False, gone)
        # The whole run says there what its part, seen by itself, does not: somebody of that door is not in the part.
        doubtful = {_spot(row) for row in gone if not stored.get(row)}
        doubtful |= _with_others(run, come, gone)
        if doubtful:
            before, after = change.wider(_behind(run, doubtful))
            more = _difference(before, after, places)
            gone, come = (
                [row for row in few if _spot(row) not in doubtful]
                + [row for row in many if _spot(row) in doubtful]
                for few, many in zip((gone, come), more, strict=True)
            )
        self._gone, self._come = gone, come

    def apply(self) -> Counter[int]:
        """Answers by place how many more lines there are."""
        free, doubtful, changed = _take_away(self._run, self._gone)
        come = [row for row in self._come if _spot(row) not in doubtful]
        _bring(self._run, come, free)
        changed.update(row[0] for row in come)
        return changed


def _difference(before: pl.DataFrame, after: pl.DataFrame, places: Places) -> tuple[list[_Line], list[_Line]]:
    was, now = (Counter(places.put(frame).select(_LINE).iter_rows()) for frame in (before, after))
    return list((was - now).elements()), list((now - was).elements())


def _behind(run: Run, spots: Iterable[_Spot]) -> set[int]:
    """Whoever may be told of in the lines of these doors: who lives there, and their households on a list."""
    shown = RunPerson.objects.unscoped(reason=_WHY).filter(run=run, hidden=False)
    places, addresses = ({spot[i] for spot in spots} for i in (0, 1))
    there = shown.filter(place__in=places, address__in=addresses)
    homes = {home for home in there.values_list("dwelling", flat=True) if home is not None}
    found = set(shown.filter(dwelling__in=homes).values_list("person", flat=True))
    found |= set(there.values_list("person", flat=True))
    records = RunRecord.objects.unscoped(reason=_WHY).filter(run=run)
    own = records.filter(person__in=found).exclude(household=None).values_list("list", "household").distinct()
    for number, household in list(own)[:_HOUSEHOLDS]:
        found |= set(records.filter(list=number, household=household).values_list("person", flat=True))
    return found


def _with_others(run: Run, come: list[_Line], gone: list[_Line]) -> set[_Spot]:
    """Doors that get a line and keep another one: whoever it tells of may belong into the new one."""
    doors = {spot for spot in map(_spot, come) if not spot[1].startswith("\0")}
    there = RunTask.objects.unscoped(reason=_WHY).filter(
        run=run,
        hidden=False,
        place__in={place for place, _ in doors},
        address__in={door for _, door in doors},
    )
    kept = Counter(there.values_list("place", "address"))
    kept.subtract(Counter(_spot(row) for row in gone))
    return {spot for spot in doors if kept[spot] > 0}


def _spot(row: _Line) -> _Spot:
    values = dict(zip(_LINE, row, strict=True))
    return values["place"], values["address"] or f"\0{values['people_zh']}"


def _stored(run: Run, hidden: bool, rows: list[_Line]) -> dict[_Line, list[RunTask]]:
    found = RunTask.objects.unscoped(reason=_WHY).filter(
        run=run, hidden=hidden, place__in={row[0] for row in rows}, urgency__in={row[1] for row in rows}
    )
    by: dict[_Line, list[RunTask]] = {}
    for one in found.order_by("position"):
        by.setdefault(tuple(getattr(one, name) for name in _LINE), []).append(one)
    return by


def _take_away(run: Run, gone: list[_Line]) -> tuple[dict[_Spot, int], set[_Spot], Counter[int]]:
    """Hides or deletes. Answers the positions that become free; where the whole run says something that its part, seen
    by itself, does not; and by place how many lines went."""
    stored = _stored(run, False, gone)
    free: dict[_Spot, int] = {}
    doubtful: set[_Spot] = set()
    taken: list[RunTask] = []
    for row in gone:
        if not stored.get(row):
            doubtful.add(_spot(row))
            continue
        taken.append(stored[row].pop(0))
        free.setdefault(_spot(row), taken[-1].position)
    lines = RunTask.objects.unscoped(reason=_WHY)
    lines.filter(pk__in=[one.pk for one in taken if one.derived]).delete()
    lines.filter(pk__in=[one.pk for one in taken if not one.derived]).update(hidden=True)
    return free, doubtful, Counter({place: -n for place, n in Counter(one.place for one in taken).items()})


def _bring(run: Run, come: list[_Line], free: Mapping[_Spot, int]) -> None:
    """The engine's come back with their positions; a new line takes that of the door's former line, else the last."""
    hidden = _stored(run, True, come)
    back, fresh = [], []
    for row in come:
        if hidden.get(row):
            back.append(hidden[row].pop(0))
        else:
            fresh.append(row)
    lines = RunTask.objects.unscoped(reason=_WHY).filter(run=run)
    shown = lines.filter(hidden=False, place__in={row[0] for row in come})
    own = {(one.place, one.position) for one in back}
    in_the_way = [one for one in shown if (one.place, one.position) in own]
    following = _following(run, {row[0] for row in come}, free)
    for one in in_the_way:
        one.position, following[one.place] = following[one.place], following[one.place] + 1
    lines.bulk_update(in_the_way, ["position"])
    lines.filter(pk__in=[one.pk for one in back]).update(hidden=False)
    busy = set(shown.values_list("place", "position"))
    made = []
    for row in fresh:
        place, position = row[0], free.get(_spot(row))
        if position is None or (place, position) in busy:
            position, following[place] = following[place], following[place] + 1
        busy.add((place, position))
        made.append(RunTask(run=run, derived=True, position=position, **dict(zip(_LINE, row, strict=True))))
    RunTask.objects.bulk_create(made)


def _following(run: Run, places: set[int], free: Mapping[_Spot, int]) -> dict[int, int]:
    """The first position of each place behind all that it has, and all that have just become free."""
    rows = RunTask.objects.unscoped(reason=_WHY).filter(run=run, place__in=places).order_by()
    most = Counter(dict(rows.values_list("place").annotate(most=Max("position"))))
    for (place, _), position in free.items():
        most[place] = max(most[place], position)
    return {place: most[place] + 1 for place in places}

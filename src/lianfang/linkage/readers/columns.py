"""Which column gives which field: by the user's mapping, by heading, by content; every doubt is noted."""

from collections import Counter
from dataclasses import replace

import polars as pl

from lianfang.linkage.fields import FIELDS
from lianfang.linkage.readers.assigned import IDENTIFYING, PLACE, ColumnReading, Columns, Problem
from lianfang.linkage.readers.content import STRONG, sample, share, strongest
from lianfang.linkage.readers.grid import column_letter
from lianfang.linkage.readers.layout import Layout
from lianfang.linkage.readers.mapping import ListMapping
from lianfang.linkage.readers.messages import Note, note
from lianfang.linkage.readers.vocabulary import Meaning, is_meaningless, meaning_of, normalise_text

_ZH = {field.name: field.zh for field in FIELDS}
_EN = {field.name: field.en for field in FIELDS}


class _Assignment:
    """The work in progress on one sheet."""

    def __init__(self, body: pl.DataFrame, layout: Layout) -> None:
        self.body, self.layout = body, layout
        self.readings: dict[int, ColumnReading] = {}
        self.notes: list[Note] = []
        self.problems: list[Problem] = []

    def put(self, index: int, field: str | None, how: str, rank: int = 1, join: str | None = None) -> None:
        header = self.layout.headings[index]
        self.readings[index] = ColumnReading(index, header, field, how, rank, join)

    def tell(self, code: str, index: int, field: str | None = None, **more: object) -> None:
        names = {"field": _EN[field], "field_zh": _ZH[field]} if field else {}
        header = self.layout.headings[index] or ""
        self.notes.append(note(code, column=column_letter(index), header=header, **names, **more))

    def cells(self, index: int) -> pl.Series:
        return self.body.to_series(index)

    def has(self, *fields: str) -> bool:
        return any(reading.field in fields for reading in self.readings.values())


def assign_columns(body: pl.DataFrame, layout: Layout, said: ListMapping | None = None) -> Columns:
    """Gives every column of the data rows `body` (c0, c1 …) its field. `said` is the user's word."""
    work = _Assignment(body, layout)
    if said is not None:
        _follow_user(work, said)
    meanings = {
        index: meaning_of(heading or "", group)
        for index, (heading, group) in enumerate(zip(layout.headings, layout.groups, strict=True))
        if index not in work.readings
    }
    _drop_second_group(work, meanings)
    for index, meaning in meanings.items():
        if index not in work.readings and meaning.fields and not meaning.fallback:
            _by_heading(work, index, meaning)
    for index, meaning in meanings.items():
        if index not in work.readings and meaning.fields:
            _fall_back(work, index, meaning)
    for index, meaning in meanings.items():
        if index not in work.readings:
            _by_content(work, index, meaning)
    _registered_home(work, meanings)
    return _finish(work)


def _follow_user(work: _Assignment, said: ListMapping) -> None:
    for key, field in [*said.columns.items(), *((key, None) for key in said.ignore)]:
        found = _named(work.layout, key)
        if not found and field is not None:
            headers = "、".join(heading for heading in work.layout.headings if heading)
            work.problems.append(Problem("map.no_such_column", {"header": key, "headers": headers}))
        for index in found:
            work.put(index, field, "mapping" if field else "ignored", rank=len(work.readings))


def _named(layout: Layout, key: str) -> list[int]:
    exact = [i for i, heading in enumerate(layout.headings) if heading == key]
    if exact:
        return exact
    if key.startswith("@"):
        return [i for i in range(len(layout.headings)) if column_letter(i) == key[1:].strip().upper()]
    wanted = normalise_text(key).strip()
    return [i for i, heading in enumerate(layout.headings) if heading and normalise_text(heading) == wanted]


def _drop_second_group(work: _Assignment, meanings: dict[int, Meaning]) -> None:
    """Duplicate headings are named; two groups of people side by side are not mixed into one person."""
    places: dict[str, list[int]] = {}
    for index, heading in enumerate(work.layout.headings):
        if heading and meanings.get(index, Meaning(())).fields:
            places.setdefault(work.layout.groups[index] + heading, []).append(index)
    double = {heading: found for heading, found in places.items() if len(found) > 1}
    again = [index for found in double.values() for index in found[1:]]
    if len([i for i in again if meanings[i].fields[0] in IDENTIFYING]) >= 2:
        letters = "、".join(column_letter(index) for index in sorted(again))
        work.notes.append(note("header.side_by_side", columns=letters))
        for index in again:
            work.put(index, None, "ignored")
        return
    for found in double.values():
        letters = "、".join(map(column_letter, found))
        work.notes.append(note("header.duplicate", header=work.layout.headings[found[0]], columns=letters))


def _by_heading(work: _Assignment, index: int, meaning: Meaning) -> None:
    if meaning.join == "door":
        _door(work, index)
    elif len(meaning.fields) > 1:
        _settle(work, index, meaning)
    elif meaning.join in ("surname", "given"):
        work.put(index, None, "joined", join=meaning.join)
    elif meaning.fields == ("date",) and share(sample(work.cells(index)), "time") >= 0.6:
        work.put(index, None, "ignored")  # a time of day beside the date
    elif meaning.instead is None:
        field = meaning.fields[0]
        other = strongest(work.cells(index), ("id_number", "phone"), 0.9)
        free = field not in ("remark", "origin", "household", "cell_area", other)
        if other and free and share(sample(work.cells(index)), field) < 0.1:
            work.put(index, other, "content")
            work.tell("header.content_wins", index, other)
            return
        work.put(index, field, "header", meaning.rank)


def _settle(work: _Assignment, index: int, meaning: Meaning) -> None:
    """A heading that fits several fields: the content decides if it is clear, else the default, else the
    user.
    """
    cells = sample(work.cells(index))
    found = sorted(((share(cells, field), field) for field in meaning.fields), reverse=True)
    (best, field), (second, _) = found[0], found[1]
    if best >= 0.6 and second <= 0.5 * best:
        work.put(index, field, "content")
        if field != meaning.default:
            work.tell("header.settled", index, field)
    elif meaning.default is not None:
        work.put(index, meaning.default, "default")
        if len(cells):
            work.tell("header.default", index, meaning.default)
    elif len(cells):
        work.put(index, None, "unused")
        params = {
            "column": column_letter(index),
            "header": work.layout.headings[index] or "",
            "meanings_zh": "或".join(_ZH[field] for field in meaning.fields),
            "meanings": " or ".join(_EN[field] for field in meaning.fields),
            "example": meaning.fields[0],
        }
        work.problems.append(Problem("header.ambiguous", params))


def _door(work: _Assignment, index: int) -> None:
    """门牌号, 房号: "501" is a room; "3-2-501" goes behind the address if there is one, else it is the
    address.
    """
    others = [
        i
        for i, (heading, group) in enumerate(zip(work.layout.headings, work.layout.groups, strict=True))
        if i != index
        and "address" in (meaning_of(heading or "", group).fields or ())
        and meaning_of(heading or "", group).join is None
        and not meaning_of(heading or "", group).fallback
        and "building" not in meaning_of(heading or "", group).fields
    ] or [i for i, reading in work.readings.items() if reading.field == "address"]
    has_room = any(meaning_of(h or "").fields == ("room",) for h in work.layout.headings)
    plain = share(sample(work.cells(index)), "room") >= 0.6
    if plain and not has_room:
        work.put(index, "room", "header")
    elif others:
        work.put(index, "address", "joined", join="door")
        work.tell("header.joined", index)
    else:
        work.put(index, "address", "header", rank=2)


def _fall_back(work: _Assignment, index: int, meaning: Meaning) -> None:
    field = meaning.fields[0]
    if meaning.instead is not None:
        return
    if work.has(field) or (field == "name" and any(r.join == "given" for r in work.readings.values())):
        work.put(index, None, "ignored")
        return
    work.put(index, field, "fallback", meaning.rank)
    work.tell("header.fallback", index, field)


def _by_content(work: _Assignment, index: int, meaning: Meaning) -> None:
    if meaning.role in ("other_person", "known", "index") or meaning.instead is not None:
        if index not in work.readings and meaning.instead is None:
            work.put(index, None, "ignored")
        return
    heading = work.layout.headings[index]
    invented = is_meaningless(heading)
    # A date under an unknown heading may be any day of somebody's life.
    open_fields = [
        f for f in STRONG if (not work.has(f) or (f == "phone" and invented)) and (invented or f != "date")
    ]
    field = strongest(work.cells(index), open_fields)
    if field == "date" and _is_birth(work.cells(index)):
        field = None if work.has("birth") else "birth"
    if field is None or (field == "name" and any(r.join for r in work.readings.values())):
        work.put(index, None, "unused")
        return
    work.put(index, field, "content")
    if work.layout.header_rows:
        work.tell("header.by_content", index, field)


def _is_birth(column: pl.Series) -> bool:
    years = sample(column).str.extract(r"((?:19|20)\d\d)").cast(pl.Int32, strict=False).drop_nulls()
    middle = years.median() if len(years) else None
    return isinstance(middle, float) and middle < 2008


def _registered_home(work: _Assignment, meanings: dict[int, Meaning]) -> None:
    """户籍地址 is where somebody is registered, not where he lives: `origin`, or the address if there is
    no other.
    """
    for index, meaning in meanings.items():
        if meaning.instead is None or index in work.readings:
            continue
        if not work.has(*PLACE):
            work.put(index, "address", "fallback", meaning.rank)
            work.tell("header.fallback", index, "address")
        elif work.has("origin"):
            work.put(index, None, "unused")
        else:
            work.put(index, "origin", "header", meaning.rank)


def _finish(work: _Assignment) -> Columns:
    readings = [work.readings[index] for index in sorted(work.readings)]
    parts = {r.join: r.index for r in readings if r.join in ("surname", "given")}
    name_parts = (parts["surname"], parts["given"]) if len(parts) == 2 else None
    if len(parts) == 1 and not work.has("name"):
        lone = next(iter(parts.values()))
        readings = [replace(r, field="name", how="header") if r.index == lone else r for r in readings]
    door = next((r.index for r in readings if r.join == "door"), None)
    sources: dict[str, tuple[int, ...]] = {}
    for field, count in Counter(r.field for r in readings if r.field and r.index != door).items():
        assert field is not None
        mine = sorted(
            (r for r in readings if r.field == field and r.index != door), key=lambda r: (r.rank, r.index)
        )
        sources[field] = tuple(r.index for r in mine)
        if count > 1:
            _tell_second(work, field, mine)
    if not work.layout.header_rows:
        work.notes.insert(0, note("header.none"))
    return Columns(tuple(readings), sources, door, name_parts, tuple(work.notes), tuple(work.problems))


def _tell_second(work: _Assignment, field: str, mine: list[ColumnReading]) -> None:
    first = mine[0]
    for other in mine[1:]:
        work.tell("header.second_column", other.index, field, first=first.letter, first_header=first.title)

"""The table of people: filters, orders, pages, and the same rows as an export. Values leave here masked."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import xlsxwriter
from django.db.models import F, Q, QuerySet

from lianfang.kernel.actor import Actor
from lianfang.kernel.permissions import Permission
from lianfang.linkage import access, walking
from lianfang.linkage.fields import FIELDS, KIND_BITS, ListKind
from lianfang.linkage.models import Run, RunPerson
from lianfang.linkage.rules import harmless, masked_value
from lianfang.registry import corrections
from lianfang.registry.models import Patch
from lianfang.registry.queries import find_numbers

#: A workbook of more rows takes a browser too long; CSV has no limit.
MOST_IN_WORKBOOK = 50_000
#: Nobody is on more lists.
MOST_LISTS = 1_000
SORTS: Mapping[str, str] = {
    "person": "person", "name": "name_key", "birth": "birth", "place": "place", "sources": "sources",
    "records": "records", "conflicts": "conflicts", "findings": "findings", "last_seen": "last_seen",
}  # fmt: skip
#: Orders that an index holds together with the path.
WALKED = frozenset({"person", "name", "birth", "last_seen", "findings"})
_NULLABLE = frozenset({"birth", "last_seen"})
_ZH = {field.name: field.zh for field in FIELDS}
_EN = {field.name: field.en for field in FIELDS}
#: Columns of an export: name → heading in Chinese and English. Headings of fields are those that imports know.
COLUMNS: Mapping[str, tuple[str, str]] = {
    **{name: (_ZH[name], _EN[name]) for name in (
        "name", "sex", "birth", "age", "id_number", "phone", "address", "community", "grid", "household",
        "relation",
    )},
    "on_register": ("已登记", "on the register"),
    "sources": ("名单数", "lists"),
    "records": ("记录数", "rows"),
    "conflicts": ("矛盾数", "conflicts"),
    "findings": ("结果数", "findings"),
    "last_seen": ("最后出现", "last seen"),
    "corrected": ("已更正", "corrected"),
    "uid": ("档案号", "file number"),
}  # fmt: skip


@dataclass(frozen=True)
class PeopleFilter:
    """Which people; None leaves a question open. Ages in years on the run's day; `kind`: on a list of this kind."""

    text: str = ""
    place: int | None = None
    path: str = ""  # an area and all below it
    sex: str | None = None
    age_from: int | None = None
    age_to: int | None = None
    sources_from: int | None = None
    sources_to: int | None = None
    kind: ListKind | None = None
    on_register: bool | None = None
    conflicts: bool | None = None
    findings: bool | None = None
    corrected: bool | None = None


@dataclass(frozen=True)
class PeoplePage:
    """One page. `more`: the words that were typed fit more people than were looked at."""

    items: Sequence[RunPerson]
    total: int
    page: int
    size: int
    more: bool
    corrected: Mapping[int, Sequence[str]]  # uid → fields


def page(actor: Actor, run: Run, chosen: PeopleFilter, *, sort: str, number: int, size: int) -> PeoplePage:
    """Page `number` (from 1) in the order `sort`: a key of SORTS, with a minus in front for the reverse."""
    rows, more = _chosen(actor, run, chosen, walked=_walked(actor, run, chosen, sort))
    start = (number - 1) * size
    if chosen.text.strip() and run.current:  # so few that one reading tells how many and which
        every = list(rows.order_by(*_order(sort)).values_list("person", flat=True))
        total, numbers = len(every), every[start : start + size]
    else:
        counted = _counted_ahead(actor, run, chosen)
        total = count(actor, run, chosen) if counted is None else counted
        numbers = walking.page_numbers(_parts(rows, sort), "person", start=start, size=size, total=total)
    items = walking.in_order(access.people(actor, run).defer("search"), "person", numbers)
    patches = corrections.standing([one.uid for one in items])
    fields = {uid: sorted(shown) for uid, shown in patches.items()}
    return PeoplePage(items, total, number, size, more, fields)


def _walked(actor: Actor, run: Run, chosen: PeopleFilter, sort: str) -> bool:
    everybody = walking.figure(actor, run, "people", Permission.PERSON_VIEW)
    return _close(chosen) or (everybody > walking.LARGE and sort.removeprefix("-") in WALKED)


def _close(chosen: PeopleFilter) -> bool:
    """Whether the question names people more closely than a path does: an index of its own answers it."""
    return bool(chosen.text.strip()) or chosen.place is not None or bool(chosen.corrected)


def _counted_ahead(actor: Actor, run: Run, chosen: PeopleFilter) -> int | None:
    """How many people a question means that the figures answer: nothing, or one thing, besides an area."""

    def figure(measure: str, **only: object) -> int:
        return walking.figure(actor, run, measure, Permission.PERSON_VIEW, path=chosen.path, **only)

    nothing = PeopleFilter(path=chosen.path)
    if replace(chosen, sources_from=None, sources_to=None) == nothing:
        if chosen == nothing:
            return figure("people")
        low, high = chosen.sources_from or 0, chosen.sources_to or MOST_LISTS
        return figure("people", a__in=[str(n) for n in range(low, min(high, MOST_LISTS) + 1)])
    if replace(chosen, kind=None) == nothing:
        return figure("kinds", a=chosen.kind)
    for asked, without, measure in (
        (chosen.conflicts, replace(chosen, conflicts=None), "conflicts"),
        (chosen.on_register, replace(chosen, on_register=None), "registered"),
    ):
        if without == nothing:
            return figure(measure) if asked else figure("people") - figure(measure)
    return None


def count(actor: Actor, run: Run, chosen: PeopleFilter) -> int:
    """How many people `chosen` means."""
    return _chosen(actor, run, chosen, walked=_close(chosen))[0].count()


def rows(
    actor: Actor, run: Run, chosen: PeopleFilter, *, sort: str, columns: Sequence[str], zh: bool, masked: bool
) -> Iterator[list[str]]:
    """The rows of an export, headings first. Unmasked, only people whose numbers the actor may reveal."""
    yield [COLUMNS[name][0 if zh else 1] for name in columns]
    places = {place.number: (place.community, place.name) for place in access.places(actor, run)}
    patched = set(_patched().values_list("person", flat=True)) if "corrected" in columns else set()
    people = _chosen(actor, run, chosen, walked=_walked(actor, run, chosen, sort))[0]
    if not masked:
        people = people.filter(pk__in=access.revealable(actor, run).values("pk"))
    for one in people.order_by(*_order(sort)).defer("search").iterator(chunk_size=2000):
        told = {
            "age": age(one.birth, run.as_of),
            "community": places.get(one.place, ("", ""))[0],
            "grid": places.get(one.place, ("", ""))[1],
            "corrected": one.uid in patched,
        }
        yield [_cell(name, told[name] if name in told else getattr(one, name), masked) for name in columns]


def as_csv(lines: Iterator[list[str]]) -> Iterator[bytes]:
    """UTF-8 with BOM, as spreadsheets want it; nothing that a spreadsheet would run."""
    yield b"\xef\xbb\xbf"
    for line in lines:
        text = io.StringIO()
        csv.writer(text).writerow([harmless(cell) for cell in line])
        yield text.getvalue().encode()


def as_workbook(lines: Iterator[list[str]]) -> bytes:
    """One sheet of texts, its headings fixed and filtered."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"constant_memory": True, "in_memory": False}) as book:
        sheet = book.add_worksheet()
        bold, last = book.add_format({"bold": True}), (0, 0)
        for number, line in enumerate(lines):
            for column, cell in enumerate(line):
                sheet.write_string(number, column, cell, bold if number == 0 else None)
            last = (number, len(line) - 1)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, *last)
    return made.getvalue()


def age(birth: date | None, on: date) -> int | None:
    """Whole years."""
    if birth is None:
        return None
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def _cell(name: str, value: Any, masked: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else ""
    text = str(value)
    return (masked_value(name, text) or "") if masked else text


def _chosen(
    actor: Actor, run: Run, chosen: PeopleFilter, *, walked: bool = False
) -> tuple[QuerySet[RunPerson], bool]:
    people: QuerySet[RunPerson] = access.people(actor, run, walked=walked)
    more = False
    words = chosen.text.strip()
    if words and run.current:
        uids, more = find_numbers(actor=actor, text=words)
        people = people.filter(uid__in=uids)
    elif words:  # the registry knows people as they are now; an earlier run is looked through
        for word in words.lower().split()[:6]:
            people = people.filter(search__contains=word)
    if chosen.path:
        people = people.filter(path__gte=chosen.path, path__lt=f"{chosen.path}~")
    people = people.filter(_exact(chosen), *_ages(chosen, run.as_of))
    if chosen.kind is not None:
        people = people.alias(of_kind=F("kinds").bitand(KIND_BITS[chosen.kind])).filter(of_kind__gt=0)
    if chosen.corrected is not None:
        patched = _patched().values("person")
        people = people.filter(uid__in=patched) if chosen.corrected else people.exclude(uid__in=patched)
    return people, more


def _exact(chosen: PeopleFilter) -> Q:
    wanted = Q()
    for lookup, value in (
        ("place", chosen.place),
        ("sex", chosen.sex),
        ("sources__gte", chosen.sources_from),
        ("sources__lte", chosen.sources_to),
        ("on_register", chosen.on_register),
    ):
        if value is not None:
            wanted &= Q(**{lookup: value})
    for column, some in (("conflicts", chosen.conflicts), ("findings", chosen.findings)):
        if some is not None:
            wanted &= Q(**{f"{column}__gt": 0}) if some else Q(**{column: 0})
    return wanted


def _ages(chosen: PeopleFilter, on: date) -> list[Q]:
    wanted = []
    if chosen.age_from is not None:
        wanted.append(Q(birth__lte=_years_before(on, chosen.age_from)))
    if chosen.age_to is not None:
        wanted.append(Q(birth__gt=_years_before(on, chosen.age_to + 1)))
    return wanted


def _years_before(on: date, years: int) -> date:
    year = max(on.year - years, 1)
    return on.replace(year=year, day=28) if (on.month, on.day) == (2, 29) else on.replace(year=year)


def _patched() -> QuerySet[Patch]:
    return Patch.objects.unscoped(reason="who is corrected, of people in the scope").filter(undone_at=None)


def _parts(rows: QuerySet[RunPerson], sort: str) -> list[QuerySet[RunPerson]]:
    """The same order as `_order`, in two where values may be missing: no index has them last both ways round."""
    column, down = _column(sort)
    if column not in _NULLABLE:
        return [rows.order_by(*_order(sort))]
    known, unknown = rows.filter(**{f"{column}__isnull": False}), rows.filter(**{f"{column}__isnull": True})
    return [known.order_by(f"{down}{column}", f"{down}person"), unknown.order_by(f"{down}person")]


def _order(sort: str) -> list[Any]:
    column, down = _column(sort)
    if column == "person":
        return [f"{down}person"]
    if column in _NULLABLE:
        order = F(column).desc(nulls_last=True) if down else F(column).asc(nulls_last=True)
        return [order, f"{down}person"]
    return [f"{down}{column}", f"{down}person"]


def _column(sort: str) -> tuple[str, str]:
    """The column, and the minus in front of it or nothing."""
    return SORTS[sort.removeprefix("-")], "-" if sort.startswith("-") else ""

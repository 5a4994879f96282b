"""Findings as lists of work: which, in what order, with how each stands; the rows of an export."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from lianfang.kernel import clock
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.linkage import access, walking
from lianfang.linkage.errors import FINDING_CHANGED, FINDINGS_MANY
from lianfang.linkage.models import Run, RunFinding
from lianfang.linkage.queries import Page
from lianfang.linkage.rules import harmless
from lianfang.linkage.work import text
from lianfang.linkage.work.figures import moment
from lianfang.linkage.work.models import FindingNote, FindingWork
from lianfang.linkage.work.people import own_paths
from lianfang.linkage.work.rules import MOST_AT_ONCE, SETTLED, TODO, TOUCHED, WorkState

#: Headings that an import of the same file understands, or passes over.
EXPORT_COLUMNS: tuple[str, ...] = (
    "finding", "severity", "code", "file", "row", "person_ref", "name", "community", "grid", "reason_zh",
    "reason_en", "state", "assigned_to", "due", "since", "note",
)  # fmt: skip
MINE, NOBODY = "mine", "nobody"


@dataclass(frozen=True)
class FindingFilter:
    """Which findings; None leaves a question open. `text` looks into names and sentences.

    state: one of WorkState, or "todo" (open and assigned). assignee: "mine" (the actor's own, and what is given to an
    area of his), "nobody", or a user's id as digits. path: of an area. older: days since a run found it first.
    """

    code: str | None = None
    severity: str | None = None
    list: int | None = None
    place: int | None = None
    text: str | None = None
    state: str | None = None
    assignee: str | None = None
    path: str | None = None
    older: int | None = None
    overdue: bool = False


SORTS: dict[str, tuple[str, ...]] = {
    "number": ("number",),
    "-number": ("-number",),
    "code": ("code", "number"),
    "-code": ("-code", "number"),
    "list": ("list", "row", "number"),
    "-list": ("-list", "-row", "number"),
    "place": ("place", "number"),
    "-place": ("-place", "number"),
    "name": ("name_key", "number"),
    "-name": ("-name_key", "-number"),
    "since": ("since", "number"),
    "-since": ("-since", "number"),
}

#: Orders that an index holds together with the path.
WALKED = frozenset({"number", "-number", "list", "-list", "name", "-name"})


def findings_page(
    actor: Actor, run: Run, chosen: FindingFilter, *, now: datetime, sort: str, page: int, size: int
) -> Page:
    """One page of findings in the order `sort` (a key of SORTS), each with `work`, how it stands."""
    holding = _holding(actor, run, chosen)
    start = (page - 1) * size
    if (
        holding is not None
        and replace(chosen, text=None) == FindingFilter()
        and sort in ("number", "-number")
    ):
        total, numbers = len(holding), holding.page(start=start, size=size, down=sort == "-number")
    else:
        total = count(actor, run, chosen, now=now, holding=holding)
        large = _large(actor, run)
        touched = chosen.state in TOUCHED  # few, and an index of states and paths has them
        walked = _close(chosen) or (large and sort in WALKED and not touched)
        rows = matching(actor, run, chosen, now=now, walked=walked, holding=holding)
        numbers = walking.page_numbers(
            [rows.order_by(*SORTS[sort])], "number", start=start, size=size, total=total
        )
    items = walking.in_order(access.findings(actor, run, walked=True), "number", numbers)
    dress(items)
    _address(actor, run, items)
    return Page(items=items, total=total, page=page, size=size)


def _address(actor: Actor, run: Run, rows: Sequence[Any]) -> None:
    """Give each finding `address`, of the person it speaks of, as far as the actor sees people."""
    if not actor.can(Permission.PERSON_VIEW):
        return
    wanted = {row.person for row in rows if row.person is not None}
    people = access.people(actor, run).filter(person__in=wanted)
    addresses = dict(people.values_list("person", "address"))
    for row in rows:
        row.address = addresses.get(row.person)


def dress(rows: Sequence[Any]) -> None:
    """Give each finding `work`: its FindingWork, or None while nobody has touched it."""
    works = FindingWork.objects.unscoped(reason="of findings that the actor sees")
    found = {one.key: one for one in works.filter(key__in=[row.key for row in rows])}
    for row in rows:
        row.work = found.get(row.key)


def _large(actor: Actor, run: Run) -> bool:
    return walking.figure(actor, run, "findings", Permission.FINDING_VIEW) > walking.LARGE


def _close(chosen: FindingFilter) -> bool:
    """Whether the question names findings more closely than a path does: an index of its own answers it."""
    return chosen.place is not None or bool(chosen.assignee) or chosen.overdue


def matching(
    actor: Actor,
    run: Run,
    chosen: FindingFilter,
    *,
    now: datetime,
    walked: bool = False,
    holding: text.Fitting | None = None,
) -> QuerySet[RunFinding]:
    """The findings in the actor's scope that fit; `walked` as for the scope, `holding` if that was asked already."""
    rows: QuerySet[RunFinding] = access.findings(actor, run, walked=walked)
    for name in ("code", "severity", "list", "place"):
        value = getattr(chosen, name)
        if value is not None:
            rows = rows.filter(**{name: value})
    if chosen.path:
        rows = rows.filter(path__gte=chosen.path, path__lt=f"{chosen.path}~")
    if chosen.state == "todo":
        rows = rows.filter(state__in=[state.value for state in TODO])
    elif chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.assignee:
        rows = rows.filter(_given(actor, chosen.assignee))
    if chosen.older is not None:
        rows = rows.filter(since__lte=now - timedelta(days=chosen.older))
    if chosen.overdue:
        rows = rows.filter(due__lt=clock.local_date(now), state__in=[state.value for state in TODO])
    if not (chosen.text or "").strip():
        return rows
    holding = holding or _holding(actor, run, chosen)
    return rows.filter(_saying(str(chosen.text)) if holding is None else holding.condition())


def _holding(actor: Actor, run: Run, chosen: FindingFilter) -> text.Fitting | None:
    return text.fitting(actor, run, chosen.text) if chosen.text and chosen.text.strip() else None


def _saying(words: str) -> Q:
    """For runs that were loaded without an index: every finding is read."""
    said = words.strip()
    return Q(name__icontains=said) | Q(reason_zh__icontains=said) | Q(reason_en__icontains=said)


def _given(actor: Actor, assignee: str) -> Q:
    if assignee == MINE:
        own = Q(assignee=actor.user_id) | Q(team__in=own_paths(actor))
        return own & Q(state__in=[state.value for state in TOUCHED])
    if assignee == NOBODY:
        return Q(assignee=None, team=None)
    return Q(assignee=int(assignee))


def count(
    actor: Actor, run: Run, chosen: FindingFilter, *, now: datetime, holding: text.Fitting | None = None
) -> int:
    """How many fit; of questions that the figures answer, nothing is counted but what people have touched."""
    if chosen.older is not None and replace(chosen, older=None, path=None) == FindingFilter():
        until = moment(now - timedelta(days=chosen.older))
        path = chosen.path or ""
        return walking.figure(actor, run, "since", Permission.FINDING_VIEW, path=path, a__lte=until)
    plain = replace(chosen, code=None, severity=None, path=None, state=None)
    without = {None: (), "": (), "todo": SETTLED, WorkState.OPEN.value: TOUCHED}.get(chosen.state)
    if plain != FindingFilter() or without is None:
        # An age fits many, and in a large scope only the index of numbers holds it.
        walked = _close(chosen) or (chosen.older is not None and _large(actor, run))
        return matching(actor, run, chosen, now=now, walked=walked, holding=holding).count()
    only = {key: value for key, value in (("a", chosen.code), ("b", chosen.severity)) if value is not None}
    path = chosen.path or ""
    total = walking.figure(actor, run, "findings", Permission.FINDING_VIEW, path=path, **only)
    if not without:
        return total
    touched = matching(actor, run, replace(chosen, state=None), now=now)
    return total - touched.filter(state__in=[state.value for state in without]).count()


def all_matching(
    actor: Actor, run: Run, chosen: FindingFilter, *, total: int, now: datetime
) -> list[tuple[int, int]]:
    """Key and version of every finding that fits. Raises finding.many, and finding.changed unless there are `total`."""
    keys = list(matching(actor, run, chosen, now=now).values_list("key", flat=True)[: MOST_AT_ONCE + 1])
    if len(keys) > MOST_AT_ONCE:
        raise ProblemError(FINDINGS_MANY, most=MOST_AT_ONCE)
    if len(keys) != total:
        raise ProblemError(FINDING_CHANGED, findings=abs(len(keys) - total))
    touched = FindingWork.objects.unscoped(reason="of findings that the actor sees")
    versions: dict[int, int] = {}
    for start in range(0, len(keys), 500):
        versions |= dict(touched.filter(key__in=keys[start : start + 500]).values_list("key", "version"))
    return [(key, versions.get(key, 0)) for key in keys]


def export_rows(actor: Actor, run: Run, chosen: FindingFilter, *, now: datetime) -> Iterator[list[str]]:
    """The rows of the export, header first; numbers masked, nothing that a spreadsheet would run."""
    labels: dict[int | None, str] = {one.number: one.label for one in access.lists(actor, run)}
    places = {place.number: place for place in access.places(actor, run)}
    yield list(EXPORT_COLUMNS)
    portion: list[Any] = []
    for row in matching(actor, run, chosen, now=now).order_by("number").iterator(chunk_size=500):
        portion.append(row)
        if len(portion) == 500:
            yield from _exported(portion, labels, places)
            portion = []
    yield from _exported(portion, labels, places)


def _exported(
    rows: Sequence[Any], labels: dict[int | None, str], places: dict[int, Any]
) -> Iterator[list[str]]:
    dress(rows)
    for row in rows:
        place, work = places.get(row.place), row.work
        values = (
            row.number, row.severity, row.code, labels.get(row.list, ""), row.row, row.person, row.name,
            place.community if place else "", place.name if place else "", row.reason_zh, row.reason_en,
            row.state, (work.assignee_name or work.team_name) if work else "", row.due,
            clock.local_date(row.since), work.note if work else "",
        )  # fmt: skip
        yield [harmless("" if value is None else str(value)) for value in values]


def history(actor: Actor, run: Run, key: int) -> QuerySet[FindingNote]:
    """The steps of one finding, newest first. Raises not_found."""
    if not access.findings(actor, run).filter(key=key).exists():
        raise ProblemError(NOT_FOUND)
    notes = FindingNote.objects.unscoped(reason="of a finding that the actor sees")
    return notes.filter(key=key).order_by("-pk")

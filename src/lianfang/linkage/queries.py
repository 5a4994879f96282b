"""Reads for screens, always from access. Values leave here masked."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, Sum

from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.linkage import access
from lianfang.linkage.models import Run, RunFinding, RunPerson, RunRejected, RunTask
from lianfang.linkage.work import figures


@dataclass(frozen=True)
class Page:
    """One page of a longer list, counted from 1."""

    items: Sequence[Any]
    total: int
    page: int
    size: int


PEOPLE_SORTS: dict[str, tuple[str, ...]] = {
    "person": ("person",),
    "-person": ("-person",),
    "name": ("name_key", "person"),
    "-name": ("-name_key", "-person"),
    "sources": ("sources", "person"),
    "-sources": ("-sources", "person"),
    "findings": ("findings", "person"),
    "-findings": ("-findings", "person"),
    "last_seen": (F("last_seen").asc(nulls_last=True), "person"),  # type: ignore[dict-item]
    "-last_seen": (F("last_seen").desc(nulls_last=True), "person"),  # type: ignore[dict-item]
}


def overview(actor: Actor, run: Run) -> dict[str, Any]:
    """The figures of a run as far as the actor sees: people, sources, records a list, findings, coverage."""
    counts: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    grouped = (
        access.figures(actor, run)
        .values("measure", "a", "b")
        .annotate(sum=Sum("n"))
        .order_by("measure", "a", "b")
    )
    for row in grouped:
        counts[row["measure"]][(row["a"], row["b"])] = row["sum"]
    places = list(access.places(actor, run).order_by("number"))
    return {
        "people": sum(counts["people"].values()),
        "people_with_conflicts": sum(counts["conflicts"].values()),
        "sources": [
            {"sources": int(a), "people": n}
            for (a, _), n in sorted(counts["people"].items(), key=lambda x: int(x[0][0]))
        ],
        "records": {int(a): n for (a, _), n in counts["records"].items()},
        "findings": figures.by_kind(actor, run),
        "places": places,
        **{
            name: sum(getattr(place, name) for place in places)
            for name in ("registered", "seen", "unregistered")
        },
    }


def finding(actor: Actor, run: Run, number: int) -> RunFinding:
    """One finding. Raises not_found."""
    found = access.findings(actor, run, walked=True).filter(number=number).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    return found


def people_page(
    actor: Actor, run: Run, *, text: str, place: int | None, only: str | None, sort: str, page: int, size: int
) -> Page:
    """People whose file fits every word of `text`; `only` is conflicts, unseen or unregistered."""
    rows = access.people(actor, run)
    for word in text.lower().split()[:6]:
        rows = rows.filter(search__contains=word)
    if place is not None:
        rows = rows.filter(place=place)
    if only == "conflicts":
        rows = rows.filter(conflicts__gt=0)
    if only == "unseen":
        rows = rows.filter(on_register=True, sources=1)
    if only == "unregistered":
        rows = rows.filter(on_register=False)
    return paged(rows.order_by(*PEOPLE_SORTS[sort]), page, size)


def person(actor: Actor, run: Run, number: int) -> RunPerson:
    """One person. Raises not_found."""
    found = access.people(actor, run).filter(person=number).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    return found


def tasks_page(actor: Actor, run: Run, *, place: int, page: int, size: int) -> Page:
    """A grid's work list in the order of work. Raises not_found."""
    if not access.places(actor, run).filter(number=place).exists():
        raise ProblemError(NOT_FOUND)
    rows: QuerySet[RunTask] = access.tasks(actor, run).filter(place=place)
    return paged(rows.order_by("-urgency", "position"), page, size)


def rejected_page(actor: Actor, run: Run, *, list_number: int | None, page: int, size: int) -> Page:
    """Rows that could not be read, of one list or of all."""
    rows: QuerySet[RunRejected] = access.rejected(actor, run)
    if list_number is not None:
        rows = rows.filter(list=list_number)
    return paged(rows.order_by("number"), page, size)


def paged(rows: QuerySet[Any], page: int, size: int) -> Page:
    """One page of the rows, which are in order."""
    start = (page - 1) * size
    return Page(items=list(rows[start : start + size]), total=rows.count(), page=page, size=size)

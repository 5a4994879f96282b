"""Lists that somebody published (risk areas, trips of cases, case figures): tried, taken in, withdrawn."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db import transaction

from lianfang.kernel import audit, jobs
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.screening import access, errors
from lianfang.screening.engine import cotravel, risk
from lianfang.screening.engine.cotravel import TableError
from lianfang.screening.models import PublishedList, PublishedTrip, RiskArea
from lianfang.territory.models import Area

MOST_BYTES = 1_500_000
MOST_SHOWN = 200
LEAST_REASON = 4
RENEW = "screening.propose"


class Kind(StrEnum):
    AREAS = "areas"
    TRIPS = "trips"
    FIGURES = "figures"


@dataclass(frozen=True)
class Paper:
    """A list as it came: a file, or pasted text (then `file_name` is empty). `year` and the others count where it
    says nothing.
    """

    kind: Kind
    title: str
    content: bytes
    file_name: str = ""
    year: int | None = None
    level: str | None = None
    first: date | None = None
    home: str = ""


@dataclass(frozen=True)
class Understood:
    """What was made of it. `unread`: [{"row", "text", "code", "candidates"}]."""

    areas: tuple[risk.RiskArea, ...]
    trips: tuple[cotravel.Trip, ...]
    unread: tuple[dict[str, Any], ...]
    columns: tuple[tuple[str, str], ...]

    @property
    def entries(self) -> int:
        return len(self.areas) + len(self.trips)


def understand(paper: Paper) -> Understood:
    """Read a list without keeping anything. Raises risk.file, risk.large."""
    if len(paper.content) > MOST_BYTES:
        raise ProblemError(errors.RISK_LARGE, most=MOST_BYTES)
    try:
        if paper.kind is Kind.TRIPS:
            return _trips(paper)
        return _areas(paper) if paper.kind is Kind.AREAS else _figures(paper)
    except TableError as error:
        raise ProblemError(errors.RISK_FILE, why=error.code.removeprefix("file.")) from error


def _trips(paper: Paper) -> Understood:
    if paper.file_name:
        reading = cotravel.read_file(paper.file_name, paper.content, year=paper.year)
    else:
        reading = cotravel.read_text(paper.content.decode(), source=paper.title, year=paper.year)
    unread = tuple(
        {"row": one.row, "text": " | ".join(one.cells)[:300], "code": one.code, "candidates": []}
        for one in reading.unread
    )
    return Understood((), tuple(cotravel.merge(reading.trips)), unread, reading.columns)


def _areas(paper: Paper) -> Understood:
    given = risk.Given(paper.title, paper.year, paper.level, paper.first, paper.home)
    if paper.file_name:
        reading = risk.read_file(paper.file_name, paper.content, given)
    else:
        reading = risk.read_text(paper.content.decode(), given)
    unread = tuple(
        {
            "row": one.row,
            "text": one.text[:300],
            "code": one.code,
            "candidates": [risk.full_name(code) for code in one.candidates],
        }
        for one in reading.unread
    )
    return Understood(tuple(risk.merge(reading.areas)), (), unread, reading.columns)


def _figures(paper: Paper) -> Understood:
    figures = risk.read_figures(paper.file_name or paper.title, paper.content, year=paper.year)
    areas = risk.derive_areas(figures, risk.Rule(), source=paper.title)
    unread = tuple(
        {"row": row, "text": place, "code": code, "candidates": []} for row, place, code in figures.unread
    )
    return Understood(tuple(areas), (), unread, ())


def take_in(*, actor: Actor, now: datetime, area: Area | None, paper: Paper) -> PublishedList:
    """Keep a list and what it says, for the area (None: the whole territory). Proposals are renewed by a job.

    Raises forbidden, not_found, risk.title, risk.file, risk.large, risk.nothing.
    """
    path = area.path if area else ""
    actor.require(Permission.SCREENING_MANAGE, path)
    if not paper.title.strip():
        raise ProblemError(errors.RISK_TITLE)
    understood = understand(paper)
    if not understood.entries:
        raise ProblemError(errors.RISK_NOTHING)
    with transaction.atomic():
        made = _kept(actor, now, path, paper, understood)
        audit.record(
            actor=actor, action="risk.received", now=now, kind="published_list", object_id=made.pk, path=path,
            details={"kind": paper.kind.value, "entries": understood.entries, "unread": len(understood.unread)},
        )  # fmt: skip
        renew_soon(actor, now, path)
    return made


def _kept(actor: Actor, now: datetime, path: str, paper: Paper, understood: Understood) -> PublishedList:
    first = paper.first.isoformat() if paper.first else None
    made = PublishedList.objects.create(
        path=path, kind=paper.kind.value, title=paper.title.strip()[:120], file_name=paper.file_name[:200],
        content=paper.content, columns=[list(pair) for pair in understood.columns], entries=understood.entries,
        given={"year": paper.year, "level": paper.level, "first": first, "home": paper.home},
        unread=list(understood.unread[:MOST_SHOWN]), unread_count=len(understood.unread), received_at=now,
        received_by=actor.user_id, received_by_name=actor.name[:150],
    )  # fmt: skip
    RiskArea.objects.bulk_create(
        [
            RiskArea(
                list=made, key=one.key, code=one.place.code, detail=one.place.detail[:200], level=one.level,
                first=one.first, last=one.last, source="、".join(one.sources)[:200],
            )
            for one in understood.areas
        ],
        batch_size=1000,
    )  # fmt: skip
    PublishedTrip.objects.bulk_create(
        [
            PublishedTrip(
                list=made, key=one.key, data=cotravel.as_data(one), first=one.dates[0], last=one.dates[-1]
            )
            for one in understood.trips
        ],
        batch_size=1000,
    )
    return made


def withdraw(*, actor: Actor, now: datetime, number: int, reason: str) -> PublishedList:
    """The list counts no longer; proposals are renewed. Raises forbidden, not_found, risk.reason, risk.withdrawn."""
    found = access.published_to_manage(actor, number)
    if len(reason.strip()) < LEAST_REASON:
        raise ProblemError(errors.RISK_REASON, least=LEAST_REASON)
    with transaction.atomic():
        rows = PublishedList.objects.unscoped(reason="the actor manages it").filter(
            pk=number, withdrawn_at=None
        )
        if not rows.update(
            withdrawn_at=now, withdrawn_by_name=actor.name[:150], withdrawn_reason=reason.strip()[:300]
        ):
            raise ProblemError(errors.RISK_WITHDRAWN)
        audit.record(
            actor=actor, action="risk.withdrawn", now=now, kind="published_list", object_id=number, path=found.path,
            details={"reason": reason.strip()[:300]},
        )  # fmt: skip
        renew_soon(actor, now, found.path)
    return access.published_list(actor, number)


def renew_soon(actor: Actor, now: datetime, path: str) -> None:
    """A job reckons proposals below `path` anew when the caller's transaction has committed."""
    jobs.start(actor=actor, now=now, kind=RENEW, title=RENEW, params={"path": path}, path=path)

"""Proposed measures: reckoned from what visits tell and what lists say, decided by people."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from lianfang.kernel import audit, jobs
from lianfang.kernel.actor import Actor, system
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.models import Job, JobState
from lianfang.kernel.permissions import Permission
from lianfang.screening import access, diseases, errors, exposed, profiles
from lianfang.screening.engine.rules import Proposal, propose
from lianfang.screening.facts_of_people import Saying, births, facts, sayings
from lianfang.screening.models import MeasureProposal, Statement
from lianfang.screening.published import LEAST_REASON, RENEW

_AT_ONCE = 500
MOST_DECIDED = 200
_WHY = "the system reckons proposals for everybody below a path"


class MeasureState(StrEnum):
    OPEN = "open"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    LAPSED = "lapsed"  # it no longer follows from what is known


def enqueue(*, now: datetime) -> None:
    """A job reckons anew when the caller's transaction has committed; one that waits for everything will do it."""
    waiting = Job.objects.filter(kind=RENEW, state=JobState.QUEUED, path="")
    if not waiting.exists():
        jobs.start(actor=system("screening"), now=now, kind=RENEW, title=RENEW, params={"path": ""})


def renew(path: str, *, now: datetime, tell: Callable[[str, float], object]) -> int:
    """Reckon the proposals of everybody below `path` of whom a visit tells something; how many are open then."""
    rows = Statement.objects.unscoped(reason=_WHY).filter(matters=True, void=False, person__isnull=False)
    if path:
        rows = rows.filter(path__gte=path, path__lt=f"{path}~")
    people = sorted({one for one in rows.order_by().values_list("person", flat=True) if one is not None})
    held: dict[str, exposed.Known] = {}
    for start in range(0, len(people), _AT_ONCE):
        _renewed(people[start : start + _AT_ONCE], now, held)
        tell(RENEW, (start + _AT_ONCE) / max(len(people), 1))
    found = MeasureProposal.objects.unscoped(reason=_WHY).filter(state=MeasureState.OPEN.value)
    return found.filter(path__startswith=path).count() if path else found.count()


def _renewed(numbers: Sequence[int], now: datetime, held: dict[str, exposed.Known]) -> None:
    told, born, today = sayings(numbers), births(numbers), timezone.localdate(now)
    wanted: dict[tuple[int, str], _Wanted] = {}
    uses = diseases.uses()
    for person in numbers:
        said = told.get(person, [])
        if not said:
            continue
        last = said[-1]
        if last.path not in held:
            held[last.path] = exposed.known(exposed.lists_for(last.path))
        known = held[last.path]
        for name in _diseases(said, uses):
            profile = profiles.usable(name)
            if profile is not None:
                found = propose(
                    profile, facts(said, known, profile, on=today, birth=born.get(person)), known.areas
                )
                wanted[person, name] = _Wanted(last, [one for one in found if one.measure != "none"])
    with transaction.atomic():
        _written(numbers, wanted, now)


def _diseases(said: Sequence[Saying], uses: list[diseases.Use]) -> list[str]:
    """Profiles of the campaigns that it was said for, and of those at the place then or since: who reports himself, or
    tells it in passing, says it for no campaign.
    """
    own = [one.profile for one in said if one.profile]
    there = [name for one in said for name in diseases.named(uses, one.path, one.at)]
    return list(dict.fromkeys(own + there))


@dataclass(frozen=True)
class _Wanted:
    last: Saying
    proposals: list[Proposal]


def _written(people: Sequence[int], wanted: dict[tuple[int, str], _Wanted], now: datetime) -> None:
    """Open proposals as wanted now; what somebody decided stands as long as the facts are the same."""
    rows = MeasureProposal.objects.unscoped(reason=_WHY).filter(person__in=people)
    by_key: dict[tuple[int, str, str], list[MeasureProposal]] = defaultdict(list)
    for row in rows.select_for_update().order_by("pk"):
        by_key[row.person, row.profile, row.measure].append(row)
    fresh: list[MeasureProposal] = []
    standing: set[int] = set()
    for (person, name), one in wanted.items():
        for proposal in one.proposals:
            known = by_key[person, name, proposal.measure]
            open_one = next((row for row in known if row.state == MeasureState.OPEN.value), None)
            if open_one is not None:
                standing.add(open_one.pk)
                _update(open_one, proposal, one.last)
            elif not _settled(known, proposal):
                fresh.append(_made(person, name, proposal, one.last, now))
    gone = [
        row.pk
        for rows_ in by_key.values()
        for row in rows_
        if row.state == MeasureState.OPEN.value and row.pk not in standing
    ]
    lapsing = MeasureProposal.objects.unscoped(reason=_WHY).filter(pk__in=gone, state=MeasureState.OPEN.value)
    lapsing.update(state=MeasureState.LAPSED.value, decided_at=now)
    MeasureProposal.objects.bulk_create(fresh, ignore_conflicts=True)


def _settled(known: Iterable[MeasureProposal], proposal: Proposal) -> bool:
    """Whether somebody decided on the same facts, or confirmed the measure for as long already."""
    digest = _digest(proposal)
    return any(
        row.digest == digest
        or (
            row.state == MeasureState.CONFIRMED.value
            and row.until is not None
            and row.until >= (proposal.until or row.until)
        )
        for row in known
        if row.state in (MeasureState.CONFIRMED.value, MeasureState.DECLINED.value)
    )


def _digest(proposal: Proposal) -> str:
    facts_of = sorted((one.kind, one.day.isoformat(), one.zh) for one in proposal.evidence)
    text = json.dumps([proposal.measure, proposal.rule, str(proposal.until), facts_of], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _told(proposal: Proposal) -> str:
    evidence = [
        {"kind": one.kind, "day": one.day.isoformat(), "zh": one.zh, "en": one.en, "visit": one.fact}
        for one in proposal.evidence
    ]
    return json.dumps({"zh": proposal.zh, "en": proposal.en, "evidence": evidence}, ensure_ascii=False)


def _made(person: int, name: str, proposal: Proposal, last: Saying, now: datetime) -> MeasureProposal:
    return MeasureProposal(
        person=person, path=last.path, dwelling=last.dwelling, profile=name, rule=proposal.rule,
        measure=proposal.measure, since=proposal.since, until=proposal.until, told=_told(proposal),
        sources=list(proposal.sources), digest=_digest(proposal), made_at=now,
    )  # fmt: skip


def _update(row: MeasureProposal, proposal: Proposal, last: Saying) -> None:
    digest = _digest(proposal)
    if row.digest == digest and row.path == last.path:
        return
    rows = MeasureProposal.objects.unscoped(reason=_WHY).filter(pk=row.pk, version=row.version)
    rows.update(
        path=last.path, dwelling=last.dwelling, rule=proposal.rule, since=proposal.since, until=proposal.until,
        told=_told(proposal), sources=list(proposal.sources), digest=digest, version=row.version + 1,
    )  # fmt: skip


# ── people decide ───────────────────────────────────────────────────────────────────────────────────────────
def decide(
    *, actor: Actor, now: datetime, chosen: Sequence[tuple[int, int]], verdict: MeasureState, reason: str
) -> list[MeasureProposal]:
    """Confirm or decline proposals, each named with the version that was seen; all or none.

    Declining needs a reason. Raises forbidden, not_found, risk.reason, measure.decided.
    """
    text = reason.strip()[:300]
    if verdict is MeasureState.DECLINED and len(text) < LEAST_REASON:
        raise ProblemError(errors.RISK_REASON, least=LEAST_REASON)
    rows = access.proposals(actor, Permission.MEASURE_CONFIRM)
    found = access.all_of(rows, [number for number, _ in chosen])
    with transaction.atomic():
        for number, version in chosen:
            one = MeasureProposal.objects.unscoped(reason="the actor may decide on it: asked above")
            done = one.filter(pk=number, version=version, state=MeasureState.OPEN.value).update(
                state=verdict.value, decided_at=now, decided_by=actor.user_id, decided_by_name=actor.name[:150],
                reason=text, version=version + 1,
            )  # fmt: skip
            if not done:
                raise ProblemError(errors.MEASURE_DECIDED)
            audit.record(
                actor=actor, action=f"measure.{verdict.value}", now=now, kind="measure", object_id=number,
                path=found[number].path, details={"measure": found[number].measure},
            )  # fmt: skip
    return list(rows.filter(pk__in=[number for number, _ in chosen]).order_by("pk"))

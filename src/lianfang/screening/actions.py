"""Starting and ending campaigns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from lianfang.kernel import audit, jobs
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import CONFLICT, NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.registry import access as registry
from lianfang.screening import access, errors, measures, profiles
from lianfang.screening.models import Screening, ScreeningTask
from lianfang.screening.rules import EXTRA_FIELDS, LEAST_WHY, MOST_TRIES, OPEN_STATES, CampaignKind, TaskState
from lianfang.territory.models import Area

MOST_PEOPLE = 50_000
LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Plan:
    """What a campaign is to be. `areas`: parts of the area that it is restricted to; `uids`: of a list of people."""

    title: str
    kind: CampaignKind
    purpose: str
    legal_basis: str
    starts_at: datetime
    due_at: datetime
    areas: Sequence[Area] = ()
    uids: Sequence[int] = ()
    tries: int = 3
    hours: str = ""
    extra_fields: Sequence[Mapping[str, str]] = ()
    profile: str = ""


def start_screening(*, actor: Actor, now: datetime, area: Area | None, plan: Plan) -> Screening:
    """Start a campaign over an area (None: the whole territory). A job makes the work lists.

    Raises forbidden, not_found, screening.title, screening.period, screening.field_why, screening.field_unknown,
    screening.nobody, screening.people_many, screening.profile.
    """
    path = area.path if area else ""
    actor.require(Permission.SCREENING_MANAGE, path)
    _check(plan, now)
    areas = [one.path for one in plan.areas]
    if not all(one.startswith(path) for one in areas):
        raise ProblemError(NOT_FOUND)
    uids = _people(actor, plan) if plan.kind == CampaignKind.PEOPLE else []
    with transaction.atomic():
        campaign = Screening.objects.create(
            title=plan.title.strip()[:120], kind=plan.kind.value, path=path, areas=areas,
            purpose=plan.purpose.strip()[:300], legal_basis=plan.legal_basis, starts_at=plan.starts_at,
            due_at=plan.due_at, tries=plan.tries, hours=plan.hours.strip()[:200],
            extra_fields=[dict(one) for one in plan.extra_fields], profile=plan.profile,
            choice={"uids": uids} if uids else {}, created_at=now, created_by=actor.user_id,
            created_by_name=actor.name[:150],
        )  # fmt: skip
        job = jobs.start(
            actor=actor, now=now, kind="screening.make", title="screening.make",
            params={"screening": campaign.pk}, path=path,
        )  # fmt: skip
        campaign.job = job.pk
        campaign.save(update_fields=["job"])
        if campaign.profile:  # what people said before may matter to its disease
            measures.enqueue(now=now)
        audit.record(
            actor=actor, action="screening.started", now=now, kind="screening", object_id=campaign.pk,
            path=path, details={"kind": plan.kind.value, "people": len(uids)},
        )  # fmt: skip
    return campaign


def _check(plan: Plan, now: datetime) -> None:
    if not plan.title.strip() or not plan.purpose.strip():
        raise ProblemError(errors.TITLE)
    if not plan.starts_at < plan.due_at <= plan.starts_at + LONGEST or plan.due_at <= now:
        raise ProblemError(errors.PERIOD)
    if not 1 <= plan.tries <= MOST_TRIES:
        raise ProblemError(errors.PERIOD)
    if plan.profile and profiles.usable(plan.profile) is None:
        raise ProblemError(errors.PROFILE)
    for one in plan.extra_fields:
        if one["field"] not in EXTRA_FIELDS:
            raise ProblemError(errors.FIELD_UNKNOWN, field=one["field"])
        if len(one["why"].strip()) < LEAST_WHY:
            raise ProblemError(errors.FIELD_WHY, field=one["field"], least=LEAST_WHY)


def _people(actor: Actor, plan: Plan) -> list[int]:
    """The people chosen, as far as the actor sees them. Raises screening.nobody, screening.people_many."""
    wanted = sorted(set(plan.uids))
    if len(wanted) > MOST_PEOPLE:
        raise ProblemError(errors.PEOPLE_MANY, most=MOST_PEOPLE)
    found: list[int] = []
    for start in range(0, len(wanted), 2_000):
        portion = registry.people(actor).filter(pk__in=wanted[start : start + 2_000])
        found += portion.values_list("pk", flat=True)
    if not found:
        raise ProblemError(errors.NOBODY)
    return sorted(found)


def end_screening(*, actor: Actor, now: datetime, campaign: int, version: int) -> Screening:
    """No more work for this campaign; what is not done is closed. Visits that still come are kept.

    Raises forbidden, not_found, conflict, screening.ended.
    """
    found = access.campaign_to_manage(actor, campaign)
    if found.ended_at is not None:
        raise ProblemError(errors.ENDED)
    rows = Screening.objects.unscoped(reason="the actor manages it")
    with transaction.atomic():
        done = rows.filter(pk=campaign, version=version, ended_at=None).update(
            ended_at=now, ended_by_name=actor.name[:150], version=version + 1
        )
        if not done:
            raise ProblemError(CONFLICT)
        tasks = ScreeningTask.objects.unscoped(reason="of this campaign").filter(screening=campaign)
        left = tasks.filter(state__in=[one.value for one in OPEN_STATES])
        closed = left.update(state=TaskState.CLOSED.value)
        audit.record(
            actor=actor, action="screening.ended", now=now, kind="screening", object_id=campaign,
            path=found.path, details={"closed": closed},
        )  # fmt: skip
    found.refresh_from_db()
    return found

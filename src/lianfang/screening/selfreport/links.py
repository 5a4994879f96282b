"""Making and withdrawing the links of compounds; deleting what came through them when its time is over."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from lianfang.kernel import audit
from lianfang.kernel.actor import Actor, system
from lianfang.kernel.clock import local_date
from lianfang.kernel.errors import CONFLICT, ProblemError
from lianfang.screening.models import Screening
from lianfang.screening.rules import CampaignKind
from lianfang.screening.selfreport import access, errors
from lianfang.screening.selfreport.models import ReportLink, SelfReport
from lianfang.screening.selfreport.rules import LONGEST_DAYS, fresh_token, hashed
from lianfang.territory.access import compounds, one

LONGEST_KEPT = timedelta(days=730)


@dataclass(frozen=True)
class Ground:
    """What people are told before they type anything."""

    collector: str
    contact: str
    purpose: str
    legal_basis: str
    kept_until: date
    days: int  # that the link lasts


@transaction.atomic
def make_link(*, actor: Actor, now: datetime, compound: int, ground: Ground) -> tuple[ReportLink, str]:
    """A link for a compound, and its token, which is told this once.

    Raises forbidden, not_found, self_report.ground.
    """
    place = one(compounds(actor, access.MANAGE), compound)
    actor.require(access.MANAGE, place.path)
    expires = now + timedelta(days=ground.days)
    told = [ground.collector, ground.contact, ground.purpose]
    in_time = local_date(expires) <= ground.kept_until <= local_date(now + LONGEST_KEPT)
    if not all(text.strip() for text in told) or not 1 <= ground.days <= LONGEST_DAYS or not in_time:
        raise ProblemError(errors.GROUND)
    campaign = _campaign(actor, now, place.name, place.path, ground, expires)
    token = fresh_token()
    link = ReportLink.objects.create(
        path=place.path, compound=place.pk, compound_name=place.name, campaign=campaign.pk,
        collector=ground.collector.strip(), contact=ground.contact.strip(), purpose=ground.purpose.strip(),
        legal_basis=ground.legal_basis, kept_until=ground.kept_until, token_hash=hashed(token), created_at=now,
        created_by_name=actor.name[:150], expires_at=expires,
    )  # fmt: skip
    audit.record(
        actor=actor, action="self_report.link_made", now=now, kind="report_link", object_id=link.pk,
        path=link.path, details={"compound": place.pk, "days": ground.days},
    )  # fmt: skip
    return link, token


def _campaign(
    actor: Actor, now: datetime, name: str, path: str, ground: Ground, until: datetime
) -> Screening:
    """A campaign without a list of its own: announced arrivals become its tasks."""
    return Screening.objects.create(
        title=f"{name}·居民申报"[:120], kind=CampaignKind.HOUSEHOLD.value, path=path, purpose=ground.purpose.strip(),
        legal_basis=ground.legal_basis, starts_at=now, due_at=until, created_at=now, created_by=actor.user_id,
        created_by_name=actor.name[:150], made_at=now,
    )  # fmt: skip


@transaction.atomic
def withdraw_link(*, actor: Actor, now: datetime, link: int, reason: str) -> ReportLink:
    """Nobody opens it any more; what came through it stays. Raises forbidden, not_found, conflict."""
    found = access.link(actor, link)
    rows = access.links(actor).filter(pk=link, withdrawn_at=None)
    if not rows.update(withdrawn_at=now, withdrawn_by_name=actor.name[:150]):
        raise ProblemError(CONFLICT)
    audit.record(
        actor=actor, action="self_report.link_withdrawn", now=now, kind="report_link", object_id=link,
        path=found.path, details={"reason": reason[:300]},
    )  # fmt: skip
    found.refresh_from_db()
    return found


def forget_old(*, now: datetime) -> int:
    """Delete the reports whose time is over; how many. Visits that they became are kept as any visit is."""
    rows = SelfReport.objects.unscoped(reason="of all areas: their time is over")
    with transaction.atomic():
        gone, _ = rows.filter(link__kept_until__lt=local_date(now)).delete()
        if gone:
            audit.record(
                actor=system("self_report"),
                action="self_report.forgotten",
                now=now,
                details={"reports": gone},
            )
    return gone

"""The links and reports that an actor may see; and those that a token or receipt opens, for whoever holds it."""

from datetime import datetime

from lianfang.kernel.actor import Actor
from lianfang.kernel.clock import local_date
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.kernel.scoping import ScopedQuerySet
from lianfang.screening.selfreport.models import ReportLink, SelfReport
from lianfang.screening.selfreport.rules import hashed, hashed_receipt

MANAGE = Permission.SCREENING_MANAGE
_HELD = "whoever holds the secret sees what it opens, and nothing else"


def links(actor: Actor) -> ScopedQuerySet[ReportLink]:
    return ReportLink.objects.within(actor.require(MANAGE))


def link(actor: Actor, pk: int) -> ReportLink:
    """Raises forbidden, not_found."""
    found = links(actor).filter(pk=pk).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    return found


def reports(actor: Actor) -> ScopedQuerySet[SelfReport]:
    return SelfReport.objects.within(actor.require(MANAGE))


def report(actor: Actor, pk: int) -> SelfReport:
    """Raises forbidden, not_found."""
    found = reports(actor).filter(pk=pk).select_related("link").first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    return found


def link_of_token(token: str, *, now: datetime) -> ReportLink:
    """The link that this token opens now. Unknown, withdrawn, over: not_found, all alike."""
    rows = ReportLink.objects.unscoped(reason=_HELD)
    found = rows.filter(token_hash=hashed(token), withdrawn_at=None, expires_at__gt=now).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    return found


def report_of_receipt(receipt: str, *, now: datetime) -> SelfReport:
    """The report with this receipt, as long as it is kept. Raises not_found."""
    rows = SelfReport.objects.unscoped(reason=_HELD).select_related("link")
    found = rows.filter(receipt_hash=hashed_receipt(receipt), link__kept_until__gte=local_date(now)).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    return found

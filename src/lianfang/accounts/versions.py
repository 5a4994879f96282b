"""Two people at one user: the change of a page that is behind is refused, and told what happened meanwhile."""

from datetime import datetime
from typing import Any

from django.db.models import F

from lianfang.accounts.errors import REASON_NEEDED, USER_CHANGED
from lianfang.accounts.models import User
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.models import AuditRecord

LEAST_REASON = 4  # characters
_LOOK_BACK = 100  # acts; a page that is further behind is told the newest of them


def change(
    *,
    actor: Actor,
    action: str,
    user: User,
    version: int,
    now: datetime,
    path: str = "",
    details: dict[str, object] | None = None,
    **fields: Any,
) -> User:
    """Set `fields` of the user whose page shows `version`, count one change, record the act. Within a transaction.

    Returns the user as he is now. Raises user.changed when `version` is not the newest.
    """
    # Conditional: of two browsers with one page, one gets the row.
    current = User.objects.filter(pk=user.pk, version=version)
    if current.update(version=F("version") + 1, **fields) != 1:
        raise _behind(user, version)
    audit.record(
        actor=actor,
        action=action,
        now=now,
        kind="user",
        object_id=user.pk,
        path=path,
        details={**(details or {}), "version": version + 1},
    )
    user.refresh_from_db()
    return user


def reason_in(text: str) -> str:
    """The reason without blanks around it. Raises reason.needed when it is too short to be one."""
    words = text.strip()
    if len(words) < LEAST_REASON:
        raise ProblemError(REASON_NEEDED, least=LEAST_REASON)
    return words[:500]


def _behind(user: User, version: int) -> ProblemError:
    newest = AuditRecord.objects.filter(kind="user", object_id=str(user.pk)).order_by("-pk")[:_LOOK_BACK]
    since = [record for record in reversed(newest) if record.details.get("version", 0) > version]
    by = list(dict.fromkeys(record.actor_name for record in since))
    now_at = User.objects.values_list("version", flat=True).get(pk=user.pk)
    return ProblemError(USER_CHANGED, acts=[record.action for record in since], by=by, version=now_at)

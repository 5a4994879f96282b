"""A paper form, typed in at the desk: the same fact as from a phone, taken by the same action."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from pydantic import ValidationError

from lianfang.accounts.models import User
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import CONFLICT, INVALID, ProblemError
from lianfang.screening.facts import Recorded, take_visits
from lianfang.screening.models import Visit
from lianfang.screening.visit_body import VisitBody


def type_in(
    *, actor: Actor, now: datetime, visit: UUID, at: datetime, body: dict[str, Any], worker_name: str = ""
) -> Visit:
    """Take the visit; `worker_name`: who filled the paper in, as it says. The same id with the same words again is no
    fault.

    Raises invalid (`fields` names what does not fit), conflict (another visit has this id), forbidden, not_found, and
    what `take_visits` refuses.
    """
    try:
        said = VisitBody.model_validate(body)
    except ValidationError as problem:
        errors = problem.errors(include_input=False)
        fields = sorted({".".join(map(str, one["loc"])) for one in errors})[:5]
        raise ProblemError(INVALID, fields=fields) from problem
    user = User.objects.filter(pk=actor.user_id).first() if actor.user_id else None
    name = worker_name.strip()[:150]
    fact = Recorded(visit, actor, user, None, at, min(at, now), now, said, name)
    with transaction.atomic():
        rows = Visit.objects.unscoped(reason="whether it came before")
        kept = rows.filter(pk=visit).first()
        if kept is not None:
            same = kept.body == said.model_dump_json(by_alias=True, exclude_defaults=True)
            if not same or (kept.worker, kept.worker_name) != (actor.user_id, name or actor.name[:150]):
                raise ProblemError(CONFLICT)
            return kept
        problems = take_visits(now=now, facts=[fact])
        if problems[0] is not None:
            raise problems[0]
        made = rows.get(pk=visit)
        audit.record(
            actor=actor, action="visit.typed_in", now=now, kind="visit", object_id=str(visit), path=made.path
        )
    return made

"""People whom nobody knew before a visit: registered by a job, each found first and made once."""

import json
from datetime import datetime

from lianfang.accounts.models import User
from lianfang.accounts.sessions import actor_for
from lianfang.kernel.actor import Actor, Grant
from lianfang.kernel.durability import unhurried
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.registry.actions import register_person
from lianfang.screening import measures
from lianfang.screening.models import Leg, Statement, VisitedPerson
from lianfang.territory.models import Dwelling

_WHY = "newcomers of all areas, for the system's own work"


def register_waiting(*, now: datetime) -> int:
    """Register everybody who waits; how many. Whoever cannot be registered keeps the reason and is not tried again."""
    rows = Statement.objects.unscoped(reason=_WHY).filter(newcomer=True, person=None, failed="")
    done = 0
    for pk in list(rows.order_by("pk").values_list("pk", flat=True)):
        done += _register(pk, now)
    if done:
        measures.enqueue(now=now)
    return done


def _register(pk: int, now: datetime) -> int:
    try:
        with unhurried():  # hundreds at a time, while phones wait to be answered
            rows = Statement.objects.unscoped(reason=_WHY).filter(pk=pk, person=None)
            statement = rows.select_for_update(of=("self",)).select_related("visit").first()
            if statement is None:
                return 0  # another worker was quicker
            uid = _registered(statement, now)
            rows.filter(pk=pk).update(person=uid)
            VisitedPerson.objects.create(
                visit=statement.visit, person=uid, here=statement.here, path=statement.path,
                dwelling=statement.dwelling, at=statement.at,
            )  # fmt: skip
            Leg.objects.unscoped(reason=_WHY).filter(statement=pk).update(person=uid)
    except ProblemError as problem:
        Statement.objects.unscoped(reason=_WHY).filter(pk=pk, person=None).update(failed=problem.code[:40])
        return 0
    return 1


def _registered(statement: Statement, now: datetime) -> int:
    said = json.loads(statement.body)["new"]
    made = register_person(
        actor=_worker(statement, now), now=now, path=statement.path, name=said["name"],
        id_number=said.get("id_number"), phone=said.get("phone"), sex=said.get("sex") or None,
        birth=said.get("birth"), address=_address(statement.dwelling),
    )  # fmt: skip
    return int(made.person.pk)


def _address(dwelling: int | None) -> str | None:
    """The door's address as the lists write it, from which the same standardised place is read."""
    if dwelling is None:
        return None
    door = Dwelling.objects.unscoped(reason=_WHY).select_related("building__compound").get(pk=dwelling)
    unit = f"{door.unit}单元" if door.unit else ""
    return f"{door.building.compound.name}{door.building.name}幢{unit}{door.room}室"


def _worker(statement: Statement, now: datetime) -> Actor:
    """Whoever recorded the visit, allowed to register there: the visit itself has been let in."""
    grant = Grant(frozenset({Permission.PERSON_REGISTER}), statement.path)
    user = User.objects.filter(pk=statement.visit.worker).first() if statement.visit.worker else None
    if user is None:
        return Actor(user_id=None, name=statement.visit.worker_name or "screening", grants=(grant,))
    return Actor(user_id=user.pk, name=actor_for(user, now=now).name, grants=(grant,))

"""The gate plans, opinions and closures that an actor may see or change: those of the compounds he sees."""

from typing import TypeVar

from django.db import models
from django.db.models import QuerySet

from lianfang.gates.planning.models import GateClosure, GatePlan, PlanOpinion
from lianfang.kernel.actor import Actor
from lianfang.kernel.permissions import Permission
from lianfang.kernel.scoping import ScopedQuerySet
from lianfang.territory import access as territory
from lianfang.territory.access import one
from lianfang.territory.models import Compound, Gate

M = TypeVar("M", bound=models.Model)
VIEW, PLAN, HEAR = Permission.PASS_VIEW, Permission.GATE_PLAN, Permission.GATE_HEAR
_WHY = "cut to the compounds, which are cut to the scope"


def compound(actor: Actor, pk: int, permission: Permission = VIEW) -> Compound:
    """Raises forbidden, not_found: also where a part of the compound lies in the scope, but a plan is about all."""
    found = one(territory.compounds(actor, permission), pk)
    if permission == PLAN:
        actor.require(PLAN, found.path)
    return found


def gate(actor: Actor, pk: int) -> Gate:
    """One that the actor may close or open, with its compound. Raises forbidden, not_found."""
    found = one(territory.gates(actor, PLAN).select_related("compound"), pk)
    actor.require(PLAN, found.compound.path)
    return found


def plans(actor: Actor, permission: Permission = VIEW) -> QuerySet[GatePlan]:
    return _of_compounds(actor, permission, GatePlan.objects.unscoped(reason=_WHY))


def plan(actor: Actor, pk: int, permission: Permission = VIEW) -> GatePlan:
    """With its compound. Raises forbidden, not_found."""
    found = one(plans(actor, permission).select_related("compound"), pk)
    if permission == PLAN:
        actor.require(PLAN, found.path)
    return found


def opinions(actor: Actor, of: GatePlan, permission: Permission = VIEW) -> ScopedQuerySet[PlanOpinion]:
    """What was said of a plan that the actor has been given by `plan`."""
    actor.require(permission)
    return PlanOpinion.objects.unscoped(reason="of one plan, which is in scope").filter(plan=of)


def closures(actor: Actor, permission: Permission = VIEW) -> QuerySet[GateClosure]:
    return _of_compounds(actor, permission, GateClosure.objects.unscoped(reason=_WHY))


def closure(actor: Actor, pk: int) -> GateClosure:
    """One that the actor may lift. Raises forbidden, not_found."""
    found = one(closures(actor, PLAN).select_related("compound", "gate__compound"), pk)
    actor.require(PLAN, found.path)
    return found


def _of_compounds(actor: Actor, permission: Permission, rows: ScopedQuerySet[M]) -> QuerySet[M]:
    if actor.require(permission).everywhere:
        return rows
    return rows.filter(compound__in=territory.compounds(actor, permission).order_by().values("pk"))

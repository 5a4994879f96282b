"""The passes, keys, withdrawals and rules that an actor may see or change. Lists, counts and phones begin here."""

from typing import TypeVar

from django.db.models import Q

from lianfang.gates.models import (
    DoubleUse,
    IssueBatch,
    IssueBudget,
    IssuingKey,
    Objection,
    Pass,
    Placed,
    Revocation,
)
from lianfang.kernel.actor import Actor, Scope
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.kernel.scoping import ScopedQuerySet
from lianfang.territory import access as territory
from lianfang.territory.models import Compound, Dwelling
from lianfang.territory.rules import ancestors

P = TypeVar("P", bound=Placed)
VIEW, ISSUE, REVOKE = Permission.PASS_VIEW, Permission.PASS_ISSUE, Permission.PASS_REVOKE
MANAGE, DECIDE, GATE = Permission.PASS_MANAGE, Permission.OBJECTION_DECIDE, Permission.GATE_WORK


def passes(actor: Actor, permission: Permission = VIEW) -> ScopedQuerySet[Pass]:
    return Pass.objects.within(actor.require(permission))


def one_pass(actor: Actor, pk: int, permission: Permission = VIEW) -> Pass:
    """Raises forbidden, not_found."""
    return _one(passes(actor, permission).select_related("key"), pk)


def keys(actor: Actor) -> ScopedQuerySet[IssuingKey]:
    return IssuingKey.objects.within(actor.require(MANAGE))


def key(actor: Actor, pk: int) -> IssuingKey:
    """Raises forbidden, not_found."""
    return _one(keys(actor), pk)


def budgets(actor: Actor, permission: Permission = MANAGE) -> ScopedQuerySet[IssueBudget]:
    return IssueBudget.objects.within(actor.require(permission))


def budget(actor: Actor, pk: int) -> IssueBudget:
    """Raises forbidden, not_found."""
    return _one(budgets(actor), pk)


def batches(actor: Actor) -> ScopedQuerySet[IssueBatch]:
    return IssueBatch.objects.within(actor.require(ISSUE))


def batch(actor: Actor, pk: int) -> IssueBatch:
    """Raises forbidden, not_found."""
    return _one(batches(actor), pk)


def revocations(actor: Actor, permission: Permission = VIEW) -> ScopedQuerySet[Revocation]:
    return Revocation.objects.within(actor.require(permission)).select_related("of")


def revocation(actor: Actor, pk: int, permission: Permission = VIEW) -> Revocation:
    """Raises forbidden, not_found."""
    return _one(revocations(actor, permission), pk)


def objections(actor: Actor, permission: Permission = VIEW) -> ScopedQuerySet[Objection]:
    return Objection.objects.within(actor.require(permission)).select_related("against__of")


def objection(actor: Actor, pk: int, permission: Permission = VIEW) -> Objection:
    """Raises forbidden, not_found."""
    return _one(objections(actor, permission), pk)


def double_uses(actor: Actor, permission: Permission = VIEW) -> ScopedQuerySet[DoubleUse]:
    return DoubleUse.objects.within(actor.require(permission)).select_related("of")


def compound(actor: Actor, permission: Permission, pk: int) -> Compound:
    """A compound that reaches into where the actor holds `permission`. Raises forbidden, not_found."""
    return territory.one(territory.compounds(actor, permission), pk)


def door(actor: Actor, pk: int, permission: Permission = ISSUE) -> Dwelling:
    """A door where the actor holds `permission`. Raises forbidden, not_found."""
    return territory.one(territory.dwellings(actor, permission).filter(removed_at=None), pk)


def reaching(scope: Scope, column: str = "path") -> Q:
    """Rules and keys that hold in a scope: those inside it, and those of the areas above it."""
    if scope.everywhere:
        return Q()
    above = {step for path in scope.paths for step in ["", *ancestors(path)]}
    inside = Q(**{f"{column}__in": sorted(above)})
    for path in scope.paths:
        inside |= Q(**{f"{column}__gte": path, f"{column}__lt": f"{path}~"})
    return inside


def _one(rows: ScopedQuerySet[P], pk: int) -> P:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    return found

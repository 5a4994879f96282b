"""The areas, compounds, buildings and doors that an actor may see or change."""

from typing import TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from lianfang.kernel.actor import EVERYWHERE, Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.kernel.scoping import ScopedQuerySet, path_condition
from lianfang.territory.models import Area, Building, Compound, Dwelling

M = TypeVar("M", bound=models.Model)


def visible_areas(actor: Actor) -> ScopedQuerySet[Area]:
    """Areas inside the actor's scope, in tree order. Raises `forbidden` when he may see none at all."""
    return areas_for(actor, Permission.AREA_VIEW)


def areas_for(actor: Actor, permission: Permission) -> ScopedQuerySet[Area]:
    """Areas over which the actor holds `permission`, in tree order. Raises `forbidden` when he holds it nowhere."""
    return Area.objects.within(actor.require(permission))


def area_for(actor: Actor, permission: Permission, pk: int) -> Area:
    """The area `pk` over which the actor holds `permission`. Raises `forbidden`, `not_found`."""
    return one(areas_for(actor, permission), pk)


def buildings(actor: Actor, permission: Permission = Permission.AREA_VIEW) -> ScopedQuerySet[Building]:
    return Building.objects.within(actor.require(permission))


def compounds(actor: Actor, permission: Permission = Permission.AREA_VIEW) -> QuerySet[Compound]:
    """Compounds in the scope, and those that reach into it with a building: a large one has several grids."""
    scope = actor.require(permission)
    rows = Compound.objects.within(EVERYWHERE if permission == Permission.AREA_VIEW else scope)
    if permission != Permission.AREA_VIEW or scope.everywhere:
        return rows
    reaching = Exists(Building.objects.within(scope).filter(compound=OuterRef("pk")))
    return rows.filter(path_condition(scope, "path") | Q(reaching))


def dwellings(actor: Actor, permission: Permission = Permission.AREA_VIEW) -> ScopedQuerySet[Dwelling]:
    return Dwelling.objects.within(actor.require(permission))


def one(rows: QuerySet[M], pk: int) -> M:
    """The row with this id. Raises not_found, also for what lies outside the scope."""
    found = rows.filter(pk=pk).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    return found

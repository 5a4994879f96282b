"""The areas, compounds, gates, buildings and doors that an actor may see or change."""

from typing import TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from lianfang.kernel.actor import Actor, Scope
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.kernel.scoping import ScopedQuerySet, path_condition
from lianfang.territory.models import Area, Building, Compound, Dwelling, Gate, Placed

M = TypeVar("M", bound=models.Model)
P = TypeVar("P", bound=Placed)


def visible_areas(actor: Actor) -> ScopedQuerySet[Area]:
    """Areas inside the actor's scope, in tree order. Raises `forbidden` when he may see none at all."""
    return areas_for(actor, Permission.AREA_VIEW)


def areas_for(actor: Actor, permission: Permission) -> ScopedQuerySet[Area]:
    """Areas over which the actor holds `permission`, in tree order. Raises `forbidden` when he holds it nowhere."""
    return Area.objects.within(actor.require(permission))


def area_for(actor: Actor, permission: Permission, pk: int) -> Area:
    """The area `pk` over which the actor holds `permission`. Raises `forbidden`, `not_found`."""
    return one(areas_for(actor, permission), pk)


def path_below(actor: Actor, permission: Permission, pk: int | None) -> str:
    """What the paths below the area `pk` begin with; "" where none is chosen. Raises `forbidden`, `not_found`."""
    return "" if pk is None else area_for(actor, permission, pk).path


#: About so many; only for choosing the cheaper of two ways to the same answer.
DOORS_OF_A_HOUSE = 15


def buildings(actor: Actor, permission: Permission = Permission.AREA_VIEW) -> QuerySet[Building]:
    """Buildings in the scope, and those with a door in it: one that two grids share is seen by both."""
    return _reaching(Building, actor.require(permission))


def compounds(actor: Actor, permission: Permission = Permission.AREA_VIEW) -> QuerySet[Compound]:
    """Compounds in the scope, and those with a door in it. Changing one needs all of it in the scope."""
    scope = actor.require(permission)
    if permission == Permission.AREA_MANAGE:
        return Compound.objects.within(scope)
    return _reaching(Compound, scope)


def gates(actor: Actor, permission: Permission = Permission.AREA_VIEW) -> QuerySet[Gate]:
    """Gates of the compounds that the actor sees or, with AREA_MANAGE, may change."""
    rows = Gate.objects.unscoped(reason="cut to the compounds, which are cut to the scope")
    if actor.require(permission).everywhere:
        return rows
    return rows.filter(compound__in=compounds(actor, permission).order_by().values("pk"))


def _reaching(model: type[P], scope: Scope) -> QuerySet[P]:
    rows: QuerySet[P] = model.objects.unscoped(reason="cut to the scope in the next lines")
    if scope.everywhere:
        return rows
    # Only of houses that lie higher up or elsewhere the doors have to be asked; of most the house's own path tells.
    why = "houses outside the scope, of which a door may lie in it"
    outside = Building.objects.unscoped(reason=why).exclude(path_condition(scope, "path"))
    inside = Building.objects.within(scope)
    if (
        inside.count() * DOORS_OF_A_HOUSE < outside.count()
    ):  # a small scope: its doors are fewer than all other houses
        own = Dwelling.objects.within(scope).order_by()
        reaching = outside.filter(pk__in=own.values("building")).order_by()
    else:
        doors = Dwelling.objects.within(scope, walked=True).filter(building=OuterRef("pk"))
        reaching = outside.filter(Exists(doors)).order_by()
    if model is Building:
        return rows.filter(path_condition(scope, "path") | Q(pk__in=reaching.values("pk")))
    houses = inside.order_by().values("compound")
    return rows.filter(
        path_condition(scope, "path") | Q(pk__in=houses) | Q(pk__in=reaching.values("compound"))
    )


def dwellings(actor: Actor, permission: Permission = Permission.AREA_VIEW) -> ScopedQuerySet[Dwelling]:
    return Dwelling.objects.within(actor.require(permission))


def one(rows: QuerySet[M], pk: int) -> M:
    """The row with this id. Raises not_found, also for what lies outside the scope."""
    found = rows.filter(pk=pk).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    return found

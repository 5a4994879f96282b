"""The areas that an actor may see."""

from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.kernel.scoping import ScopedQuerySet
from lianfang.territory.models import Area


def visible_areas(actor: Actor) -> ScopedQuerySet[Area]:
    """Areas inside the actor's scope, in tree order. Raises `forbidden` when he may see none at all."""
    return areas_for(actor, Permission.AREA_VIEW)


def areas_for(actor: Actor, permission: Permission) -> ScopedQuerySet[Area]:
    """Areas over which the actor holds `permission`, in tree order. Raises `forbidden` when he holds it nowhere."""
    return Area.objects.within(actor.require(permission))


def area_for(actor: Actor, permission: Permission, pk: int) -> Area:
    """The area `pk` over which the actor holds `permission`. Raises `forbidden`, `not_found`."""
    area = areas_for(actor, permission).filter(pk=pk).first()
    if area is None:
        raise ProblemError(NOT_FOUND)
    return area

"""The areas that an actor may see."""

from lianfang.kernel.actor import Actor
from lianfang.kernel.permissions import Permission
from lianfang.kernel.scoping import ScopedQuerySet
from lianfang.territory.models import Area


def visible_areas(actor: Actor) -> ScopedQuerySet[Area]:
    """Areas inside the actor's scope, in tree order. Raises `forbidden` when he may see none at all."""
    scope = actor.require(Permission.AREA_VIEW)
    return Area.objects.within(scope)

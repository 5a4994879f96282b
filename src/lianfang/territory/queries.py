"""What screens ask of the territory."""

from lianfang.kernel.actor import Actor
from lianfang.kernel.permissions import Permission
from lianfang.kernel.scoping import ScopedQuerySet
from lianfang.territory.access import areas_for
from lianfang.territory.models import Area


def area_tree(actor: Actor, permission: Permission) -> ScopedQuerySet[Area]:
    """The areas over which the actor holds `permission`, parents before children. Raises `forbidden`."""
    return areas_for(actor, permission).select_related("parent").order_by("path")

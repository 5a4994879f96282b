"""The tips that an actor may see or work on. Lists, counts, exports and phones begin here."""

from lianfang.incidents.models import Tip
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.kernel.scoping import ScopedQuerySet
from lianfang.territory.rules import Level, ancestors, common_path, level_of


def tips(actor: Actor, permission: Permission = Permission.TIP_VIEW) -> ScopedQuerySet[Tip]:
    return Tip.objects.within(actor.require(permission))


def tip(actor: Actor, pk: int, permission: Permission = Permission.TIP_VIEW) -> Tip:
    """Raises forbidden, not_found."""
    found = tips(actor, permission).filter(pk=pk).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    return found


def nowhere(actor: Actor) -> str:
    """Where a tip without a place lies that this actor received: with the data centre of his subdistrict.

    Whoever is appointed above subdistricts keeps it at his own level. Raises forbidden.
    """
    scope = actor.require(Permission.TIP_WORK)
    shared = "" if scope.everywhere else common_path(scope.paths)
    for path in ancestors(shared):
        if level_of(path.split("/")[-2]) == Level.SUBDISTRICT:
            return path
    return shared

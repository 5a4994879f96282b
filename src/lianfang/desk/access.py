"""Which saved views somebody is offered: his own, and those shared with an area in which he works."""

from django.db.models import Q, QuerySet

from lianfang.desk.models import SavedView
from lianfang.desk.rules import Screen
from lianfang.kernel.actor import Actor
from lianfang.kernel.permissions import Permission
from lianfang.territory.models import Area


def views(actor: Actor, screen: Screen) -> QuerySet[SavedView]:
    """Own views, and those shared with an area that lies above or below one of the actor's. Raises forbidden."""
    scope = actor.require(Permission.AREA_VIEW)
    offered = Q(owner=actor.user_id) if actor.user_id is not None else Q(pk__in=[])
    if scope.everywhere:
        offered |= Q(shared=True)
    for path in scope.paths:
        above = [path[: at + 1] for at, sign in enumerate(path) if sign == "/"]
        offered |= Q(shared=True, path__in=["", *above])
        offered |= Q(shared=True, path__gte=path, path__lt=f"{path}~")
    return SavedView.objects.filter(offered, screen=screen)


def own(actor: Actor) -> QuerySet[SavedView]:
    """The views that the actor may change. Raises forbidden."""
    actor.require(Permission.AREA_VIEW)
    if actor.user_id is None:  # the system keeps no views
        return SavedView.objects.none()
    return SavedView.objects.filter(owner=actor.user_id)


def areas(actor: Actor) -> list[tuple[str, str]]:
    """(path, name) of the areas that the actor was appointed to: with whom he can share. ("", "") is everybody."""
    scope = actor.require(Permission.AREA_VIEW)
    if scope.everywhere:
        return [("", "")]
    found = Area.objects.within(scope).filter(path__in=scope.paths)
    return list(found.order_by("path").values_list("path", "name"))

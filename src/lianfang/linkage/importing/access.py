"""Whose lists anybody may see and change: lists belong to the whole territory, and so do those who import them."""

from django.db.models import QuerySet

from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.linkage.importing.models import Import, ListVersion, Source
from lianfang.territory.models import Area
from lianfang.territory.rules import Level

#: What only stands above subdistricts: nobody lives in it but through them.
_ABOVE = frozenset({Level.PROVINCE, Level.CITY, Level.DISTRICT})


def whole(actor: Actor, permission: Permission = Permission.LIST_IMPORT) -> None:
    """Raises forbidden without the permission, not_found for whoever holds it over a part of the territory only.

    A district above a single subdistrict adds nothing to it: the subdistrict's own data centre has the whole.
    """
    scope = actor.require(permission)
    if scope.everywhere:
        return
    paths = _tops()
    if not paths or not all(scope.covers(path) for path in paths):
        raise ProblemError(NOT_FOUND)


def _tops() -> list[str]:
    """The areas that together are the whole territory: the first level, from the root down, at which it branches,
    or the subdistrict."""
    areas = Area.objects.unscoped(reason="whether a scope covers all of it")
    tops = list(areas.filter(parent=None).values_list("path", "pk", "level"))
    while len(tops) == 1 and Level(tops[0][2]) in _ABOVE:
        below = list(areas.filter(parent=tops[0][1]).values_list("path", "pk", "level"))
        if not below:
            break
        tops = below
    return [path for path, _, _ in tops]


def batches(actor: Actor) -> QuerySet[Import]:
    """Imports and withdrawals, newest first."""
    whole(actor)
    return Import.objects.all()


def batch(actor: Actor, number: int) -> Import:
    """One of them. Raises not_found."""
    found = batches(actor).filter(pk=number).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    return found


def versions(actor: Actor) -> QuerySet[ListVersion]:
    """Every list that came, also those of drafts and those that are gone."""
    whole(actor)
    return ListVersion.objects.select_related("source")


def version(actor: Actor, number: int, batch: Import | None = None) -> ListVersion:
    """One list, of this batch where one is given. Raises not_found."""
    found = versions(actor).filter(pk=number)
    if batch is not None:
        found = found.filter(batch=batch)
    one = found.first()
    if one is None:
        raise ProblemError(NOT_FOUND)
    return one


def sources(actor: Actor) -> QuerySet[Source]:
    """Who gives lists, by name."""
    whole(actor)
    return Source.objects.order_by("name")

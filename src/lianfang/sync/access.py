"""The facts and photos that an actor may see or decide on."""

from uuid import UUID

from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.kernel.scoping import ScopedQuerySet
from lianfang.sync.models import Fact, Photo, Verdict


def refused(actor: Actor) -> ScopedQuerySet[Fact]:
    """Refused facts of workers in the actor's area, for whoever manages work there."""
    scope = actor.require(Permission.SCREENING_MANAGE)
    return Fact.objects.within(scope).filter(verdict=Verdict.REJECTED)


def refused_one(actor: Actor, pk: int) -> Fact:
    """Raises forbidden, not_found."""
    found = refused(actor).filter(pk=pk).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    return found


def photos(actor: Actor) -> ScopedQuerySet[Photo]:
    return Photo.objects.within(actor.require(Permission.PERSON_VIEW))


def photo(actor: Actor, pk: UUID) -> Photo:
    """Raises forbidden, not_found."""
    found = photos(actor).filter(pk=pk).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    return found

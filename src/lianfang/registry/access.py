"""The persons that an actor may see."""

from django.db.models import Exists, OuterRef

from lianfang.kernel.actor import Actor
from lianfang.kernel.permissions import Permission
from lianfang.kernel.scoping import ScopedQuerySet
from lianfang.registry.models import Person, PersonKey, Residence


def people(actor: Actor) -> ScopedQuerySet[Person]:
    """Persons with a residence inside the actor's scope. Raises forbidden when he may see none at all."""
    scope = actor.require(Permission.PERSON_VIEW)
    if scope.everywhere:
        return Person.objects.within(scope).filter(pending=False, merged_into=None)
    homes = Residence.objects.within(scope).filter(person=OuterRef("pk"))
    return Person.objects.unscoped(reason="their residences lie in the scope").filter(
        Exists(homes), pending=False, merged_into=None
    )


def keys(actor: Actor) -> ScopedQuerySet[PersonKey]:
    """The keys of the same persons, as they lie in the actor's scope."""
    return PersonKey.objects.within(actor.require(Permission.PERSON_VIEW))


def residences(actor: Actor) -> ScopedQuerySet[Residence]:
    """Residences in the actor's scope, those that have ended too."""
    return Residence.objects.within(actor.require(Permission.PERSON_VIEW))

"""Which jobs an actor may see: his own, and those of the area whose system he manages."""

from django.db.models import Q, QuerySet

from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.models import Job
from lianfang.kernel.permissions import Permission
from lianfang.kernel.scoping import path_condition


def visible(actor: Actor) -> QuerySet[Job]:
    """Jobs that the actor may see and cancel, newest first."""
    own = Q(pk__in=[]) if actor.user_id is None else Q(owner_id=actor.user_id)
    scope = actor.scope(Permission.SYSTEM_MANAGE)
    managed = path_condition(scope, "path") if scope else Q(pk__in=[])
    chosen = Job.objects.all() if scope.everywhere else Job.objects.filter(own | managed)
    return chosen.order_by("-created_at", "-pk")


def one(actor: Actor, number: int) -> Job:
    """Raises not_found, also for jobs of others."""
    found = visible(actor).filter(pk=number).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    return found

"""The campaigns, work and visits that an actor may see or change. Lists, figures, exports and phones begin here."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q

from lianfang.kernel.actor import Actor, Scope
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.kernel.scoping import ScopedQuerySet
from lianfang.screening.models import (
    MeasureProposal,
    PublishedList,
    Screening,
    ScreeningTask,
    Statement,
    Visit,
    VisitConflict,
)
from lianfang.territory.rules import ancestors


def campaigns(actor: Actor, permission: Permission = Permission.FINDING_VIEW) -> ScopedQuerySet[Screening]:
    """Campaigns over areas in the actor's scope, and those over an area that his lies in: they concern him."""
    scope = actor.require(permission)
    found = Screening.objects.unscoped(reason="cut to the scope in the next lines")
    return found if scope.everywhere else found.filter(_touches(scope))


def _touches(scope: Scope) -> Q:
    wanted = Q(path="")
    for path in scope.paths:
        wanted |= Q(path__gte=path, path__lt=f"{path}~") | Q(path__in=ancestors(path))
    return wanted


def campaign(actor: Actor, pk: int, permission: Permission = Permission.FINDING_VIEW) -> Screening:
    """Raises forbidden, not_found."""
    found = campaigns(actor, permission).filter(pk=pk).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    return found


def campaign_to_manage(actor: Actor, pk: int) -> Screening:
    """A campaign that lies wholly where the actor may manage. Raises forbidden, not_found."""
    found = campaign(actor, pk, Permission.SCREENING_MANAGE)
    actor.require(Permission.SCREENING_MANAGE, found.path)
    return found


def tasks(
    actor: Actor, permission: Permission = Permission.FINDING_VIEW, *, walked: bool = False
) -> ScopedQuerySet[ScreeningTask]:
    return ScreeningTask.objects.within(actor.require(permission), walked=walked)


def visits(actor: Actor) -> ScopedQuerySet[Visit]:
    return Visit.objects.within(actor.require(Permission.PERSON_VIEW))


def visit(actor: Actor, pk: UUID) -> Visit:
    """Raises forbidden, not_found."""
    found = visits(actor).filter(pk=pk).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    return found


def statements(actor: Actor) -> ScopedQuerySet[Statement]:
    return Statement.objects.within(actor.require(Permission.PERSON_VIEW))


def conflicts(
    actor: Actor, permission: Permission = Permission.SCREENING_MANAGE
) -> ScopedQuerySet[VisitConflict]:
    return VisitConflict.objects.within(actor.require(permission))


def published_lists(
    actor: Actor, permission: Permission = Permission.FINDING_VIEW
) -> ScopedQuerySet[PublishedList]:
    """Lists for an area in the actor's scope, and those for an area that his lies in: they concern him."""
    scope = actor.require(permission)
    found = PublishedList.objects.unscoped(reason="cut to the scope in the next lines")
    return found if scope.everywhere else found.filter(_touches(scope))


def published_list(actor: Actor, pk: int, permission: Permission = Permission.FINDING_VIEW) -> PublishedList:
    """Raises forbidden, not_found."""
    found = published_lists(actor, permission).filter(pk=pk).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    return found


def published_to_manage(actor: Actor, pk: int) -> PublishedList:
    """A list for an area that lies wholly where the actor may manage. Raises forbidden, not_found."""
    found = published_list(actor, pk, Permission.SCREENING_MANAGE)
    actor.require(Permission.SCREENING_MANAGE, found.path)
    return found


def proposals(
    actor: Actor, permission: Permission = Permission.PERSON_VIEW
) -> ScopedQuerySet[MeasureProposal]:
    return MeasureProposal.objects.within(actor.require(permission))


def all_of(rows: ScopedQuerySet[MeasureProposal], numbers: Sequence[int]) -> dict[int, MeasureProposal]:
    """Every one of them. Raises not_found where one is hidden or missing."""
    found = {row.pk: row for row in rows.filter(pk__in=numbers)}
    if set(found) != set(numbers):
        raise ProblemError(NOT_FOUND)
    return found

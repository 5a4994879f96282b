"""What of a run an actor may see. Lists, details, search, counts and exports all begin here."""

from typing import TypeVar

from django.db.models import F, QuerySet

from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.kernel.scoping import ScopedManager, ScopedQuerySet, path_condition
from lianfang.linkage.models import (
    Regrouped,
    Run,
    RunFigure,
    RunFinding,
    RunList,
    RunPart,
    RunPerson,
    RunPlace,
    RunRecord,
    RunRejected,
    RunReview,
    RunTask,
    RunText,
)

M = TypeVar("M", bound=RunPart)


def runs(actor: Actor) -> QuerySet[Run]:
    """Runs belong to the whole subdistrict: whoever may view runs anywhere sees that they exist."""
    actor.require(Permission.RUN_VIEW)
    return Run.objects.filter(complete=True)


def run(actor: Actor, number: int) -> Run:
    """One run. Raises not_found."""
    found = runs(actor).filter(pk=number).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    return found


def current(actor: Actor) -> Run:
    """The run that the desk works on. Raises not_found while nothing has been loaded."""
    found = runs(actor).filter(current=True).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    return found


def lists(actor: Actor, run: Run) -> QuerySet[RunList]:
    """The lists that went into a run: files and their columns, no people."""
    actor.require(Permission.RUN_VIEW)
    return RunList.objects.filter(run=run).order_by("number")


def places(actor: Actor, run: Run) -> ScopedQuerySet[RunPlace]:
    return _within(RunPlace, actor, Permission.RUN_VIEW, run)


def figures(
    actor: Actor, run: Run, permission: Permission = Permission.RUN_VIEW
) -> ScopedQuerySet[RunFigure]:
    return _within(RunFigure, actor, permission, run).filter(n__gt=0)


def findings(actor: Actor, run: Run, *, walked: bool = False) -> ScopedQuerySet[RunFinding]:
    return _within(RunFinding, actor, Permission.FINDING_VIEW, run, walked=walked)


def hidden_findings(actor: Actor, run: Run) -> ScopedQuerySet[RunFinding]:
    """What the engine said and decisions of reviewers hide: to be left out, never to be shown."""
    rows: ScopedManager[RunFinding] = RunFinding.objects
    return rows.within(actor.require(Permission.FINDING_VIEW), walked=True).filter(run=run, hidden=True)


def counted_findings(actor: Actor, run: Run) -> ScopedQuerySet[RunFinding]:
    """To be counted, never to be shown: whoever sees the figures of a run sees how many wait."""
    return _within(RunFinding, actor, Permission.RUN_VIEW, run)


def texts(actor: Actor, run: Run) -> ScopedQuerySet[RunText]:
    return _within(RunText, actor, Permission.FINDING_VIEW, run)


def tasks(actor: Actor, run: Run) -> ScopedQuerySet[RunTask]:
    return _within(RunTask, actor, Permission.FINDING_VIEW, run)


def people(actor: Actor, run: Run, *, walked: bool = True) -> ScopedQuerySet[RunPerson]:
    """People are looked up by a number of theirs, but for the table: the index of paths is only for that."""
    return _within(RunPerson, actor, Permission.PERSON_VIEW, run, walked=walked)


def records(actor: Actor, run: Run) -> ScopedQuerySet[RunRecord]:
    return _within(RunRecord, actor, Permission.PERSON_VIEW, run)


def reviews(actor: Actor, run: Run) -> ScopedQuerySet[RunReview]:
    """Open doubtful links of which the actor may see both sides; the queue has its own (`review.access`)."""
    scope = actor.require(Permission.PERSON_VIEW)
    rows = RunReview.objects.within(scope).filter(path_condition(scope, "path_b"), run=run)
    return rows.filter(stratum="", verdict="").exclude(person_a=F("person_b"))


def rejected(actor: Actor, run: Run) -> ScopedQuerySet[RunRejected]:
    return _within(RunRejected, actor, Permission.PERSON_VIEW, run)


def revealable(actor: Actor, run: Run) -> ScopedQuerySet[RunPerson]:
    """People whose ID number and phone the actor may unmask."""
    return _within(RunPerson, actor, Permission.PERSON_REVEAL, run, walked=True)


def correctable(actor: Actor, run: Run) -> ScopedQuerySet[RunPerson]:
    """People whose values the actor may correct."""
    return _within(RunPerson, actor, Permission.PERSON_CORRECT, run, walked=True)


def traceable(actor: Actor) -> ScopedQuerySet[RunPerson]:
    """People of the current run of whom the actor may know who has looked at them; he need not see runs."""
    people: ScopedManager[RunPerson] = RunPerson.objects
    return people.within(actor.require(Permission.PERSON_TRACE), walked=True).filter(run__current=True)


def _within(
    model: type[M], actor: Actor, permission: Permission, run: Run, *, walked: bool = False
) -> ScopedQuerySet[M]:
    manager: ScopedManager[M] = model.objects
    rows = manager.within(actor.require(permission), walked=walked).filter(run=run)
    # What the engine said stays in the table while decisions of reviewers hide it.
    return rows.filter(hidden=False) if issubclass(model, Regrouped) else rows

"""Which cases an actor may see and decide. A side outside his area is there, but nothing of it is told."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from lianfang.kernel.actor import Actor, Scope
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.kernel.scoping import path_condition
from lianfang.linkage.models import Decision, Run, RunReview
from lianfang.linkage.review.errors import BEYOND

_WHY = "a case lies where either of its people does"


def cases(actor: Actor, run: Run) -> QuerySet[RunReview]:
    """Cases of which the actor sees a side at least."""
    scope = actor.require(Permission.REVIEW_DECIDE)
    either = path_condition(scope, "path") | path_condition(scope, "path_b")
    if scope.everywhere:
        either = Q()
    return RunReview.objects.unscoped(reason=_WHY).filter(either, run=run)


def within(scope: Scope) -> Q:
    """Both sides inside."""
    return path_condition(scope, "path") & path_condition(scope, "path_b")


def is_open() -> Q:
    """Doubtful links that nobody has decided, and that other decisions have not settled."""
    apart = Q(joined=False) & ~Q(person_a=F("person_b"))
    together = Q(joined=True, person_a=F("person_b"))
    return (apart | together) & Q(stratum="", verdict="")


def open_cases(actor: Actor, run: Run) -> QuerySet[RunReview]:
    return cases(actor, run).filter(is_open())


def case(actor: Actor, run: Run, number: int) -> RunReview:
    """One case. Raises not_found."""
    found = cases(actor, run).filter(number=number).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    return found


def decidable(actor: Actor, run: Run, number: int) -> RunReview:
    """One case of which the actor sees both sides. Raises not_found, review.beyond."""
    found = case(actor, run, number)
    if not sees_both(actor, found):
        raise ProblemError(BEYOND)
    return found


def sees_both(actor: Actor, case: RunReview) -> bool:
    scope = actor.scope(Permission.REVIEW_DECIDE)
    return scope.covers(case.path) and scope.covers(case.path_b)


def decisions(actor: Actor) -> QuerySet[Decision]:
    """Decisions that the actor may take back: his own, and everybody's about people who live in his area."""
    scope = actor.require(Permission.REVIEW_DECIDE)
    if scope.everywhere:
        return Decision.objects.all()
    one = Q(key_a=OuterRef("record_key_a"), key_b=OuterRef("record_key_b"))
    other = Q(key_a=OuterRef("record_key_b"), key_b=OuterRef("record_key_a"))
    rows = RunReview.objects.unscoped(reason=_WHY).filter(one | other, within(scope), run__current=True)
    return Decision.objects.filter(Q(by=actor.user_id) | Exists(rows))

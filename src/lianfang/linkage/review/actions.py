"""Looking at a case, deciding it, taking a decision back."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.linkage.models import Decision, Run, RunReview, Verdict
from lianfang.linkage.review import access
from lianfang.linkage.review.errors import CONTRADICTION, DECIDED, NOT_CURRENT, UNDONE
from lianfang.linkage.review.following import BlockedError, follow

_WHY = "the case of the decision, whosever it is"
#: So long a case counts as being looked at by whoever opened it.
LEASE = timedelta(minutes=3)


def open_case(*, actor: Actor, now: datetime, run: Run, number: int) -> RunReview:
    """Somebody looks at a case: it is held for him for a while, unless another one holds it. Raises not_found."""
    with transaction.atomic():
        found = access.case(actor, run, number)
        free = Q(held_until=None) | Q(held_until__lt=now) | Q(held_by=actor.user_id)
        mine = RunReview.objects.unscoped(reason=_WHY).filter(free, pk=found.pk)
        if access.sees_both(actor, found):
            mine.update(held_by=actor.user_id, held_name=actor.name, held_until=now + LEASE)
        audit.record(
            actor=actor, action="review.opened", now=now, kind="run_review", object_id=f"{run.pk}/{number}",
            path=found.path,
        )  # fmt: skip
    found.refresh_from_db()
    return found


def decide(
    *, actor: Actor, now: datetime, run: Run, number: int, verdict: Verdict, note: str = ""
) -> Decision:
    """Says whether the two are one person; the run and the registry follow at once.

    Raises not_found, review.beyond, review.decided (with what the other one said), review.contradiction,
    review.not_current.
    """
    found = access.decidable(actor, run, number)
    with transaction.atomic():
        _turn(run)
        decision = _write(actor, now, found, verdict, note)
        _follow(run, decision, now)
        _show(run, decision)
        audit.record(
            actor=actor, action="review.decided", now=now, kind="decision", object_id=decision.pk, path=found.path,
            details={"case": f"{run.pk}/{number}", "verdict": verdict.value},
        )  # fmt: skip
    return decision


def undo(*, actor: Actor, now: datetime, decision: int) -> Decision:
    """Takes a decision back: everything is as it would be without it. Raises not_found, review.undone,
    review.contradiction.
    """
    with transaction.atomic():
        run = Run.objects.filter(current=True).first()
        if run is not None:
            _turn(run)
        found = access.decisions(actor).filter(pk=decision).first()
        if found is None:
            raise ProblemError(NOT_FOUND)
        words = {"undone_at": now, "undone_by": actor.user_id, "undone_by_name": actor.name}
        if not Decision.objects.filter(pk=found.pk, undone_at=None).update(**words):
            raise ProblemError(UNDONE, by=found.undone_by_name, at=_written(found.undone_at))
        found.refresh_from_db()
        if run is not None:
            _follow(run, found, now)
            _show(run, found)
        audit.record(
            actor=actor, action="review.undone", now=now, kind="decision", object_id=found.pk,
            details={"verdict": found.verdict},
        )  # fmt: skip
    return found


def _turn(run: Run) -> None:
    """One decision at a time: two may concern the same people. Raises review.not_current."""
    if not Run.objects.select_for_update().filter(pk=run.pk, current=True).exists():
        raise ProblemError(NOT_CURRENT)


def _write(actor: Actor, now: datetime, case: RunReview, verdict: Verdict, note: str) -> Decision:
    """The decision, unless another one is in force. That somebody was unsure stands in nobody's way."""
    low, high = sorted((case.key_a, case.key_b))
    pair = Decision.objects.filter(record_key_a=low, record_key_b=high, undone_at=None)
    pair.filter(verdict=Verdict.UNSURE).update(
        undone_at=now, undone_by=actor.user_id, undone_by_name=actor.name
    )
    earlier = pair.first()
    if earlier is not None:
        raise ProblemError(DECIDED, **_said(earlier))
    try:
        with transaction.atomic():
            return Decision.objects.create(
                record_key_a=low,
                record_key_b=high,
                verdict=verdict,
                note=note.strip()[:500],
                second_look=bool(case.stratum),
                stratum=case.stratum,
                probability=case.probability,
                by=actor.user_id,
                by_name=actor.name,
                at=now,
                run=case.run,
            )
    except IntegrityError as taken:
        raise ProblemError(DECIDED, **_said(pair.get())) from taken


def _follow(run: Run, decision: Decision, now: datetime) -> None:
    if decision.verdict == Verdict.UNSURE:
        return
    try:
        follow(run, decision, now)
    except BlockedError as problem:
        raise ProblemError(CONTRADICTION, **_said(problem.by)) from problem


def _show(run: Run, decision: Decision) -> None:
    """Every case of the pair says what was decided of it; nobody looks at it any more."""
    pair = (decision.record_key_a, decision.record_key_b)
    cases = RunReview.objects.unscoped(reason=_WHY).filter(run=run, key_a__in=pair, key_b__in=pair)
    verdict = "" if decision.undone_at else decision.verdict
    cases.update(verdict=verdict, held_by=None, held_name="", held_until=None)


def _said(decision: Decision | None) -> dict[str, str | None]:
    if decision is None:  # several decisions together stand against it
        return {"verdict": None, "by": None, "at": None}
    return {"verdict": decision.verdict, "by": decision.by_name, "at": _written(decision.at)}


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None

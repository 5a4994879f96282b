"""A run that has just become current follows what was decided while it was made, and what its engine did not know."""

from datetime import datetime

from lianfang.linkage.models import Decision, Run, RunRecord, RunReview, Verdict
from lianfang.linkage.review.following import BlockedError, follow

_WHY = "decisions hold in every run, whomever they are about"
_PORTION = 5_000


def catch_up(run: Run, now: datetime) -> int:
    """Follows every decision in force that the run does not; answers how many. Inside the caller's transaction.

    A decision that others in force rule out waits until one of them is taken back.
    """
    in_force = list(Decision.objects.filter(undone_at=None).order_by("pk"))
    followed = 0
    for decision in _open(run, in_force):
        try:
            followed += follow(run, decision, now)
        except BlockedError:
            continue
    for decision in in_force:
        pair = (decision.record_key_a, decision.record_key_b)
        cases = RunReview.objects.unscoped(reason=_WHY).filter(run=run, key_a__in=pair, key_b__in=pair)
        cases.exclude(verdict=decision.verdict).update(verdict=decision.verdict)
    return followed


def _open(run: Run, in_force: list[Decision]) -> list[Decision]:
    """Decisions whose two rows are one person although they should be two, or two although they should be one."""
    keys = sorted({key for one in in_force for key in (one.record_key_a, one.record_key_b)})
    person: dict[int, int] = {}
    for start in range(0, len(keys), _PORTION):
        rows = RunRecord.objects.unscoped(reason=_WHY).filter(run=run, key__in=keys[start : start + _PORTION])
        person.update(rows.values_list("key", "person"))
    known = [one for one in in_force if one.record_key_a in person and one.record_key_b in person]
    return [
        one
        for one in known
        if one.verdict != Verdict.UNSURE
        and (person[one.record_key_a] == person[one.record_key_b]) != (one.verdict == Verdict.SAME)
    ]

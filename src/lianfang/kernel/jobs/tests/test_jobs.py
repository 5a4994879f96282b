"""What becomes of a job; workers as processes are in tests/jobs."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from lianfang.kernel import audit, clock, jobs
from lianfang.kernel.actor import Actor, Grant, system
from lianfang.kernel.errors import CONFLICT, ProblemError
from lianfang.kernel.jobs import attempt, folders, handlers, recovery
from lianfang.kernel.models import AuditRecord, Job, JobState
from lianfang.kernel.permissions import Permission

pytestmark = pytest.mark.django_db
NOW = datetime(2020, 2, 1, 8, 0, tzinfo=UTC)
OWNER = Actor(user_id=7, name="王丽")
SEEN: list[jobs.Running] = []


@jobs.work("unit.work")
def work(job: jobs.Running) -> Mapping[str, object]:
    SEEN.append(job)
    (job.folder / "kept").touch()
    job.tell("unit", 0.5)
    match job.params.get("end"):
        case "refused":
            raise ProblemError(CONFLICT, version=3)
        case "broken":
            raise ValueError("王丽 330109198705200001")
        case "unfit":
            return {"value": object()}
    return {"rows": 12}


@pytest.fixture(autouse=True)
def owner_may_look(monkeypatch: pytest.MonkeyPatch) -> None:
    grants = (Grant(frozenset({Permission.RUN_VIEW, Permission.EXPORT}), ""),)
    find: handlers.FindActor = lambda user, now: Actor(user, "王丽", grants) if user == 7 else None  # noqa: E731
    monkeypatch.setattr(handlers, "_ACTORS", [find])
    SEEN.clear()


def start(actor: Actor = OWNER, **params: object) -> Job:
    return jobs.start(actor=actor, now=NOW, kind="unit.work", title="unit", params=params)


def run(job: Job) -> Job:
    assert jobs.drain() == 1
    job.refresh_from_db()
    return job


def test_a_job_is_done_as_its_owner_with_what_he_may_do_then() -> None:
    job = run(start())
    assert (job.state, job.result, job.share, job.step) == ("done", {"rows": 12}, 1.0, "")
    assert SEEN[0].actor.user_id == 7
    assert SEEN[0].actor.can(Permission.EXPORT)
    done = AuditRecord.objects.get(action="job.done")
    assert (done.actor_id, done.actor_name, done.object_id) == (7, "王丽", str(job.pk))
    assert not (folders.root() / str(job.pk)).exists()


def test_work_started_with_a_token_may_do_no_more_than_the_token() -> None:
    run(start(OWNER.narrowed(frozenset({Permission.RUN_VIEW, Permission.PERSON_VIEW}))))
    assert SEEN[0].actor.can(Permission.RUN_VIEW)
    assert not SEEN[0].actor.can(Permission.EXPORT)
    assert not SEEN[0].actor.can(Permission.PERSON_VIEW)


def test_nothing_is_queued_by_a_transaction_that_rolls_back() -> None:
    with transaction.atomic():
        start()
        transaction.set_rollback(True)
    assert (Job.objects.count(), DBTaskResult.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("end", "code", "params"),
    [
        ("refused", "conflict", {"version": 3}),
        ("broken", "job.failed", {"kind": "ValueError"}),
        ("unfit", "job.failed", {"kind": "TypeError"}),
    ],
)
def test_a_failure_keeps_its_reason_and_no_personal_data(end: str, code: str, params: object) -> None:
    job = run(start(end=end))
    assert (job.state, job.error, job.error_params) == ("failed", code, params)
    assert AuditRecord.objects.get(action="job.failed").details == {"error": code}
    assert not (folders.root() / str(job.pk)).exists()


def test_whoever_was_locked_meanwhile_gets_nothing_done() -> None:
    job = run(start(Actor(user_id=8, name="李四")))
    assert (job.state, job.error) == ("failed", "job.owner_gone")
    assert not SEEN


def test_a_kind_that_nobody_does_is_refused_at_once() -> None:
    with pytest.raises(ProblemError, match=r"job\.unknown_kind"):
        jobs.start(actor=OWNER, now=NOW, kind="no.such", title="x")


def test_a_waiting_job_is_cancelled_at_once_and_never_runs() -> None:
    job = start()
    jobs.cancel(actor=OWNER, now=NOW, job=job)
    assert job.state == "cancelled"
    jobs.cancel(actor=OWNER, now=NOW, job=job)
    assert jobs.drain() == 0
    assert AuditRecord.objects.filter(action="job.cancelled").count() == 1


def test_what_is_over_cannot_be_cancelled() -> None:
    job = run(start())
    with pytest.raises(ProblemError, match=r"job\.over"):
        jobs.cancel(actor=OWNER, now=NOW, job=job)


def test_others_neither_see_nor_cancel_it() -> None:
    job = start()
    stranger = Actor(user_id=9, name="李四", grants=(Grant(frozenset({Permission.PERSON_VIEW}), ""),))
    assert not jobs.visible(stranger).exists()
    with pytest.raises(ProblemError, match="not_found"):
        jobs.cancel(actor=stranger, now=NOW, job=job)
    manager = Actor(user_id=1, name="管理员", grants=(Grant(frozenset({Permission.SYSTEM_MANAGE}), ""),))
    assert list(jobs.visible(manager)) == [job]


def test_a_job_is_claimed_once() -> None:
    job = start()
    assert attempt.claim(job.pk, worker="a", now=NOW) is not None
    assert attempt.claim(job.pk, worker="b", now=NOW) is None


def test_an_attempt_that_was_given_to_another_worker_changes_nothing() -> None:
    job = start()
    slow = attempt.claim(job.pk, worker="a", now=NOW)
    assert slow
    assert recovery.recover(NOW + timedelta(minutes=2)) == 1
    assert attempt.settle(slow, JobState.FAILED, "job.failed", NOW, error="late") is False
    assert run(job).state == "done"
    assert audit.verify() is None


def test_silence_is_borne_for_a_while() -> None:
    job = start()
    attempt.claim(job.pk, worker="a", now=NOW)
    assert recovery.recover(NOW + timedelta(seconds=50)) == 0
    assert recovery.recover(NOW + timedelta(seconds=61)) == 1
    assert recovery.recover(NOW + timedelta(seconds=61)) == 0


def test_a_dead_job_that_was_to_be_cancelled_is_cancelled() -> None:
    job = start()
    attempt.claim(job.pk, worker="a", now=NOW)
    jobs.cancel(actor=OWNER, now=NOW, job=job)
    recovery.recover(NOW + timedelta(minutes=2))
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_a_job_whose_entry_got_lost_is_queued_again() -> None:
    job = start()
    DBTaskResult.objects.update(status="RUNNING", started_at=NOW)
    assert recovery.recover(NOW + timedelta(minutes=2)) == 1
    assert DBTaskResult.objects.ready().count() == 1
    assert run(job).state == "done"


def test_a_work_folder_left_behind_is_swept() -> None:
    done, waiting = run(start()), start()
    for job in (done, waiting):
        folders.make(job.pk)
    folders.sweep()
    assert [(folders.root() / str(job.pk)).exists() for job in (done, waiting)] == [False, True]


def test_the_system_works_as_itself() -> None:
    job = jobs.start(actor=system("nightly"), now=clock.now(), kind="unit.work", title="unit")
    assert run(job).state == "done"
    assert SEEN[0].actor.is_system

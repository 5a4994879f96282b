"""Workers that are killed, stopped, and that race: every job is done once. On both databases."""

import signal
from pathlib import Path

import pytest

from lianfang.kernel import audit, clock, jobs
from lianfang.kernel.actor import system
from lianfang.kernel.jobs import folders
from lianfang.kernel.models import AuditRecord, Job
from tests.jobs import handlers
from tests.jobs.conftest import StartWorker, state, until

pytestmark = pytest.mark.django_db(transaction=True)
ACTOR = system("test")
assert handlers  # importing it makes the kinds known


def start(kind: str, **params: object) -> Job:
    return jobs.start(actor=ACTOR, now=clock.now(), kind=kind, title=kind, params=params)


def effects(job: Job) -> int:
    return AuditRecord.objects.filter(action="test.effect", object_id=str(job.pk)).count()


def actions(job: Job) -> list[str]:
    records = AuditRecord.objects.filter(kind="job", object_id=str(job.pk)).order_by("pk")
    return list(records.values_list("action", flat=True))


def test_a_job_whose_worker_is_killed_goes_on_in_the_next_one(
    tmp_path: Path, start_worker: StartWorker
) -> None:
    job = start("test.parts", place=str(tmp_path))
    first = start_worker()
    until(lambda: state(job) == "running" and job.step == "waiting", "the first worker waits in the middle")
    first.kill()
    first.wait()
    (tmp_path / "go").touch()
    start_worker()
    until(lambda: state(job) == "done", "the second worker ends the job")
    made = (tmp_path / "log").read_text().split()
    assert made == [f"1:{part}" for part in range(5)] + [f"2:{part}" for part in range(5, 10)]
    assert (job.attempts, job.result, job.share, effects(job)) == (2, {"parts": 10}, 1.0, 1)
    assert actions(job) == [
        *("job.queued", "job.started", "job.resumed", "job.started", "test.effect", "job.done"),
    ]
    until(lambda: not (folders.root() / str(job.pk)).exists(), "the folder goes with the job")
    assert audit.verify() is None


def test_killed_right_after_the_effect_it_is_not_done_again(
    tmp_path: Path, start_worker: StartWorker
) -> None:
    (tmp_path / "go").touch()
    job, after = start("test.parts", place=str(tmp_path), linger=True), start("test.quick", number=4)
    first = start_worker()
    until((tmp_path / "finished").exists, "the effect is there")
    first.kill()
    first.wait()
    start_worker()
    until(lambda: state(after) == "done", "the second worker is at work")
    assert (state(job), job.attempts, effects(job)) == ("done", 1, 1)


def test_a_worker_asked_to_stop_gives_its_job_back(tmp_path: Path, start_worker: StartWorker) -> None:
    job = start("test.parts", place=str(tmp_path))
    first = start_worker()
    until(lambda: state(job) == "running" and job.step == "waiting", "the worker is in the middle")
    first.send_signal(signal.SIGTERM)
    assert first.wait(30) == 0
    assert (state(job), job.attempts) == ("queued", 0)
    (tmp_path / "go").touch()
    start_worker()
    until(lambda: state(job) == "done", "the next worker ends the job")
    assert effects(job) == 1
    assert (tmp_path / "log").read_text().split().count("1:4") == 1


def test_a_worker_that_has_grown_begins_anew_as_the_same_process(start_worker: StartWorker) -> None:
    worker = start_worker("--megabytes", "1")
    for number in range(2):
        start("test.quick", number=number)
        done = Job.objects.filter(kind="test.quick", state="done")
        until(lambda: done.count() == number + 1, "the job is done")  # noqa: B023  # asked at once
    workers = set(Job.objects.filter(kind="test.quick").values_list("worker", flat=True))
    assert len(workers) == 2  # each begin has a name of its own
    assert worker.poll() is None
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) in (0, -signal.SIGTERM)  # while it begins nothing listens yet


def test_a_supervised_worker_ends_with_its_server(tmp_path: Path, start_worker: StartWorker) -> None:
    job = start("test.parts", place=str(tmp_path))
    worker = start_worker("--supervised")
    until(lambda: state(job) == "running" and job.step == "waiting", "the worker is in the middle")
    assert worker.stdin is not None
    worker.stdin.close()
    assert worker.wait(30) == 0
    assert state(job) == "queued"


def test_ctrl_c_ends_a_supervised_worker_before_its_server(
    start_worker: StartWorker, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    job = start("test.parts", place=str(tmp_path))
    worker = start_worker("--supervised")
    until(lambda: state(job) == "running" and job.step == "waiting", "the worker is in the middle")
    worker.send_signal(signal.SIGINT)  # its standard input is still open, and somebody waits for its end
    assert worker.wait(30) == 0
    assert state(job) == "queued"
    assert "Fatal" not in capfd.readouterr().err


def test_a_running_job_is_cancelled_at_its_next_step(tmp_path: Path, start_worker: StartWorker) -> None:
    job = start("test.parts", place=str(tmp_path))
    start_worker()
    until(lambda: state(job) == "running" and job.step == "waiting", "the worker is in the middle")
    jobs.cancel(actor=ACTOR, now=clock.now(), job=job)
    until(lambda: state(job) == "cancelled", "the job ends")
    assert effects(job) == 0
    assert actions(job) == ["job.queued", "job.started", "job.cancel_asked", "job.cancelled"]
    until(lambda: not (folders.root() / str(job.pk)).exists(), "the folder goes with the job")


def test_of_two_workers_one_does_each_job(start_worker: StartWorker) -> None:
    start_worker()
    start_worker()
    many = [start("test.quick", number=number) for number in range(30)]
    until(lambda: all(state(job) == "done" for job in many), "all jobs are done")
    assert [effects(job) for job in many] == [1] * 30
    assert [job.attempts for job in many] == [1] * 30
    assert [job.result for job in many] == [{"twice": number * 2} for number in range(30)]
    assert audit.verify() is None


def test_what_kills_every_worker_is_given_up(start_worker: StartWorker) -> None:
    job = start("test.stubborn")
    for attempt in (1, 2):
        assert start_worker().wait(60) == -signal.SIGKILL
        assert (state(job), job.attempts) == ("running", attempt)
    start_worker()
    until(lambda: state(job) == "failed", "the third worker gives it up")
    assert (job.error, job.error_params) == ("job.died", {"attempts": 2})

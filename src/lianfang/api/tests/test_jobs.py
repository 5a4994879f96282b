"""Background work over HTTP: one's own, or everybody's for whoever manages the system."""

from collections.abc import Callable

import pytest
from django.test import Client

from lianfang.accounts.models import User
from lianfang.accounts.roles import Role
from lianfang.api.tests.conftest import NOW
from lianfang.kernel import jobs
from lianfang.kernel.actor import Actor
from lianfang.kernel.models import Job

SignIn = Callable[..., Client]


@jobs.work("api.work")
def work(job: jobs.Running) -> dict[str, object]:
    return {"user": job.actor.user_id}


@pytest.fixture
def owner(sign_in: SignIn) -> tuple[Client, Job]:
    """Somebody with a job that waits."""
    browser = sign_in(Role.SECRETARY)
    user = User.objects.order_by("-pk")[0]
    actor = Actor(user_id=user.pk, name=str(user))
    return browser, jobs.start(actor=actor, now=NOW, kind="api.work", title="api", params={"secret": 1})


def test_the_owner_sees_it_wait_and_end(owner: tuple[Client, Job]) -> None:
    browser, job = owner
    waiting = browser.get("/api/jobs").json()
    assert (waiting["running"], waiting["items"][0]["state"]) == (1, "queued")
    jobs.drain()
    shown = browser.get(f"/api/jobs/{job.pk}").json()
    assert (shown["state"], shown["share"], shown["mine"]) == ("done", 1.0, True)
    assert shown["result"] == {"user": job.owner_id}
    assert "params" not in shown
    assert browser.get("/api/jobs?which=running").json()["total"] == 0
    assert browser.get("/api/jobs?which=over").json()["total"] == 1


def test_others_see_nothing_of_it(owner: tuple[Client, Job], sign_in: SignIn) -> None:
    _, job = owner
    other = sign_in(Role.DATA_CENTRE)
    assert other.get("/api/jobs").json()["items"] == []
    missing = other.get("/api/jobs/99999")
    for hidden in (other.get(f"/api/jobs/{job.pk}"), other.post(f"/api/jobs/{job.pk}/cancel")):
        assert (hidden.status_code, hidden.content) == (404, missing.content)


def test_whoever_manages_the_system_sees_it_without_its_result(
    owner: tuple[Client, Job], sign_in: SignIn
) -> None:
    _, job = owner
    jobs.drain()
    manager = sign_in(Role.ADMINISTRATOR)
    shown = manager.get(f"/api/jobs/{job.pk}").json()
    assert (shown["state"], shown["result"], shown["mine"]) == ("done", None, False)
    assert manager.get("/api/jobs?mine=true").json()["total"] == 0


def test_it_is_cancelled_once(owner: tuple[Client, Job]) -> None:
    browser, job = owner
    assert browser.post(f"/api/jobs/{job.pk}/cancel").json()["state"] == "cancelled"
    assert browser.post(f"/api/jobs/{job.pk}/cancel").json()["state"] == "cancelled"
    done = jobs.start(actor=Actor(job.owner_id, ""), now=NOW, kind="api.work", title="api")
    jobs.drain()
    answer = browser.post(f"/api/jobs/{done.pk}/cancel")
    assert (answer.status_code, answer.json()["code"]) == (409, "job.over")

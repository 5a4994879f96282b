"""The daily update as a message: by a button and by itself, to a server that apprise talks to; counts only."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.test import Client

from lianfang.accounts.roles import Role
from lianfang.api.tests.conftest import NOW, Town
from lianfang.kernel import clock, jobs
from lianfang.kernel.models import Job
from lianfang.linkage.changes.sending import KIND, daily
from lianfang.linkage.models import RunPerson

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Client]


class Receiver(HTTPServer):
    """Keeps what it is sent; answers `answer`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[dict[str, Any]] = []
        self.answer = 200

    @property
    def address(self) -> str:
        return f"json://reporter:secret-word@127.0.0.1:{self.server_port}/updates"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(json.loads(body))
        self.send_response(self.server.answer)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    with Receiver() as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        settings.LIANFANG_NOTIFY = [server.address]
        yield server
        server.shutdown()
        thread.join()


def test_the_button_sends_what_the_page_shows(town: Town, sign_in: SignIn, receiver: Receiver) -> None:
    desk = sign_in(Role.DATA_CENTRE)
    shown = desk.get("/api/changes").json()
    assert shown["can_send"] is True
    number = desk.post("/api/changes/send").json()["job"]
    jobs.drain()
    assert Job.objects.get(pk=number).state == "done"
    text = receiver.got[0]["message"]
    assert shown["message"]["zh"].splitlines()[1] in text
    assert shown["message"]["en"].splitlines()[1] in text
    people = RunPerson.objects.unscoped(reason="the test looks for names")
    for name, number_, phone in people.values_list("name", "id_number", "phone"):
        assert not any(value and value in text for value in (name, number_, phone))


def test_what_does_not_arrive_is_a_failed_job_without_secrets(
    town: Town, sign_in: SignIn, receiver: Receiver
) -> None:
    receiver.answer = 500
    desk = sign_in(Role.DATA_CENTRE)
    number = desk.post("/api/changes/send").json()["job"]
    jobs.drain()
    job = desk.get(f"/api/jobs/{number}").json()
    assert (job["state"], job["error"], job["error_params"]) == (
        "failed",
        "notify.failed",
        {"services": ["JSON"]},
    )
    assert "secret-word" not in json.dumps(job)


def test_an_address_that_is_none_is_named_by_its_place(
    town: Town, sign_in: SignIn, receiver: Receiver, settings: Any
) -> None:
    settings.LIANFANG_NOTIFY = ["nonsense:secret-word", receiver.address]
    desk = sign_in(Role.DATA_CENTRE)
    number = desk.post("/api/changes/send").json()["job"]
    jobs.drain()
    job = desk.get(f"/api/jobs/{number}").json()
    assert (job["error"], job["error_params"]) == ("notify.invalid", {"places": ["1"]})
    assert len(receiver.got) == 1


def test_by_itself_it_goes_once_a_day_from_its_hour_on(town: Town, receiver: Receiver, settings: Any) -> None:
    settings.LIANFANG_NOTIFY_HOUR = 9
    today = clock.now().astimezone(clock.LOCAL)
    daily(today.replace(hour=8, minute=59))
    assert not Job.objects.filter(kind=KIND).exists()
    for hour in (9, 10, 23):
        daily(today.replace(hour=hour))
    jobs.drain()
    assert len(receiver.got) == 1
    daily(today.replace(hour=9) + timedelta(days=1))
    jobs.drain()
    assert len(receiver.got) == 2


def test_without_an_address_nothing_is_sent(town: Town, sign_in: SignIn, settings: Any) -> None:
    settings.LIANFANG_NOTIFY = []
    desk = sign_in(Role.DATA_CENTRE)
    assert desk.get("/api/changes").json()["can_send"] is False
    refused = desk.post("/api/changes/send")
    assert (refused.status_code, refused.json()["code"]) == (409, "notify.nowhere")
    daily(NOW.replace(hour=4))
    assert not Job.objects.filter(kind=KIND).exists()

"""The same write twice has one effect and the same answer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from lianfang.accounts.models import Appointment, User
from lianfang.accounts.roles import Role
from lianfang.api import idempotency as header
from lianfang.api.tests.conftest import NOW, Town
from lianfang.kernel import clock, idempotency
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.models import AuditRecord, KeptAnswer

SignIn = Callable[..., Client]
KEY = "4f0c-list-17"


@pytest.fixture
def reveal(town: Town, sign_in: SignIn) -> Callable[..., Any]:
    browser = sign_in(Role.DATA_CENTRE)

    def send(reason: str = "上门核对身份", key: str = KEY, who: Client = browser) -> Any:
        address = f"/api/runs/{town.run.pk}/people/2/reveal"
        return who.post(
            address, {"reason": reason}, content_type="application/json", headers={"Idempotency-Key": key}
        )

    return send


def effects() -> int:
    return AuditRecord.objects.filter(action="person.revealed").count()


def test_the_second_gets_the_answer_of_the_first(reveal: Callable[..., Any]) -> None:
    first, second = reveal(), reveal()
    assert (first.status_code, second.status_code, effects()) == (200, 200, 1)
    assert second.content == first.content
    assert second.headers["Content-Type"] == first.headers["Content-Type"]
    assert (first.headers.get("Idempotent-Replayed"), second.headers["Idempotent-Replayed"]) == (None, "true")


def test_a_refusal_is_kept_as_well(reveal: Callable[..., Any]) -> None:
    first, second = reveal(reason=" "), reveal(reason=" ")
    assert first.status_code == second.status_code == 422
    assert second.headers["Idempotent-Replayed"] == "true"


def test_a_key_belongs_to_one_request_of_one_user(reveal: Callable[..., Any], sign_in: SignIn) -> None:
    reveal()
    other = reveal(reason="打电话给本人")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency.reused")
    assert reveal(who=sign_in(Role.DATA_CENTRE)).status_code == 200
    assert effects() == 2


def test_while_the_first_is_being_done_the_second_waits_outside(reveal: Callable[..., Any]) -> None:
    reveal()
    KeptAnswer.objects.update(status=None)
    assert (reveal().status_code, reveal().json()["code"]) == (409, "idempotency.running")
    KeptAnswer.objects.update(begun_at=clock.now() - timedelta(minutes=11))
    assert (reveal().status_code, reveal().json()["code"]) == (409, "idempotency.broken_off")
    assert effects() == 1


def test_after_a_day_the_key_is_free(reveal: Callable[..., Any]) -> None:
    reveal()
    KeptAnswer.objects.update(begun_at=clock.now() - timedelta(hours=25))
    assert reveal(reason="打电话给本人").status_code == 200
    KeptAnswer.objects.update(begun_at=clock.now() - timedelta(hours=25))
    assert idempotency.expire(clock.now()) == 1


@pytest.mark.parametrize("key", ["short", "x" * 201, "tab\tinside", "王王王王王王王王"])
def test_a_key_that_is_none_is_refused(key: str, reveal: Callable[..., Any]) -> None:
    assert reveal(key=key).json()["code"] == "idempotency.unfit"


def test_whoever_lost_the_right_does_not_get_the_kept_answer(reveal: Callable[..., Any]) -> None:
    reveal()
    Appointment.objects.update(ends_at=NOW)
    assert reveal().json()["code"] == "forbidden"


def test_the_kept_answer_tells_nothing_to_whoever_reads_the_table(reveal: Callable[..., Any]) -> None:
    assert "330109198705200001" in reveal().content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT body, key_hash FROM kernel_keptanswer")
        stored = str(cursor.fetchall())
    assert "330109198705200001" not in stored
    assert KEY not in stored


def test_reading_ignores_it(town: Town, sign_in: SignIn) -> None:
    sign_in(Role.DATA_CENTRE).get("/api/runs", headers={"Idempotency-Key": KEY})
    assert not KeptAnswer.objects.exists()


@pytest.mark.django_db
def test_our_own_fault_frees_the_key() -> None:
    user = User.objects.create(username="x", created_at=NOW)

    def broken(request: HttpRequest) -> HttpResponse:
        number, _ = idempotency.begin(user_id=user.pk, key=KEY, fingerprint="f", now=clock.now())
        setattr(request, header._ATTRIBUTE, number)
        return HttpResponse(status=500)

    header.KeepAnswers(broken)(RequestFactory().post("/"))
    assert not KeptAnswer.objects.exists()


def test_uploads_are_told_apart_by_their_contents() -> None:
    def upload(content: bytes) -> HttpRequest:
        return RequestFactory().post("/x", {"a": "1", "file": SimpleUploadedFile("list.csv", content)})

    prints = [header.fingerprint(upload(content)) for content in (b"one", b"one", b"two")]
    assert prints[0] == prints[1] != prints[2]
    read = upload(b"one")
    header.fingerprint(read)
    uploaded = read.FILES["file"]
    assert not isinstance(uploaded, list)
    assert uploaded.read() == b"one"


@pytest.mark.django_db
def test_a_key_that_came_with_another_request_says_so_before_all() -> None:
    idempotency.begin(user_id=1, key=KEY, fingerprint="a", now=NOW)
    with pytest.raises(ProblemError, match=r"idempotency\.reused"):
        idempotency.begin(user_id=1, key=KEY, fingerprint="b", now=NOW)

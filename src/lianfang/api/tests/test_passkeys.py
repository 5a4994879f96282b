"""Passkeys: several of them, named and removed; alone or as the second step; bound to name, challenge, user."""

import copy
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from lianfang.accounts.models import Passkey
from lianfang.accounts.roles import Role
from lianfang.api.tests.people import PASSWORD, Clock, call, code_at, enter, somebody, with_authenticator
from lianfang.api.tests.soft_key import SoftKey

pytestmark = pytest.mark.django_db
ORIGIN = "http://localhost:8000"
HERE: dict[str, Any] = {"HTTP_HOST": "localhost:8000"}


@pytest.fixture
def zhou(time: Clock) -> Client:
    somebody("zhou", (Role.DATA_CENTRE, None))
    return enter("zhou", **HERE)[0]


def add(browser: Client, key: SoftKey, name: str = "手机", origin: str = ORIGIN) -> tuple[int, Any]:
    status, options = call(browser, "POST", "/account/passkeys/options", {"password": PASSWORD})
    assert status == 200, options
    body = {"credential": key.create(options, origin), "name": name}
    return call(browser, "POST", "/account/passkeys", body)


def prove(browser: Client, key: SoftKey, origin: str = ORIGIN) -> tuple[int, Any]:
    status, options = call(browser, "POST", "/session/passkey/options")
    assert status == 200, options
    return call(browser, "POST", "/session/passkey", {"credential": key.get(options, origin)})


def test_a_passkey_alone_signs_in(zhou: Client) -> None:
    key = SoftKey()
    status, added = add(zhou, key)
    assert (status, added["passkey"]["name"], len(added["codes"])) == (200, "手机", 10)
    guest = Client(**HERE)
    status, answer = prove(guest, key)
    assert (status, answer["user"]["username"]) == (200, "zhou")
    assert call(guest, "GET", "/account/sessions")[1][0]["method"] == "passkey"
    assert call(guest, "GET", "/account")[1]["passkeys"][0]["used_at"] is not None


def test_a_passkey_is_the_second_step(zhou: Client, time: Clock) -> None:
    key = SoftKey(verifies=False)
    add(zhou, key)
    browser, answer = enter("zhou", **HERE)
    assert answer == {"user": None, "factors": ["passkey", "recovery"]}
    options = call(browser, "POST", "/session/passkey/options")[1]
    assert len(options["allowCredentials"]) == 1
    status, answer = prove(browser, key)
    assert (status, answer["user"]["username"]) == (200, "zhou")
    # Alone it would be one factor only: the device did not ask who holds it.
    assert prove(Client(**HERE), key) == (422, {"code": "passkey.refused", "params": {}})


def test_anothers_passkey_is_no_second_step(zhou: Client, time: Clock) -> None:
    add(zhou, SoftKey())
    somebody("wu")
    theirs = SoftKey()
    add(enter("wu", **HERE)[0], theirs)
    assert prove(enter("zhou", **HERE)[0], theirs)[0] == 422


def test_several_are_named_and_removed(zhou: Client) -> None:
    first, second = SoftKey(), SoftKey()
    add(zhou, first)
    _, added = add(zhou, second, "办公室")
    assert added["codes"] == []  # there are some already
    one = added["passkey"]["id"]
    assert call(zhou, "POST", f"/account/passkeys/{one}", {"name": "新办公室"})[1]["name"] == "新办公室"
    assert [key["name"] for key in call(zhou, "GET", "/account")[1]["passkeys"]] == ["手机", "新办公室"]
    assert call(zhou, "POST", f"/account/passkeys/{one}/remove", {"password": "wrong"})[0] == 422
    assert call(zhou, "POST", f"/account/passkeys/{one}/remove", {"password": PASSWORD})[0] == 204
    assert prove(Client(**HERE), second)[0] == 422
    assert prove(Client(**HERE), first)[0] == 200


def test_anothers_passkeys_are_not_there(zhou: Client) -> None:
    one = add(zhou, SoftKey())[1]["passkey"]["id"]
    somebody("wu")
    wu = enter("wu", **HERE)[0]
    assert call(wu, "POST", f"/account/passkeys/{one}", {"name": "x"})[0] == 404
    assert call(wu, "POST", f"/account/passkeys/{one}/remove", {"password": PASSWORD})[0] == 404


def test_a_known_one_is_not_registered_twice(zhou: Client) -> None:
    key = SoftKey()
    add(zhou, key)
    options = call(zhou, "POST", "/account/passkeys/options", {"password": PASSWORD})[1]
    assert len(options["excludeCredentials"]) == 1
    status, answer = add(zhou, key)
    assert (status, answer["code"]) == (409, "passkey.known")


def test_an_answer_for_another_site_is_refused(zhou: Client) -> None:
    assert add(zhou, SoftKey(), origin="http://evil.example")[1]["code"] == "passkey.refused"
    key = SoftKey()
    add(zhou, key)
    assert prove(Client(**HERE), key, "http://localhost:9999")[1]["code"] == "passkey.refused"


def test_an_answer_works_once(zhou: Client) -> None:
    key = SoftKey()
    add(zhou, key)
    guest = Client(**HERE)
    options = call(guest, "POST", "/session/passkey/options")[1]
    credential = key.get(options, ORIGIN)
    assert call(guest, "POST", "/session/passkey", {"credential": credential})[0] == 200
    assert call(guest, "POST", "/session/passkey", {"credential": credential})[0] == 422
    other = Client(**HERE)
    call(other, "POST", "/session/passkey/options")
    assert call(other, "POST", "/session/passkey", {"credential": credential})[0] == 422


def test_a_challenge_waits_five_minutes(zhou: Client, time: Clock) -> None:
    key = SoftKey()
    add(zhou, key)
    guest = Client(**HERE)
    options = call(guest, "POST", "/session/passkey/options")[1]
    time.forward(minutes=5)
    assert call(guest, "POST", "/session/passkey", {"credential": key.get(options, ORIGIN)})[0] == 422


def test_a_copied_device_is_found_by_its_count(zhou: Client) -> None:
    key = SoftKey()
    add(zhou, key)
    copied = copy.copy(key)
    for _ in range(2):
        assert prove(Client(**HERE), key)[0] == 200
    assert prove(Client(**HERE), copied)[1]["code"] == "passkey.refused"


def test_a_device_that_does_not_count_is_taken(zhou: Client) -> None:
    key = SoftKey(counts=False)
    add(zhou, key)
    for _ in range(2):
        assert prove(Client(**HERE), key)[0] == 200


def test_a_locked_users_passkey_opens_nothing(zhou: Client) -> None:
    key = SoftKey()
    add(zhou, key)
    made = Passkey.objects.get()
    made.user.is_active = False
    made.user.save()
    status, answer = prove(Client(**HERE), key)
    assert (status, answer["code"]) == (401, "sign_in.wrong")


def test_under_a_bare_address_it_says_what_to_do(time: Clock) -> None:
    somebody("wu")
    browser = enter("wu", HTTP_HOST="127.0.0.1:8000")[0]
    for path, body in (
        ("/account/passkeys/options", {"password": PASSWORD}),
        ("/session/passkey/options", None),
    ):
        status, answer = call(browser, "POST", path, body)
        assert (status, answer["code"]) == (409, "passkey.needs_name")


def test_the_last_factor_of_a_role_that_needs_one_stays(
    zhou: Client, settings: Settings, time: Clock
) -> None:
    settings.LIANFANG_SECOND_FACTOR = frozenset({Role.DATA_CENTRE})
    one = add(zhou, SoftKey())[1]["passkey"]["id"]
    status, answer = call(zhou, "POST", f"/account/passkeys/{one}/remove", {"password": PASSWORD})
    assert (status, answer["code"]) == (409, "second_factor.kept")
    assert Passkey.objects.count() == 1
    secret, codes = with_authenticator(zhou, time)
    assert codes == []
    assert call(zhou, "POST", f"/account/passkeys/{one}/remove", {"password": PASSWORD})[0] == 204
    browser, _ = enter("zhou", **HERE)
    assert call(browser, "POST", "/session/code", {"code": code_at(secret, time.moment)})[0] == 200


def garbage() -> list[Any]:
    """Answers that no device gives: parts missing, of another kind, cut short."""
    key = SoftKey()
    options = {"rp": {"id": "localhost"}, "rpId": "localhost", "challenge": "AAAA"}
    made: list[Any] = [{}, {"id": 5}, {"id": "x", "rawId": None, "response": 3, "type": []}]
    for whole in (key.create(options, ORIGIN), key.get(options, ORIGIN)):
        for name in whole["response"]:
            value: Any
            for value in (None, 7, "", "!!!", [], {}, "AAAA", whole["response"][name][:40]):
                made.append({**whole, "response": {**whole["response"], name: value}})
    return made


def test_nonsense_is_refused_in_words(zhou: Client) -> None:
    for credential in garbage():
        call(zhou, "POST", "/account/passkeys/options", {"password": PASSWORD})
        status, answer = call(zhou, "POST", "/account/passkeys", {"credential": credential})
        assert (status, answer["code"]) == (422, "passkey.refused"), credential


def test_nonsense_at_the_door_is_refused_in_words(zhou: Client) -> None:
    key = SoftKey()
    add(zhou, key)
    guest = Client(**HERE, REMOTE_ADDR="10.1.1.1")
    for number, credential in enumerate(garbage()):
        guest.defaults["REMOTE_ADDR"] = f"10.1.1.{number}"
        call(guest, "POST", "/session/passkey/options")
        known = {**credential, "id": Passkey.objects.get().credential_id}
        status, answer = call(guest, "POST", "/session/passkey", {"credential": known})
        assert (status, answer["code"]) == (422, "passkey.refused"), credential

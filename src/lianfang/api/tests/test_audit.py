"""What an auditor reads, takes along and verifies."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from lianfang.accounts.roles import Role
from lianfang.api.tests.conftest import NOW, Town
from lianfang.kernel import audit, jobs
from lianfang.kernel.actor import Actor, system
from lianfang.kernel.models import AuditRecord

SignIn = Callable[..., Client]


@pytest.fixture
def written(town: Town) -> Town:
    """Five acts, an hour apart, in two areas."""
    AuditRecord.objects.all()._raw_delete(AuditRecord.objects.db)
    connection.cursor().execute("DELETE FROM kernel_audithead")
    for hour, (name, action, path) in enumerate(
        [
            ("王丽", "person.viewed", town.here.path),
            ("王丽", "person.revealed", town.here.path),
            ("李强", "person.viewed", town.there.path),
            ("=李强", "run.exported", ""),
            ("系统", "job.done", ""),
        ]
    ):
        actor = system(name) if name == "系统" else Actor(user_id=hour, name=name)
        kind, moment = action.partition(".")[0], NOW + timedelta(hours=hour)
        audit.record(actor=actor, action=action, now=moment, kind=kind, object_id=7, path=path)
    return town


def actions(browser: Client, query: str = "") -> list[str]:
    return [item["action"] for item in browser.get(f"/api/audit?{query}").json()["items"]]


def test_the_newest_come_first(written: Town, sign_in: SignIn) -> None:
    assert actions(sign_in(Role.AUDITOR)) == [
        *("job.done", "run.exported", "person.viewed", "person.revealed", "person.viewed"),
    ]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("actor=李", 2),
        ("action=person.viewed", 2),
        ("action=person.", 3),
        ("kind=person&object_id=7", 3),
        ("kind=person&object_id=8", 0),
        ("since=2020-02-20T09:00:00Z&until=2020-02-20T11:00:00Z", 2),
        ("since=2020-02-20T19:00:00", 2),  # without a zone: China's
    ],
)
def test_records_are_found(query: str, count: int, written: Town, sign_in: SignIn) -> None:
    assert len(actions(sign_in(Role.AUDITOR), query)) == count


def test_pages_follow_one_another_without_gaps(written: Town, sign_in: SignIn) -> None:
    browser, seen, before = sign_in(Role.AUDITOR), [], ""
    while True:
        page = browser.get(f"/api/audit?size=2{before}").json()
        seen += [item["id"] for item in page["items"]]
        if page["before"] is None:
            break
        before = f"&before={page['before']}"
    assert seen == sorted(AuditRecord.objects.values_list("pk", flat=True), reverse=True)


def test_the_auditor_of_an_area_sees_its_records_only(written: Town, sign_in: SignIn) -> None:
    assert actions(sign_in(Role.AUDITOR, written.here)) == ["person.revealed", "person.viewed"]


def test_others_see_none(written: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.DATA_CENTRE)
    for answer in (
        browser.get("/api/audit"),
        browser.get("/api/audit/records.csv"),
        browser.post("/api/audit/verify"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_a_file_of_them_is_recorded_itself_and_holds_no_formulas(written: Town, sign_in: SignIn) -> None:
    answer = sign_in(Role.AUDITOR).get("/api/audit/records.csv?kind=run")
    head, *lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert head.startswith("id,at,actor_id,actor_name")
    assert len(lines) == 1
    assert "'=李强" in lines[0]
    assert AuditRecord.objects.get(action="audit.exported").details == {"rows": 1}


def test_the_chain_is_verified_in_the_background(written: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.AUDITOR)

    def verify() -> object:
        number = browser.post("/api/audit/verify").json()["id"]
        jobs.drain()
        return browser.get(f"/api/jobs/{number}").json()["result"]["broken"]

    assert verify() is None
    forged = AuditRecord.objects.get(action="person.revealed").pk
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_auditrecord SET actor_name = '别人' WHERE id = %s", [forged])
    assert verify() == forged


def test_a_look_is_recorded_once_in_ten_minutes(db: None) -> None:
    looks = [(1, 0, 7), (1, 9, 7), (1, 11, 7), (2, 0, 7), (1, 0, 8)]
    for user, minutes, person in looks:
        audit.read(
            actor=Actor(user_id=user, name="王丽"),
            action="person.viewed",
            now=NOW + timedelta(minutes=minutes),
            kind="person",
            object_id=person,
        )
    assert AuditRecord.objects.count() == 4

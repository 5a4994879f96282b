"""Prepared questions answer as the query set would, again and again, with whatever is given."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from lianfang.accounts.models import Appointment, Device, User
from lianfang.kernel.among import among
from lianfang.kernel.models import AuditHead
from lianfang.kernel.prepared import Given, Prepared, PreparedUpdate
from lianfang.kernel.scoping import UnscopedQueryError
from lianfang.territory.models import Area, Gate

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2020, 2, 4, 12, tzinfo=UTC)
ONE, TWO = UUID(int=1), UUID(int=2**128 - 1)


@pytest.fixture
def devices() -> list[Device]:
    users = [User.objects.create(username=f"u{number}", created_at=NOW) for number in range(2)]
    return [
        Device.objects.create(
            pk=pk, user=user, name="手机", public_key=b"k" * 32, token_hash=f"{pk.int:x}", enrolled_at=NOW,
            seen_at=seen,
        )
        for pk, user, seen in zip((ONE, TWO), users, (NOW, None), strict=True)
    ]  # fmt: skip


def test_objects_with_what_belongs_to_them(devices: list[Device]) -> None:
    asked = Prepared(
        lambda: Device.objects.select_related("user").defer("name").filter(token_hash=Given("token", str))
    )
    for one in devices:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            (found,) = asked(token=one.token_hash)
            assert (found, found.user, found.enrolled_at) == (one, one.user, NOW)
            assert bytes(found.public_key) == b"k" * 32
        assert len(queries) == 1
        assert found.name == "手机"  # left out, and read when it is wanted
    assert asked(token="nobody's") == []


@pytest.mark.parametrize(
    ("build", "values", "wanted"),
    [
        (lambda rows: rows.filter(pk=Given("pk", UUID)).values_list("pk", "seen_at"), {"pk": ONE}, [(ONE, NOW)]),
        (lambda rows: rows.filter(pk=Given("pk", UUID)).values_list("pk", flat=True), {"pk": TWO}, [TWO]),
        (
            lambda rows: rows.filter(among("pk", Given("all", UUID))).values_list("pk", flat=True),
            {"all": {ONE, TWO}},
            [ONE, TWO],
        ),
        (lambda rows: rows.filter(among("pk", Given("all", UUID))).values_list("pk", flat=True), {"all": []}, []),
        (lambda rows: rows.filter(enrolled_at__gt=Given("at", datetime)).values_list("pk", flat=True), {"at": NOW}, []),
        (
            lambda rows: rows.filter(enrolled_at__gt=Given("at", datetime)).values_list("pk", flat=True),
            {"at": NOW - timedelta(microseconds=1)},
            [ONE, TWO],
        ),
    ],
)  # fmt: skip
def test_values_of_every_kind(
    devices: list[Device], build: Callable[[Any], Any], values: dict[str, Any], wanted: list[Any]
) -> None:
    asked = Prepared(lambda: build(Device.objects.order_by("enrolled_at", "pk")))
    assert asked(**values) == asked(**values) == wanted


def test_a_value_that_is_not_given_is_missed(devices: list[Device]) -> None:
    with pytest.raises(KeyError, match="pk"):
        Prepared(lambda: Device.objects.filter(pk=Given("pk", UUID)))()


def test_an_update_says_how_many_it_changed(devices: list[Device]) -> None:
    put = PreparedUpdate(
        lambda: (
            Device.objects.filter(pk=Given("pk", UUID)),
            {"last_seq": F("last_seq") + Given("more", int), "seen_at": Given("now", datetime)},
        )
    )
    assert put(pk=ONE, more=3, now=NOW) == put(pk=ONE, more=4, now=None) == 1
    assert put(pk=UUID(int=7), more=1, now=NOW) == 0
    found = Device.objects.get(pk=ONE)
    assert (found.last_seq, found.seen_at) == (7, None)


def test_what_is_scoped_stays_so() -> None:
    with pytest.raises(UnscopedQueryError):
        Prepared(lambda: Area.objects.filter(pk=Given("pk", int)))(pk=1)
    with pytest.raises(UnscopedQueryError):
        PreparedUpdate(lambda: (Gate.objects.filter(pk=Given("pk", int)), {"name": "北门"}))(pk=1)


def test_only_answers_that_can_be_made() -> None:
    with pytest.raises(TypeError):
        Prepared(lambda: AuditHead.objects.values("seal"))()


def test_a_table_joined_from_the_other_side(devices: list[Device]) -> None:
    Appointment.objects.create(user=devices[0].user, role="administrator", starts_at=NOW)
    asked = Prepared(
        lambda: Appointment.objects.filter(user=Given("user", int)).values_list("role", "area__path")
    )
    assert asked(user=devices[0].user_id) == [("administrator", None)]
    assert asked(user=devices[1].user_id) == []

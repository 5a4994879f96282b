"""bulk.append writes what Django writes: every kind of field that a crossing has."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from lianfang.gates.models import Crossing
from lianfang.kernel import bulk

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2020, 2, 20, 7, 30, 1, 250_000, tzinfo=UTC)


def _crossing(number: int, **values: Any) -> Crossing:
    return Crossing(
        id=UUID(int=number), path="330199/330199001/", compound=1, gate=2, at=NOW, received_at=NOW, direction="in",
        decision="go", kind="none", guard_name='王"门\t卫\\ \n二', **values,
    )  # fmt: skip


def test_objects_are_kept_as_bulk_create_keeps_them() -> None:
    said = {
        "reasons": ["pass.expired", "引号'\""], "said": '{"visitor": {"name": "李四"}}', "temperature": 37.9,
        "fever": True, "document_seen": False, "person": 7, "occupants": 3,
    }  # fmt: skip
    with transaction.atomic():
        Crossing.objects.bulk_create([_crossing(1, **said), _crossing(2)])
        bulk.append([_crossing(3, **said), _crossing(4)])
    rows = Crossing.objects.unscoped(reason="compared").order_by("pk")
    kept = [{**row, "id": None} for row in rows.values()]
    assert kept[:2] == kept[2:]
    assert kept[0]["at"] == NOW
    assert kept[0]["said"] == said["said"]


def test_columns_are_kept_as_objects_are() -> None:
    numbers = range(1, 124)  # more than go into one statement, and not a multiple of them
    same = {
        "path": "330199/330199001/", "compound": 1, "gate": 2, "at": NOW, "received_at": NOW, "direction": "in",
        "decision": "go", "kind": "none", "guard_name": '王"门\t卫\\ \n二',
    }  # fmt: skip
    with transaction.atomic():
        Crossing.objects.bulk_create(_crossing(n, person=n) for n in numbers)
        columns: dict[str, list[Any]] = {"id": [UUID(int=1000 + n) for n in numbers], "person": list(numbers)}
        bulk.put(Crossing, columns, same)
    rows = Crossing.objects.unscoped(reason="compared").order_by("pk")
    kept = [{**row, "id": None} for row in rows.values()]
    assert kept[:123] == kept[123:]


def test_what_is_there_already_stays_as_it_is() -> None:
    with transaction.atomic():
        bulk.append([_crossing(1, person=7)])
        columns: dict[str, list[Any]] = {"id": [UUID(int=1), UUID(int=2)], "person": [8, 9]}
        same = {
            "path": "330199/", "compound": 1, "gate": 2, "at": NOW, "received_at": NOW, "direction": "in",
            "decision": "go", "kind": "none", "guard_name": "王",
        }  # fmt: skip
        bulk.put(Crossing, columns, same, once=True)
    rows = Crossing.objects.unscoped(reason="compared").order_by("pk")
    assert list(rows.values_list("person", flat=True)) == [7, 9]


def test_a_column_that_the_model_has_not_is_told() -> None:
    with pytest.raises(ValueError, match="nobody"):
        bulk.put(Crossing, {"id": [], "nobody": []})


def test_nothing_to_write_asks_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        bulk.append([])

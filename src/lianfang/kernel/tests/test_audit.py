"""The audit record is append-only and verifiable."""

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from lianfang.kernel import audit
from lianfang.kernel.actor import system
from lianfang.kernel.models import AuditRecord

pytestmark = pytest.mark.django_db
NOW = datetime(2020, 2, 1, 8, 0, 0, 123456, tzinfo=UTC)


def write(action: str = "list.received") -> AuditRecord:
    audit.record(
        actor=system("test"),
        action=action,
        now=NOW,
        kind="list",
        object_id=7,
        details={"rows": 12, "名": ["a"]},
    )
    return AuditRecord.objects.latest("pk")


def test_an_empty_and_a_written_chain_are_whole() -> None:
    assert audit.verify() is None
    write()
    write()
    assert audit.verify() is None


@pytest.mark.parametrize("column", ["action", "actor_name", "object_id", "path"])
def test_a_changed_record_is_found(column: str) -> None:
    write()
    changed = write()
    write()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE kernel_auditrecord SET {column} = 'forged' WHERE id = %s", [changed.pk])
    assert audit.verify() == changed.pk


def test_a_removed_record_is_found_in_the_middle_and_at_the_end() -> None:
    first, second, third = write(), write(), write()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_auditrecord WHERE id = %s", [third.pk])
    assert audit.verify() == 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_auditrecord WHERE id = %s", [first.pk])
    assert audit.verify() == second.pk


def test_an_act_that_rolls_back_leaves_no_record() -> None:
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert AuditRecord.objects.count() == 0
    assert audit.verify() is None


def test_records_are_neither_changed_nor_deleted() -> None:
    write()
    with pytest.raises(TypeError, match="never changed"):
        AuditRecord.objects.all().update(action="x")
    with pytest.raises(TypeError, match="never deleted"):
        AuditRecord.objects.all().delete()

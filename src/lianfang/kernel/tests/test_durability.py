"""Whether a commit waits for the disk is asked of the database itself."""

import pytest
from django.db import connection

from lianfang.kernel.durability import on_disk, unhurried

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


def _setting() -> str:
    sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous" if sqlite else "SHOW synchronous_commit")
        return str(cursor.fetchone()[0])


def test_what_phones_delete_waits_for_the_disk_and_the_rest_is_as_before() -> None:
    before = _setting()
    with on_disk():
        assert _setting() in ("2", "on")  # SQLite's FULL, PostgreSQL's own
    assert _setting() == before


def test_it_is_as_before_after_an_error() -> None:
    before = _setting()
    with pytest.raises(ZeroDivisionError), on_disk():
        _ = 1 / 0
    assert _setting() == before


def test_what_is_redone_does_not_wait() -> None:
    before = _setting()
    with unhurried():
        assert _setting() in ("1", "off")  # SQLite's NORMAL
    assert _setting() == before

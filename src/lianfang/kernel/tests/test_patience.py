"""A write that may be left out is left out while somebody else writes, and is done otherwise."""

import sqlite3
import time

import pytest
from django.db import connection

from lianfang.kernel.models import AuditHead
from lianfang.kernel.patience import if_free

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_is_done_when_nobody_writes() -> None:
    with if_free():
        AuditHead.objects.create(pk=1, seal="x")
    assert AuditHead.objects.get(pk=1).seal == "x"


def test_nobody_waits_for_it() -> None:
    if connection.vendor != "sqlite":
        return  # there writers do not wait for one another
    AuditHead.objects.create(pk=1, seal="x")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        with if_free():
            AuditHead.objects.filter(pk=1).update(seal="y")
        assert time.monotonic() - began < 10  # the ordinary patience is 30 s
    finally:
        other.rollback()
        other.close()
    assert AuditHead.objects.get(pk=1).seal == "x"
    AuditHead.objects.filter(pk=1).update(seal="z")
    assert AuditHead.objects.get(pk=1).seal == "z"

"""Writes that may as well be left out when somebody else is writing for a long time."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import OperationalError, connection

#: What SQLite says when another one writes and the time to wait is over.
LOCKED = "database is locked"


@contextmanager
def if_free() -> Iterator[None]:
    """Do a write at once or not at all: on SQLite one long write would make every such request wait for its end."""
    if connection.vendor != "sqlite":
        yield
        return
    waiting = int(settings.DATABASES["default"].get("OPTIONS", {}).get("timeout", 5) * 1000)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 0")
    try:
        yield
    except OperationalError as problem:
        if LOCKED not in str(problem):
            raise
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {waiting}")

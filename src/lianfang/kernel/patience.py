"""Writes that may as well be left out when somebody else is writing for a long time."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections

from lianfang.kernel.sqlite.base import DatabaseWrapper
from lianfang.kernel.sqlite.turns import LOCKED


@contextmanager
def if_free() -> Iterator[None]:
    """Do a write at once or not at all: on SQLite one long write would make every such request wait for its end."""
    line = connections[DEFAULT_DB_ALIAS]
    if not isinstance(line, DatabaseWrapper):
        yield
        return
    patience = line.patience
    _wait(line, 0)
    try:
        yield
    except OperationalError as problem:
        if LOCKED not in str(problem):
            raise
    finally:
        _wait(line, patience)


def _wait(line: DatabaseWrapper, seconds: float) -> None:
    """For its turn to write, and for a writer who takes no turns."""
    line.patience = seconds
    with line.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")

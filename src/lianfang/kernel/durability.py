"""How long a commit waits for the disk: always for what somebody else deletes on our word, never for what is redone."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def on_disk() -> Iterator[None]:
    """A transaction whose commit is on the disk when this ends: not even a power cut takes it back.

    PostgreSQL does so anyway; SQLite in WAL mode leaves it to the system unless told. Inside another transaction that
    one's commit counts.
    """
    waits = connection.vendor == "sqlite" and not connection.in_atomic_block
    if waits:
        _sqlite("FULL")
    try:
        with transaction.atomic():
            yield
    finally:
        if waits:
            _sqlite("NORMAL")  # as databases.py sets it


def _sqlite(level: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous={level}")


@contextmanager
def unhurried() -> Iterator[None]:
    """A transaction whose commit does not wait for the disk: what a power cut takes is found undone and done again.

    Nobody else waits for that disk either: locks that it holds are free at once.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit TO OFF")
        yield

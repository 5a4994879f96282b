"""One at a time where it matters: whoever registers a stranger holds his keys until the transaction ends."""

import hashlib
from collections.abc import Iterable

from django.db import connection


def hold(keys: Iterable[str]) -> None:
    """Waits until nobody else holds one of the keys, and holds them. Only inside a transaction.

    PostgreSQL: advisory locks on the keys' hashes, in one order, so that two never wait for each other. SQLite:
    nothing to do, a transaction that will write is the only one from its beginning (settings: IMMEDIATE).
    """
    if not connection.in_atomic_block:
        raise RuntimeError("locks are held until the transaction ends; there is none")
    if connection.vendor != "postgresql":
        return
    numbers = sorted({_number(key) for key in keys})
    with connection.cursor() as cursor:
        for number in numbers:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def _number(key: str) -> int:
    digest = hashlib.blake2b(key.encode(), digest_size=8, person=b"registry").digest()
    return int.from_bytes(digest, "big", signed=True)

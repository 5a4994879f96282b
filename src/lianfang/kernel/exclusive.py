"""What must see everything that others have written, and so waits until they have committed."""

from django.db import connection
from django.db.transaction import TransactionManagementError


def hold(name: str) -> None:
    """Until the transaction ends nobody else gets past this with the same name; statements behind it see what those
    before have written. On SQLite a transaction that writes is alone from its start.

    Raises TransactionManagementError outside a transaction. Taken before the audit record's head by everybody, so that
    no two wait for each other.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("held until the end of a transaction: there is none")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])

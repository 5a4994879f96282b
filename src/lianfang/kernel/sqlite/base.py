"""The ENGINE of databases.py: a transaction begins when its turn has come."""

import os
import threading
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from lianfang.kernel.sqlite.turns import LOCKED, Turns

_known: dict[tuple[int, str], Turns] = {}
_knowing = threading.Lock()


def turns_of(database: str) -> Turns:
    """The one line of this process for the database; a forked process stands in a line of its own."""
    with _knowing:
        key = (os.getpid(), database)
        if key not in _known:
            _known[key] = Turns(Path(database))
        return _known[key]


class DatabaseWrapper(base.DatabaseWrapper):
    """Transactions of all threads and processes one after the other, in the order in which they asked."""

    def __init__(self, *words: Any, **named: Any) -> None:
        super().__init__(*words, **named)
        self._turns: Turns | None = None
        #: Seconds that a transaction waits for its turn; 0: at once or not at all.
        self.patience = float(self.settings_dict["OPTIONS"].get("timeout", 5))

    def _start_transaction_under_autocommit(self) -> None:
        turns = None if self.is_in_memory_db() else turns_of(str(self.settings_dict["NAME"]))
        if turns is not None and not turns.take(self.patience):
            raise OperationalError(LOCKED)
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            if turns is not None:
                turns.give()
            raise
        self._turns = turns

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._give()  # not after a commit that failed: the transaction goes on until it is rolled back

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._give()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._give()

    def _give(self) -> None:
        turns, self._turns = self._turns, None
        if turns is not None:
            turns.give()

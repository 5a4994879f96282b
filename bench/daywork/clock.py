"""The day's time, the same for server, worker, phones and bench: it goes on as usual, and jumps when the bench says so.

A day of twenty-four hours is played in minutes. What the program does with times is its own; only what `kernel.clock`
reads is the bench's (clocked/sitecustomize.py tells every Python process that is started with GATEDAY_CLOCK set).
"""

import mmap
import os
import struct
import time
from datetime import UTC, datetime
from pathlib import Path

VARIABLE = "GATEDAY_CLOCK"
_FORM = struct.Struct("=dd")


class Clock:
    """A file with two numbers: seconds since 1970, and the monotonic second at which that was said."""

    def __init__(self, file: Path) -> None:
        if not file.exists():
            file.write_bytes(_FORM.pack(time.time(), time.monotonic()))
        with file.open("r+b") as handle:
            self._shared = mmap.mmap(handle.fileno(), _FORM.size)

    def jump(self, to: float) -> None:
        """It is `to` (seconds since 1970) now."""
        self._shared[: _FORM.size] = _FORM.pack(to, time.monotonic())

    def seconds(self) -> float:
        said, then = _FORM.unpack(self._shared[: _FORM.size])
        return float(said) + time.monotonic() - float(then)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds(), UTC)


def follow(file: Path) -> Clock:
    """The program's clock in this process is the one in the file, from now on."""
    from lianfang.kernel import clock  # noqa: PLC0415  # where Python starts, not every process has the program

    made = Clock(file)
    clock.now = made.now
    return made


def follow_if_told() -> None:
    file = os.environ.get(VARIABLE)
    if file:
        follow(Path(file))

"""A sign of life of each worker that the system takes away when it dies, however it dies: a locked file."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from lianfang.kernel.jobs import folders

if sys.platform != "win32":
    import fcntl


@contextmanager
def sign(name: str) -> Iterator[None]:
    """Hold the sign of the worker `name`."""
    folders.root().mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folders.root() / f"{name}.worker"
    with file.open("wb") as held:
        if sys.platform != "win32":
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            yield
        finally:
            file.unlink(missing_ok=True)


def is_dead(name: str) -> bool:
    """Whether it is certain that the worker died. False for workers of other machines, and where there are no locks."""
    if sys.platform == "win32" or not name:
        return False
    try:
        with (folders.root() / f"{name}.worker").open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return False
    return True


def sweep() -> None:
    """Remove the signs of workers that are dead; call it when their jobs have been taken away."""
    for file in folders.root().glob("*.worker"):
        if is_dead(file.stem):
            file.unlink(missing_ok=True)

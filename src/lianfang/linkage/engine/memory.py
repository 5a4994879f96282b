"""Giving memory back to the system between the steps of a long computation."""

import ctypes
import sys
from collections.abc import Callable
from functools import cache


def give_back() -> None:
    """Returns freed memory to the system; a few milliseconds for each hundred megabytes.

    The C library of Linux keeps arrays below 32 MB for the next ones of their size, which a step with arrays of
    another size never asks for: of 2.0 GB held after linking 1.2 million rows 0.8 were free. Elsewhere nothing is done.
    """
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    if not sys.platform.startswith("linux"):
        return None
    # Other C libraries of Linux (musl) give back by themselves, and have no such function.
    return getattr(ctypes.CDLL(None), "malloc_trim", None)

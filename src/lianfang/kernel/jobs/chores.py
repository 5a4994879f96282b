"""What is to be done from time to time without anybody asking: apps name it, the worker does it."""

from collections.abc import Callable
from datetime import datetime

#: Told the moment. Done about once an hour and after a start: it must be cheap when there is nothing to do, and do no
#: harm when two workers do it at once.
Chore = Callable[[datetime], object]

_CHORES: dict[str, Chore] = {}


def chore(function: Chore) -> Chore:
    """Decorator: the worker calls this function from time to time."""
    _CHORES[f"{function.__module__}.{function.__qualname__}"] = function
    return function


def do_all(now: datetime) -> None:
    """Every chore once."""
    for function in _CHORES.values():
        function(now)

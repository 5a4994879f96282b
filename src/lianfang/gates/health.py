"""What gates need to know of health, which is not theirs to keep: from when on a temperature is a fever, and who must
stay at home. `lianfang.wiring` connects whoever knows it; without that, the usual threshold holds and nobody is held.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from lianfang.kernel.actor import Scope

USUAL_FEVER = 37.3  # °C


@dataclass(frozen=True)
class Knowledge:
    """`fever`: path of an area → °C. `held`: which of these people (numbers in the registry) must stay at home now.
    `held_in`: all of them in a scope.
    """

    fever: Callable[[str], float]
    held: Callable[[Iterable[int], datetime], set[int]]
    held_in: Callable[[Scope, datetime], set[int]]


_connected = [
    Knowledge(lambda _path: USUAL_FEVER, lambda _people, _now: set(), lambda _scope, _now: set()),
]


def connect(knowledge: Knowledge) -> None:
    _connected[0] = knowledge


def known() -> Knowledge:
    return _connected[0]

"""The queue at a gate through a day, as water behind a weir: who comes faster than he is checked, waits."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lianfang.gates.plan.terms import Terms


@dataclass(frozen=True)
class Queue:
    """`peak` people at once, `longest` minutes for the last of them, `person_minutes` of all, a day.

    Chance is left out: where people come in clusters, the queue is longer than this. A queue left at midnight is not
    carried into the next day.
    """

    peak: float
    longest: float
    person_minutes: float


def queue(people: float, lanes: int, terms: Terms) -> Queue:
    """Of the people whose gate it is."""
    arrivals = people * terms.crossings * terms.shares
    capacity = terms.capacity(lanes)
    waiting = backlog(arrivals, capacity)
    peak = float(waiting.max())
    return Queue(peak, peak / capacity * terms.slice_minutes, float(waiting.sum() * terms.slice_minutes))


def backlog(arrivals: NDArray[np.float64], capacity: float) -> NDArray[np.float64]:
    """People who wait at the end of every slice."""
    # What is left over is the rise of the running sum above its lowest point before.
    surplus = np.cumsum(arrivals - capacity)
    lowest = np.minimum.accumulate(np.minimum(surplus, 0.0))
    waiting: NDArray[np.float64] = surplus - lowest
    return waiting

"""What several threads bring at the same moment is done at once, and a failure is told to whose it is."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from lianfang.sync.together import Together

pytestmark = pytest.mark.django_db


class Slow:
    """Holds the first call until everybody else has come."""

    def __init__(self, wrong: int | None = None) -> None:
        self.begun, self.going = Event(), Event()
        self.done: list[list[int]] = []
        self.wrong = wrong

    def __call__(self, numbers: Sequence[int]) -> None:
        self.begun.set()
        assert self.going.wait(10)
        if self.wrong in numbers:
            raise ValueError(self.wrong)
        self.done.append(sorted(numbers))


def together(slow: Slow, numbers: range) -> list[BaseException | None]:
    """The first number by itself, the others while it is done; what was raised for each."""
    act = Together(slow)
    with ThreadPoolExecutor(len(numbers)) as pool:
        first = pool.submit(act, numbers[0])
        assert slow.begun.wait(10)
        others = [pool.submit(act, number) for number in numbers[1:]]
        while len(act._line) < len(others):
            assert not first.done()
        slow.going.set()
        return [one.exception(10) for one in (first, *others)]


def test_those_who_wait_are_done_at_once() -> None:
    slow = Slow()
    assert together(slow, range(5)) == [None] * 5
    assert slow.done == [[0], [1, 2, 3, 4]]


def test_a_failure_is_told_to_whose_it_is_and_the_others_are_done() -> None:
    slow = Slow(wrong=3)
    told = together(slow, range(5))
    assert [one is None for one in told] == [True, True, True, False, True]
    assert sorted(slow.done) == [[0], [1], [2], [4]]


def test_inside_a_transaction_of_the_callers_nothing_else_is_done() -> None:
    slow = Slow()
    slow.going.set()
    Together(slow)(7)  # a test of pytest-django runs in one
    assert slow.done == [[7]]

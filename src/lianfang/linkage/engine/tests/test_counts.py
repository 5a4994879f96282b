"""Counts of values: found by the first bits of their hashes, wherever the hashes lie."""

import numpy as np
import pytest
from numpy.typing import NDArray

from lianfang.linkage.engine.comparisons.base import Counts, first_not_below

LAST = np.uint64(2**64 - 1)
CHANCE = np.random.default_rng(7)


def spread(count: int) -> NDArray[np.uint64]:
    return CHANCE.integers(1, LAST, count, dtype=np.uint64, endpoint=True)


CROWDED = np.arange(1, 5001, dtype=np.uint64)  # numbers that are no hashes: all in one corner
ENDS = np.array([1, 2, LAST - np.uint64(1), LAST], np.uint64)


@pytest.mark.parametrize("keys", [spread(5000), spread(1), CROWDED, ENDS, CROWDED[:0]], ids=len)
def test_the_place_of_a_hash_is_that_of_a_binary_search(keys: NDArray[np.uint64]) -> None:
    keys = np.sort(keys)
    few = np.concatenate([keys[::7], spread(20), [np.uint64(0), LAST]])
    many = np.concatenate([np.repeat(keys, 3), keys - np.uint64(1), spread(5000), [np.uint64(0), LAST]])
    for asked in (few, many):
        assert first_not_below(keys, asked).tolist() == np.searchsorted(keys, asked).tolist()


def test_what_nobody_says_is_counted_nought() -> None:
    said = np.repeat(spread(300), 2)
    counts = Counts.of(np.append(said, [said[0], 0, 0]).astype(np.uint64))
    asked = np.append(said[:10], [0, 12345]).astype(np.uint64)
    assert counts.find(asked).tolist() == [3, 3, *[2] * 8, 0, 0]
    assert Counts.of(said[:0]).find(asked).tolist() == [0] * 12

"""Connected components are what SciPy says, named after their smallest member."""

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from lianfang.linkage.engine.connected import connected


@pytest.mark.parametrize("seed", range(40))
def test_random_graphs_fall_into_the_parts_that_scipy_finds(seed: int) -> None:
    random = np.random.default_rng(seed)
    count = int(random.integers(1, 300))
    x, y = random.integers(0, count, (2, int(random.integers(0, 2 * count))))
    graph = coo_array((np.ones(len(x)), (x, y)), (count, count))
    parts, label = connected_components(graph, directed=False)
    smallest = np.array([np.flatnonzero(label == part)[0] for part in range(parts)])
    assert np.array_equal(connected(count, x, y), smallest[label])


def test_a_chain_of_a_million_takes_few_rounds() -> None:
    order = np.random.default_rng(1).permutation(1_000_000)
    assert not connected(len(order), order[:-1], order[1:]).any()


def test_nothing_connected_is_everybody_by_himself() -> None:
    nothing = np.zeros(0, np.uint32)
    assert connected(3, nothing, nothing).tolist() == [0, 1, 2]
    assert connected(0, nothing, nothing).tolist() == []

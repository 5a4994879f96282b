"""The interval of the second look."""

import pytest
from scipy.stats import binomtest

from lianfang.linkage.review.precision import Looked, of_stratum, overall


@pytest.mark.parametrize(("right", "wrong"), [(40, 0), (39, 1), (20, 20), (1, 0), (0, 5)])
def test_one_kind_has_the_interval_of_wilson(right: int, wrong: int) -> None:
    found = of_stratum(Looked("id.equal", 500, 40, right, wrong, 0))
    theirs = binomtest(right, right + wrong).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_kinds_count_by_their_links() -> None:
    found = overall([Looked("id.equal", 900, 40, 40, 0, 0), Looked("name.exact", 100, 40, 20, 20, 0)])
    assert found.share == pytest.approx(0.95)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.95 < found.high


def test_nobody_has_looked() -> None:
    assert overall([Looked("id.equal", 900, 40, 0, 0, 3)]).share is None


def test_a_kind_that_nobody_looked_at_is_left_out() -> None:
    looked, other = Looked("id.equal", 900, 40, 9, 1, 0), Looked("name.exact", 100, 40, 0, 0, 0)
    assert overall([looked, other]) == overall([looked])

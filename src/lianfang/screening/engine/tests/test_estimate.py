"""The unseen: numbers against print, coverage on simulated communities, and when nothing is said."""

import numpy as np
import pytest

from lianfang.screening.engine import estimate as capture
from lianfang.screening.engine.estimate import Histories, estimate, estimate_all, fit, of_cells
from lianfang.screening.engine.estimate.simulated import community, unlike

#: Hepatitis A at a college in Taiwan, 1995: laboratory (P), hospitals (Q), epidemiologists (E). Chao et al. 2001,
#: Statistics in Medicine 20:3123–3157, table II. A later test of all students found 545.
HEPATITIS = of_cells("PQE", {"111": 28, "110": 21, "101": 17, "100": 69, "011": 18, "010": 55, "001": 63})


# ── against print ───────────────────────────────────────────────────────────────────────────────────────────
def test_the_sources_of_the_published_table() -> None:
    assert (HEPATITIS.seen, HEPATITIS.of_source, HEPATITIS.frequencies) == (
        271,
        (135, 122, 126),
        (187, 56, 28),
    )


@pytest.mark.parametrize(("pair", "petersen"), [((0, 1), 336), ((0, 2), 378), ((1, 2), 334)])
def test_two_of_its_sources_give_petersen_s_and_chapman_s_number(
    pair: tuple[int, int], petersen: int
) -> None:
    two = HEPATITIS.only(pair)
    first, second = two.of_source

    assert round(first * second / two.overlap(0, 1)) == petersen
    assert capture.chapman(two) == pytest.approx((first + 1) * (second + 1) / (two.overlap(0, 1) + 1) - 1)
    low, high = capture.chapman_interval(two)
    assert low < petersen < high


def test_log_linear_models_of_it_give_the_numbers_in_print() -> None:
    """Independence 388 with deviance 24.36 on 3 degrees of freedom, all three pairs 1313."""
    independent, saturated = fit(HEPATITIS, ()), fit(HEPATITIS, ((0, 1), (0, 2), (1, 2)))

    assert independent is not None
    assert (round(independent.unseen + 271), round(independent.deviance, 2), independent.freedom) == (
        388,
        24.36,
        3,
    )
    assert saturated is not None
    assert round(saturated.unseen + 271) == 1313
    assert saturated.unseen == pytest.approx(28 * 69 * 55 * 63 / (21 * 17 * 18))


def test_it_is_not_believed_although_it_can_be_computed() -> None:
    """The true 545 lie far below what the models say: they warn, or say nothing."""
    found = estimate(HEPATITIS)

    assert (found.status, found.refusal) == ("refused", "boundless")
    assert found.at_least is not None
    assert 271 + found.at_least < 545


def test_the_lower_bound_of_the_hares_is_the_one_in_print() -> None:
    """Snowshoe hares, Cormack 1989: 68 animals, six occasions, 25 once, 22 twice; Rcapture says 79.8."""
    cells = {"100000": 25, "110000": 22, "111000": 13, "111100": 5, "111110": 1, "111111": 2}

    assert capture.chao_classic(of_cells("ABCDEF", cells)) == pytest.approx(79.8, abs=0.05)


def test_chapman_is_finite_without_anybody_in_both() -> None:
    assert capture.chapman(of_cells("AB", {"10": 9, "01": 9})) == 99


# ── simulated communities ───────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("sources", "seed"), [(2, 11), (3, 12), (4, 13)])
def test_the_interval_covers_the_truth(sources: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    communities = [community(random, sources, (300, 5000)) for _ in range(60)]

    found = [(estimate(one.histories), one.unseen) for one in communities]
    said = [(one, truth) for one, truth in found if one.low is not None and one.high is not None]

    assert len(said) >= 55
    covered = sum(1 for one, truth in said if (one.low or 0) <= truth <= (one.high or 0))
    assert covered / len(said) >= 0.9


def test_unlike_people_make_it_too_low_and_mostly_it_says_so() -> None:
    """A quarter of the people are hardly ever seen: no model can know that. "At least" stays below the truth."""
    random = np.random.default_rng(5)
    warned = 0
    for _ in range(20):
        one = unlike(random, 4, 2000)
        found = estimate(one.histories)
        warned += "unlike_people" in found.warnings

        assert found.unseen is not None
        assert found.unseen < one.unseen
        assert found.at_least is not None
        assert found.at_least < one.unseen
    assert warned >= 12


def test_the_same_people_in_other_order_give_the_same_estimate() -> None:
    one = community(np.random.default_rng(3), 3, (1000, 1001)).histories
    turned = one.only((2, 0, 1))

    assert estimate(turned).unseen == estimate(one).unseen


# ── when nothing can be said ────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("histories", "refusal"),
    [
        (Histories(("A", "B"), (0, 0, 0, 0)), "one_source"),
        (of_cells("AB", {"10": 400}), "one_source"),
        (of_cells("AB", {"10": 400, "01": 3, "11": 1}), "one_source"),
        (of_cells("AB", {"10": 9, "01": 9, "11": 9}), "too_few"),
        (of_cells("AB", {"10": 900, "01": 900, "11": 10}), "boundless"),
    ],
)
def test_too_little_is_refused_with_its_reason(histories: Histories, refusal: str) -> None:
    found = estimate(histories)

    assert (found.status, found.refusal, found.unseen) == ("refused", refusal, None)
    assert capture.sentence(found, "zh")
    assert capture.sentence(found, "en")


def test_a_source_that_does_not_work_here_is_left_out_but_its_people_are_seen() -> None:
    found = estimate(of_cells("ABC", {"100": 300, "010": 300, "110": 600, "001": 4}))

    assert (found.left_out, found.seen, found.method) == (("C",), 1204, "chapman")
    assert found.unseen == round(901 * 901 / 601 - 1) - 1200 - 4


def test_a_copied_source_is_noticed() -> None:
    found = estimate(of_cells("ABC", {"100": 300, "110": 200, "001": 150, "101": 150, "111": 100}))

    assert "contained" in found.warnings


def test_zero_cells_do_not_break_it() -> None:
    cells = {"100": 60, "010": 50, "001": 250, "110": 0, "101": 160, "011": 140, "111": 0}

    found = estimate(of_cells("ABC", cells))

    assert (found.status, found.warnings) == ("own", ("no_overlap", "bad_fit"))


def test_a_sparse_place_takes_the_share_of_the_place_around_it() -> None:
    big = of_cells(
        "ABC", {"100": 200, "010": 150, "001": 180, "110": 300, "101": 320, "011": 260, "111": 500}
    )
    small = of_cells("ABC", {"100": 5, "010": 4, "001": 4, "110": 1})
    alone = of_cells("ABC", {"100": 5})

    found = estimate_all({"c": big, "g": small, "x": alone}, {"g": "c"})

    around, pooled = found["c"], found["g"]
    assert (around.status, pooled.status, found["x"].status) == ("own", "pooled", "refused")
    assert around.unseen is not None
    assert pooled.unseen == round(around.unseen * 14 / around.seen)
    assert (pooled.low or 0) <= pooled.unseen <= (pooled.high or 0)
    assert "上一级" in capture.sentence(pooled, "zh")


def test_everything_that_may_be_said_has_words() -> None:
    assert all(zh and en for zh, en in [*capture.WARNINGS.values(), *capture.REFUSALS.values()])
    assert all(zh and en for _, zh, en in capture.ASSUMPTIONS)
    own = estimate(
        of_cells("ABC", {"100": 200, "010": 150, "001": 180, "110": 300, "101": 320, "011": 260, "111": 500})
    )
    assert "BIC" in capture.method(own, "zh")
    assert "95 %" in capture.sentence(own, "en")

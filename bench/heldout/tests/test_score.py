"""The score on examples small enough to count by hand."""

import polars as pl
import pytest
from score import Quality, as_dict, score, table


def frame(person: str, rows: list[tuple[str, int, object]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"file": pl.String, "row": pl.Int64, person: pl.String}, orient="row")


#: Ann: twice in the register, once at the gate; Bob: register and gate; Cid: only at the gate, twice.
TRUTH = frame(
    "person",
    [
        ("register.csv", 2, "1"),
        ("register.csv", 3, "1"),
        ("register.csv", 4, "2"),
        ("gate.csv", 2, "1"),
        ("gate.csv", 3, "2"),
        ("gate.csv", 4, "3"),
        ("gate.csv", 5, "3"),
    ],
)


def found(*clusters: str) -> pl.DataFrame:
    return TRUTH.select("file", "row", pl.Series("person_id", clusters))


def test_perfect_links_score_one_everywhere() -> None:
    result = score(found("a", "a", "b", "a", "b", "c", "c"), TRUTH)
    assert result.pairs == Quality(5, 5, 5)
    assert (result.bcubed_precision, result.bcubed_recall) == (1.0, 1.0)
    assert result.unseen == Quality(2, 2, 2)
    assert all(p.missed == p.false == 0 for p in result.list_pairs)


def test_pairs_are_counted_within_and_across_lists() -> None:
    # Ann's second register row is split off and joined with Bob; Cid's rows are split, one joins Ann
    result = score(found("a", "b", "b", "a", "b", "a", "c"), TRUTH)
    # found: a = {r2, g2, g4} 3 pairs, b = {r3, r4, g3} 3 pairs; right: r2-g2, r4-g3
    assert result.pairs == Quality(right=2, found=6, true=5)
    assert result.within == Quality(right=0, found=2, true=2)  # found r3-r4, g2-g4; true r2-r3, g4-g5
    assert result.across == Quality(right=2, found=4, true=3)
    by_lists = {(p.first, p.second): (p.missed, p.false) for p in result.list_pairs}
    assert by_lists == {
        ("gate.csv", "gate.csv"): (1, 1),
        ("gate.csv", "register.csv"): (1, 2),
        ("register.csv", "register.csv"): (1, 1),
    }


def test_bcubed_is_the_mean_over_rows() -> None:
    result = score(found("a", "b", "b", "a", "b", "a", "c"), TRUTH)
    # precision of the rows: r2 2/3, r3 1/3, r4 2/3, g2 2/3, g3 2/3, g4 1/3, g5 1
    # recall: r2 2/3, r3 1/3, r4 1, g2 2/3, g3 1, g4 1/2, g5 1/2
    assert result.bcubed_precision == pytest.approx((2 / 3 + 1 / 3 + 2 / 3 + 2 / 3 + 2 / 3 + 1 / 3 + 1) / 7)
    assert result.bcubed_recall == pytest.approx((2 / 3 + 1 / 3 + 1 + 2 / 3 + 1 + 1 / 2 + 1 / 2) / 7)


def test_unseen_counts_rows_outside_the_register() -> None:
    # true unseen: gate 4 and 5; found unseen: gate 3 (split from Bob) and gate 5
    result = score(found("a", "a", "b", "a", "x", "a", "c"), TRUTH)
    assert result.unseen == Quality(right=1, found=2, true=2)


def test_a_row_without_a_link_stands_alone() -> None:
    links = found("a", "a", "b", "a", "b", "c", "c").filter(pl.col("row") != 5)
    result = score(links, TRUTH)
    assert result.rows_without_link == 1
    assert result.pairs == Quality(4, 4, 5)


def test_rows_that_mean_nobody_are_not_scored() -> None:
    truth = pl.concat([TRUTH, frame("person", [("visits.csv", 2, None)])])
    links = pl.concat(
        [found("a", "a", "b", "a", "b", "c", "c"), frame("person_id", [("visits.csv", 2, "a")])]
    )
    result = score(links, truth)
    assert result.rows_without_truth == 1
    assert result.pairs == Quality(5, 5, 5)


def test_a_row_linked_twice_is_an_error() -> None:
    links = found("a", "a", "b", "a", "b", "c", "c")
    with pytest.raises(ValueError, match="more than once"):
        score(pl.concat([links, links.head(1)]), TRUTH)


def test_everything_in_one_cluster_has_full_recall() -> None:
    result = score(found(*"aaaaaaa"), TRUTH)
    assert result.pairs == Quality(5, 21, 5)
    assert result.pairs.recall == 1.0
    assert result.pairs.precision == pytest.approx(5 / 21)


def test_an_empty_comparison_does_not_divide_by_zero() -> None:
    result = score(found(*"abcdefg").clear(), TRUTH.clear())
    assert (result.pairs.f1, result.bcubed_precision, result.unseen.f1) == (1.0, 0.0, 1.0)


def test_the_table_and_the_json_name_the_list_that_loses() -> None:
    result = score(found("a", "b", "b", "a", "b", "a", "c"), TRUTH)
    assert "gate × register" in table(result)
    assert as_dict(result)["pairs"] == {
        "right": 2,
        "found": 6,
        "true": 5,
        "precision": 2 / 6,
        "recall": 2 / 5,
        "f1": pytest.approx(4 / 11),
    }

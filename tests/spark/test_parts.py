"""What any number of machines must agree on, without a cluster: a part of the rows gives what the whole gives."""

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from lianfang.linkage.engine.blocking import candidate_pairs
from lianfang.linkage.engine.columns.dates import Balances
from lianfang.linkage.engine.columns.table import clean_columns
from lianfang.linkage.engine.patterns import compare_pairs
from lianfang.linkage.engine.rows import corpus_of, distinct_rows, prepare, standard_table
from lianfang.linkage.engine.samples import drawn
from lianfang.linkage.engine.standardise.compounds import misspelt
from lianfang.linkage.engine.standardise.table import read_rows, spelling_of, spelt
from tests.spark.lists import Lists, chinese, english


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Lists:
    return chinese(600, tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def shire() -> Lists:
    return english(600)


def halves(records: pl.DataFrame) -> list[pl.DataFrame]:
    """Every other record."""
    return [records.gather_every(2), records.gather_every(2, offset=1)]


def test_chinese_rows_are_read_one_by_one(town: Lists) -> None:
    whole = standard_table(town.model, town.records, town.lists, town.as_of)
    read = pl.concat([read_rows(half, town.as_of) for half in halves(town.records)])
    counts = [spelling_of(half, town.lists) for half in halves(read)]
    slips = misspelt(*counts)
    assert len(slips)
    assert_frame_equal(spelt(read, slips).sort("record"), whole)


def test_the_order_of_dates_is_told_by_the_whole_list(shire: Lists) -> None:
    spec = shire.model.columns
    assert spec is not None
    whole = clean_columns(spec, shire.records, shire.as_of)
    seen = Balances()
    for half in halves(shire.records):
        clean_columns(spec, half, shire.as_of, seen)
    known = pl.concat(seen.seen).group_by("where", "list").agg(pl.col("balance").sum())
    single = [clean_columns(spec, row, shire.as_of, Balances(known)) for row in shire.records.iter_slices(1)]
    assert_frame_equal(pl.concat(single), whole)


@pytest.mark.parametrize("which", ["town", "shire"])
def test_pairs_compare_alike_whatever_other_rows_are_there(
    which: str, request: pytest.FixtureRequest
) -> None:
    given: Lists = request.getfixturevalue(which)
    model = given.model
    standard = standard_table(model, given.records, given.lists, given.as_of)
    table, _ = distinct_rows(model, standard, given.lists)
    corpus = corpus_of(model.comparisons, table)
    a, b, _ = candidate_pairs(table, model.blocks, model.home.door if model.home else ())
    whole = compare_pairs(model.comparisons, prepare(model, table, corpus).columns, a, b)
    some = np.flatnonzero(drawn(a.astype(np.uint64), 0.3))
    there = np.unique(np.concatenate([a[some], b[some]]))
    part = prepare(model, table[there], corpus)
    here = (np.searchsorted(there, side[some]).astype(np.uint32) for side in (a, b))
    assert (compare_pairs(model.comparisons, part.columns, *here) == whole[some]).all()


def test_samples_are_drawn_by_number() -> None:
    numbers = np.arange(100_000, dtype=np.uint64)
    whole = drawn(numbers, 0.25)
    assert whole.mean() == pytest.approx(0.25, abs=0.01)
    assert (drawn(numbers[::-1], 0.25) == whole[::-1]).all()
    assert drawn(numbers, 1.0).all()

"""How often strangers bear one name is counted over all who are listed once."""

from datetime import date

import polars as pl
import pytest

from lianfang.linkage.engine.comparisons.chinese_name import EXACT, HOMOPHONE, ChineseName
from lianfang.linkage.engine.model_file import load_model
from lianfang.linkage.engine.rows import compared_columns, corpus_of
from lianfang.linkage.engine.standardise import standardise
from lianfang.linkage.engine.training import count_strangers
from lianfang.linkage.engine.weights import prior_table
from lianfang.linkage.fields import RECORD_SCHEMA, ListKind, PersonList

MODEL = load_model("chinese")
LISTS = (PersonList(0, "register", ListKind.REGISTER), PersonList(1, "gate", ListKind.GATE))


def counted(*rows: tuple[int, str]) -> dict[str, tuple[float, float]]:
    """Pairs of one name and of names that sound alike, and all pairs, from rows of (list, name)."""
    filled = [
        {"record": i, "row": i + 2, "list": which, "name": name} for i, (which, name) in enumerate(rows)
    ]
    records = pl.DataFrame(filled, schema={name: RECORD_SCHEMA[name] for name in RECORD_SCHEMA})
    table, _ = compared_columns(MODEL, standardise(records, LISTS, date(2020, 2, 20)), LISTS)
    name = next(c for c in MODEL.comparisons if isinstance(c, ChineseName))
    found = name.by_chance(corpus_of(MODEL.comparisons, table))
    return {
        which: (sum(found[int(level)][0] for level in set(levels.tolist())), found[int(levels[0])][1])
        for which, levels in (("one", EXACT), ("alike", HOMOPHONE))
    }


def test_pairs_of_the_register_are_counted() -> None:
    rows = [(0, name) for name in ("张伟", "张伟", "张伟", "张玮", "李娜", "王芳")]
    assert counted(*rows) == {"one": (3.0, 15.0), "alike": (3.0, 15.0)}


@pytest.mark.parametrize("beside", [[(1, "张伟")], [(0, "张*")], [(0, "小张")], [(0, "")]])
def test_other_lists_and_parts_of_names_do_not_count(beside: list[tuple[int, str]]) -> None:
    rows = [(0, "张伟"), (0, "李娜")]
    assert counted(*rows, *beside * 5) == {"one": (0.0, 1.0), "alike": (0.0, 1.0)}


def test_without_a_register_the_model_stands() -> None:
    assert counted((1, "张伟"), (1, "张伟"))["one"] == (0.0, 0.0)
    table = prior_table(MODEL, "stranger")
    before = table.copy()
    records = pl.DataFrame(schema={name: RECORD_SCHEMA[name] for name in RECORD_SCHEMA})
    rows, _ = compared_columns(MODEL, standardise(records, LISTS, date(2020, 2, 20)), LISTS)
    count_strangers(MODEL, corpus_of(MODEL.comparisons, rows), table)
    assert table == pytest.approx(before, abs=1e-11)

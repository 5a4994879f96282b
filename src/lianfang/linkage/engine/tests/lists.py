"""Small ways to put values through the engine."""

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from lianfang.linkage.engine.columns.table import clean_columns, read_columns
from lianfang.linkage.engine.model_file import load_model
from lianfang.linkage.engine.pipeline import Linkage, link
from lianfang.linkage.fields import FIELD_NAMES, RECORD_SCHEMA, ListKind, PersonList

AS_OF = date(2020, 2, 20)
Values = Mapping[str, Sequence[str | None]]


def table_of(values: Values) -> pl.DataFrame:
    """A received list: header → cells."""
    return pl.DataFrame(dict(values), schema=dict.fromkeys(values, pl.String()))


def link_english(*lists: Values) -> Linkage:
    """Lists with English headers → persons."""
    model = load_model("english")
    assert model.columns is not None
    tables = [(f"{number}.csv", table_of(values)) for number, values in enumerate(lists)]
    person_lists = [PersonList(i, label, ListKind.OTHER) for i, (label, _) in enumerate(tables)]
    return link(read_columns(model.columns, tables), person_lists, as_of=AS_OF, model=model)


def link_chinese(values: Values) -> Linkage:
    """One register by the engine's field names → persons."""
    count = len(next(iter(values.values())))
    cells = {name: values.get(name, [None] * count) for name in FIELD_NAMES}
    records = pl.DataFrame(cells, schema=dict.fromkeys(FIELD_NAMES, pl.String())).with_columns(
        record=pl.int_range(count, dtype=pl.UInt32),
        list=pl.lit(0, dtype=pl.UInt16),
        row=pl.int_range(2, count + 2, dtype=pl.UInt32),
    )
    return link(records.select(list(RECORD_SCHEMA)), [PersonList(0, "a.csv", ListKind.REGISTER)], as_of=AS_OF)


def clean_english(values: Values) -> pl.DataFrame:
    """The standardised table of one list with English headers."""
    spec = load_model("english").columns
    assert spec is not None
    return clean_columns(spec, read_columns(spec, [("a.csv", table_of(values))]), AS_OF)


def persons(linkage: Linkage) -> list[int]:
    """The person of each record, in the order of records."""
    return linkage.links.sort("record")["person"].to_list()

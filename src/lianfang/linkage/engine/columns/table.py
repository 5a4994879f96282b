"""From received tables to the standardised one: columns by their headers, values by the model's steps."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from lianfang.linkage.engine.columns.dates import Balances
from lianfang.linkage.engine.columns.spec import Column, Columns
from lianfang.linkage.engine.columns.steps import STEPS, Setting

#: No name, address or number is longer; the rest of a longer cell is not looked at.
LONGEST = 200


class MissingColumn(ValueError):
    """A list has none of the columns that the model needs; says what it has and what was wanted."""


def header_words(header: str) -> str:
    """The form in which headers are compared: "Given_Name", "givenName" and "given name" are one."""
    spaced = "".join(
        f" {c}" if c.isupper() and before.islower() else c
        for before, c in zip(" " + header, header, strict=False)
    )
    return " ".join("".join(c if c.isalnum() else " " for c in spaced.lower()).split())


def find_columns(spec: Columns, headers: Sequence[str], label: str) -> Mapping[str, str]:
    """Model column → the list's own header. Raises MissingColumn (`label` names the list)."""
    known: dict[str, str] = {}
    for header in headers:
        known.setdefault(header_words(header), header)
    found = {}
    for column in spec.columns:
        match = next((known[words] for words in map(header_words, column.headers) if words in known), None)
        if match is not None:
            found[column.name] = match
    if spec.needed and not set(spec.needed) & set(found):
        wanted = {c.name: c.headers for c in spec.columns}
        offers = "; ".join(f"{name}: {', '.join(wanted[name][:6])} …" for name in spec.needed)
        raise MissingColumn(
            f"{label}: no column for {' or '.join(spec.needed)}."
            f" The list has: {', '.join(headers) or 'no columns'}."
            f" The model knows these headers: {offers}"
        )
    return found


def read_columns(spec: Columns, tables: Sequence[tuple[str, pl.DataFrame]]) -> pl.DataFrame:
    """Lists (label, table of texts) → `record`, `list`, the model's columns as received (MissingColumn)."""
    parts = []
    nothing = pl.lit(None, dtype=pl.String)
    for number, (label, table) in enumerate(tables):
        found = find_columns(spec, table.columns, label)
        wanted = [
            (pl.col(found[c.name]).cast(pl.String) if c.name in found else nothing).alias(c.name)
            for c in spec.columns
        ]
        parts.append(
            table.select(pl.lit(number, dtype=pl.UInt16).alias("list"), *wanted)
            if len(table)
            else table.select()
        )
    schema = {"list": pl.UInt16(), **{column.name: pl.String() for column in spec.columns}}
    joined = pl.concat([part for part in parts if part.width] or [pl.DataFrame(schema=schema)])
    return joined.with_row_index("record").with_columns(pl.col("record").cast(pl.UInt32))


def clean_columns(
    spec: Columns, records: pl.DataFrame, as_of: date, balances: Balances | None = None
) -> pl.DataFrame:
    """`record`, `list`, every column of the model, cleaned; null where unknown. Never raises on a value.

    Each value is its row's, but for the order of day and month (see Balances).
    """
    setting = Setting(records["list"], as_of, spec.day_first, "", balances or Balances())
    made: dict[str, pl.Series] = {}
    for column in spec.columns:
        given = records[column.name].cast(pl.String) if column.name in records.columns else None
        made[column.name] = _made(column, given, made, spec, setting).rename(column.name)
    return pl.DataFrame([records["record"], records["list"], *made.values()])


def _made(
    column: Column, given: pl.Series | None, made: Mapping[str, pl.Series], spec: Columns, setting: Setting
) -> pl.Series:
    own = None
    if given is not None and given.null_count() < len(given):
        own = _apply(
            column.clean, _visible(given, spec.nothing), replace(setting, where=f"{column.name} given")
        )
        if not column.sources:
            return own
    if all(made[name].null_count() == len(setting.lists) for name in column.sources):
        return (
            pl.Series([None], dtype=pl.String).new_from_index(0, len(setting.lists)) if own is None else own
        )
    pieces = pl.DataFrame([made[name] for name in column.sources])
    joined = pieces.select(pl.concat_str(pl.all(), separator=" ", ignore_nulls=True)).to_series()
    other = _apply(column.by, _visible(joined, ()), replace(setting, where=f"{column.name} made"))
    return (
        other
        if own is None
        else pl.DataFrame({"own": own, "other": other}).select(pl.coalesce("own", "other")).to_series()
    )


def _visible(values: pl.Series, nothing: Sequence[str]) -> pl.Series:
    """Without control characters, double spaces and words for "nothing"; no longer than a value can be."""
    cut = pl.col("value").str.slice(0, LONGEST).str.replace_all(r"[\p{C}\s]+", " ").str.strip_chars()
    said = cut.is_in([""]) | cut.str.to_lowercase().is_in(list(nothing))
    return values.rename("value").to_frame().select(pl.when(~said).then(cut)).to_series()


def _apply(steps: Sequence[str], values: pl.Series, setting: Setting) -> pl.Series:
    """The steps, each distinct value (of one list) once."""
    asked = pl.DataFrame({"value": values, "list": setting.lists})
    distinct = asked.unique(maintain_order=True)
    changed, setting = distinct["value"], replace(setting, lists=distinct["list"])
    for step in steps:
        changed = STEPS[step](changed, setting)
    answer = distinct.with_columns(changed=changed)
    return asked.join(answer, on=["value", "list"], how="left", maintain_order="left", nulls_equal=True)[
        "changed"
    ]

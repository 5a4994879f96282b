"""Text cells that a spreadsheet must not run as a formula.

A cell that begins with = + - @ (also their full-width forms, which Chinese input methods produce and some
spreadsheets
accept), a tab or a line break is shown as text behind an apostrophe. Numbers with a sign stay: they compute
nothing.
"""

import polars as pl

_DANGEROUS = r"^[=+\-@＝＋－＠\t\r\n]"
_SIGNED_NUMBER = r"^[+-]?\d+(\.\d+)?$"


def neutralised(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with every text cell made harmless; other columns are untouched."""
    text = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    return frame.with_columns(_neutral(pl.col(name)).alias(name) for name in text)


def _neutral(text: pl.Expr) -> pl.Expr:
    bad = text.str.contains(_DANGEROUS) & ~text.str.contains(_SIGNED_NUMBER)
    return pl.when(bad).then(pl.concat_str(pl.lit("'"), text)).otherwise(text)

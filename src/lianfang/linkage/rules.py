"""Small pure rules about values: what is hidden, and what a spreadsheet must not run."""

import re

import polars as pl

from lianfang.registry.rules import HIDDEN, mask

# Seven digits or more in a row (a mobile number, an ID number with its X, a passport) identify somebody;
# dates, row numbers and door numbers do not. One pattern for both engines, so that no screen shows more.
_LONG = r"([0-9０-９]{3})[0-9０-９]{2,}([0-9０-９][0-9０-９Xx])"
_LONG_NUMBER = re.compile(_LONG)

#: Fields that are shown masked, and unmasked only with a reason.
MASKED_FIELDS: frozenset[str] = frozenset({"id_number", "phone"})
#: Fields whose free text may carry somebody's number.
FREE_FIELDS: frozenset[str] = frozenset({"remark", "address", "employer", "origin", "household", "name"})

MIN_REASON = 4


def mask_text(text: str) -> str:
    """A sentence with every long number in it masked."""
    return _LONG_NUMBER.sub(rf"\1{HIDDEN}\2", text)


def mask_column(column: pl.Expr) -> pl.Expr:
    """`mask_text` for a whole column."""
    return column.str.replace_all(_LONG, f"${{1}}{HIDDEN}${{2}}")


def masked_value(field: str, value: str | None) -> str | None:
    """A field's value as everybody may see it."""
    if not value:
        return value
    if field in MASKED_FIELDS:
        return mask(value)
    return mask_text(value) if field in FREE_FIELDS else value


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text

"""Household forms: number and address stand on the household's first row, the members below inherit them.

Filling down is only right where that pattern is really there. An ordinary list with missing addresses must
keep its gaps, or strangers would move in with one another.
"""

from dataclasses import dataclass

import polars as pl

from lianfang.linkage.readers.assigned import Columns
from lianfang.linkage.readers.grid import Grid
from lianfang.linkage.readers.rows import BLANK, DATA, HEADER, TITLE
from lianfang.linkage.readers.vocabulary import HEAD_WORDS

#: What a household shares. Not the phone: a member's missing number is missing.
SHARED = ("household", "address", "compound", "building", "unit", "room", "community", "grid")
#: What a merged cell may give to all its rows, beside what a household shares.
_MERGED = (*SHARED, "date", "vehicle", "origin")


@dataclass(frozen=True)
class Pattern:
    """The columns (indices) that members inherit from the row of their household's head."""

    anchor: int
    inherited: tuple[int, ...]


def fill_merged(grid: Grid, columns: Columns, start: int) -> tuple[pl.DataFrame, int, tuple[str, ...]]:
    """The cells with merged ranges below row `start` filled, the number of rows that took something, and
    the fields.
    """
    field_of = {index: field for field, found in columns.sources.items() for index in found}
    if columns.door is not None:
        field_of[columns.door] = "address"
    wanted: dict[int, list[tuple[int, int]]] = {}
    for first_row, first, last_row, last in grid.merged:
        if first_row >= start and last_row > first_row and first == last and field_of.get(first) in _MERGED:
            wanted.setdefault(first, []).append((first_row, min(last_row, grid.height - 1)))
    cells, touched = grid.cells, set()
    for index, spans in wanted.items():
        values = grid.cells.to_series(index).to_list()
        for first_row, last_row in spans:
            if first_row < len(values) and values[first_row] is not None:
                for row in range(first_row + 1, last_row + 1):
                    if values[row] is None:
                        values[row] = values[first_row]
                        touched.add(row)
        cells = cells.with_columns(pl.Series(f"c{index}", values, dtype=pl.String))
    fields = tuple(dict.fromkeys(field_of[index] for index in wanted))
    return cells, len(touched), fields


def find_pattern(cells: pl.DataFrame, classes: pl.Series, columns: Columns, is_visit: bool) -> Pattern | None:
    """The household pattern, or None if the list does not clearly have it.

    It needs rows whose household (or address) is blank together with everything else that a household
    shares, and a sign that they are members: their relation is a member's while the rows above say 户主; or
    the list is a visit form with household numbers.
    """
    shared = [index for field in SHARED for index in columns.sources.get(field, ())]
    if columns.door is not None:
        shared.append(columns.door)
    data = cells.filter(classes == DATA)
    anchors = [
        *columns.sources.get("household", ()),
        *columns.sources.get("address", ()),
        *columns.sources.get("room", ()),
    ]
    if data.height < 2:
        return None
    for anchor in anchors:
        followers = data.filter(pl.col(f"c{anchor}").is_null())
        heads = data.filter(pl.col(f"c{anchor}").is_not_null())
        if not 0 < followers.height < data.height or data.to_series(anchor)[0] is None:
            continue
        blank = followers.select(pl.all().is_null().mean()).row(0)
        inherited = tuple(index for index in shared if (blank[index] or 0.0) >= 0.9)
        if anchor in inherited and _are_members(heads, followers, columns, anchor, is_visit):
            return Pattern(anchor, inherited)
    return None


def _are_members(
    heads: pl.DataFrame, followers: pl.DataFrame, columns: Columns, anchor: int, is_visit: bool
) -> bool:
    relation = columns.sources.get("relation", ())
    if relation:
        column = f"c{relation[0]}"
        head_words = _relation(heads, column, heads=True)
        member_words = _relation(followers, column, heads=False)
        return head_words >= 0.6 and member_words >= 0.7
    by_number = anchor in columns.sources.get("household", ())
    return is_visit and by_number and heads.height * 8 >= followers.height


def _relation(rows: pl.DataFrame, column: str, *, heads: bool) -> float:
    """The share of rows whose relation is the head's (`heads`) or is given and not the head's."""
    is_head = pl.col(column).str.to_lowercase().is_in(HEAD_WORDS)
    test = is_head if heads else pl.col(column).is_not_null() & ~is_head
    return float(rows.select(test.fill_null(value=False).mean()).item() or 0.0)


def fill_down(
    cells: pl.DataFrame, classes: pl.Series, columns: Columns, pattern: Pattern
) -> tuple[pl.DataFrame, int]:
    """Members take `pattern.inherited` from their household's first row. Returns the cells and how many
    rows took it.

    A repeated header (the next printed page) or a blank row does not end a household; a total, a rejected
    row or a head without a number does, for nobody knows whose members follow.
    """
    relation = columns.sources.get("relation", ())
    head_words = pl.lit(value=False)
    if relation:
        head_words = pl.col(f"c{relation[0]}").str.to_lowercase().is_in(HEAD_WORDS).fill_null(value=False)
    own = [f"c{index}" for index in pattern.inherited]
    frame = cells.with_columns(classes.alias("class")).with_row_index("at")
    is_data = pl.col("class") == DATA
    first = is_data & pl.col(f"c{pattern.anchor}").is_not_null()
    member = is_data & pl.all_horizontal([pl.col(name).is_null() for name in own]) & ~head_words
    through = pl.col("class").is_in([BLANK, HEADER, TITLE])
    ends = ~first & ~member & ~through
    frame = frame.select(
        "at",
        member.alias("member"),
        pl.when(first).then("at").forward_fill().alias("head"),
        pl.when(ends).then("at").forward_fill().fill_null(0).alias("end"),
        ends.any().alias("some"),
    )
    takes = pl.col("member") & pl.col("head").is_not_null() & ((pl.col("head") > pl.col("end")) | ~_ended())
    source = frame.select(pl.when(takes).then("head").otherwise("at").alias("from"))["from"]
    count = int(frame.select(takes.fill_null(value=False).sum()).item())
    return cells.with_columns([cells[name].gather(source) for name in own]), count


def _ended() -> pl.Expr:
    # Row 0 never ends a household that begins there.
    return pl.col("end") > 0

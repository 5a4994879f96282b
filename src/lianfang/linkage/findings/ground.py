"""What all lists together say of the ground: which grid and community a building belongs to.

Learnt over a whole run; kept with it, so that a few people can be looked at again later as the run looked at all.
"""

from dataclasses import dataclass
from datetime import date
from itertools import product

import polars as pl

FIELDS: tuple[str, ...] = ("grid", "community")
#: Told by the rows themselves before learnt from the people behind them; by building before by compound.
_STEPS: tuple[tuple[str, tuple[str, ...]], ...] = tuple(
    product(("told", "learnt"), (("compound", "building"), ("compound",)))
)
USUAL_SCHEMA: dict[str, pl.DataType] = {
    "field": pl.String(),
    "step": pl.UInt8(),
    "compound": pl.String(),
    "building": pl.String(),
    "value": pl.String(),
}


@dataclass(frozen=True)
class Ground:
    """usual: USUAL_SCHEMA; own_sheet: compounds with a work list of their own; slips: compound as read -> as meant;
    newest: the last day that the lists hold."""

    usual: pl.DataFrame
    own_sheet: tuple[str, ...] = ()
    slips: tuple[tuple[str, str], ...] = ()
    newest: date | None = None


def learn(table: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """USUAL_SCHEMA, from the people of a run (row i is person i, with what they say themselves) and their rows."""
    found = []
    for field in FIELDS:
        told = rows.select("compound", "building", field)
        of_person = table.get_column(field).gather(rows.get_column("person"))
        sources = {"told": told, "learnt": told.with_columns(of_person)}
        for step, (source, keys) in enumerate(_STEPS):
            usual = _usual(sources[source], list(keys), field)
            building = pl.col("building") if "building" in keys else pl.lit(None, dtype=pl.String)
            found.append(
                usual.select(
                    field=pl.lit(field),
                    step=pl.lit(step, dtype=pl.UInt8),
                    compound="compound",
                    building=building,
                    value=field,
                )
            )
    return pl.concat(found)


def settle(table: pl.DataFrame, usual: pl.DataFrame) -> pl.DataFrame:
    """Grid and community of the chosen address, as records say that give both; else as the people who have that
    address and are known elsewhere (a visit form often writes a door otherwise than the register); else their own.

    Somebody who has moved, or was never registered, belongs to the grid worker of the door they live behind.
    """
    for field in FIELDS:
        names = []
        for step, (_, keys) in enumerate(_STEPS):
            names.append(f"_{step}")
            chosen = usual.filter((pl.col("field") == field) & (pl.col("step") == step))
            lookup = chosen.select(*keys, pl.col("value").alias(names[-1]))
            table = table.join(lookup, on=keys, how="left", maintain_order="left")
        table = table.with_columns(pl.coalesce(*names, field).alias(field)).drop(names)
    return table


def _usual(rows: pl.DataFrame, keys: list[str], field: str) -> pl.DataFrame:
    """keys, field: the value that more than four fifths of the rows with these keys have."""
    return (
        rows.lazy()
        .drop_nulls([*keys, field])
        .group_by(*keys, field)
        .agg(n=pl.len())
        .sort("n", field, descending=[True, False])
        .group_by(keys, maintain_order=True)
        .agg(pl.col(field).first(), share=pl.col("n").first() / pl.col("n").sum())
        .filter(pl.col("share") > 0.8)  # a compound of several grids does not say which one
        .drop("share")
        .collect()
    )

"""Small pure rules: what is shown of a number, whether typed words fit a person."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from lianfang.registry.keys import NEEDED, search_keys

#: Stands for what is not shown of a number.
HIDDEN = "****"


def mask(value: str) -> str:
    """An ID number or phone as everybody may see it: the first three and the last two characters."""
    if not value:
        return ""
    return f"{value[:3]}{HIDDEN}{value[-2:]}" if len(value) > 6 else HIDDEN


def frame_of(described: Mapping[int, Sequence[Mapping[str, Any]]]) -> pl.DataFrame:
    """Descriptions of persons as a table for `keys`: person, and the columns that these need."""
    rows = [
        {"person": person, **{name: one.get(name) for name in NEEDED}}
        for person, descriptions in described.items()
        for one in descriptions
    ]
    return pl.DataFrame(rows, schema={"person": pl.Int64, **dict.fromkeys(NEEDED, pl.String)})


def fitting(described: Mapping[int, Sequence[Mapping[str, Any]]], words: Sequence[str]) -> set[int]:
    """The persons of whom each word begins some key, or is the number of a room."""
    frame = frame_of(described)
    rooms = frame.select("person", key="room").drop_nulls()
    keys = search_keys(frame)
    left = set(described)
    for word in words:
        begun = keys.filter(pl.col("key").str.starts_with(word))["person"]
        left &= {*begun.to_list(), *rooms.filter(pl.col("key") == word)["person"].to_list()}
    return left


def differs(description: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a description says anything that none of the others says."""
    said = {name: value for name, value in description.items() if value is not None}
    return not any(all(other.get(name) == value for name, value in said.items()) for other in others)

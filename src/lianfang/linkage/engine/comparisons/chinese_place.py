"""Where somebody lives, from the same room down to another compound, with parts missing."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from lianfang.linkage.engine.comparisons.base import (
    NULL,
    Columns,
    Corpus,
    Indices,
    Levels,
    count_values,
    hashed,
)

#: More people than this behind one door are a dormitory, where the door says little about the person.
DORMITORY = 24


class ChinesePlace:
    """Levels from "the same room" to "another compound"."""

    levels = (
        "room",
        "room_crowded",
        "room_unnamed",
        "room_elsewhere",
        "building",
        "compound",
        "neighbour",
        "other_building",
        "other_compound",
    )

    def __init__(self, name: str) -> None:
        self.name = name

    def needs(self) -> Sequence[str]:
        return ("compound", "building", "unit", "room", "place")

    def count(self, standard: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
        return {"place": count_values(room_key(standard))}

    def prepare(self, standard: pl.DataFrame, corpus: Corpus) -> Columns:
        return {
            **{part: hashed(standard[part]) for part in ("compound", "building", "unit", "room")},
            "crowd": corpus.count_of("place", room_key(standard)),
        }

    def compare(self, columns: Columns, a: Indices, b: Indices) -> Levels:
        def parts(key: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
            left, right = columns[key][a], columns[key][b]
            both = (left != 0) & (right != 0)
            return both, both & (left == right), both & (left != right)

        compound_known, compound, compound_differs = parts("compound")
        building_known, building, building_differs = parts("building")
        _, unit, unit_differs = parts("unit")
        room_known, room, room_differs = parts("room")
        crowded = np.maximum(columns["crowd"][a], columns["crowd"][b]) > DORMITORY
        same_door = room & building & ~unit_differs
        return np.select(
            [
                ~compound_known & ~(building_known & room_known),
                same_door & compound & ~crowded,
                same_door & compound,
                same_door & ~compound_known,
                same_door & unit & compound_differs,
                compound_differs,
                compound & building_differs,
                compound & (room_differs | (room & unit_differs)),
                compound & building,
                compound,
                building_differs | room_differs,
            ],
            [NULL, 0, 1, 2, 3, 8, 7, 6, 4, 5, 7],
            NULL,
        ).astype(np.uint8)


def room_key(standard: pl.DataFrame) -> pl.Series:
    """The door without its unit, which is so often left out."""
    return standard.select(
        pl.concat_str("compound", pl.lit("|"), "building", pl.lit("|"), "room").alias("door")
    )["door"]

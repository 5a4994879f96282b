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
    Uncounted,
    hashed,
    stated,
)
from lianfang.linkage.engine.comparisons.phone import doors

#: More people than this behind one door are a dormitory, where the door says little about the person.
DORMITORY = 24


class ChinesePlace(Uncounted):
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
        "partly_other_building",
        "partly_other_compound",
        "unnamed_differs",
    )
    groups = (
        ("room", "room_crowded", "room_elsewhere", "neighbour", "other_building", "other_compound"),
        ("building", "compound", "partly_other_building", "partly_other_compound"),
        ("room_unnamed", "unnamed_differs"),
    )

    def __init__(self, name: str) -> None:
        self.name = name

    def needs(self) -> Sequence[str]:
        return ("compound", "building", "unit", "room", "place")

    def facts(self, standard: pl.DataFrame, greatest: Mapping[str, int]) -> Mapping[str, pl.DataFrame]:
        return {"place": stated(doors(standard))}

    def prepare(self, standard: pl.DataFrame, corpus: Corpus) -> Columns:
        return {
            **{part: hashed(standard[part]) for part in ("compound", "building", "unit", "room")},
            "crowd": corpus.tables["place"].find(doors(standard)),
        }

    def compare(self, columns: Columns, a: Indices, b: Indices) -> Levels:
        def parts(key: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
            left, right = columns[key][a], columns[key][b]
            both = (left != 0) & (right != 0)
            return both, both & (left == right), both & (left != right)

        compound_known, compound, compound_differs = parts("compound")
        building_known, building, building_differs = parts("building")
        _, unit, unit_differs = parts("unit")
        room_known, room, _ = parts("room")
        crowded = np.maximum(columns["crowd"][a], columns["crowd"][b]) > DORMITORY
        whole = compound_known & building_known & room_known
        same_door = room & building & ~unit_differs
        return np.select(
            [
                whole & same_door & compound & ~crowded,
                whole & same_door & compound,
                whole & same_door & unit & compound_differs,
                whole & compound_differs,
                whole & building_differs,
                whole,
                compound_differs,
                compound & building_differs,
                compound & building,
                compound,
                building_known & room_known & same_door,
                building_known & room_known,
            ],
            [0, 1, 3, 8, 7, 6, 10, 9, 4, 5, 2, 11],
            NULL,
        ).astype(np.uint8)

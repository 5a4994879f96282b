"""Which pairs of rows are compared: blocks, housemates and samples, in parts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lianfang.linkage.engine.blocking import BlockRule, KeyMaker, PassedOver, borrowed_keys, pairs_within
from lianfang.linkage.engine.model import Model
from lianfang.linkage.engine.samples import CROWDED, home_keys
from lianfang.linkage.engine.spark.tables import ROW, Schema, Table

_KEYS: Schema = {"rule": pl.UInt8(), "key": pl.UInt64(), "number": pl.UInt32()}
_DOORS: Schema = {
    "door": pl.UInt64(),
    "rule": pl.UInt8(),
    "value": pl.UInt64(),
    "other": pl.UInt64(),
    "number": pl.UInt32(),
}
#: A pair a << 32 | b, or what was passed over.
_FOUND: Schema = {"pair": pl.UInt64(), "rule": pl.UInt8(), "blocks": pl.Int64(), "rows": pl.Int64()}


def candidate_pairs(
    model: Model, table: Table, list_of: NDArray[np.uint16] | None
) -> tuple[Table, list[PassedOver]]:
    """`blocking.candidate_pairs` in parts: `pair`, each once; `list_of` (of all rows): none within one list."""
    blocks = Blocks(model)
    keys = table.map(blocks.keys, _KEYS)
    if blocks.borrowing:
        keys = keys.union(table.map(blocks.doors, _DOORS).part_by("door").group(blocks.borrowed, _KEYS))
    found = keys.part_by("key").group(blocks.pairs, _FOUND).keep()
    pairs = found.where("pair is not null").select("pair").distinct()
    if list_of is not None:
        sent = table.cluster.send(list_of)
        pairs = pairs.map(lambda part: _across(part, sent.value))
    count = found.where("pair is null").sums(["rule"], "blocks", "rows").sort("rule")
    passed = [PassedOver(model.blocks[rule].name, int(b), int(r)) for rule, b, r in count.iter_rows() if b]
    return pairs.keep(), passed


def _across(pairs: pl.DataFrame, list_of: NDArray[np.uint16]) -> pl.DataFrame:
    a, b = rows_of(pairs["pair"])
    return pairs.filter(pl.Series(list_of[a] != list_of[b]))


def rows_of(pairs: pl.Series) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The row numbers of packed pairs."""
    packed = pairs.to_numpy()
    return (packed >> np.uint64(32)).astype(np.uint32), packed.astype(np.uint32)


@dataclass(frozen=True)
class Blocks:
    """The block rules of a model. Travels to the executors."""

    model: Model

    @property
    def door(self) -> Sequence[str]:
        return self.model.home.door if self.model.home else ()

    @property
    def borrowing(self) -> list[tuple[int, BlockRule]]:
        """Rules that borrow values behind a door, with their numbers."""
        return [(i, rule) for i, rule in enumerate(self.model.blocks) if rule.home is not None and self.door]

    def keys(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows' own keys of all rules."""
        maker = KeyMaker(rows, self.door)
        borrowing = dict(self.borrowing)
        found = [pl.DataFrame(schema=_KEYS)]
        for number, rule in enumerate(self.model.blocks):
            keys = maker.home_own_keys(rule) if number in borrowing else maker.keys(rule)
            own = pl.DataFrame({"key": keys, "number": rows[ROW]}).filter(pl.col("key") != 0)
            found.append(own.select(pl.lit(number, pl.UInt8).alias("rule"), "key", "number"))
        return pl.concat(found)

    def doors(self, rows: pl.DataFrame) -> pl.DataFrame:
        """What borrowing rules want to know of rows, by door."""
        maker = KeyMaker(rows, self.door)
        found = [pl.DataFrame(schema=_DOORS)]
        for number, rule in self.borrowing:
            doors = maker.doors(rule)
            numbers = rows[ROW].gather(doors["position"])
            found.append(
                doors.select("door", pl.lit(number, pl.UInt8).alias("rule"), "value", "other", number=numbers)
            )
        return pl.concat(found)

    def borrowed(self, doors: pl.DataFrame) -> pl.DataFrame:
        """Keys with the values of all who live behind a row's door."""
        found = [pl.DataFrame(schema=_KEYS)]
        for number, _ in self.borrowing:
            own = doors.filter(pl.col("rule") == number).rename({"number": "position"})
            keys, rows = borrowed_keys(own)
            borrowed = pl.DataFrame({"key": keys, "number": rows.astype(np.uint32)}).filter(
                pl.col("key") != 0
            )
            found.append(borrowed.select(pl.lit(number, pl.UInt8).alias("rule"), "key", "number"))
        return pl.concat(found)

    def pairs(self, keys: pl.DataFrame) -> pl.DataFrame:
        """Pairs of rows with one key of one rule, and the blocks that were too large."""
        found = [pl.DataFrame(schema=_FOUND)]
        for number, rule in enumerate(self.model.blocks):
            own = keys.filter(pl.col("rule") == number)
            numbers = own["number"].cast(pl.UInt64).to_numpy()
            pairs, (blocks, rows) = pairs_within(own["key"].to_numpy(), rule.largest, numbers)
            over = {"pair": None, "rule": number, "blocks": blocks, "rows": rows}
            found.append(
                pl.DataFrame({"pair": pairs})
                .select("pair", rule=None, blocks=None, rows=None)
                .cast(pl.Schema(_FOUND))
            )
            found.append(pl.DataFrame([over], schema=_FOUND))
        return pl.concat(found).unique()


def housemates(model: Model, table: Table, kinds: tuple[str, ...]) -> tuple[Table, int, int]:
    """Pairs behind one door (`pair`), how many there are, and the rows whose door is known."""
    keys = table.map(
        lambda rows: _homes(model, rows, kinds), {"key": pl.UInt64(), "number": pl.UInt32()}
    ).keep()
    pairs = keys.part_by("key").group(_behind_one_door, {"pair": pl.UInt64()}).keep()
    return pairs, pairs.count(), keys.count()


def _homes(model: Model, rows: pl.DataFrame, kinds: tuple[str, ...]) -> pl.DataFrame:
    code = rows["kind"].replace_strict({kind: i for i, kind in enumerate(kinds)}, return_dtype=pl.UInt8)
    keys = home_keys(model, rows, code.to_numpy(), kinds)
    return pl.DataFrame({"key": keys, "number": rows[ROW]}).filter(pl.col("key") != 0)


def _behind_one_door(keys: pl.DataFrame) -> pl.DataFrame:
    pairs, _ = pairs_within(keys["key"].to_numpy(), CROWDED, keys["number"].cast(pl.UInt64).to_numpy())
    return pl.DataFrame({"pair": pairs})

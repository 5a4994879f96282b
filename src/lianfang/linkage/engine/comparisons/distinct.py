"""Texts as numbers, so that each distinct pair of values is compared once, however many rows hold it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz.process import cpdist

from lianfang.linkage.engine.comparisons.base import hashed
from lianfang.linkage.engine.unique import numbered

Codes = NDArray[np.uint32]
Texts = NDArray[np.object_]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float32]

#: Of longer texts only the beginning is compared; equality looks at the whole value.
WIDTH = 64
#: Distinct pairs compared at once, because they become Python strings.
CHUNK = 500_000


@dataclass(frozen=True)
class Encoded:
    """Texts as numbers."""

    codes: Codes  # one a row; 0: null or empty
    texts: Texts  # the distinct texts by their codes, at most WIDTH characters of each; `texts[0]` is empty
    keys: NDArray[np.uint64]  # hashes of the whole texts, for tables of the corpus


def encode(values: pl.Series) -> Encoded:
    """Codes in the order of the texts, so that two texts compare alike whatever other rows there are."""
    filled = values.replace("", None).rename("value")
    distinct = filled.drop_nulls().unique().sort()
    numbers = pl.DataFrame({"value": distinct, "code": np.arange(1, len(distinct) + 1, dtype=np.uint32)})
    codes = filled.to_frame().join(numbers, on="value", how="left", maintain_order="left")["code"]
    texts = np.concatenate([np.array([""], object), distinct.str.slice(0, WIDTH).to_numpy().astype(object)])
    keys = np.concatenate([np.zeros(1, np.uint64), hashed(distinct)])
    return Encoded(codes.fill_null(0).to_numpy().astype(np.uint32), texts, keys)


def each_distinct(
    a: Codes, b: Codes, wanted: Flags, compare: Callable[[Codes, Codes], Sequence[NDArray[np.generic]]]
) -> list[NDArray[np.generic]]:
    """`compare` for the distinct pairs of codes among the wanted pairs, spread over all pairs; 0 elsewhere.

    `compare` takes two arrays of codes (lower first) and gives arrays as long as those.
    """
    index = np.flatnonzero(wanted)
    low, high = np.minimum(a[index], b[index]), np.maximum(a[index], b[index])
    packed, inverse = numbered(low.astype(np.uint64) << np.uint64(32) | high)
    found = compare(
        (packed >> np.uint64(32)).astype(np.uint32), (packed & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    )
    spread = []
    for values in found:
        all_pairs = np.zeros(len(a), values.dtype)
        all_pairs[index] = values[inverse]
        spread.append(all_pairs)
    return spread


def similarity(texts: Texts, a: Codes, b: Codes, scorer: Callable[..., float], cutoff: float) -> Floats:
    """A RapidFuzz scorer for each pair of codes.

    What is worse than `cutoff` is not worked out, which is most of the time saved: similarities below it are 0,
    distances above it cutoff + 1.
    """
    result = np.zeros(len(a), np.float32)
    for start in range(0, len(a), CHUNK):
        part = slice(start, start + CHUNK)
        left, right = texts[a[part]].tolist(), texts[b[part]].tolist()
        result[part] = cpdist(left, right, scorer=scorer, score_cutoff=cutoff, dtype=np.float32)
    return result


def shares(counts: NDArray[np.uint64], rows: int, background: int) -> Floats:
    """Counts as shares of all rows, as if `background` rows with other values had been seen too."""
    return (counts / max(rows + background, 1)).astype(np.float32)

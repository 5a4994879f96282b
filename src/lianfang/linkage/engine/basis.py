"""Everything that a finished run knows and a later list can be compared with."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lianfang.linkage.engine.comparisons.base import Corpus
from lianfang.linkage.engine.edges import Resolution
from lianfang.linkage.engine.samples import Rows
from lianfang.linkage.engine.settled import Ints
from lianfang.linkage.engine.weights import Weights
from lianfang.linkage.fields import PersonList


@dataclass(frozen=True)
class Basis:
    """`rows` are the distinct ones, `resolution` says whose they are, `apart` which of them never meet."""

    standard: pl.DataFrame  # one row per record
    lists: Sequence[PersonList]
    rows: Rows
    twin: NDArray[np.uint32]  # for each record its row
    corpus: Corpus
    weights: Weights
    resolution: Resolution
    alone: NDArray[np.uint16]  # see Resolver
    apart: Ints

"""What comparisons share that look at lists whose names are hearsay: a carrier names the registrant, not the user."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lianfang.linkage.engine.comparisons.base import Uncounted


class Hearsay(Uncounted):
    """For comparisons of rows of `hearsay` (kinds of list whose names are registrants) with others."""

    def __init__(self, name: str, hearsay: Sequence[str]) -> None:
        self.name = name
        self.hearsay = tuple(hearsay)

    def _hearsay(self, standard: pl.DataFrame) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = standard["kind"].is_in(self.hearsay).to_numpy()
        return found

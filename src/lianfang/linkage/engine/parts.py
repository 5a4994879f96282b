"""Weights and resolutions as named arrays, for files, and back."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianfang.linkage.engine.edges import Edges, Joins, Resolution
from lianfang.linkage.engine.model import Model
from lianfang.linkage.engine.weights import Weights

Arrays = Mapping[str, NDArray[Any]]
WEIGHTS = ("same", "household", "stranger", "prior", "sizes")
JOINS = ("probability", "pattern", "stratum", "partner", "certain", "decided")
EDGES = ("x", "y", "weight", "pattern", "stratum")


def arrays_of_weights(weights: Weights) -> dict[str, NDArray[Any]]:
    """All but the model."""
    return {"strata": np.array(weights.strata), **{name: getattr(weights, name) for name in WEIGHTS}}


def weights_of_arrays(model: Model, arrays: Arrays) -> Weights:
    """The reverse of `arrays_of_weights`."""
    strata = tuple((str(first), str(second)) for first, second in arrays["strata"].tolist())
    return Weights(model, strata, **{name: np.asarray(arrays[name], float) for name in WEIGHTS})


def arrays_of_resolution(resolution: Resolution) -> dict[str, NDArray[Any]]:
    """Roots, joins and what was judged and left open."""
    return {
        "root": resolution.root,
        "missing": resolution.missing,
        **{f"joins_{name}": getattr(resolution.joins, name) for name in JOINS},
        **{f"open_{name}": getattr(resolution.open, name) for name in EDGES},
    }


def resolution_of_arrays(arrays: Arrays) -> Resolution:
    """The reverse of `arrays_of_resolution`."""
    joins = Joins(*(arrays[f"joins_{name}"] for name in JOINS))
    edges = Edges(*(arrays[f"open_{name}"] for name in EDGES))
    return Resolution(arrays["root"], joins, edges, arrays["missing"])

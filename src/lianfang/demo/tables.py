"""The demo's tables (data/*.toml, data/*.csv) and the array types that the world is made of."""

import tomllib
import zlib
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint32]  # characters as code points, one row a text, padded with 0
Digits = npt.NDArray[np.uint8]  # ASCII characters, one row a text, padded with 0

_DATA = files("lianfang.demo") / "data"


@cache
def table(name: str) -> dict[str, Any]:
    """The TOML file data/`name`.toml."""
    return tomllib.loads((_DATA / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def counties() -> tuple[list[str], list[str]]:
    """Six-digit codes and full names of the counties that ID numbers are issued in."""
    lines = (_DATA / "counties.csv").read_text(encoding="utf-8").splitlines()
    rows = [line.split(",") for line in lines if not line.startswith("#")][1:]
    return [row[0] for row in rows], [row[1] for row in rows]


def weighted(text: str) -> tuple[list[str], Floats]:
    """'王 7.1 李 7.0' -> (['王', '李'], [7.1, 7.0])."""
    parts = text.split()
    return parts[::2], np.array([float(part) for part in parts[1::2]])


def stream(seed: int, part: str) -> np.random.Generator:
    """Random numbers for one part of the demo, so that a change in one part leaves the others as they
    were."""
    return np.random.default_rng([seed, zlib.crc32(part.encode())])


def draw(rng: np.random.Generator, weights: Floats, size: int) -> Ints:
    """`size` indices with the given relative weights."""
    edges = np.cumsum(weights)
    found: Ints = np.searchsorted(edges, rng.random(size) * edges[-1], side="right").astype(np.int64)
    return found


def falling(count: int, offset: float, power: float = 1.0) -> Floats:
    """Weights that fall with rank, as frequencies of names, firms and places do; they sum to 1."""
    weights: Floats = (np.arange(count, dtype=np.float64) + offset) ** -power
    shares: Floats = weights / weights.sum()
    return shares


def chance(rng: np.random.Generator, rate: float, size: int) -> Bools:
    """True with the given probability, `size` times."""
    return rng.random(size) < rate

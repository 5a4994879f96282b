"""Whether two machines come to the same numbers: the same packages, the same hashes, the same rounding."""

import platform
from functools import cache
from hashlib import blake2b

import numpy as np
import polars as pl
import rapidfuzz

from lianfang import __version__
from lianfang.linkage.engine.comparisons.base import hashed

_PROBES = pl.Series(
    ["", "a", "王建国", "330106199003071234", "云滨湾|3|2|501", "x" * 70, None], dtype=pl.String
)


class OtherSoftware(RuntimeError):
    """An executor would not get the results that the driver gets."""


@cache
def fingerprint() -> dict[str, str]:
    """What must be equal everywhere, by names that somebody who installs software understands."""
    numbers = np.linspace(1e-9, 40.0, 4001)
    rounded = b"".join(f(numbers).tobytes() for f in (np.log, np.exp, np.exp2, np.log2))
    dates = pl.Series([0, 1, 20000], dtype=pl.Int32).cast(pl.Date)
    hashes = hashed(_PROBES).tobytes() + dates.hash(seed=7).to_numpy().tobytes()
    return {
        "Lianfang": __version__,
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "Polars": pl.__version__,
        "NumPy": np.__version__,
        "RapidFuzz": rapidfuzz.__version__,
        "hashes of text": blake2b(hashes, digest_size=6).hexdigest(),
        "rounding of logarithms": blake2b(rounded, digest_size=6).hexdigest(),
    }


def differences(there: dict[str, str], here: dict[str, str]) -> str:
    """What differs, in words; empty if nothing does."""
    return "; ".join(
        f"{name} is {there.get(name)} there, {value} here"
        for name, value in here.items()
        if there.get(name) != value
    )


def require(driver: dict[str, str]) -> None:
    """Raises OtherSoftware on a machine whose results would not be the driver's."""
    if found := differences(fingerprint(), driver):
        raise OtherSoftware(
            f"This executor ({platform.node()}) would link otherwise than the driver: {found}."
        )

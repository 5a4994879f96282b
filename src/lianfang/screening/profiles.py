"""Disease profiles by name: the shipped ones, and files `profiles/NAME.toml` of the data folder."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from lianfang.screening.engine.profile import SHIPPED, Profile, ProfileError, load, shipped


def folder() -> Path:
    """Where a place keeps its own profiles."""
    return Path(settings.LIANFANG_DATA) / "profiles"


def names() -> list[str]:
    """Shipped ones first. A file of one's own cannot take the name of a shipped one."""
    own = sorted(file.stem for file in folder().glob("*.toml")) if folder().is_dir() else []
    return [*SHIPPED, *(name for name in own if name not in SHIPPED)]


def profile(name: str) -> Profile:
    """Raises ProfileError: no such profile, or one with mistakes (they are named)."""
    if name in SHIPPED:
        return shipped(name)
    file = folder() / f"{name}.toml"
    if name not in names():
        raise ProfileError(f"no profile {name!r}; known: {', '.join(names())}")
    return _own(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=32)
def _own(file: Path, _changed: int) -> Profile:
    return load(file)


def usable(name: str) -> Profile | None:
    """The profile, or None where there is no such one or it has mistakes: then nothing is proposed."""
    try:
        return profile(name)
    except ProfileError:
        return None

"""Administrative codes, without Django.

GB/T 2260 gives provinces, cities and districts six digits in three pairs (33 01 09); GB/T 10114 appends
three for the subdistrict; the statistics bureau appends three for the community. Grids have no national code:
a grid appends three digits (or letters) of the community's own.
"""

import re
from collections.abc import Iterable
from enum import StrEnum


class Level(StrEnum):
    """A level of the tree; the value is stored."""

    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"
    GRID = "grid"


class GateKind(StrEnum):
    """Who can go through a gate; a gate may be of several kinds. The value is stored and sent."""

    WALKING = "walking"
    VEHICLE = "vehicle"
    EMERGENCY = "emergency"


#: The length of a code at each level, trailing "00" pairs of GB/T 2260 removed (330000 is written 33).
CODE_LENGTH: dict[Level, int] = {
    Level.PROVINCE: 2,
    Level.CITY: 4,
    Level.DISTRICT: 6,
    Level.SUBDISTRICT: 9,
    Level.COMMUNITY: 12,
    Level.GRID: 15,
}


def level_of(code: str) -> Level | None:
    """The level that a code denotes by its length, or None when it is no code."""
    for level, length in CODE_LENGTH.items():
        if len(code) == length:
            national, own = code[:12], code[12:]
            well_formed = national.isascii() and national.isdigit() and own.isascii()
            return level if well_formed and (not own or own.isalnum()) else None
    return None


def parent_code(code: str) -> str | None:
    """The code one level up, or None for a province. Raises ValueError when `code` is none."""
    level = level_of(code)
    if level is None:
        raise ValueError(f"{code!r} is no administrative code")
    lengths = list(CODE_LENGTH.values())
    position = lengths.index(len(code))
    return code[: lengths[position - 1]] if position else None


def path_of(code: str, parent_path: str) -> str:
    """The path of an area: its parent's, its code, a slash. The slash keeps 33010 from covering 330109."""
    return f"{parent_path}{code}/"


_GROUP = re.compile(r"^(.{2,}?)(\d+组)$")
_ROOM = re.compile(r"^(\d{1,2}?)(\d\d)[a-z]?$")


def compound_and_group(compound: str) -> tuple[str, str]:
    """石桥村1组 → 石桥村, 1组: houses of a village are numbered group by group. Others have no group."""
    found = _GROUP.match(compound)
    return (found[1], found[2]) if found else (compound, "")


def floor_of(room: str) -> int | None:
    """The floor that a room's number names: 501 → 5, 1203 → 12; None where it names none (8, 商铺)."""
    found = _ROOM.match(room)
    return int(found[1]) if found else None


def dwelling_key(compound: str, building: str, unit: str, room: str) -> str:
    """The standardised address, as the linkage engine writes it."""
    return f"{compound}|{building}|{unit}|{room}"


def common_path(paths: Iterable[str]) -> str:
    """The lowest area that holds all of them; "" when none does."""
    split = [path.split("/")[:-1] for path in paths]
    if not split:
        return ""
    shared = []
    for steps in zip(*split, strict=False):
        if len(set(steps)) > 1:
            break
        shared.append(steps[0])
    return "".join(f"{step}/" for step in shared)


def ancestors(path: str) -> list[str]:
    """The paths from the root down to `path` itself."""
    steps = path.split("/")[:-1]
    return ["".join(f"{step}/" for step in steps[: n + 1]) for n in range(len(steps))]

"""What stands in a compound, as its map shows it. Coordinates are (longitude, latitude) in degrees, WGS 84."""

from dataclasses import dataclass
from enum import StrEnum

Point = tuple[float, float]

MOST_GATES, MOST_BUILDINGS, MOST_STRETCHES = 40, 1_000, 5_000


class GroundError(ValueError):
    """There is nothing to plan: no gate, no building, or more than a compound has."""


class Way(StrEnum):
    """Who gets along a path or through a gate."""

    FOOT = "foot"
    DRIVE = "drive"  # wide enough for an ambulance and a fire engine; people walk there as well


@dataclass(frozen=True)
class Gate:
    """`lanes`: people checked at the same time. `fixed`: True stays open whatever is found, False stays closed."""

    key: str
    at: Point
    way: Way = Way.FOOT
    lanes: int = 1
    fixed: bool | None = None


@dataclass(frozen=True)
class Building:
    """`people`: how many live in it."""

    key: str
    at: Point
    people: float


@dataclass(frozen=True)
class Path:
    """A line that people walk, or that a fire engine takes as well."""

    line: tuple[Point, ...]
    way: Way = Way.FOOT


@dataclass(frozen=True)
class Ground:
    """One compound. Raises GroundError."""

    gates: tuple[Gate, ...]
    buildings: tuple[Building, ...]
    paths: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= len(self.gates) <= MOST_GATES:
            raise GroundError(f"a plan needs 1 to {MOST_GATES} gates, and there are {len(self.gates)}")
        if not 1 <= len(self.buildings) <= MOST_BUILDINGS:
            raise GroundError(
                f"a plan needs 1 to {MOST_BUILDINGS} buildings, and there are {len(self.buildings)}"
            )
        if sum(len(path.line) for path in self.paths) > MOST_STRETCHES:
            raise GroundError(f"paths of more than {MOST_STRETCHES} points are no compound's")
        for things in (self.gates, self.buildings):
            if len({thing.key for thing in things}) != len(things):
                raise GroundError("two gates, or two buildings, have one key")

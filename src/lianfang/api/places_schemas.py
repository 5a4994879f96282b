"""What the screens get of areas, compounds, buildings and doors."""

from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import StringConstraints

from lianfang.api.linkage_schemas import PersonOut
from lianfang.api.routing import BIGGEST
from lianfang.linkage.doors import DoorState
from lianfang.territory.rules import GateKind, Level

Name = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00]*$")]
Code = Annotated[str, StringConstraints(min_length=1, max_length=15, pattern=r"^[0-9A-Za-z]*$")]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Id = Annotated[int, Field(ge=0, le=BIGGEST)]


class FiguresOut(Schema):
    """`findings` that wait for somebody now; `tasks`: doors of the work lists."""

    people: int
    registered: int
    seen: int
    unregistered: int
    findings: int
    tasks: int


class CoverageOut(FiguresOut):
    """Figures of an area; null: of what lies in none."""

    id: int | None
    code: str
    name: str
    level: Level | None
    path: str


class DoorsOut(Schema):
    """How many doors there are, and how many of them in each state; people who live behind them."""

    doors: int
    people: int
    known: int
    seen: int
    conflicting: int
    empty: int


class CompoundOut(DoorsOut):
    id: int
    name: str
    path: str
    version: int


class BuildingOut(DoorsOut):
    id: int
    name: str
    path: str
    geometry: dict[str, Any] | None


class GateOut(Schema):
    """An entrance. `point`: longitude, latitude (WGS 84); null: not on the map yet."""

    id: int
    name: str
    code: str
    kinds: list[GateKind]
    open: bool = Field(validation_alias="is_open")
    point: list[float] | None
    version: int


class CompoundDetailOut(Schema):
    id: int
    name: str
    path: str
    version: int
    geometry: dict[str, Any] | None
    buildings: list[BuildingOut]
    gates: list[GateOut]


class DoorOut(Schema):
    """One door. `removed`: somebody said that there is none, but the lists say that people live there."""

    id: int
    unit: str
    room: str
    floor: int | None
    state: DoorState
    people: int
    registered: int
    seen: int
    unregistered: int
    conflicts: int
    removed: bool


class BuildingDetailOut(Schema):
    id: int
    name: str
    path: str
    compound: int
    compound_name: str
    doors: list[DoorOut]


class DwellingOut(Schema):
    """One door with the people whom the current run puts there, numbers masked. `run`: of their files."""

    door: DoorOut
    building: int
    building_name: str
    compound: int
    compound_name: str
    run: int | None
    residents: list[PersonOut]


class ShapeOut(Schema):
    """A shape of the map. `compound`, `open`: of gates."""

    kind: Literal["area", "compound", "gate"]
    id: int
    name: str
    level: Level | None
    path: str
    geometry: dict[str, Any]
    compound: int | None = None
    open: bool | None = None


class AreaIn(Schema):
    """`parent` null: a new root."""

    parent: Id | None = None
    code: Code
    name: Name


class RenameIn(Schema):
    name: Name
    version: Id


class MoveIn(Schema):
    parent: Id | None = None
    code: Code
    version: Id


class VersionIn(Schema):
    version: Id


class LineOut(Schema):
    row: int
    code: str
    name: str
    problem: str


class ImportedOut(Schema):
    added: int
    renamed: int
    unchanged: int
    refused: int
    problems: list[LineOut]


class MappedOut(Schema):
    areas: int
    compounds: int
    new_compounds: int
    buildings: int
    gates: int
    left: int
    unknown: list[str]


class CompoundIn(Schema):
    area: Id
    name: Name


class CompoundChangeIn(Schema):
    """`area` null: it stays where it is."""

    name: Name
    area: Id | None = None
    version: Id


class PlanIn(Schema):
    """A building's doors: units (0: none) × floors × doors on a floor."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00]*$")]
    area: Id | None = None
    units: Annotated[int, Field(ge=0, le=50)]
    floors: Annotated[int, Field(ge=1, le=99)]
    across: Annotated[int, Field(ge=1, le=99)]


class DoorIn(Schema):
    exists: bool


class GateIn(Schema):
    """`point`: longitude, latitude (WGS 84); null: where it was. `code` empty: its own, or a new one.

    A new gate is open; one is closed, and opened, with a reason (/gate-plans/gates).
    """

    name: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00]*$")]
    kinds: Annotated[tuple[GateKind, ...], Field(max_length=3)] = ()
    point: tuple[Longitude, Latitude] | None = None
    code: Annotated[str, StringConstraints(max_length=24, pattern=r"^[^\x00]*$")] = ""


class GateChangeIn(GateIn):
    version: Id

"""What was made of a sheet's columns: the result of `assign_columns`."""

from dataclasses import dataclass

from lianfang.linkage.readers.grid import column_letter
from lianfang.linkage.readers.messages import Note

IDENTIFYING = ("name", "id_number", "phone")
PLACE = ("address", "compound", "building", "unit", "room")


@dataclass(frozen=True)
class ColumnReading:
    """What was made of one column. `how`: mapping, header, content, default, fallback, joined; ignored
    and unused
    give no field."""

    index: int
    header: str | None
    field: str | None
    how: str
    rank: int = 1
    join: str | None = None

    @property
    def letter(self) -> str:
        return column_letter(self.index)

    @property
    def title(self) -> str:
        return self.header or ""


@dataclass(frozen=True)
class Problem:
    code: str
    params: dict[str, str]


@dataclass(frozen=True)
class Columns:
    """`sources[field]`: columns that give the field, first choice first."""

    readings: tuple[ColumnReading, ...]
    sources: dict[str, tuple[int, ...]]
    door: int | None  # joined behind the address
    name_parts: tuple[int, int] | None  # surname, given name
    notes: tuple[Note, ...]
    problems: tuple[Problem, ...]

    @property
    def identifies(self) -> bool:
        """Whether the list can tell anybody: a name, ID number, phone or address column was found."""
        return bool(self.name_parts) or any(field in self.sources for field in (*IDENTIFYING, *PLACE))

"""A finished run as one value, and how it is kept in a folder between the run and the database. No Django.

`DIR/run/` holds one Parquet file per table and `run.json`. The CSV files beside it are for people; these are
for `lianfang load`, because a CSV knows no types and neutralises formulas.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from lianfang.linkage.engine.stranger import COLUMNS
from lianfang.linkage.fields import RECORD_SCHEMA, ListKind
from lianfang.linkage.findings.ground import USUAL_SCHEMA, Ground

ADDRESS_PARTS: tuple[str, ...] = ("compound", "building", "unit", "room")

#: Tables of a result and the columns that must be there; more may be.
TABLES: dict[str, tuple[str, ...]] = {
    "records": tuple(RECORD_SCHEMA),
    "pinyin": ("record", "name_py"),
    "descriptions": ("person_id", *COLUMNS),  # up to six different ones a person, standardised
    "links": ("file", "row", "person_id", "probability", "rule"),
    "people": (
        "person_id", "area", "name", "sex", "birth",
        "id_number", "phone", "address", *ADDRESS_PARTS, "community", "grid", "household",
        "relation", "on_register", "sources", "records", "last_seen",
    ),
    "findings": (
        "file", "row", "code", "severity", "person_id", "field", "reason_zh", "reason_en", "other_file",
        "other_row",
    ),
    "reviews": ("record_a", "record_b", "probability", "reason_zh", "reason_en"),
    "rejected": ("file", "row", "reason", "reason_zh", "reason_en", "content"),
    "tasks": (
        "area", "urgency", "why_zh", "why_en", "address", "people_zh", "people_en", "todo_zh", "todo_en",
        "tasks", "community",
    ),
}  # fmt: skip

#: The table that stays in its files until a portion of it is needed; the others.
DESCRIPTIONS = "descriptions"
EAGER = tuple(name for name in TABLES if name != DESCRIPTIONS)

FOLDER = "run"
LOOKS = "looks.parquet"


class ResultError(Exception):
    """A folder that holds no usable result: `code` as in errors.py, `detail` names the file or the column."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class ListAccount:
    """How one list was read. `columns`: {"header", "field" (or null), "why"}; `notes`: {"zh", "en"}."""

    label: str
    kind: ListKind
    encoding: str = ""
    header_row: int | None = None
    columns: Sequence[dict[str, str | None]] = field(default=())
    notes: Sequence[dict[str, str]] = field(default=())
    source: str = ""  # whose list it is, the same in every run; "" where only the file's name is known


@dataclass(frozen=True)
class ListFile:
    """A list of the run as it came: `path` below the result's folder; `kind` and `mapping` (TOML) as the user said."""

    name: str
    key: str  # ListAccount.source of its sheets
    path: str
    kind: str = ""
    mapping: str = ""


@dataclass(frozen=True)
class RunResult:
    """Everything that one reconciliation gives. The frames' columns are those of TABLES."""

    as_of: date
    lists: tuple[ListAccount, ...]
    records: pl.DataFrame
    pinyin: pl.DataFrame
    descriptions: pl.LazyFrame  # the largest table: worked out where it is needed
    links: pl.DataFrame
    people: pl.DataFrame
    findings: pl.DataFrame
    reviews: pl.DataFrame
    rejected: pl.DataFrame
    tasks: pl.DataFrame
    looks: pl.DataFrame | None = None  # sample of automatic links: columns of reviews, stratum, links
    ground: Ground | None = None  # None: of a run that kept none
    problems: Sequence[dict[str, object]] = ()
    summary: dict[str, object] = field(default_factory=dict)
    files: Sequence[ListFile] = ()  # of a run on the command line, kept for `lianfang load`
    # `descriptions` again, some persons at a time, in their order; (): all of them at once.
    portions: Sequence[pl.LazyFrame] = ()

    @property
    def described(self) -> Sequence[pl.LazyFrame]:
        """The descriptions, for those who have room for a portion only."""
        return self.portions or (self.descriptions,)


def keep(result: RunResult, folder: Path, *, tell: Callable[[float], None] = lambda share: None) -> None:
    """Write the result below `folder`. run.json comes last: its presence says that the rest is whole."""
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    (place / "run.json").unlink(missing_ok=True)
    for old in _files_of(place, DESCRIPTIONS):
        old.unlink()
    for done, part in enumerate(result.described):
        tell(0.6 * done / len(result.described))
        part.sink_parquet(place / f"{DESCRIPTIONS}.{done:03}.parquet", compression="lz4")
    for done, name in enumerate(EAGER):
        tell(0.6 + 0.4 * done / len(EAGER))
        table: pl.DataFrame = getattr(result, name)
        table.write_parquet(place / f"{name}.parquet", compression="lz4")
    head = {
        "as_of": result.as_of.isoformat(),
        "lists": [asdict(one) for one in result.lists],
        "problems": list(result.problems),
        "summary": result.summary,
        "ground": ground_as_json(result.ground) if result.ground else None,
        "files": [asdict(one) for one in result.files],
    }
    if result.looks is not None:
        result.looks.write_parquet(place / LOOKS, compression="lz4")
    else:
        (place / LOOKS).unlink(missing_ok=True)
    (place / "run.json").write_text(json.dumps(head, ensure_ascii=False), encoding="utf-8")


def _files_of(place: Path, name: str) -> list[Path]:
    """A table may lie in one file or in several, in their order."""
    return sorted(place.glob(f"{name}*.parquet"))


def is_kept(folder: Path) -> bool:
    """Whether a whole result lies in the folder."""
    return (folder / FOLDER / "run.json").is_file()


def read(folder: Path) -> RunResult:
    """The result kept in `folder`. Raises ResultError (result.missing, result.unfit)."""
    place = folder / FOLDER
    try:
        head = json.loads((place / "run.json").read_text(encoding="utf-8"))
        frames = {name: pl.read_parquet(place / f"{name}.parquet") for name in EAGER}
        portions = [pl.scan_parquet(file) for file in _files_of(place, DESCRIPTIONS)]
        if not portions:
            raise FileNotFoundError(place / f"{DESCRIPTIONS}.parquet")
    except FileNotFoundError as problem:
        raise ResultError("result.missing", str(problem.filename or problem)) from problem
    except (pl.exceptions.ComputeError, ValueError) as problem:
        raise ResultError("result.unfit", str(problem)) from problem
    looks, ground = place / LOOKS, head.get("ground")
    result = RunResult(
        as_of=date.fromisoformat(head["as_of"]),
        lists=tuple(ListAccount(**{**one, "kind": ListKind(one["kind"])}) for one in head["lists"]),
        problems=head["problems"],
        summary=head["summary"],
        looks=pl.read_parquet(looks) if looks.is_file() else None,
        ground=ground_of_json(ground) if ground else None,
        files=tuple(ListFile(**one) for one in head.get("files", [])),
        descriptions=pl.concat(portions),
        portions=portions,
        **frames,
    )
    check(result)
    return result


def ground_as_json(ground: Ground) -> dict[str, object]:
    return {
        "usual": ground.usual.rows(),
        "own_sheet": list(ground.own_sheet),
        "slips": [list(slip) for slip in ground.slips],
        "newest": ground.newest.isoformat() if ground.newest else None,
    }


def ground_of_json(kept: Mapping[str, Any]) -> Ground:
    """What `ground_as_json` kept; of an empty mapping a ground that says nothing."""
    usual = pl.DataFrame(kept.get("usual", []), schema=USUAL_SCHEMA, orient="row")
    slips = tuple((read, meant) for read, meant in kept.get("slips", []))
    newest = kept.get("newest")
    day = date.fromisoformat(newest) if newest else None
    return Ground(usual, tuple(kept.get("own_sheet", [])), slips, day)


def check(result: RunResult) -> None:
    """Raises ResultError (result.unfit) for a frame without its columns or records without a person."""
    for name, columns in TABLES.items():
        table: pl.LazyFrame | pl.DataFrame = getattr(result, name)
        missing = set(columns) - set(table.lazy().collect_schema().names())
        if missing:
            raise ResultError("result.unfit", f"{name}: {', '.join(sorted(missing))}")
    if result.links.height != result.records.height:
        raise ResultError("result.unfit", f"{result.records.height} records, {result.links.height} links")

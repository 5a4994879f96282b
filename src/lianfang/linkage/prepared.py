"""A finished run as rows of the tables, before any of it is in the database.

Of a large run the rows lie in a folder and are read in portions: a million rows with their texts need a gigabyte.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from lianfang.kernel.errors import ProblemError
from lianfang.linkage import identity, run_rows
from lianfang.linkage.area_paths import paths
from lianfang.linkage.changes import compare, standing
from lianfang.linkage.errors import RESULT_UNFIT
from lianfang.linkage.fields import ListKind
from lianfang.linkage.models import Run
from lianfang.linkage.result import ListAccount, ResultError, RunResult, check, ground_as_json

FOLDER = "rows"
#: Goes up with the tables' columns: rows made before are made again.
LAYOUT = 2
_HEAD = "head.json"
#: Rows of one group of a file: a portion is read without the rest.
_GROUP = 50_000
#: What is not a table of the run.
_DESCRIPTIONS, _ADDRESSES = "descriptions", "addresses"


@dataclass(frozen=True)
class Prepared:
    """The rows of every table by its model's name, what is said of each person, and what the run says of itself.

    `read` counts the records of each list by its number, `refused` the rejected rows by the list's label.
    """

    as_of: date
    lists: tuple[ListAccount, ...]
    frames: Mapping[str, pl.LazyFrame]
    heights: Mapping[str, int]
    descriptions: pl.LazyFrame  # in the order of persons
    addresses: pl.LazyFrame
    people: int
    read: Mapping[int, int]
    refused: Mapping[str, int]
    problems: list[dict[str, object]] = field(default_factory=list)
    summary: dict[str, object] = field(default_factory=dict)
    ground: dict[str, object] = field(default_factory=dict)

    @property
    def sources(self) -> list[str]:
        """By the lists' numbers."""
        return [one.source or one.label for one in self.lists]


def prepare(
    result: RunResult, folder: Path | None = None, *, tell: Callable[[float], None] = lambda share: None
) -> Prepared:
    """Make the rows; with a `folder` they are kept there, and found again by `kept_in`.

    Raises result.unfit when the frames do not fit one another.
    """
    try:
        check(result)
    except ResultError as problem:
        raise ProblemError(RESULT_UNFIT, detail=problem.detail) from problem
    place = folder / FOLDER if folder is not None else None
    if place is not None:
        place.mkdir(parents=True, exist_ok=True)
        (place / _HEAD).unlink(missing_ok=True)
    areas = paths()
    descriptions, frames = [], {}
    heights: dict[str, int] = {}
    for done, part in enumerate(result.described):
        tell(0.3 * done / len(result.described))
        sorted_part = run_rows.described(part).sort("person", maintain_order=True).collect()
        descriptions.append(_put(sorted_part, f"{_DESCRIPTIONS}.{done:03}", place))
    made = _tables(result, areas, lambda share: tell(0.3 + 0.3 * share))
    for done, (name, frame) in enumerate(made):
        tell(0.6 + 0.4 * done / (len(run_rows.TABLES) + 1) if done else 0.3)
        frames[name], heights[name] = _put(frame, name, place), frame.height
        del frame  # the next one is made while nobody holds this one
    frames[_DESCRIPTIONS] = pl.concat(descriptions)
    head = {**_head(result, areas, heights), "portions": len(descriptions)}
    if place is not None:
        (place / _HEAD).write_text(json.dumps(head, ensure_ascii=False), encoding="utf-8")
    return _prepared(head, frames)


def kept_in(folder: Path) -> Prepared | None:
    """What `prepare` kept in the folder; None when nothing whole is there, or what is there is older than the
    areas or the tables."""
    place = folder / FOLDER
    with suppress(FileNotFoundError, KeyError, ValueError):
        head = json.loads((place / _HEAD).read_text(encoding="utf-8"))
        if head["layout"] == LAYOUT and head["paths"] == dict(paths()):
            names = (f"{_DESCRIPTIONS}.{number:03}" for number in range(head["portions"]))
            described = pl.concat([pl.scan_parquet(place / f"{name}.parquet") for name in names])
            tables = {name: pl.scan_parquet(place / f"{name}.parquet") for name in head["heights"]}
            return _prepared(head, {**tables, _DESCRIPTIONS: described})
    return None


def compared(
    prepared: Prepared, tell: Callable[[float], None] = lambda share: None
) -> tuple[compare.Standing, compare.Standing]:
    """The current run and the one that would take its place; whoever is new in it has no number yet."""
    before = standing.of_run(Run.objects.filter(current=True).first())
    tell(0.3)
    keys = before.records.select("key", "uid").drop_nulls()
    records = prepared.frames["RunRecord"].select("person", "key").collect()
    known = identity.recognised(records, prepared.descriptions, keys)
    tell(0.6)
    return before, standing.of_frames(prepared.frames, prepared.sources, known)


def _tables(
    result: RunResult, areas: run_rows.Paths, tell: Callable[[float], None]
) -> Iterator[tuple[str, pl.DataFrame]]:
    yield _ADDRESSES, run_rows.addresses(result)
    yield from run_rows.tables(result, areas, tell)


def _put(frame: pl.DataFrame, name: str, place: Path | None) -> pl.LazyFrame:
    if place is None:
        return frame.lazy()
    file = place / f"{name}.parquet"
    frame.write_parquet(file, compression="lz4", row_group_size=_GROUP)
    return pl.scan_parquet(file)


def _head(result: RunResult, areas: run_rows.Paths, heights: Mapping[str, int]) -> dict[str, Any]:
    """What the run says of itself, as JSON."""
    return {
        "layout": LAYOUT,
        "paths": dict(areas),
        "heights": dict(heights),
        "as_of": result.as_of.isoformat(),
        "lists": [asdict(one) for one in result.lists],
        "people": result.people.height,
        "read": result.records.group_by("list").len().rows(),
        "refused": result.rejected.group_by("file").len().rows(),
        "problems": list(result.problems),
        "summary": result.summary,
        "ground": ground_as_json(result.ground) if result.ground else {},
    }


def _prepared(head: dict[str, Any], frames: Mapping[str, pl.LazyFrame]) -> Prepared:
    return Prepared(
        as_of=date.fromisoformat(head["as_of"]),
        lists=tuple(ListAccount(**{**one, "kind": ListKind(one["kind"])}) for one in head["lists"]),
        frames={name: frame for name, frame in frames.items() if name in run_rows.TABLES},
        heights=head["heights"],
        descriptions=frames[_DESCRIPTIONS],
        addresses=frames[_ADDRESSES],
        people=head["people"],
        read=dict(head["read"]),
        refused=dict(head["refused"]),
        problems=head["problems"],
        summary=head["summary"],
        ground=head["ground"],
    )

"""From a run's frames to rows of the tables, with the models' column names. Polars only, no Django."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from lianfang.linkage.engine.stranger import COLUMNS
from lianfang.linkage.fields import FIELD_NAMES, KIND_BITS
from lianfang.linkage.findings.worklist import NO_ADDRESS
from lianfang.linkage.result import ADDRESS_PARTS, RunResult
from lianfang.linkage.result import TABLES as RESULT_TABLES
from lianfang.linkage.rules import mask_column
from lianfang.linkage.stable_keys import finding_keys, record_keys

#: Name of a grid or community as the lists write it -> path of the area.
Paths = Mapping[str, str]

#: Where a person or a door belongs, as the work lists have it; "" for nowhere.
_AREA = pl.col("area").replace({NO_ADDRESS: ""}).fill_null("")

#: Nobody has decided anything yet.
AS_THE_ENGINE_SAID = (pl.lit(False).alias("hidden"), pl.lit(False).alias("derived"))

_PROMISED = RESULT_TABLES["people"]
_URGENCY = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class _Keys:
    """What every table needs to translate file and row, person_id and area."""

    labels: pl.DataFrame  # file, list
    records: pl.DataFrame  # file, row, record, list, person, probability, rule
    places: pl.DataFrame  # area, community, place, path
    people: pl.DataFrame  # person, place, path, name


#: The tables of a run, in the order in which `tables` makes them.
TABLES: tuple[str, ...] = (
    "RunRecord", "RunFinding", "RunTask", "RunPlace", "RunPerson", "RunReview", "RunRejected", "RunFigure",
)  # fmt: skip


def build(result: RunResult, paths: Paths) -> dict[str, pl.DataFrame]:
    """The rows of every table of a run but Run and RunList, by model name, without the run's id and uids."""
    return dict(tables(result, paths))


def tables(
    result: RunResult, paths: Paths, tell: Callable[[float], None] = lambda share: None
) -> Iterator[tuple[str, pl.DataFrame]]:
    """`build`, table by table: whoever lets each one go before the next needs room for the largest only.

    `tell` hears how much of the largest is done, 0 … 1.
    """
    keys, people = _keys(result, paths)
    tell(0.2)
    records = _records(result, keys, lambda share: tell(0.2 + 0.8 * share))
    yield "RunRecord", records
    # From here on only who and where is needed of the largest table.
    records = records.select("record", "key", "list", "person", "path")
    findings = _findings(result, keys, records)
    yield "RunFinding", findings
    findings = findings.select("person", "code", "severity", "place", "path")
    tasks = _tasks(result, keys)
    yield "RunTask", tasks
    tasks = tasks.select("place")
    per_person = (
        findings.drop_nulls("person").group_by("person").agg(findings=pl.len(), conflicts=_conflicts())
    )
    people = people.join(per_person, on="person", how="left", maintain_order="left")
    people = people.join(
        _kinds(result, records), on="person", how="left", maintain_order="left"
    ).with_columns(pl.col("findings", "conflicts", "kinds").fill_null(0))
    yield "RunPlace", _place_rows(keys.places, people, findings, tasks)
    yield "RunPerson", _person_rows(people, records, result)
    yield "RunReview", _reviews(result, keys, records)
    yield "RunRejected", _rejected(result, keys)
    yield "RunFigure", _figures(people, records, findings)


def _keys(result: RunResult, paths: Paths) -> tuple[_Keys, pl.DataFrame]:
    """What every table needs, and the people with the places that they belong to."""
    labels = pl.DataFrame(
        {"file": [one.label for one in result.lists], "list": range(len(result.lists))},
        schema={"file": pl.String, "list": pl.UInt16},
    )
    places = _places(result, paths)
    at = places.drop("community")
    # Only the columns that are promised: the rest of people.csv (conflicts as text …) would be in the way.
    people = result.people.select(_PROMISED).with_columns(person=_number("person_id"), area=_AREA)
    people = people.join(at, on="area", how="left", maintain_order="left")
    named = people.select("person", "place", "path", "name")
    return _Keys(labels, _linked(result, labels), places, named), people


def described(descriptions: pl.LazyFrame) -> pl.LazyFrame:
    """Descriptions of a result with `person`, the number, for the registry."""
    return descriptions.select(_number("person_id").cast(pl.Int64).alias("person"), *COLUMNS)


def addresses(result: RunResult) -> pl.DataFrame:
    """person and the standardised parts of the address chosen for each; null where it has none."""
    return result.people.select(_number("person_id"), *ADDRESS_PARTS).rename({"person_id": "person"})


def numbered(persons: pl.DataFrame, uids: pl.DataFrame) -> pl.DataFrame:
    """Rows of RunPerson with the number that each has in the registry; `uids`: person, uid."""
    uid = uids.with_columns(pl.col("person").cast(persons.schema["person"]))
    return persons.join(uid, on="person", how="left", maintain_order="left")


def _number(column: str) -> pl.Expr:
    """The number in a person_id such as P000123."""
    return pl.col(column).str.extract(r"([0-9]+)").cast(pl.UInt32)


def _kinds(result: RunResult, records: pl.DataFrame) -> pl.DataFrame:
    """person, kinds: on lists of which kinds each is, as bits."""
    bits = pl.DataFrame(
        {"list": range(len(result.lists)), "bit": [KIND_BITS[one.kind] for one in result.lists]},
        schema={"list": records.schema["list"], "bit": pl.UInt16},
    )
    each = records.select("person", "list").unique().join(bits, on="list").select("person", "bit").unique()
    return each.group_by("person").agg(kinds=pl.col("bit").sum())


def _conflicts() -> pl.Expr:
    return pl.col("code").str.starts_with("conflict.").sum()


def _places(result: RunResult, paths: Paths) -> pl.DataFrame:
    """Grids in the order of their names, 第2网格 before 第10网格; place 0 is the unknown one."""
    tasks = result.tasks.select(area=_AREA, community=pl.col("community"))
    found = pl.concat([result.people.select("community", area=_AREA).select("area", "community"), tasks])
    communities = found.drop_nulls().group_by("area").agg(pl.col("community").mode().sort().first())
    areas = (
        found.select("area").unique().filter(pl.col("area") != "").join(communities, on="area", how="left")
    )
    number = pl.col("area").str.extract(r"([0-9]+)").cast(pl.UInt64, strict=False)
    ordered = areas.sort(
        "community", pl.col("area").str.replace(r"[0-9]+.*", ""), number, "area", nulls_last=True
    )
    nowhere = pl.DataFrame({"area": [""], "community": [""]})
    places = pl.concat([nowhere, ordered.with_columns(pl.col("community").fill_null(""))]).with_row_index(
        "place"
    )
    path = [path_of(paths, area, community) for _, area, community in places.iter_rows()]
    return places.with_columns(path=pl.Series(path, dtype=pl.String))


def path_of(paths: Paths, name: str, community: str) -> str:
    """Where a place of the lists lies: by its own name, else with its community; "" outside every area."""
    return paths.get(name) or paths.get(community, "")


def _linked(result: RunResult, labels: pl.DataFrame) -> pl.DataFrame:
    links = result.links.select(
        "file", pl.col("row").cast(pl.UInt32), "probability", "rule", person=_number("person_id")
    )
    stands = result.records.select("record", "list", "row").join(labels, on="list", how="left")
    return stands.join(links, on=["file", "row"], how="left", maintain_order="left")


def _records(result: RunResult, keys: _Keys, tell: Callable[[float], None]) -> pl.DataFrame:
    links = keys.records.select("record", "person", "probability", "rule")
    sources = [one.source or one.label for one in result.lists]
    key = record_keys(result.records, sources, lambda share: tell(0.8 * share))
    tell(0.8)
    rows = result.records.select("record", key, "list", "row", *FIELD_NAMES)
    rows = rows.join(links, on="record", how="left", maintain_order="left")
    return rows.join(keys.people.select("person", "path"), on="person", how="left", maintain_order="left")


def _person_rows(people: pl.DataFrame, records: pl.DataFrame, result: RunResult) -> pl.DataFrame:
    values = result.records.select("record", "name", "id_number", "phone", "address").with_columns(
        records["person"]
    )
    searched = people.join(_search(values, result.pinyin), on="person", how="left", maintain_order="left")
    return searched.select(
        "person",
        pl.col("person_id").alias("code"),
        "name",
        pl.col("sex").fill_null(""),
        _date("birth", people),
        "id_number",
        "phone",
        "address",
        "household",
        "relation",
        "place",
        _truth("on_register", people),
        *(pl.col(name).cast(pl.UInt32) for name in ("sources", "kinds", "records", "conflicts", "findings")),
        _date("last_seen", people),
        pl.col("search").fill_null(""),
        _name_key(),
        "path",
        *AS_THE_ENGINE_SAID,
    )


def _name_key() -> pl.Expr:
    return pl.col("name").fill_null("").str.slice(0, 40).alias("name_key")


def _date(column: str, frame: pl.DataFrame) -> pl.Expr:
    given = pl.col(column)
    return (
        given.str.to_date("%Y-%m-%d", strict=False)
        if frame.schema[column] == pl.String
        else given.cast(pl.Date)
    )


def _truth(column: str, frame: pl.DataFrame) -> pl.Expr:
    given = pl.col(column)
    return (
        given.is_in(["true", "1", "yes", "是"])
        if frame.schema[column] == pl.String
        else given.cast(pl.Boolean)
    )


def _search(records: pl.DataFrame, pinyin: pl.DataFrame) -> pl.DataFrame:
    """person, search: everything that somebody may be looked up by, each value once."""
    spoken = pinyin.drop_nulls("name_py").join(records.select("record", "person"), on="record")
    syllables = pl.col("name_py").str.split(" ")
    parts = [
        records.lazy().select("person", word=pl.col(column))
        for column in ("name", "id_number", "phone", "address")
    ]
    parts.append(spoken.lazy().select("person", word=pl.col("name_py").str.replace_all(" ", "")))
    initials = syllables.list.eval(pl.element().str.slice(0, 1)).list.join("")
    parts.append(spoken.lazy().select("person", word=initials))
    words = pl.concat(parts).drop_nulls("word").unique()
    joined = words.group_by("person").agg(search=pl.col("word").sort().str.join(" ").str.to_lowercase())
    return joined.collect()


def _findings(result: RunResult, keys: _Keys, records: pl.DataFrame) -> pl.DataFrame:
    at = keys.records.select("file", "row", "record", "person").with_columns(records["key"])
    other = at.rename({column: f"other_{column}" for column in at.columns})
    rows = result.findings.with_columns(
        pl.col("row", "other_row").cast(pl.UInt32), named=_number("person_id")
    )
    rows = rows.join(keys.labels, on="file", how="left", maintain_order="left")
    rows = rows.join(at, on=["file", "row"], how="left", maintain_order="left")
    rows = rows.join(other, on=["other_file", "other_row"], how="left", maintain_order="left")
    rows = rows.with_columns(person=pl.coalesce("named", "person"))
    rows = rows.join(keys.people, on="person", how="left", maintain_order="left")
    rows = rows.with_columns(finding_keys(rows).alias("finding_key"))
    urgency = pl.col("severity").replace_strict(_URGENCY, default=3, return_dtype=pl.UInt8)
    rows = rows.with_columns(urgency=urgency).sort("urgency", "code", "list", "row", nulls_last=True)
    return rows.with_row_index("number", offset=1).select(
        "number",
        "code",
        "severity",
        pl.col("finding_key").alias("key"),
        pl.col("field").fill_null(""),
        "list",
        "row",
        "record",
        "other_record",
        "person",
        "other_person",
        pl.col("place").fill_null(0),
        "name",
        _name_key(),
        *_masked("reason_zh", "reason_en"),
        pl.col("path").fill_null(""),
        *AS_THE_ENGINE_SAID,
    )


def _masked(*columns: str) -> list[pl.Expr]:
    return [mask_column(pl.col(column)).fill_null("").alias(column) for column in columns]


#: Columns of cases that an engine may leave out, and what they are then.
_OF_CASES: dict[str, pl.Expr] = {
    "weight": (pl.col("probability") / (1 - pl.col("probability")).clip(1e-7)).log(2),
    "joined": pl.col("person_a") == pl.col("person_b"),
    "worth": pl.min_horizontal(pl.col("probability"), 1 - pl.col("probability")),
    "rule": pl.lit(""),
    "steps": pl.lit("[]"),
    "stratum": pl.lit(""),
    "links": pl.lit(0),
}


def _reviews(result: RunResult, keys: _Keys, records: pl.DataFrame) -> pl.DataFrame:
    """Doubtful links, and behind them the automatic ones drawn for a second look."""
    parts = [result.reviews, *([] if result.looks is None else [result.looks])]
    rows = pl.concat([_case_rows(part, keys, records) for part in parts])
    return rows.with_row_index("number", offset=1)


def _case_rows(cases: pl.DataFrame, keys: _Keys, records: pl.DataFrame) -> pl.DataFrame:
    side = records.select("record", "key", "person")
    side = side.join(keys.people.select("person", "path", "place"), on="person", how="left")
    rows = cases.with_columns(pl.col("record_a", "record_b").cast(pl.UInt32))
    for end in ("a", "b"):
        whose = side.select(pl.all().name.suffix(f"_{end}"))
        rows = rows.join(whose, on=f"record_{end}", how="left", maintain_order="left")
    rows = rows.with_columns(
        value.alias(name) for name, value in _OF_CASES.items() if name not in rows.columns
    )
    return rows.select(
        "record_a", "record_b", "key_a", "key_b", "person_a", "person_b", "path_b", "place_b",
        *(pl.col(name).cast(pl.Float64) for name in ("probability", "weight", "worth")), "joined",
        *(pl.col(name).fill_null("") for name in ("rule", "stratum")), "steps", pl.col("links").cast(pl.UInt32),
        *_masked("reason_zh", "reason_en"), path="path_a", place="place_a",
    )  # fmt: skip


def _rejected(result: RunResult, keys: _Keys) -> pl.DataFrame:
    rows = result.rejected.join(keys.labels, on="file", how="left", maintain_order="left")
    return rows.with_row_index("number", offset=1).select(
        "number", "list", "file", pl.col("row").cast(pl.UInt32), pl.col("reason").fill_null(""),
        *_masked("reason_zh", "reason_en"), pl.col("content").fill_null(""), pl.lit("").alias("path"),
    )  # fmt: skip


def _tasks(result: RunResult, keys: _Keys) -> pl.DataFrame:
    """The lines of the work lists; within a place they keep the order in which the run gives them."""
    at = keys.places.drop("community")
    rows = result.tasks.with_columns(area=_AREA).join(at, on="area", how="left", maintain_order="left")
    return rows.with_columns(position=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).over("place")).select(
        "place",
        "position",
        pl.col("urgency", "tasks").cast(pl.UInt32),
        pl.col("why_zh", "why_en").fill_null(""),
        "address",
        *_masked("people_zh", "people_en", "todo_zh", "todo_en"),
        "path",
        *AS_THE_ENGINE_SAID,
    )


def _place_rows(
    places: pl.DataFrame, people: pl.DataFrame, findings: pl.DataFrame, tasks: pl.DataFrame
) -> pl.DataFrame:
    listed = _truth("on_register", people)
    counts = people.group_by("place").agg(
        people=pl.len(),
        registered=listed.sum(),
        seen=(listed & (pl.col("sources") > 1)).sum(),
        unregistered=(~listed).sum(),
    )
    rows = places.join(counts, on="place", how="left", maintain_order="left")
    for name, frame in (("findings", findings), ("tasks", tasks)):
        n = frame.group_by("place").agg(pl.len().alias(name))
        rows = rows.join(n, on="place", how="left", maintain_order="left")
    figures = ("people", "registered", "seen", "unregistered", "findings", "tasks")
    return rows.select(
        "community",
        "path",
        *(pl.col(column).fill_null(0) for column in figures),
        number="place",
        name="area",
        derived=pl.lit(False),
    )


def _figures(people: pl.DataFrame, records: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    def counted(frame: pl.DataFrame, measure: str, a: pl.Expr, b: pl.Expr) -> pl.DataFrame:
        groups = frame.select("path", a=a.cast(pl.String), b=b.cast(pl.String)).group_by("path", "a", "b")
        return groups.agg(n=pl.len()).select(pl.lit(measure).alias("measure"), "a", "b", "n", "path")

    nothing = pl.lit("")
    parts = [
        counted(people, "people", pl.col("sources"), nothing),
        counted(people.filter(_truth("on_register", people)), "registered", nothing, nothing),
        *(
            counted(people.filter(pl.col("kinds") & bit > 0), "kinds", pl.lit(kind.value), nothing)
            for kind, bit in KIND_BITS.items()
        ),
        counted(people.filter(pl.col("conflicts") > 0), "conflicts", nothing, nothing),
        counted(records, "records", pl.col("list"), nothing),
        counted(findings, "findings", pl.col("code"), pl.col("severity")),
    ]
    return pl.concat(parts).sort("measure", "a", "b", "path")

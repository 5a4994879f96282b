"""What a human has to do: one line per door (or per person without an address), most urgent first, grouped
by grid.

Urgency of a door, shown with its reasons so that nobody has to trust it:
  the points of its most urgent task (`Kind.points` in the catalogue),
  + 2 for every further task, 10 at most,
  + TRAVEL_POINTS if somebody there travelled within TRAVEL_DAYS before the newest entry of the lists,
  + OLD_POINTS if somebody there is OLD_YEARS or older.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl

from lianfang.linkage.findings.audit import Findings
from lianfang.linkage.findings.evidence import Evidence
from lianfang.linkage.findings.ground import Ground
from lianfang.linkage.findings.sentences import Found, placed, sentence

_KNOWN = (
    "person", "name", "sex", "birth_year", "phone", "place", "compound", "building", "unit", "room",
    "address", "community", "grid", "household",
)  # fmt: skip
#: What a task says, in both languages.
_SAID = ("title_zh", "title_en", "ask_zh", "ask_en")
TRAVEL_DAYS, TRAVEL_POINTS = 14, 20
OLD_YEARS, OLD_POINTS = 80, 5
NO_ADDRESS, ELSEWHERE = "没有地址", "其他地址"
#: A compound has a sheet of its own, if no grid and no community is known, from this number of people on.
#: Fewer
#: are a misspelt name or an address out of town.
OWN_SHEET_PEOPLE = 20

WORKLIST_COLUMNS: tuple[str, ...] = (
    "area", "urgency", "why_zh", "why_en", "address", "people_zh", "people_en", "todo_zh", "todo_en", "tasks",
    "community", "person_ids",
)  # fmt: skip


@dataclass(frozen=True)
class WorkList:
    """doors: WORKLIST_COLUMNS, sorted as they are to be printed; areas in order of their name, "no address"
    last."""

    doors: pl.DataFrame

    own_sheet: tuple[str, ...] = ()  # compounds large enough for a sheet of their own
    newest: date | None = None  # the last day of the lists: journeys are recent as seen from it

    def areas_of(self, people: pl.DataFrame) -> pl.Series:
        """`area` of every person of the working table, by the same rule as the doors."""
        return people.select(_area(self.own_sheet).alias("area")).to_series()

    @property
    def areas(self) -> list[str]:
        return self.doors.get_column("area").unique(maintain_order=True).to_list()


def worklist(
    findings: Findings, ground: Ground | None = None, tell: Callable[[float], None] = lambda share: None
) -> WorkList:
    """Turn findings with points into lines for visitors. `ground`: of the run that these people are a part of;
    `tell` hears how far it is, 0 … 1."""
    tasks = _tasks(findings)
    tell(0.3)
    own_sheet = ground.own_sheet if ground else _own_sheet(findings.people)
    newest = ground.newest if ground and ground.newest else _newest(findings.evidence)
    persons = _persons(findings, tasks, newest).with_columns(area=_area(own_sheet))
    tell(0.6)
    doors = _doors(persons)
    return WorkList(doors.select(WORKLIST_COLUMNS), own_sheet, newest)


def _tasks(findings: Findings) -> pl.DataFrame:
    """person, points, and in both languages title and ask: every finding that somebody has to ask about."""
    frames = [_asked(found, findings) for found in findings.found if found.kind.points and len(found)]
    schema = {"person": pl.UInt32, "points": pl.Int32, **dict.fromkeys(_SAID, pl.String)}
    return pl.concat([pl.DataFrame(schema=schema), *frames]).unique(["person", "ask_zh"], maintain_order=True)


def _asked(found: Found, findings: Findings) -> pl.DataFrame:
    frame = placed(found, findings.evidence)
    return frame.select(
        "person",
        points=pl.lit(found.kind.points, dtype=pl.Int32),
        title_zh=pl.lit(found.kind.title_zh),
        title_en=pl.lit(found.kind.title_en),
        ask_zh=sentence(found.kind.ask_zh, "zh", frame, mask=False),
        ask_en=sentence(found.kind.ask_en, "en", frame, mask=False),
    )


def _persons(findings: Findings, tasks: pl.DataFrame, newest: date | None) -> pl.DataFrame:
    """One row per person with tasks: where they live, the line that says who they are, what to ask,
    points."""
    what = (
        tasks.sort("points", descending=True, maintain_order=True)
        .group_by("person", maintain_order=True)
        .agg(
            points=pl.col("points").max(),
            title_zh=pl.col("title_zh").first(),
            title_en=pl.col("title_en").first(),
            tasks=pl.len(),
            asks_zh=pl.col("ask_zh").str.join("；"),
            asks_en=pl.col("ask_en").str.join("; "),
        )
    )
    columns = [*_KNOWN, "first_record"]
    persons = what.join(findings.people.select(columns), on="person", how="left", maintain_order="left")
    persons = persons.join(_travellers(findings, newest), on="person", how="left", maintain_order="left")
    ids = findings.people_csv.select("person_id")[persons.get_column("person")]
    list_of = findings.evidence.rows.get_column("list").gather(persons.get_column("first_record"))
    age = findings.evidence.as_of.year - pl.col("birth_year").cast(pl.Int32)
    return persons.with_columns(
        ids.get_column("person_id"),
        list_of.alias("list"),
        who_zh=_who(age, "（无姓名）", {"M": "男", "F": "女"}, "{}岁", "电话{}", ("（", "）")),
        who_en=_who(age, "(no name)", {"M": "male", "F": "female"}, "age {}", "phone {}", (" (", ")")),
        old=(age >= OLD_YEARS).fill_null(False),
        travelled=pl.col("travelled").fill_null(False),
    )


def _who(
    age: pl.Expr, unnamed: str, sexes: dict[str, str], years: str, phone: str, marks: tuple[str, str]
) -> pl.Expr:
    """Who somebody is, on one line: 张伟（男，33岁，电话13800000001）. `marks`: opening, closing."""
    opening, closing = marks
    comma = ", " if opening.endswith("(") else "，"
    known = pl.concat_str(
        pl.col("sex").replace(sexes),
        pl.when(age.is_between(0, 130)).then(pl.format(years, age)),
        pl.format(phone, "phone"),
        separator=comma,
        ignore_nulls=True,
    )
    name = pl.col("name").fill_null(unnamed)
    return (
        pl.when(known == "")
        .then(name)
        .otherwise(pl.concat_str(name, pl.lit(opening), known, pl.lit(closing)))
    )


def _newest(evidence: Evidence) -> date | None:
    dated = evidence.rows.lazy().filter(pl.col("date") <= evidence.as_of)
    newest: date | None = dated.select(pl.col("date").max()).collect().item()
    return newest


def _travellers(findings: Findings, newest: date | None) -> pl.DataFrame:
    """person, travelled: on a vehicle in the last TRAVEL_DAYS before `newest`."""
    evidence = findings.evidence
    dated = evidence.rows.lazy().filter(pl.col("date") <= evidence.as_of)
    rode = dated.filter(pl.col("vehicle_given").is_not_null())
    if newest is None:
        rode = rode.limit(0)
    recent = (pl.lit(newest, dtype=pl.Date) - pl.col("date")).dt.total_days() <= TRAVEL_DAYS
    return rode.filter(recent).select("person", travelled=pl.lit(True)).unique("person").collect()


def _own_sheet(people: pl.DataFrame) -> tuple[str, ...]:
    sizes = people.get_column("compound").drop_nulls().value_counts()
    return tuple(sizes.filter(pl.col("count") >= OWN_SHEET_PEOPLE).get_column("compound").sort())


def _area(own_sheet: tuple[str, ...]) -> pl.Expr:
    """The sheet that a person's door is printed on."""
    compound = pl.when(pl.col("compound").is_in(own_sheet)).then("compound")
    elsewhere = pl.when(pl.col("address").is_not_null()).then(pl.lit(ELSEWHERE))
    return pl.coalesce("grid", "community", compound, elsewhere, pl.lit(NO_ADDRESS))


def _doors(persons: pl.DataFrame) -> pl.DataFrame:
    """One row per door: the flat, else the register's household, else the person alone."""
    key = pl.coalesce(
        "place",
        pl.format("户{}|{}", "list", "household"),
        pl.format("人{}", "person"),
    )
    persons = persons.with_columns(
        key=key, building_no=_number("building"), unit_no=_number("unit"), room_no=_number("room")
    )
    bonus = 2 * (pl.col("tasks").sum().cast(pl.Int32) - 1)
    travel, old = pl.col("travelled").any(), pl.col("old").any()
    doors = (
        persons.sort("points", "first_record", descending=[True, False])
        .group_by("area", "key", maintain_order=True)
        .agg(
            points=pl.col("points").first(),
            title_zh=pl.col("title_zh").first(),
            title_en=pl.col("title_en").first(),
            more=pl.min_horizontal(bonus, pl.lit(10, dtype=pl.Int32)),
            travel=travel,
            old=old,
            tasks=pl.col("tasks").sum(),
            people_zh=pl.col("who_zh").str.join("\n"),
            people_en=pl.col("who_en").str.join("\n"),
            todo_zh=_todo("：", "asks_zh"),
            todo_en=_todo(": ", "asks_en"),
            person_ids=pl.col("person_id").str.join(" "),
            **{
                c: pl.col(c).drop_nulls().first()
                for c in ("address", "community", "compound", "building_no", "unit_no", "room_no")
            },
        )
    )
    return _ranked(doors)


def _ranked(doors: pl.DataFrame) -> pl.DataFrame:
    travel = pl.col("travel").cast(pl.Int32) * TRAVEL_POINTS
    old = pl.col("old").cast(pl.Int32) * OLD_POINTS
    urgency = pl.col("points") + pl.col("more") + travel + old
    doors = doors.with_columns(urgency=urgency, why_zh=_why_zh(), why_en=_why_en())
    last = pl.col("area").replace_strict({ELSEWHERE: 1, NO_ADDRESS: 2}, default=0, return_dtype=pl.Int8)
    return doors.with_columns(last=last).sort(
        "last", "area", "urgency", "compound", "building_no", "unit_no", "room_no", "key",
        descending=[False, False, True, False, False, False, False, False],
        nulls_last=True,
    )  # fmt: skip


def _todo(colon: str, asks: str) -> pl.Expr:
    return pl.concat_str("name", pl.lit(colon), asks).fill_null(pl.col(asks)).str.join("\n")


def _why_zh() -> pl.Expr:
    return pl.concat_str(
        pl.format("{}{}", "title_zh", "points"),
        pl.when(pl.col("more") > 0).then(pl.format("另有{}项+{}", pl.col("tasks") - 1, "more")),
        pl.when(pl.col("travel")).then(pl.lit(f"近{TRAVEL_DAYS}天有行程+{TRAVEL_POINTS}")),
        pl.when(pl.col("old")).then(pl.lit(f"{OLD_YEARS}岁以上+{OLD_POINTS}")),
        separator="，",
        ignore_nulls=True,
    )


def _why_en() -> pl.Expr:
    return pl.concat_str(
        pl.format("{}: {}", "title_en", "points"),
        pl.when(pl.col("more") > 0).then(pl.format("{} more to ask: +{}", pl.col("tasks") - 1, "more")),
        pl.when(pl.col("travel")).then(pl.lit(f"travelled within {TRAVEL_DAYS} days: +{TRAVEL_POINTS}")),
        pl.when(pl.col("old")).then(pl.lit(f"aged {OLD_YEARS} or more: +{OLD_POINTS}")),
        separator=", ",
        ignore_nulls=True,
    )


def _number(column: str) -> pl.Expr:
    """3 before 12, as one walks; a building without a number comes last."""
    return pl.col(column).str.extract(r"(\d+)").cast(pl.Int64, strict=False)

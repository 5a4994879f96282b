"""A hand-made finished run of any size: a register, a gate book, a carrier list, every table filled."""

from datetime import date

import polars as pl

from lianfang.linkage.engine.stranger import COLUMNS
from lianfang.linkage.fields import RECORD_SCHEMA, ListKind
from lianfang.linkage.result import ListAccount, RunResult

LISTS = (
    ListAccount(
        "居民登记.csv",
        ListKind.REGISTER,
        "utf-8-sig",
        1,
        ({"header": "姓名", "field": "name", "why": "header"},),
    ),
    ListAccount(
        "卡口登记.xlsx#东门", ListKind.GATE, "", 3, ({"header": "登记人", "field": "name", "why": "content"},)
    ),
    ListAccount(
        "运营商.csv", ListKind.CARRIER, "gb18030", 1, ({"header": "机主", "field": "name", "why": "header"},)
    ),
)
FILES = tuple(one.label for one in LISTS)
SURNAMES = ("王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴")
PINYIN = ("wang", "li", "zhang", "liu", "chen", "yang", "zhao", "huang", "zhou", "wu")
GIVEN = "伟芳娜敏静丽强磊军洋"
GIVEN_PINYIN = ("wei", "fang", "na", "min", "jing", "li", "qiang", "lei", "jun", "yang")
AS_OF = date(2020, 2, 20)
PROBLEM: dict[str, object] = {
    "file": "坏.xlsx",
    "row": None,
    "code": "file.encrypted",
    "zh": "文件有密码",
    "en": "has a password",
}


def sample(people: int = 40) -> RunResult:
    """Person i has a register row; every second one a gate row with another phone, every third a carrier row.

    Person 1 carries a formula as name in the gate book; the last person is on the gate book alone.
    """
    persons = [_person(i, people) for i in range(people)]
    rows = [_register_row(one) for one in persons if one["on_register"]]
    rows += [_gate_row(one) for one in persons if int(str(one["number"])) % 2 == 1 or not one["on_register"]]
    rows += [_carrier_row(one) for one in persons if int(str(one["number"])) % 3 == 0 and one["on_register"]]
    return _result(people, persons, rows)


def by_chance(people: int) -> RunResult:
    """Each list has somebody whatever the others have: the register four of five, the gate book one of two, the
    carrier one of three; of thirty people two are on none. Thirty neighbours share a grid; 360 fill the twelve alike.
    """
    everybody = [_person(i, people) for i in range(people)]
    persons = [{**one, **_by_number(int(str(one["number"])))} for one in everybody]
    seen = [one for one in persons if one["on_register"] or one["at_gate"] or one["has_phone"]]
    rows = [_register_row(one) for one in seen if one["on_register"]]
    rows += [_gate_row(one) for one in seen if one["at_gate"]]
    rows += [_carrier_row(one) for one in seen if one["has_phone"]]
    return _result(people, [{k: one[k] for k in everybody[0]} for one in seen], rows)


def _by_number(number: int) -> dict[str, object]:
    grid = f"云滨社区第{number // 30 % 12 + 1}网格"
    return {
        "on_register": number % 5 != 2,
        "at_gate": number % 2 == 1,
        "has_phone": number % 3 == 0,
        "grid": grid,
    }


def _result(people: int, persons: list[dict[str, object]], rows: list[dict[str, object]]) -> RunResult:
    frame = _frame(rows)
    links = frame.select(
        "row", "person_id", "probability", "rule", file=pl.col("list").replace_strict(dict(enumerate(FILES)))
    )
    return RunResult(
        as_of=AS_OF,
        lists=LISTS,
        records=frame.select(pl.col(name).cast(kind) for name, kind in RECORD_SCHEMA.items()),
        pinyin=frame.select("record", "name_py"),
        descriptions=_descriptions(frame),
        links=links,
        people=_people(persons, frame),
        findings=_findings(persons, links),
        reviews=_reviews(),
        rejected=_rejected(people),
        tasks=_tasks(persons),
        problems=(PROBLEM,),
        summary={"records": len(rows)},
    )


def _frame(rows: list[dict[str, object]]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, infer_schema_length=None).with_row_index("record")
    frame = frame.with_columns(row=pl.int_range(2, pl.len() + 2).over("list"))
    missing = [name for name in RECORD_SCHEMA if name not in frame.columns]
    return frame.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in missing)


def _descriptions(frame: pl.DataFrame) -> pl.LazyFrame:
    """What the register's rows say, standardised as far as the sample says anything."""
    said = frame.filter(pl.col("list") == 0).select(
        "person_id", "name", "name_py", name_form=pl.lit("full"), id_text="id_number", phone="phone"
    )
    days = {"birth": pl.Date(), "birth_year": pl.Int16()}
    rest = [pl.lit(None, dtype=days.get(c, pl.String())).alias(c) for c in COLUMNS if c not in said.columns]
    return said.with_columns(rest).lazy()


def _reviews() -> pl.DataFrame:
    one = {"record_a": 0, "record_b": 1, "probability": 0.61, "reason_zh": "同音", "reason_en": "sound alike"}
    return pl.DataFrame([one])


def _rejected(people: int) -> pl.DataFrame:
    why = {
        "reason": "row.no_person",
        "reason_zh": "没有姓名和证件号码",
        "reason_en": "neither name nor ID number",
    }
    return pl.DataFrame([{"file": FILES[0], "row": people + 3, **why, "content": '["","","合计","40"]'}])


def _person(i: int, people: int) -> dict[str, object]:
    surname = i % len(SURNAMES)
    return {
        "number": i + 1,
        "person_id": f"P{i + 1:06d}",
        "name": f"{SURNAMES[surname]}{GIVEN[i // 10 % 10]}",
        "name_py": f"{PINYIN[surname]} {GIVEN_PINYIN[i // 10 % 10]}",
        "sex": "MF"[i % 2],
        "id_number": f"33010919870520{i % 10000:04d}",
        "phone": f"138{i:08d}",
        "address": f"云滨湾小区{i % 9 + 1}幢2单元{i % 30 + 101}室",
        "grid": f"云滨社区第{i % 12 + 1}网格" if i % 20 else None,
        "on_register": i != people - 1,
        "probability": 0.97,
        "rule": "id+name",
    }


def _register_row(one: dict[str, object]) -> dict[str, object]:
    row = {
        k: one[k] for k in ("person_id", "name", "name_py", "sex", "id_number", "phone", "address", "grid")
    }
    return {
        **row,
        "list": 0,
        "community": "云滨社区",
        "birth": "1987-05-20",
        "probability": 1.0,
        "rule": "alone",
    }


def _gate_row(one: dict[str, object]) -> dict[str, object]:
    name = '=HYPERLINK("http://x")' if one["number"] == 1 else one["name"]
    row = {k: one[k] for k in ("person_id", "name_py", "address", "probability", "rule")}
    number = int(str(one["number"]))
    return {
        **row,
        "list": 1,
        "name": name,
        "phone": f"139{number:08d}",
        "date": "2020-02-18",
        "temperature": "36.5",
    }


def _carrier_row(one: dict[str, object]) -> dict[str, object]:
    row = {k: one[k] for k in ("person_id", "name", "name_py", "phone", "probability", "rule")}
    return {**row, "list": 2, "id_number": f"{str(one['id_number'])[:6]}********{str(one['id_number'])[-4:]}"}


def _people(persons: list[dict[str, object]], records: pl.DataFrame) -> pl.DataFrame:
    counts = records.group_by("person_id").agg(sources=pl.col("list").n_unique(), records=pl.len())
    frame = pl.DataFrame(persons).join(counts, on="person_id", how="left", maintain_order="left")
    return frame.select(
        "person_id",
        pl.col("grid").fill_null("没有地址").alias("area"),
        "name",
        "sex",
        pl.lit(date(1987, 5, 20)).alias("birth"),
        "id_number",
        "phone",
        "address",
        pl.lit("云滨湾").alias("compound"),
        pl.col("address").str.extract(r"(\d+)幢").alias("building"),
        pl.lit("2").alias("unit"),
        pl.col("address").str.extract(r"(\d+)室").alias("room"),
        pl.when(pl.col("grid").is_not_null()).then(pl.lit("云滨社区")).alias("community"),
        "grid",
        pl.lit(None, dtype=pl.String).alias("household"),
        pl.lit(None, dtype=pl.String).alias("relation"),
        "on_register",
        "sources",
        "records",
        pl.lit(date(2020, 2, 18)).alias("last_seen"),
        pl.lit("电话：1（甲.csv 第2行）≠ 2（乙.csv 第3行）").alias("conflicts"),
    ).with_columns(compound=pl.when(pl.col("grid").is_not_null()).then("compound"))


def _findings(persons: list[dict[str, object]], links: pl.DataFrame) -> pl.DataFrame:
    gate = links.filter(pl.col("file") == FILES[1]).rename({"file": "other_file", "row": "other_row"})
    home = links.filter(pl.col("file") == FILES[0]).join(
        gate, on="person_id", how="left", maintain_order="left"
    )
    known = home.join(pl.DataFrame(persons).select("person_id", "phone", "name", "number"), on="person_id")
    both = known.filter(pl.col("other_row").is_not_null())
    common = ("file", "row", "person_id", "other_file", "other_row")
    phone = both.select(
        *common,
        code=pl.lit("conflict.phone"),
        severity=pl.lit("info"),
        field=pl.lit("phone"),
        reason_zh=pl.format("{}登记的电话{}没有其他名单使用。", "name", "phone"),
        reason_en=pl.format("The registered phone {} of {} appears in no other list.", "phone", "name"),
    )
    wrong = known.filter(pl.col("number") % 7 == 0).select(
        *common,
        code=pl.lit("id.checksum"),
        severity=pl.lit("error"),
        field=pl.lit("id_number"),
        reason_zh=pl.format("{}第{}行{}的证件号码330109198705200017校验位不符。", "file", "row", "name"),
        reason_en=pl.format("{} row {}, {}: ID 330109198705200017 fails its check.", "file", "row", "name"),
    )
    alone = links.filter(pl.col("person_id") == persons[-1]["person_id"]).select(
        "file",
        "row",
        "person_id",
        pl.lit(None, dtype=pl.String).alias("other_file"),
        pl.lit(None, dtype=pl.Int64).alias("other_row"),
        code=pl.lit("register.missing"),
        severity=pl.lit("warning"),
        field=pl.lit("name"),
        reason_zh=pl.lit("在名单上但未登记"),
        reason_en=pl.lit("on a list, not registered"),
    )
    return pl.concat([phone, wrong, alone.select(phone.columns)])


def _tasks(persons: list[dict[str, object]]) -> pl.DataFrame:
    some = [one for one in persons if int(str(one["number"])) % 7 == 0] + [persons[-1]]
    frame = pl.DataFrame(some, infer_schema_length=None)
    return frame.select(
        area=pl.col("grid").fill_null("没有地址"),
        urgency=pl.lit(50, dtype=pl.Int32),
        why_zh=pl.lit("在名单上但未登记50"),
        why_en=pl.lit("On a list but not in the register: 50"),
        address="address",
        people_zh=pl.format("{}（男，33岁，电话{}）", "name", "phone"),
        people_en=pl.format("{} (male, age 33, phone {})", "name", "phone"),
        todo_zh=pl.format("{}：核实是否居住、何时何地来", "name"),
        todo_en=pl.format("{}: Living here? Since when, from where?", "name"),
        tasks=pl.lit(1, dtype=pl.UInt32),
        community=pl.when(pl.col("grid").is_not_null()).then(pl.lit("云滨社区")),
    ).sort("area")

"""Person lists of a town with another error model than the product's demo.

`python bench/heldout/make.py --people N --seed S --out DIR [--profile rural] [--xlsx]`

Writes register, carrier, transport, gate, visits, self_reports (.csv, or some as .xlsx) and truth.csv with
`file,row,person` (truth_people.csv: who they really are). `row` is what a
spreadsheet shows (header 1, first person 2); `person` is empty where a row means nobody.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import polars as pl
import xlsxwriter  # type: ignore[import-untyped]
from outsideworld import handwritten, registers
from outsideworld.characters import text
from outsideworld.people import Town, build_town
from outsideworld.rates import PROFILES
from outsideworld.writing import as_text

KINDS = (
    "single",
    "couple",
    "one child",
    "two children",
    "three generations",
    "lone parent",
    "shared flat",
    "dormitory",
)

TITLES = {
    "register": ("滨江区某街道实有人口信息登记表", "制表单位：街道疫情数据管理中心　　导出日期：2020-02-24"),
    "visits": ("疫情防控入户摸排登记表（一户一表汇总）", "填表说明：每户第一行填户编号和门牌号"),
    "self_reports": ("返杭人员自主申报汇总",),
}


def lists(rng: np.random.Generator, town: Town, people: int) -> dict[str, pl.DataFrame]:
    """The six lists by name, each with the truth in a column `person`."""
    return {
        "register": registers.register(rng, town),
        "carrier": registers.carrier(rng, town, people),
        "transport": registers.transport(rng, town, people),
        "gate": handwritten.gate(rng, town, people),
        "visits": handwritten.visits(rng, town, people),
        "self_reports": handwritten.self_reports(rng, town, people),
    }


def people_frame(town: Town) -> pl.DataFrame:
    """Who the people really are, for reading errors by eye; no part of the truth that is scored."""
    who = np.arange(len(town.male))
    return pl.DataFrame(
        {
            "person": who,
            "household": town.household,
            "kind": np.array(KINDS)[town.kind],
            "name": text(town.name),
            "male": town.male,
            "birth": town.birth.astype("datetime64[D]"),
            "identity": as_text(town.identity),
            "phone": np.where(town.has_phone, as_text(town.phone), ""),
            "second_phone": np.where(town.has_second, as_text(town.second), ""),
            "registered": town.registered,
            "former": town.former,
            "outsider": town.outsider,
            "dwelling": town.dwelling,
            "registered_dwelling": town.registered_dwelling,
        }
    )


def write_workbook(path: Path, frame: pl.DataFrame, titles: tuple[str, ...]) -> int:
    """Write title lines, header and rows as text cells; returns the spreadsheet row of the first person."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("Sheet1")
        for row, title in enumerate(titles):
            sheet.write_string(row, 0, title)
        sheet.write_row(len(titles), 0, frame.columns)
        for row, values in enumerate(frame.iter_rows(), start=len(titles) + 1):
            for at, value in enumerate(values):
                if value is not None:
                    sheet.write_string(row, at, str(value))
    return len(titles) + 2


def write_all(out: Path, made: dict[str, pl.DataFrame], xlsx: bool) -> pl.DataFrame:
    """Write the lists into `out`; returns the truth."""
    out.mkdir(parents=True, exist_ok=True)
    truth = []
    for name, frame in made.items():
        texts = pl.col(pl.String)
        visible = frame.drop("person").with_columns(pl.when(texts != "").then(texts))
        if xlsx and name in TITLES:
            file, first = f"{name}.xlsx", write_workbook(out / f"{name}.xlsx", visible, TITLES[name])
        else:
            file, first = f"{name}.csv", 2
            visible.write_csv(out / file)
        rows = pl.int_range(first, first + frame.height, dtype=pl.UInt32, eager=True)
        truth.append(
            pl.DataFrame(
                {"file": [file] * frame.height, "row": rows, "person": frame["person"].cast(pl.Int64)}
            )
        )
    together = pl.concat(truth)
    together.write_csv(out / "truth.csv")
    return together


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--profile", choices=sorted(PROFILES), default="field")
    parser.add_argument(
        "--xlsx", action="store_true", help="register, visits and self-reports as workbooks with title lines"
    )
    given = parser.parse_args()
    start = time.perf_counter()
    rng = np.random.default_rng(given.seed)
    town = build_town(rng, given.people, PROFILES[given.profile])
    truth = write_all(given.out, lists(rng, town, given.people), given.xlsx)
    people_frame(town).write_csv(given.out / "truth_people.csv")
    for file, rows in truth.group_by("file", maintain_order=True).len().iter_rows():
        print(f"{file:20} {rows:>9,}")
    print(
        f"{truth.height:,} rows, {truth['person'].n_unique():,} people, {time.perf_counter() - start:.1f} s"
    )


if __name__ == "__main__":
    main()

"""What a made town really holds: `python bench/heldout/describe.py DIR`.

Counts rates, and rows that nobody could place, in the CSV lists and the truth that make.py wrote.
"""

import sys
from pathlib import Path

import polars as pl

COLUMNS = {
    "register": ("户籍人口姓名", "公民身份号码", "联系电话"),
    "carrier": ("机主姓名", "证件号", "手机号码"),
    "transport": ("旅客姓名", "证件号码", "联系方式"),
    "gate": ("姓名", None, "手机"),
    "visits": ("姓名", "身份证号", "联系电话"),
    "self_reports": ("您的姓名", "证件号", "联系方式"),
}
NICKNAME = r"^.$|^[小老].$|(阿姨|师傅|先生|女士|大爷|奶奶|姐|小朋友|某)$"


def load(folder: Path) -> pl.DataFrame:
    """All rows with name, id, phone as written, and the truth about the person."""
    truth = pl.read_csv(folder / "truth.csv")
    people = pl.read_csv(
        folder / "truth_people.csv", schema_overrides={"phone": pl.String, "second_phone": pl.String}
    )
    parts = []
    for name, (who, number, phone) in COLUMNS.items():
        frame = pl.read_csv(folder / f"{name}.csv", infer_schema=False)
        place = "所在楼栋" if name == "gate" else None
        parts.append(
            frame.select(
                pl.lit(f"{name}.csv").alias("file"),
                pl.int_range(2, pl.len() + 2).alias("row"),
                pl.col(who).alias("written"),
                (pl.col(number) if number else pl.lit(None, pl.String)).alias("number"),
                pl.col(phone).alias("given_phone"),
                (pl.col(place) if place else pl.lit(None, pl.String)).alias("place"),
            )
        )
    rows = pl.concat(parts).join(truth, on=["file", "row"])
    return rows.join(people, on="person", how="left")


def rates(rows: pl.DataFrame) -> pl.DataFrame:
    """Per list: rows, and shares of rows by what happened to name, number and phone."""
    own = (pl.col("given_phone") == pl.col("phone")) | (pl.col("given_phone") == pl.col("second_phone"))
    return (
        rows.drop_nulls("person")
        .group_by("file", maintain_order=True)
        .agg(
            pl.len().alias("rows"),
            pl.col("person").n_unique().alias("people"),
            (pl.col("written") == pl.col("name")).mean().alias("name right"),
            pl.col("written").str.contains(NICKNAME).mean().alias("nickname"),
            pl.col("number").is_null().mean().alias("no number"),
            (pl.col("number") == pl.col("identity")).mean().alias("number right"),
            pl.col("given_phone").is_null().mean().alias("no phone"),
            own.mean().alias("own phone"),
            (~pl.col("registered")).mean().alias("not registered"),
        )
    )


def unplaceable(rows: pl.DataFrame) -> dict[str, float]:
    """Rows that even a perfect reader cannot place, as shares of all rows; a lower bound, by pattern."""
    known = rows.drop_nulls("person")
    elsewhere = known.filter(pl.col("file") != "carrier.csv").select("person", "given_phone").unique()
    carrier = known.filter(pl.col("file") == "carrier.csv")
    foreign = carrier.filter(
        (pl.col("written") != pl.col("name")).fill_null(True)
        & ~pl.col("written").str.contains(r"\*").fill_null(False)
    )
    lost = foreign.join(elsewhere.drop_nulls(), on=["person", "given_phone"], how="anti").height
    gate = known.filter(pl.col("file") == "gate.csv")
    nameless = gate.filter(pl.col("given_phone").is_null() & pl.col("written").str.contains(NICKNAME))
    vague = nameless.filter(
        pl.col("place").is_null() | ~pl.col("place").str.contains(r"\d{3,}|-|号$|室$")
    ).height
    ruined = known.filter((pl.col("file") == "transport.csv") & pl.col("given_phone").is_null())
    bare = ruined.filter(pl.col("number").str.contains("E").fill_null(True)).height
    return {
        "carrier row of somebody else's name, phone nowhere else": lost / rows.height,
        "gate row with a nickname, no phone, no room": vague / rows.height,
        "traveller without number or phone": bare / rows.height,
    }


def main() -> None:
    """Command line."""
    rows = load(Path(sys.argv[1]))
    with pl.Config(tbl_cols=20, tbl_rows=20, float_precision=3, tbl_width_chars=200):
        print(rates(rows))
    for pattern, share in unplaceable(rows).items():
        print(f"{share:8.3%}  {pattern}")


if __name__ == "__main__":
    main()

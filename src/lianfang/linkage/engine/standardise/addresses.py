"""Addresses: whatever people write is read as compound, building, unit and room.

云滨湾小区3幢2单元501室, 云滨湾3-2-501 and 云滨湾三号楼2门501 are the same door. Patterns are tried from the most
explicit to the barest; the first that fits the whole text decides, and nothing is guessed where parts are
missing.
"""

from dataclasses import dataclass

import polars as pl

from lianfang.linkage.engine.standardise.address_patterns import (
    BUILDING,
    COMMUNITY,
    DOOR,
    FILLER,
    HAN,
    HOUSE,
    NOTHING,
    NUMBER,
    PATTERNS,
    PREFIX,
    STAIR,
)
from lianfang.linkage.engine.standardise.text import (
    NOT_BLANK,
    NUMERAL,
    X,
    clean,
    numerals,
    one_row,
    per_distinct,
    per_distinct_row,
    simplify,
    steps,
)

PARTS = ("compound", "building", "unit", "room")


@dataclass(frozen=True)
class Address:
    """What the address cells of a row say; see `standardise` for the columns."""

    address: str | None
    address_form: str
    compound: str | None
    building: str | None
    unit: str | None
    room: str | None
    address_community: str | None


def address(
    value: str | None = None,
    *,
    compound: str | None = None,
    building: str | None = None,
    unit: str | None = None,
    room: str | None = None,
) -> Address:
    """One row's address, exactly as `addresses` reads it inside a table."""
    given = {"address": value, "compound": compound, "building": building, "unit": unit, "room": room}
    row = pl.DataFrame({name: pl.Series([text], dtype=pl.String) for name, text in given.items()})
    return Address(**one_row(addresses(row)))


def addresses(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns of `Address` for columns address, compound, building, unit and room, row for row.

    Columns given separately win over the same part inside the address text. Corpus-wide correction of
    compound
    names is `compounds.corrected`.
    """
    return per_distinct_row(rows.select("address", *PARTS), _parse)


def _parse(given: pl.DataFrame) -> pl.DataFrame:
    cleaned = pl.DataFrame([_lower(given[c]).alias(c) for c in ("address", *PARTS)])
    columns = _columns(cleaned)
    source = _source(cleaned)
    # few distinct words stand before the first number, few distinct numbers behind: each is read once
    whole = _road_off(steps(source, pl.when(X.str.contains(HAN) | ~X.str.contains(r"[a-z]{2}")).then(X)))
    head = whole.str.extract(r"^([^0-9a-z]*)")
    tail = whole.str.slice(head.str.len_chars().cast(pl.Int64).fill_null(0))
    words = per_distinct(head, _read_words)
    parts = _numbered(words["local"], tail)
    parts = parts.with_columns(
        per_distinct(parts["compound"], lambda names: tidy_compound(names).to_frame("c"))["c"].alias(
            "compound"
        )
    )
    columns = columns.with_columns(_village_group(columns, parts).alias("compound"))
    merged = pl.DataFrame(
        [columns[name].zip_with(columns[name].is_not_null(), parts[name]) for name in PARTS]
    )
    merged = merged.with_columns(source.alias("address"), words["address_community"])
    return merged.with_columns(_form().alias("address_form")).select(*Address.__dataclass_fields__)


def _village_group(columns: pl.DataFrame, parts: pl.DataFrame) -> pl.Series:
    """The column's compound, with the group that stands in the column of the building (石桥村 | 1组18号).

    Houses are numbered group by group, so 石桥村1组 18号 and 石桥村2组 18号 are two houses.
    """
    longer = parts["compound"].alias("parsed")
    frame = columns.select("compound", "building").with_columns(longer)
    within = pl.col("parsed").str.starts_with(pl.col("compound")) & pl.col("building").is_null()
    grouped = within & pl.col("parsed").str.contains(r"组$")
    chosen = pl.when(grouped).then("parsed").otherwise("compound")
    return frame.select(chosen.alias("compound"))["compound"]


def _lower(column: pl.Series) -> pl.Series:
    return (
        column
        if column.null_count() == len(column)
        else steps(simplify(clean(column)), (X.str.to_lowercase(), X.str.contains(r"\p{Lu}")))
    )


def _read_words(heads: pl.Series) -> pl.DataFrame:
    """What stands before the first number: local (without 省市区街道社区) and the 社区 named in it."""
    local = _local(heads)
    frame = local.to_frame("local").with_columns(
        pl.col("local").str.extract(rf"^({COMMUNITY})").alias("address_community")
    )
    behind = pl.col("local").str.slice(
        pl.col("address_community").str.len_chars().cast(pl.Int64).fill_null(0)
    )
    return frame.with_columns(behind.alias("local"))


def _numbered(local: pl.Series, tail: pl.Series) -> pl.DataFrame:
    """compound, building, unit and room of words and the numbers behind them.

    The patterns look at no more of words without a numeral than how they end, so that all compounds share the
    reading of "3幢2单元501室": words stand shortened to their last character, and get their whole length
    back.
    """
    shortens = local.str.contains(rf"^[^{NUMERAL}]{{2,}}$").fill_null(False) & tail.str.contains(
        r"^."
    ).fill_null(False)
    kept = local.zip_with(~shortens, local.str.tail(1))
    frame = pl.DataFrame(
        {
            "key": kept.fill_null("") + tail.fill_null(""),
            "left_out": local.str.head(-1).zip_with(shortens, pl.Series([None], dtype=pl.String)),
        }
    )
    parts = per_distinct(steps(frame["key"], NOT_BLANK), match_first)
    compound = pl.concat_str(frame["left_out"].fill_null(""), parts["compound"].fill_null(""))
    return parts.with_columns(compound.replace("", None).alias("compound"))


def match_first(texts: pl.Series) -> pl.DataFrame:
    """The groups of the first of PATTERNS that fits each text; each pattern sees only what earlier ones
    left.
    """
    left = texts.alias("text").to_frame().with_row_index("at").drop_nulls("text")
    names = (*PARTS, "floor")
    found = [pl.DataFrame(schema={"at": pl.get_index_type(), **dict.fromkeys(names, pl.String)})]
    for pattern in PATTERNS:
        if left.is_empty():
            break
        groups = left.select("at", "text", pl.col("text").str.contains(pattern).alias("fits"))
        fitting = groups.filter("fits")
        if fitting.is_empty():
            continue
        fields = fitting.select("at", pl.col("text").str.extract_groups(pattern).alias("g")).unnest("g")
        found.append(
            fields.select(
                "at",
                *(
                    pl.col(n) if n in fields.columns else pl.lit(None, dtype=pl.String).alias(n)
                    for n in names
                ),
            )
        )
        left = groups.filter(~pl.col("fits")).select("at", "text")
    everywhere = pl.DataFrame({"at": pl.int_range(len(texts), dtype=pl.get_index_type(), eager=True)})
    parts = everywhere.join(pl.concat(found), on="at", how="left", maintain_order="left").drop("at")
    glued = pl.col("compound").str.contains(r"[a-z]$") & pl.col("building").str.contains(r"^[a-z]")
    parts = parts.with_columns(pl.when(~glued.fill_null(False)).then(pl.col(name)) for name in names)
    parts = parts.with_columns(numerals(parts[name]) for name in ("building", "unit", "floor", "room"))
    return parts.select("compound", "building", "unit", _room().alias("room"))


def _source(cleaned: pl.DataFrame) -> pl.Series:
    """The text to parse: the address, else what the single columns say, joined with their marks."""
    joined = pl.concat_str(
        pl.col("compound"),
        pl.col("building").str.replace(rf"^({BUILDING})$", "${1}幢"),
        pl.col("unit").str.replace(rf"^({NUMBER}|[a-z])$", "${1}单元"),
        pl.col("room"),
        separator="",
        ignore_nulls=True,
    )
    columns = cleaned.select(pl.when(pl.col("address").is_null()).then(joined).alias("x"))["x"]
    text = cleaned["address"].zip_with(cleaned["address"].is_not_null(), columns)
    spaced = X.str.contains(r"\s")
    digits, words = [f"{n}期" for n in range(1, 10)], [f"{c}期" for c in "一二三四五六七八九"]
    bracket = X.str.contains(r"[(\[【〔]")
    return steps(
        text,
        NOT_BLANK,
        (X.str.replace_all(r"\s*[-—–−_~/\\]+\s*", "-"), X.str.contains(r"\s-|-[\s\-]|[—–−_~/\\]")),
        # each space sits between two numbers, and a number between two spaces
        (X.str.replace_all(r"([0-9a-z])\s+([0-9])", "$1-$2"), spaced),
        (X.str.replace_all(r"([0-9a-z])\s+([0-9])", "$1-$2"), spaced),
        (
            X.str.replace_all(
                r"[\[【(〔](东|西|南|北|中|[一二三四五六七八九]|\d)([区期苑])[\]】)〕]", "$1$2"
            ),
            bracket,
        ),
        (X.str.replace_all(r"[(\[【〔][^)\]】〕]*[)\]】〕]?", ""), bracket),
        (X.str.replace_all(r"[\s,，.。;；:：·'\"|]+", ""), X.str.contains(r"[\s,，.。;；:：·'\"|]")),
        (X.str.replace_many(digits, words), X.str.contains(r"\d期")),
        pl.when(~X.str.contains(NOTHING)).then(X),
    )


def _local(heads: pl.Series) -> pl.Series:
    """Without 省市区街道 before it; a name that only begins like one (街道小区) stays whole."""
    rest = steps(heads, X.str.replace(FILLER, ""))
    local = steps(rest, X.str.replace(PREFIX, "").str.replace(rf"^第?{NUMBER}?网格", ""))
    return rest.zip_with(local.str.contains(r"^(?:小区|花园|社区)").fill_null(False), local)


def _road_off(text: pl.Series) -> pl.Series:
    """中山路123号云滨湾3幢 is in 云滨湾: a street number before a named compound goes."""
    numbered = rf"(?:路|街|大道|巷|弄)\d{{1,5}}号(?:之\d+|附\d+号?)?({HAN}{{2,}}.*)$"
    named = X.str.contains(numbered) & ~X.str.contains(r"号(?:号楼|大院|院内|单元|楼|负|地下)")
    return steps(text, (X.str.extract(numbered), named))


def tidy_compound(names: pl.Series) -> pl.Series:
    """Without the trailing word 小区 and without stray marks; 花园, 苑 and 城 are parts of names and stay."""
    return steps(
        names,
        X.str.replace_all(r"[\s,，.。;；:：·()\-]", "").str.replace(r"^第(.+)", "$1"),
        X.str.replace(r"(?:住宅|居民|生活)?小区([东西南北中一二三四五六七八九][区期苑])$", "$1"),
        X.str.replace(r"(.)(?:住宅小区|居民小区|生活小区|住宅区|小区)$", "$1"),
        pl.when(X.str.contains(r"\p{L}")).then(X),
    )


def _columns(cleaned: pl.DataFrame) -> pl.DataFrame:
    """The single columns where each holds just its own part; others stay null and are read from the joined
    text.
    """
    one = {
        "building": rf"^第?({BUILDING})(?:{HOUSE}|号|楼|building)?$",
        "unit": rf"^第?({NUMBER}|[a-z])(?:{STAIR}|unit)?$",
        "room": rf"^([a-z]?{NUMBER}[a-z]?){DOOR}$",
    }
    squeezed = cleaned.select(
        pl.col(c).str.replace_all(r"\s", "").str.replace(r"^(\d+)\.0$", "$1") for c in PARTS
    )
    plain = pl.when(~X.str.contains(r"\d|幢|单元") & ~X.str.contains(NOTHING)).then(X)
    compound = per_distinct(
        squeezed["compound"],
        lambda names: tidy_compound(steps(names, plain, X.str.replace(PREFIX, ""))).to_frame("c"),
    )["c"]
    found = squeezed.select(
        compound.alias("compound"), *(pl.col(c).str.extract(p).alias(c) for c, p in one.items())
    )
    return found.with_columns(numerals(found[c]) for c in one)


def _room() -> pl.Expr:
    """5楼1号 is room 501."""
    room, floor = pl.col("room"), pl.col("floor")
    short = floor.is_not_null() & room.str.contains(r"^\d{1,2}$")
    return pl.when(short).then(pl.concat_str(floor, room.str.pad_start(2, "0"))).otherwise(room)


def _form() -> pl.Expr:
    return (
        pl.when(pl.col("room").is_not_null() & pl.col("building").is_not_null()).then(pl.lit("room"))
        .when(pl.col("building").is_not_null()).then(pl.lit("building"))
        .when(pl.col("compound").is_not_null()).then(pl.lit("compound"))
        .when(pl.col("address").is_not_null()).then(pl.lit("text"))
        .otherwise(pl.lit("none"))
    )  # fmt: skip

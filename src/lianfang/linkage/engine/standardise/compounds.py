"""Names of compounds across a whole corpus: a rare name one slip away from a frequent one is that one
misspelt.

One slip is one character replaced, missing or added, or another spelling of the same sound. Names that
differ in a
number, a direction or 新/老 are neighbours (东湖苑 and 西湖苑), never slips.
"""

import polars as pl

from lianfang.linkage.engine.standardise.pinyin import pinyin

#: A name is misspelt only if the right one is this many times as frequent, and seen at least so often.
TIMES_RARER = 10
SEEN_AT_LEAST = 5
#: More names than a subdistrict can have; beyond it the rarest are left as they are.
MOST_FREQUENT = 5_000
_DISTINGUISHING = (
    "东西南北中一二三四五六七八九十新老旧大小上下前后内外左右甲乙丙丁0123456789abcdefghijklmnopqrstuvwxyz期区"
)


def compound_counts(compounds: pl.Series, trusted: pl.Series) -> pl.DataFrame:
    """name, seen, in_register: how many rows name a compound so, and how many of them the register's (`trusted`)."""
    return (
        pl.DataFrame({"name": compounds, "trusted": trusted})
        .drop_nulls("name")
        .group_by("name")
        .agg(
            pl.len().cast(pl.Int64).alias("seen"),
            pl.col("trusted").sum().cast(pl.Int64).alias("in_register"),
        )
    )


def corrected(compounds: pl.Series, trusted: pl.Series) -> pl.Series:
    """Compounds with misspelt names replaced by the frequent name meant; everything else unchanged.

    `trusted` (bool, same length) marks rows of the resident register, whose names count as right where
    there are any.
    """
    return respelt(compounds, misspelt(compound_counts(compounds, trusted)))


def respelt(compounds: pl.Series, slips: pl.DataFrame) -> pl.Series:
    """Compounds with the names that `misspelt` found replaced."""
    return compounds.replace(slips["name"], slips["right"]) if len(slips) else compounds


def misspelt(counts: pl.DataFrame, earlier: pl.DataFrame | None = None) -> pl.DataFrame:
    """name, right: the rare names that are a frequent one misspelt, by the `compound_counts` of all lists.

    `earlier` holds the counts of lists that came before these.
    """
    if earlier is not None:
        counts = pl.concat([counts, earlier]).group_by("name").agg(pl.col("seen", "in_register").sum())
    counts = counts.filter(pl.col("name").str.len_chars().is_between(2, 16))
    known = counts.filter(pl.col("in_register") >= SEEN_AT_LEAST)
    if known.is_empty():
        known = counts.filter(pl.col("seen") >= SEEN_AT_LEAST)
    known = known.sort("seen", "name", descending=[True, False]).head(MOST_FREQUENT)
    rare = (
        counts.filter(pl.col("seen") * TIMES_RARER <= known["seen"].max()) if len(known) else counts.clear()
    )
    if rare.is_empty():
        return pl.DataFrame(schema={"name": pl.String, "right": pl.String})
    pairs = pl.concat([_one_character(rare, known), _same_sound(rare, known)]).filter(
        (pl.col("seen") * TIMES_RARER <= pl.col("seen_right")) & (pl.col("name") != pl.col("right"))
    )
    # two candidates are no candidate
    return pairs.unique(["name", "right"]).filter(pl.len().over("name") == 1).select("name", "right")


def _same_sound(rare: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    ours = rare.with_columns(pinyin(rare["name"]).alias("sound"))
    theirs = known.select(
        pinyin(known["name"]).alias("sound"),
        pl.col("name").alias("right"),
        pl.col("seen").alias("seen_right"),
    )
    return ours.join(theirs, on="sound").select("name", "right", "seen", "seen_right")


def _one_character(rare: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Pairs one edit apart, found by joining every name with one character left out (no all-pairs
    comparison).
    """
    ours, theirs = _left_out(rare), _left_out(known.rename({"name": "right", "seen": "seen_right"}), "right")
    pairs = ours.join(theirs, on="key", suffix="_right")
    replaced = (pl.col("at") >= 0) & (pl.col("at") == pl.col("at_right"))
    shortened = (pl.col("at") < 0) ^ (pl.col("at_right") < 0)
    # of two characters a single slip leaves too little to recognise
    longest = pl.max_horizontal(pl.col("name").str.len_chars(), pl.col("right").str.len_chars())
    neighbours = pl.col("char").is_in(list(_DISTINGUISHING)) & pl.col("char_right").is_in(
        list(_DISTINGUISHING)
    )
    one_sided = shortened & pl.coalesce("char", "char_right").is_in(list(_DISTINGUISHING))
    slip = (replaced & ~neighbours.fill_null(False)) | (shortened & ~one_sided)
    return pairs.filter(slip & (longest >= 3)).select("name", "right", "seen", "seen_right")


def _left_out(names: pl.DataFrame, column: str = "name") -> pl.DataFrame:
    """Each name whole (at -1, char null) and with each of its characters left out (at its place, the char
    itself).
    """
    length = pl.col(column).str.len_chars().cast(pl.Int64)
    exploded = names.with_columns(pl.int_ranges(-1, length).alias("at")).explode("at")
    cut = pl.col("at").clip(lower_bound=0)
    return exploded.with_columns(
        pl.when(pl.col("at") < 0).then(pl.col(column))
        .otherwise(pl.col(column).str.slice(0, cut) + pl.col(column).str.slice(cut + 1)).alias("key"),
        pl.when(pl.col("at") >= 0).then(pl.col(column).str.slice(cut, 1)).alias("char"),
    )  # fmt: skip

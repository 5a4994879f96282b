"""Findings about ID numbers: what cannot be, and what in the same row disagrees with the number.

A valid number holds province (1-6), date of birth (7-14), sex (17, odd is male) and a check digit (GB 11643).
"""

import polars as pl

from lianfang.linkage.findings.catalogue import CATALOGUE
from lianfang.linkage.findings.choice import varied
from lianfang.linkage.findings.evidence import Evidence
from lianfang.linkage.findings.sentences import Found

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_PLACES = ("12345", "123", "1234567", "123456", "01234", "12345", "1", "123")
#: GB/T 2260: the first two digits of every province, autonomous region and municipality.
_PROVINCES = [
    f"{region}{place}" for region, places in zip("12345678", _PLACES, strict=True) for place in places
]
_BASE = ("record", "person")


def identity(evidence: Evidence) -> list[Found]:
    """All findings about ID numbers."""
    rows = evidence.rows
    return [
        *_checksum(rows),
        _malformed(rows),
        _ruined(rows),
        _birth(rows),
        _sex(rows),
        _shared(rows),
    ]


def check_digit(first17: pl.Expr) -> pl.Expr:
    """The eighteenth character that GB 11643 demands after these seventeen digits; null if they are no
    digits."""
    total = pl.sum_horizontal(
        first17.str.slice(i, 1).cast(pl.Int32, strict=False) * weight for i, weight in enumerate(_WEIGHTS)
    )
    digit = (total % 11).replace_strict(range(11), list(_CHECK), default=None, return_dtype=pl.String)
    return pl.when(first17.str.contains(r"^\d{17}$")).then(digit)


def _checksum(rows: pl.DataFrame) -> list[Found]:
    """A wrong check digit; where the same person has a valid number elsewhere, that one is named."""
    wrong = rows.filter(pl.col("id_form") == "checksum").select(
        *_BASE, id="id_text", expected=check_digit(pl.col("id_text").str.slice(0, 17))
    )
    valid = rows.filter(
        pl.col("id18").is_not_null() & pl.col("person").is_in(wrong.get_column("person").implode())
    )
    better = valid.group_by("person").agg(
        other_record=pl.col("record").min(), better=pl.col("id18").sort_by("record").first()
    )
    wrong = wrong.join(better, on="person", how="left", maintain_order="left")
    alone = wrong.filter(pl.col("better").is_null()).drop("better", "other_record")
    return [
        Found(CATALOGUE["id.checksum"], alone),
        Found(CATALOGUE["id.typo"], wrong.filter(pl.col("better").is_not_null())),
    ]


def _malformed(rows: pl.DataFrame) -> Found:
    text = pl.col("id_text")
    length = text.str.len_chars()
    problem = (
        pl.when(~length.is_in([15, 18]))
        .then(pl.lit("length"))
        .when(~text.str.contains(r"^(\d{15}|\d{17}[\dX])$"))
        .then(pl.lit("characters"))
        .when(~text.str.slice(0, 2).is_in(_PROVINCES))
        .then(pl.lit("province"))
        .otherwise(pl.lit("date"))
    )
    bad = rows.filter(pl.col("id_form") == "malformed")
    return Found(CATALOGUE["id.malformed"], bad.select(*_BASE, id="id_given", problem=problem))


def _ruined(rows: pl.DataFrame) -> Found:
    return Found(
        CATALOGUE["id.ruined"], rows.filter(pl.col("id_form") == "ruined").select(*_BASE, id="id_given")
    )


def _birth(rows: pl.DataFrame) -> Found:
    found = rows.lazy().filter(pl.col("id18").is_not_null() & (pl.col("birth_given") != pl.col("id_birth")))
    frame = found.select(*_BASE, "id_birth", birth="birth_given", id="id18").collect()
    return Found(CATALOGUE["id.birth"], frame)


def _sex(rows: pl.DataFrame) -> Found:
    found = rows.lazy().filter(pl.col("id18").is_not_null() & (pl.col("sex_given") != pl.col("id_sex")))
    return Found(CATALOGUE["id.sex"], found.select(*_BASE, "id_sex", sex="sex_given", id="id18").collect())


def _shared(rows: pl.DataFrame) -> Found:
    """One finding for each further person who carries a number; the first person is named as the other."""
    holders = (
        varied(rows.lazy(), "id18", "person")
        .group_by("id18", "person")
        .agg(pl.col("record").min())
        .filter(pl.len().over("id18") > 1)
        .sort("record")
        .with_columns(other_record=pl.col("record").first().over("id18"))
        .filter(pl.col("record") != pl.col("other_record"))
        .collect()
    )
    return Found(CATALOGUE["id.shared"], holders.select(*_BASE, "other_record", id="id18"))

"""Findings that a human has to settle: doubtful links, and rows that could not be read."""

import polars as pl

from lianfang.linkage.findings.catalogue import CATALOGUE
from lianfang.linkage.findings.evidence import Evidence
from lianfang.linkage.findings.sentences import Found


def doubts(evidence: Evidence) -> list[Found]:
    """Reviews in the engine's order (most valuable first) and rejected rows in the order of input."""
    pairs = evidence.reviews.select(
        "probability",
        record="record_a",
        other_record="record_b",
        why_zh=pl.col("reason_zh").str.strip_chars_end("。"),
        why_en=pl.col("reason_en").str.strip_chars_end("."),
    )
    of_row = evidence.rows.get_column("person")
    person, other = (of_row.gather(pairs.get_column(column)) for column in ("record", "other_record"))
    now = (
        (person == other)
        .alias("now")
        .replace_strict({True: "together", False: "apart"}, return_dtype=pl.String)
    )
    rejected = evidence.rejected.select("file", "row", why_zh="reason_zh", why_en="reason_en")
    return [
        Found(CATALOGUE["review.same_person"], pairs.with_columns(person, now)),
        Found(CATALOGUE["row.rejected"], rejected),
    ]

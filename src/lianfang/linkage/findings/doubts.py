"""Findings that a human has to settle: doubtful links, and rows that could not be read."""

from lianfang.linkage.findings.catalogue import CATALOGUE
from lianfang.linkage.findings.evidence import Evidence
from lianfang.linkage.findings.sentences import Found


def doubts(evidence: Evidence) -> list[Found]:
    """Reviews in the engine's order (most valuable first) and rejected rows in the order of input."""
    pairs = evidence.reviews.select(
        "probability", record="record_a", other_record="record_b", why_zh="reason_zh", why_en="reason_en"
    )
    person = evidence.rows.get_column("person").gather(pairs.get_column("record"))
    rejected = evidence.rejected.select("file", "row", why_zh="reason_zh", why_en="reason_en")
    return [
        Found(CATALOGUE["review.same_person"], pairs.with_columns(person)),
        Found(CATALOGUE["row.rejected"], rejected),
    ]

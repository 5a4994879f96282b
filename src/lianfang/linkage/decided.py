"""What people decided, for a run that is about to be made: its engine follows the decisions about its records."""

from collections.abc import Mapping

from lianfang.linkage.engine.settled import Decision as Ruling
from lianfang.linkage.models import Decision, Verdict
from lianfang.linkage.readers import Reading
from lianfang.linkage.stable_keys import record_keys


def decisions_for(keys: Mapping[int, int]) -> list[Ruling]:
    """Decisions in force about records that are there, the oldest first. `keys`: record -> stable key."""
    record_of = {key: record for record, key in keys.items()}
    found = Decision.objects.filter(undone_at=None).exclude(verdict=Verdict.UNSURE).order_by("pk")
    return [
        Ruling(record_of[a], record_of[b], verdict == Verdict.SAME)
        for a, b, verdict in found.values_list("record_key_a", "record_key_b", "verdict").iterator()
        if a in record_of and b in record_of
    ]


def decided_of(reading: Reading) -> list[Ruling]:
    """Decisions in force about the records that were read."""
    if not Decision.objects.filter(undone_at=None).exists():
        return []
    keys = record_keys(reading.records, [sheet.source or sheet.label for sheet in reading.sheets])
    return decisions_for(dict(zip(reading.records["record"].to_list(), keys.to_list(), strict=True)))

"""What of a run a decision may change: the persons concerned, and whoever is spoken of together with them."""

from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Any

import polars as pl
from django.db.models import Q, QuerySet

from lianfang.linkage.fields import RECORD_SCHEMA, ListKind
from lianfang.linkage.findings.evidence import REVIEW_SCHEMA
from lianfang.linkage.models import (
    Decision,
    Run,
    RunGround,
    RunList,
    RunMoved,
    RunPerson,
    RunRecord,
    RunReview,
    Verdict,
)
from lianfang.linkage.result import ListAccount, ground_of_json
from lianfang.linkage.review.part import LINK_SCHEMA, Whole
from lianfang.linkage.run_rows import Paths
from lianfang.registry.keys import identifiers, search_keys
from lianfang.registry.models import Identifier, PersonKey

_WHY = "who is one person does not depend on who asks"
#: More people than this share a value that says nothing about any of them (the hotel's phone).
MOST = 300
_LINK = ("record", "person", "probability", "rule")
#: Rows of the run with their stable keys and what links them now.
_SCHEMA = {**RECORD_SCHEMA, "key": pl.Int64(), **{k: v for k, v in LINK_SCHEMA.items() if k != "record"}}


class Ledger:
    """Reads one run, for one decision: everything is read once and as it was before the decision."""

    def __init__(self, run: Run) -> None:
        self.run = run

    @cached_property
    def ground(self) -> RunGround:
        found = RunGround.objects.filter(run=self.run).first()
        if found is not None:
            return found
        newest = (
            RunPerson.objects.unscoped(reason=_WHY).filter(run=self.run, derived=False).order_by("-person")
        )
        return RunGround(run=self.run, people=newest.values_list("person", flat=True).first() or 0, kept={})

    def whole(self, paths: Paths) -> Whole:
        lists = RunList.objects.filter(run=self.run).order_by("number")
        accounts = tuple(ListAccount(one.label, ListKind(one.kind)) for one in lists)
        return Whole(accounts, self.run.as_of, ground_of_json(self.ground.kept), paths)

    # ---- records

    def rows(self, **where: Any) -> pl.DataFrame:
        """Records of the run, `where` a filter of RunRecord."""
        found = self._records().filter(**where).values_list(*_SCHEMA)
        return pl.DataFrame(list(found), schema=_SCHEMA, orient="row")

    def numbers(self, keys: Iterable[int]) -> dict[int, int]:
        """key -> record, of those keys that the run has."""
        return dict(self._records().filter(key__in=list(keys)).values_list("key", "record"))

    def keys(self, records: Iterable[int]) -> dict[int, int]:
        """record -> key."""
        return dict(self._records().filter(record__in=list(records)).values_list("record", "key"))

    def _records(self) -> QuerySet[RunRecord]:
        return RunRecord.objects.unscoped(reason=_WHY).filter(run=self.run)

    # ---- the engine's persons

    def links_now(self, records: Collection[int]) -> dict[int, tuple[int, float, str]]:
        """record -> person, probability, rule as shown."""
        rows = self._records().filter(record__in=records)
        return {record: (person, p, rule) for record, person, p, rule in rows.values_list(*_LINK)}

    def engine_links(self, records: Collection[int]) -> dict[int, tuple[int, float, str]]:
        """record -> person, probability, rule as the engine had them."""
        moved = RunMoved.objects.filter(run=self.run, record__in=records).values_list(*_LINK)
        return self.links_now(records) | {record: (person, p, rule) for record, person, p, rule in moved}

    def engine_persons(self, records: Iterable[int]) -> dict[int, list[int]]:
        """The engine's persons who have one of the records -> all their records."""
        persons = {person for person, _, _ in self.engine_links(list(records)).values()}
        moved = RunMoved.objects.filter(run=self.run)
        away = set(
            moved.filter(record__in=self._records().filter(person__in=persons).values("record")).values_list(
                "record", flat=True
            )
        )
        found: dict[int, list[int]] = {person: [] for person in persons}
        for record, person in self._records().filter(person__in=persons).values_list("record", "person"):
            if record not in away:
                found[person].append(record)
        for record, person in moved.filter(person__in=persons).values_list("record", "person"):
            found[person].append(record)
        return {person: sorted(rows) for person, rows in found.items()}

    # ---- decisions

    def in_force(self, records: Iterable[int]) -> list[Decision]:
        """Decisions about one of the records that say something."""
        found = self._about(records).filter(undone_at=None).exclude(verdict=Verdict.UNSURE)
        return list(found.order_by("pk"))

    def released(self, records: Iterable[int]) -> list[Decision]:
        """Decisions that the engine followed when it made the run, and that have been taken back since.

        What it joined because of them stands apart again, although it has the two in one person.
        """
        since = self.run.loaded_at
        found = self._about(records).filter(verdict=Verdict.SAME, at__lt=since, undone_at__gte=since)
        return list(found.order_by("pk"))

    def _about(self, records: Iterable[int]) -> QuerySet[Decision]:
        keys = list(self.keys(records).values())
        return Decision.objects.filter(Q(record_key_a__in=keys) | Q(record_key_b__in=keys))

    # ---- who is spoken of together

    def beside(self, records: pl.DataFrame, standard: pl.DataFrame) -> set[int]:
        """Persons (as numbered now) who share a phone, ID number, door, household or doubtful link with the rows."""
        uids: set[int] = set()
        said = standard.with_columns(person=pl.lit(0))
        values = (
            identifiers(said)
            .filter(pl.col("kind").is_in(["id_number", "id_text", "phone"]))["value"]
            .to_list()
        )
        uids.update(_few(Identifier.objects.filter(value__in=values).values_list("person_id", "value")))
        doors = [
            key for key in search_keys(said)["key"].to_list() if any(c.isdigit() for c in key) and "-" in key
        ]
        keys = PersonKey.objects.unscoped(reason=_WHY).filter(key__in=doors)
        uids.update(_few(keys.values_list("person", "key")))
        shown = RunPerson.objects.unscoped(reason=_WHY).filter(run=self.run, hidden=False, uid__in=uids)
        found = set(shown.values_list("person", flat=True))
        homes = records.drop_nulls("household").select("list", "household").unique().rows()
        for number, household in homes:
            members = self._records().filter(list=number, household=household)
            found.update(members.values_list("person", flat=True)[:MOST])
        # Whoever may be one of these, and whoever else those may be: the likeliest is named in a finding.
        linked = set(records["person"].to_list())
        for _ in range(2):
            cases = self._doubts().filter(Q(person_a__in=linked) | Q(person_b__in=linked))
            linked |= {person for pair in cases.values_list("person_a", "person_b") for person in pair}
        return found | linked

    def doubts(self, records: Collection[int]) -> pl.DataFrame:
        """Doubtful links between the records: REVIEW_SCHEMA, low and high (their keys in order), verdict."""
        cases = self._doubts().filter(record_a__in=records, record_b__in=records).order_by("number")
        found = cases.values_list(*REVIEW_SCHEMA, "key_a", "key_b", "verdict")
        schema = {**REVIEW_SCHEMA, "low": pl.Int64(), "high": pl.Int64(), "verdict": pl.String()}
        rows = [(*case[:-3], min(case[-3:-1]), max(case[-3:-1]), case[-1]) for case in found]
        return pl.DataFrame(rows, schema=schema, orient="row")

    def _doubts(self) -> QuerySet[RunReview]:
        return RunReview.objects.unscoped(reason=_WHY).filter(run=self.run, stratum="")


def _few(found: Iterable[tuple[int, str]]) -> set[int]:
    """Persons by value, without values that too many share."""
    by: dict[str, set[int]] = {}
    for person, value in found:
        by.setdefault(value, set()).add(person)
    return {person for persons in by.values() if len(persons) <= MOST for person in persons}

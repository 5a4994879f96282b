"""The whole run looked at anew, as people have decided: what its files and findings should say."""

from collections import Counter

from lianfang.linkage.area_paths import paths
from lianfang.linkage.models import Run, RunFinding, RunPerson, RunPlace, RunRecord, RunTask
from lianfang.linkage.review.part import LINK_SCHEMA, part_of, tables
from lianfang.linkage.review.places import Places
from lianfang.linkage.review.reading import Ledger
from tests.review.tables import WHY, State

PERSON = (
    "person", "code", "name", "sex", "birth", "id_number", "phone", "address", "household", "relation", "place",
    "on_register", "sources", "records", "conflicts", "findings", "last_seen", "name_key", "search", "path",
)  # fmt: skip
FINDING = (
    "key", "code", "severity", "field", "list", "row", "record", "other_record", "person", "other_person", "place",
    "name", "reason_zh", "reason_en", "path",
)  # fmt: skip
TASK = (
    "place", "urgency", "why_zh", "why_en", "address", "people_zh", "people_en", "todo_zh", "todo_en", "tasks", "path",
)  # fmt: skip
PLACE = ("name", "people", "registered", "seen", "unregistered", "tasks")


def audited(run: Run) -> State:
    """By the code of a full run, over all its rows and the doubts that are open."""
    ledger = Ledger(run)
    rows = ledger.rows()
    doubts = ledger.doubts(rows["record"].to_list())
    still = doubts.filter(~doubts["verdict"].is_in(["same", "not_same"]))
    made = tables(part_of(ledger.whole(paths()), rows), rows.select(*LINK_SCHEMA), still)
    places = Places(run, made.places)
    return {
        "persons": Counter(places.put(made.persons).select(PERSON).iter_rows()),
        "findings": Counter(places.put(made.findings).select(FINDING).iter_rows()),
        "records": Counter(made.records.select("record", "person", "path").iter_rows()),
        "tasks": Counter(places.put(made.tasks).select(TASK).iter_rows()),
        "places": Counter(row for row in made.places.select(PLACE).iter_rows() if any(row[1:])),
    }


def shown(run: Run) -> State:
    """What the run's tables show now; without findings about rows that could not be read."""
    persons = RunPerson.objects.unscoped(reason=WHY).filter(run=run, hidden=False)
    findings = RunFinding.objects.unscoped(reason=WHY).filter(run=run, hidden=False).exclude(record=None)
    records = RunRecord.objects.unscoped(reason=WHY).filter(run=run)
    tasks = RunTask.objects.unscoped(reason=WHY).filter(run=run, hidden=False)
    found = RunPlace.objects.unscoped(reason=WHY).filter(run=run)
    return {
        "persons": Counter(persons.values_list(*PERSON)),
        "findings": Counter(findings.values_list(*FINDING)),
        "records": Counter(records.values_list("record", "person", "path")),
        "tasks": Counter(tasks.values_list(*TASK)),
        "places": Counter(row for row in found.values_list(*PLACE) if any(row[1:])),
    }

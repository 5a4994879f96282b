"""The result of one reconciliation. What the engine said stays: where people decide otherwise (`review`), its rows are
hidden and derived ones stand beside them.

Every table has the run's own numbers as keys (list, record, person, finding, place), so that it can be filled
in bulk from the run's frames without asking the database for ids. `path` is the area that a row belongs to;
the empty path lies outside every area and is seen only by those whose scope is everywhere.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Index, Q, UniqueConstraint

from lianfang.kernel.fields import PathField
from lianfang.kernel.scoping import ScopedManager
from lianfang.linkage.changes.models import RunChange  # noqa: F401  # Django looks here
from lianfang.linkage.decision_models import Decision, RunGround, RunMoved, Verdict
from lianfang.linkage.fields import ListKind
from lianfang.linkage.importing.models import Import, ListVersion, Source  # noqa: F401  # Django looks here
from lianfang.linkage.work.models import FindingNote, FindingWork  # noqa: F401  # Django looks here

__all__ = [
    "Decision", "Run", "RunFigure", "RunFinding", "RunGround", "RunList", "RunMoved", "RunPart", "RunPerson",
    "RunPlace", "RunRecord", "RunRejected", "RunReview", "RunTask", "RunText", "Verdict",
]  # fmt: skip


def _text() -> "models.TextField[str | None, str | None]":
    """A value as received: any length, null where the list gives none."""
    return models.TextField(null=True)  # null (not given) is not the empty string


class Run(models.Model):
    """One reconciliation of several lists."""

    title = models.CharField(max_length=120)
    as_of = models.DateField()  # the day on which ages and dates were judged
    loaded_at = models.DateTimeField()
    loaded_by = models.BigIntegerField(null=True)  # user id; null: the command line
    problems = models.JSONField(default=list)  # files that could not be read, as outputs report them
    summary = models.JSONField(default=dict)  # summary.json of the run, as it was written
    complete = models.BooleanField(default=True)  # all rows are there; until then nobody sees it
    current = models.BooleanField(default=False)  # what the desk works on; the others are history

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar = [
            UniqueConstraint(fields=["current"], condition=Q(current=True), name="run_current")
        ]

    def __str__(self) -> str:
        return self.title


class RunPart(models.Model):
    """What every scoped table of a run has."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    path = PathField(blank=True)

    scope_lookup: ClassVar[str] = "path"
    objects = ScopedManager()

    class Meta:
        abstract = True


class Regrouped(RunPart):
    """Rows that follow from who is one person, and therefore from what reviewers decide."""

    hidden = models.BooleanField(default=False)  # the engine's, while decisions say otherwise
    derived = models.BooleanField(default=False)  # made from decisions; goes when they are taken back

    class Meta:
        abstract = True


class RunList(models.Model):
    """One list that went in: how it was read, and what became of its rows."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()  # PersonList.index
    label = models.TextField()
    source = models.CharField(max_length=130, blank=True)  # names it for good; empty: the label does
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in ListKind])
    records = models.PositiveIntegerField()  # rows read
    rejected = models.PositiveIntegerField()  # rows that could not be read
    encoding = models.CharField(max_length=40, blank=True)
    header_row = models.PositiveIntegerField(null=True)
    columns = models.JSONField(default=list)  # [{"header": …, "field": name or null, "why": …}]
    notes = models.JSONField(default=list)  # [{"zh": …, "en": …}]

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["run", "number"], name="run_list")]


class RunPlace(RunPart):
    """A grid (else community, else compound) of the run's lists with its figures.

    Place 0 holds whoever could not be put anywhere.
    """

    number = models.PositiveIntegerField()
    name = models.TextField(blank=True)
    community = models.TextField(blank=True)
    people = models.PositiveIntegerField()
    registered = models.PositiveIntegerField()  # on the resident register
    seen = models.PositiveIntegerField()  # of these, on another list too
    unregistered = models.PositiveIntegerField()  # on a list, not on the register
    findings = models.PositiveIntegerField()  # all; how many wait, `work.figures` knows
    tasks = models.PositiveIntegerField()
    derived = models.BooleanField(default=False)  # only people regrouped by decisions live there

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["run", "number"], name="run_place")]


class RunPerson(Regrouped):
    """One person one file: the best value of each field."""

    person = models.PositiveIntegerField()  # the number in person_id
    uid = models.BigIntegerField()  # the number in the registry, the same in every run
    code = models.CharField(max_length=12)  # person_id as the files write it: P000001
    name = _text()
    sex = models.CharField(max_length=1, blank=True)
    birth = models.DateField(null=True)
    id_number = _text()
    phone = _text()
    address = _text()
    household = _text()
    relation = _text()
    place = models.PositiveIntegerField(default=0)
    dwelling = models.BigIntegerField(null=True)  # territory.Dwelling: the door that the address means
    on_register = models.BooleanField()
    sources = models.PositiveIntegerField()
    kinds = models.PositiveSmallIntegerField(default=0)  # on lists of which kinds: bits of fields.KIND_BITS
    records = models.PositiveIntegerField()
    conflicts = models.PositiveIntegerField()
    findings = models.PositiveIntegerField()  # that wait for somebody; see work.figures.count_again
    last_seen = models.DateField(null=True)
    name_key = models.CharField(max_length=40)  # how the name begins, to sort by: names may be endless
    # Every name, its pinyin and initials, ID numbers, phones, addresses; lower case.
    search = models.TextField()

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(fields=["run", "person"], condition=Q(hidden=False), name="run_person_shown")
        ]
        indexes: ClassVar = [
            # Thousands whom a word means are told apart and ordered without looking at one row.
            Index(fields=["run", "uid", "person", "path", "hidden"], name="run_person_by_uid"),
            Index(fields=["run", "place", "person"], name="run_person_place"),
            Index(fields=["run", "dwelling"], name="run_person_dwelling"),
            # The orders that pages are cut from, each with all that says whether a row counts: see walking.py.
            Index(fields=["run", "name_key", "person", "path", "hidden"], name="run_person_by_name"),
            Index(fields=["run", "person", "path", "hidden"], name="run_person_by_number"),
            Index(fields=["run", "birth", "person", "path", "hidden"], name="run_person_by_birth"),
            Index(fields=["run", "last_seen", "person", "path", "hidden"], name="run_person_by_last_seen"),
            Index(fields=["run", "findings", "person", "path", "hidden"], name="run_person_by_findings"),
            Index(
                fields=[
                    "run", "path", "person", "hidden", "name_key", "sex", "birth", "place", "on_register", "sources",
                    "records", "conflicts", "findings", "last_seen", "uid", "kinds",
                ],
                name="run_person_scope",
            ),
        ]  # fmt: skip


class RunRecord(RunPart):
    """One row of a list as received, and the person it was linked to."""

    record = models.PositiveIntegerField()
    key = models.BigIntegerField()  # of source and content: the same in every run (stable_keys)
    list = models.PositiveIntegerField()
    row = models.PositiveIntegerField()  # as a spreadsheet shows it
    person = models.PositiveIntegerField()
    probability = models.FloatField()
    rule = models.TextField()
    # As received; the same names as lianfang.linkage.fields.FIELDS (a test compares).
    name = _text()
    id_number = _text()
    phone = _text()
    sex = _text()
    birth = _text()
    age = _text()
    address = _text()
    compound = _text()
    building = _text()
    unit = _text()
    room = _text()
    community = _text()
    grid = _text()
    household = _text()
    relation = _text()
    date = _text()
    vehicle = _text()
    seat = _text()
    origin = _text()
    cell_area = _text()
    temperature = _text()
    employer = _text()
    nationality = _text()
    remark = _text()

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["run", "record"], name="run_record")]
        indexes: ClassVar = [
            Index(fields=["run", "person", "list"], name="run_record_of"),
            Index(fields=["run", "key"], name="run_record_key"),
            Index(
                fields=["run", "list", "household"], condition=Q(household__isnull=False),
                name="run_record_household",
            ),
        ]  # fmt: skip


class RunFinding(Regrouped):
    """One finding. Numbers follow urgency, so that the order of numbers is the order of work."""

    number = models.PositiveIntegerField()
    key = models.BigIntegerField()  # of kind and rows: the same in every run (stable_keys)
    code = models.CharField(max_length=40)
    severity = models.CharField(max_length=8)  # error, warning, info
    field = models.CharField(max_length=20, blank=True)
    list = models.PositiveIntegerField(null=True)
    row = models.PositiveIntegerField(null=True)
    record = models.PositiveIntegerField(null=True)  # null for a row that could not be read
    other_record = models.PositiveIntegerField(null=True)
    person = models.PositiveIntegerField(null=True)
    other_person = models.PositiveIntegerField(null=True)
    place = models.PositiveIntegerField(default=0)
    name = _text()  # the person's best name, for the table and the search
    name_key = models.CharField(max_length=40, default="")  # how it begins, to sort by
    reason_zh = models.TextField()  # ID numbers and phones masked
    reason_en = models.TextField()
    since = models.DateTimeField()  # when a run found it first
    # How it stands as work, the same as in FindingWork, so that lists and counts ask one table.
    state = models.CharField(max_length=9, default="open")
    assignee = models.BigIntegerField(null=True)
    team = PathField(null=True)
    due = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(fields=["run", "number"], condition=Q(hidden=False), name="run_finding_shown")
        ]
        indexes: ClassVar = [
            Index(fields=["run", "state", "path", "code", "hidden"], name="run_finding_state"),
            Index(fields=["run", "assignee"], condition=Q(assignee__isnull=False), name="run_finding_worker"),
            Index(fields=["run", "team"], condition=Q(team__isnull=False), name="run_finding_team"),
            Index(fields=["run", "due"], condition=Q(due__isnull=False), name="run_finding_due"),
            Index(fields=["run", "path", "number"], name="run_finding_path"),
            Index(
                fields=["run", "number", "path", "hidden", "state", "severity", "code", "list", "since"],
                name="run_finding_by_number",
            ),
            Index(fields=["run", "list", "row", "number", "path", "hidden"], name="run_finding_by_list"),
            Index(fields=["run", "name_key", "number", "path", "hidden"], name="run_finding_by_name"),
            Index(fields=["run"], condition=Q(hidden=True), name="run_finding_hidden"),
            Index(fields=["run"], condition=Q(derived=True), name="run_finding_derived"),
            Index(fields=["run", "code", "number"], name="run_finding_code"),
            Index(fields=["run", "place", "number"], name="run_finding_place"),
            Index(fields=["run", "person"], name="run_finding_person"),
            Index(
                fields=["run", "other_person"],
                condition=Q(other_person__isnull=False),
                name="run_finding_other",
            ),
            Index(fields=["run", "key"], name="run_finding_key"),
        ]


class RunText(RunPart):
    """Which findings of the engine hold which two characters side by side, in name or sentence (see finding_text.py).

    The findings of one path are cut into parts; a bucket holds the pairs whose first character falls into it, the
    last bucket the numbers of the part's findings.
    """

    part = models.PositiveIntegerField()
    bucket = models.PositiveSmallIntegerField()
    packed = models.BinaryField()

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["run", "bucket", "path", "part"], name="run_text")]


class RunReview(RunPart):
    """A case for a human: a doubtful link, or (with a stratum) an automatic one drawn for a second look.

    `path` and `place` are those of the first record's person, `path_b` and `place_b` of the other's.
    """

    number = models.PositiveIntegerField()  # most valuable first
    record_a = models.PositiveIntegerField()
    record_b = models.PositiveIntegerField()
    key_a = models.BigIntegerField()
    key_b = models.BigIntegerField()
    person_a = models.PositiveIntegerField()
    person_b = models.PositiveIntegerField()
    path_b = PathField(blank=True)
    place = models.PositiveIntegerField(default=0)
    place_b = models.PositiveIntegerField(default=0)
    probability = models.FloatField()
    weight = models.FloatField()  # log2 odds
    joined = models.BooleanField()  # whether the engine joined the two
    worth = models.FloatField()  # what a look is expected to save, in looks
    rule = models.TextField(blank=True)
    steps = models.JSONField(default=list)  # the waterfall: see engine.answer.told_steps
    stratum = models.CharField(max_length=60, blank=True)
    links = models.PositiveIntegerField(default=0)  # how many automatic links the stratum has
    opened_at = models.DateTimeField()  # when the pair first became a case, in whatever run
    verdict = models.CharField(max_length=10, blank=True)  # of the decision in force; empty: open
    held_by = models.BigIntegerField(null=True)  # who is looking at it
    held_name = models.CharField(max_length=150, blank=True)
    held_until = models.DateTimeField(null=True)
    reason_zh = models.TextField()  # ID numbers and phones masked
    reason_en = models.TextField()

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["run", "number"], name="run_review")]
        indexes: ClassVar = [
            Index(fields=["run", "person_a"], name="run_review_a"),
            Index(fields=["run", "person_b"], name="run_review_b"),
            Index(fields=["run", "key_a", "key_b"], name="run_review_keys"),
            Index(fields=["run", "stratum", "verdict", "number"], name="run_review_open"),
            Index(
                fields=[
                    "run",
                    "stratum",
                    "verdict",
                    "joined",
                    "person_a",
                    "person_b",
                    "path",
                    "path_b",
                    "place",
                ],
                name="run_review_counted",
            ),
        ]


class RunRejected(RunPart):
    """A row that could not be read, whole, with the reason. Nobody knows whose it is: it has no area."""

    number = models.PositiveIntegerField()
    list = models.PositiveIntegerField(null=True)
    file = models.TextField()
    row = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=60)
    reason_zh = models.TextField()
    reason_en = models.TextField()
    content = models.TextField()

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["run", "number"], name="run_rejected")]
        indexes: ClassVar = [Index(fields=["run", "list", "number"], name="run_rejected_list")]


class RunTask(Regrouped):
    """One line of a place's work list: a door to knock at, and what to ask there."""

    place = models.PositiveIntegerField()
    position = (
        models.PositiveIntegerField()
    )  # 1, 2 … within the place: among equally urgent ones the order of work
    urgency = models.PositiveIntegerField()
    why_zh = models.TextField()  # how the urgency adds up
    why_en = models.TextField(default="")
    address = _text()
    people_zh = models.TextField()  # one line a person; phones masked
    people_en = models.TextField(default="")
    todo_zh = models.TextField()  # one line a person; ID numbers and phones masked
    todo_en = models.TextField(default="")
    tasks = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(
                fields=["run", "place", "position"], condition=Q(hidden=False), name="run_task_shown"
            )
        ]
        indexes: ClassVar = [Index(fields=["run", "place", "position"], name="run_task_place")]


class RunFigure(RunPart):
    """Counts by area, added up when the run was loaded: every screen that shows a count takes it from here.

    measure        a                 b
    people         sources (1, 2 …)
    records        list number
    findings       code              severity
    since          when a run found them first (UTC, ISO)
    kinds          kind of list      people who are on one of this kind
    registered                       people on the register
    conflicts
    """

    measure = models.CharField(max_length=20)
    a = models.CharField(max_length=40, blank=True)
    b = models.CharField(max_length=40, blank=True)
    n = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(fields=["run", "measure", "a", "b", "path"], name="run_figure")
        ]


class RunBuilding(RunPart):
    """How many doors of a building are in which state, added up when the run was loaded (see doors.states).

    A building whose doors lie in two grids has two rows. Doors with nobody behind them are not counted here.
    """

    building = models.BigIntegerField()  # territory.Building
    compound = models.BigIntegerField()  # territory.Compound
    people = models.PositiveIntegerField()
    known = models.PositiveIntegerField()
    seen = models.PositiveIntegerField()
    conflicting = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["run", "building", "path"], name="run_building")]
        indexes: ClassVar = [Index(fields=["run", "compound"], name="run_building_compound")]

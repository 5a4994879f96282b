"""Campaigns, the work at each door, visits as they came, and what they say of people."""

from typing import ClassVar

from django.db import models
from django.db.models import Index, Q, UniqueConstraint

from lianfang.kernel.fields import PathField, SealedField
from lianfang.kernel.scoping import ScopedManager
from lianfang.screening.rules import Act, CampaignKind, Channel, Outcome, TaskState


class Placed(models.Model):
    """What lies in an area."""

    path = PathField(blank=True)

    scope_lookup: ClassVar[str] = "path"
    objects = ScopedManager()

    class Meta:
        abstract = True


class Screening(Placed):
    """A campaign over the area at `path` (empty: everything), or over a part of it."""

    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=[(one.value, one.value) for one in CampaignKind])
    areas = models.JSONField(default=list)  # paths below `path` that it is restricted to; empty: all of it
    purpose = models.CharField(max_length=300)
    legal_basis = models.CharField(max_length=20)
    starts_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by_name = models.CharField(max_length=150, blank=True)
    tries = models.PositiveSmallIntegerField(default=3)  # in vain, before the secretary gets a door
    hours = models.CharField(max_length=200, blank=True)  # when to come, in words
    extra_fields = models.JSONField(default=list)  # [{"field", "why"}]
    profile = models.CharField(max_length=60, blank=True)  # of the disease
    choice = models.JSONField(default=dict)  # whom a campaign over people means: {"uids": […]}
    job = models.BigIntegerField(null=True)  # kernel.models.Job that makes the tasks
    made_at = models.DateTimeField(null=True)  # the tasks are there
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField(null=True)  # user id; null: the system
    created_by_name = models.CharField(max_length=150)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.title


class ScreeningTask(Placed):
    """A door to knock at, or a person without a door to find. One a campaign and door (or person)."""

    screening = models.ForeignKey(Screening, on_delete=models.CASCADE, related_name="tasks")
    dwelling = models.BigIntegerField(null=True)  # territory.Dwelling
    people = models.JSONField(default=list)  # numbers in the registry, who is asked for
    person = models.BigIntegerField(null=True)  # of a task without a door
    compound = models.CharField(max_length=80, blank=True)
    building = models.CharField(max_length=40, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    floor = models.SmallIntegerField(null=True)
    room = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=200, blank=True)  # in words
    order = models.CharField(max_length=200, blank=True)  # rules.door_order
    reasons = models.JSONField(default=list)  # [{"code", "params", "zh", "en", "uid"}]
    urgency = models.PositiveIntegerField(default=0)
    worker = models.BigIntegerField(null=True)  # user id; null: nobody's
    worker_name = models.CharField(max_length=150, blank=True)
    state = models.CharField(
        max_length=14, choices=[(one.value, one.value) for one in TaskState], default=TaskState.OPEN.value
    )
    tries = models.PositiveSmallIntegerField(default=0)
    last_outcome = models.CharField(max_length=14, blank=True)
    last_at = models.DateTimeField(null=True)
    hint = models.JSONField(default=dict)  # {"hour", "channel"} of the next try
    due_at = models.DateTimeField(null=True)
    done_on = models.DateField(null=True)  # the local day on which it was done
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(
                fields=["screening", "dwelling"], condition=Q(dwelling__isnull=False), name="task_door"
            ),
            UniqueConstraint(
                fields=["screening", "person"], condition=Q(person__isnull=False), name="task_person"
            ),
        ]
        indexes: ClassVar = [
            # Every count of a campaign (progress.py) is read from this index alone.
            Index(fields=["screening", "path", "state", "worker", "done_on"], name="task_counts"),
            Index(fields=["screening", "-urgency", "order", "id"], name="task_urgent"),
            Index(fields=["screening", "worker", "state"], name="task_worker"),
            Index(fields=["screening", "done_on"], name="task_day"),
            Index(fields=["dwelling", "state"], name="task_dwelling"),
            Index(fields=["path", "state"], name="task_path"),
        ]


class TaskStep(models.Model):
    """One step of a task's history. Reached through its task only."""

    task = models.ForeignKey(ScreeningTask, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    act = models.CharField(max_length=9, choices=[(one.value, one.value) for one in Act])
    by = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=150)
    from_worker = models.BigIntegerField(null=True)
    from_name = models.CharField(max_length=150, blank=True)
    to_worker = models.BigIntegerField(null=True)
    to_name = models.CharField(max_length=150, blank=True)
    outcome = models.CharField(max_length=14, blank=True)
    channel = models.CharField(max_length=5, blank=True)
    visit = models.UUIDField(null=True)
    text = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [Index(fields=["from_worker", "act"], name="task_step_from")]


class Visit(Placed):
    """What one worker found at one door (or with one person) at one time. Never changed."""

    id = models.UUIDField(primary_key=True)  # of the fact
    task = models.ForeignKey(ScreeningTask, null=True, on_delete=models.SET_NULL, related_name="visits")
    dwelling = models.BigIntegerField(null=True)
    person = models.BigIntegerField(null=True)  # visited without a door
    worker = models.BigIntegerField(null=True)  # user id
    worker_name = models.CharField(max_length=150)  # of a paper form: as it stands on the paper
    device = models.UUIDField(null=True)  # null: typed in at the desk
    typed_by_name = models.CharField(max_length=150, blank=True)  # who typed a paper form in
    channel = models.CharField(max_length=5, choices=[(one.value, one.value) for one in Channel])
    outcome = models.CharField(max_length=14, choices=[(one.value, one.value) for one in Outcome])
    at = models.DateTimeField()  # by the clock of the phone
    corrected_at = models.DateTimeField()  # by ours
    received_at = models.DateTimeField()
    people = models.PositiveSmallIntegerField(default=0)  # of whom it speaks
    newcomers = models.PositiveSmallIntegerField(default=0)
    body = SealedField(purpose="visit")  # as recorded, JSON (visit_body.VisitBody)
    followed = models.BooleanField(default=False)  # the questions about its people know of it (following)

    class Meta:
        indexes: ClassVar = [
            Index(fields=["followed"], condition=Q(followed=False), name="visit_to_follow"),
            Index(fields=["dwelling", "corrected_at"], name="visit_dwelling"),
            Index(fields=["path", "corrected_at"], name="visit_path"),
            Index(fields=["worker", "corrected_at"], name="visit_worker"),
            Index(fields=["person", "corrected_at"], name="visit_person"),
        ]


class VisitedPerson(Placed):
    """A visit found this person behind that door, or not. Small on purpose: there is one for everybody each time."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="persons")
    person = models.BigIntegerField()  # number in the registry
    dwelling = models.BigIntegerField(null=True)
    here = models.CharField(max_length=7)  # yes, no, moved, unknown
    at = models.DateTimeField()  # corrected
    void = models.BooleanField(default=False)  # another visit was decided to be right

    class Meta:
        indexes: ClassVar = [
            Index(fields=["person", "at"], name="visited_person"),
            Index(fields=["path", "dwelling"], name="visited_path"),
        ]


class Statement(Placed):
    """What a visit says of one person beyond "is here": new, came from somewhere, ill, in need, gone.

    Whoever was simply found at home as known has none: the visit says enough.
    """

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="statements")
    position = models.PositiveSmallIntegerField()  # among the people of the visit
    person = models.BigIntegerField(null=True)  # number in the registry; null: still to be registered
    dwelling = models.BigIntegerField(null=True)
    here = models.CharField(max_length=7)  # yes, no, moved, unknown
    newcomer = models.BooleanField(default=False)
    matters = models.BooleanField(default=False)  # to the response: a journey, a contact, a symptom
    returned_on = models.DateField(null=True)
    at = models.DateTimeField()  # corrected
    body = SealedField(purpose="visit")  # JSON (visit_body.PersonSeen)
    failed = models.CharField(max_length=40, blank=True)  # why the newcomer could not be registered: a code
    void = models.BooleanField(default=False)  # another visit was decided to be right

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["visit", "position"], name="statement_position")]
        indexes: ClassVar = [
            Index(fields=["person", "at"], name="statement_person"),
            Index(fields=["newcomer"], condition=Q(newcomer=True, person__isnull=True), name="statement_new"),
        ]


class Leg(Placed):
    """One ride of a journey, as somebody told it."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="legs")
    person = models.BigIntegerField(null=True)
    mode = models.CharField(max_length=6)  # train, flight, coach, car, other
    number = models.CharField(max_length=40, blank=True)
    date = models.DateField(null=True)
    carriage = models.CharField(max_length=20, blank=True)
    seat = models.CharField(max_length=20, blank=True)
    from_place = models.CharField(max_length=80, blank=True)
    to_place = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes: ClassVar = [
            Index(fields=["number", "date"], name="leg_number"),
            Index(fields=["person"], name="leg_person"),
        ]


class VisitConflict(Placed):
    """Two visits to one household at once that contradict one another. Both stand; somebody decides what holds."""

    dwelling = models.BigIntegerField(null=True)
    first = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="+")
    about = models.JSONField(
        default=list
    )  # what they contradict one another in: "outcome", "person:17:here", …
    noticed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    decided_by_name = models.CharField(max_length=150, blank=True)
    holds = models.JSONField(default=dict)  # of `about`: the id of the visit that holds
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["first", "second"], name="conflict_pair")]
        indexes: ClassVar = [
            Index(fields=["path"], condition=Q(decided_at__isnull=True), name="conflict_open")
        ]


class PublishedList(Placed):
    """Risk areas, trips of cases or case figures as somebody published them, for the area at `path` and all below.

    The file or text is kept as it came. Withdrawn, it counts no longer but can still be read.
    """

    kind = models.CharField(max_length=8)  # published.Kind
    title = models.CharField(max_length=120)  # who published it: the source in every sentence
    file_name = models.CharField(max_length=200, blank=True)  # empty: pasted text
    content = models.BinaryField()
    given = models.JSONField(
        default=dict
    )  # what counts where the list says nothing: year, level, first, home
    columns = models.JSONField(default=list)  # [[header, field]]
    entries = models.PositiveIntegerField(default=0)
    unread = models.JSONField(
        default=list
    )  # the first published.MOST_SHOWN: [{"row", "text", "code", "candidates"}]
    unread_count = models.PositiveIntegerField(default=0)
    received_at = models.DateTimeField()
    received_by = models.BigIntegerField(null=True)
    received_by_name = models.CharField(max_length=150)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by_name = models.CharField(max_length=150, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.title


class RiskArea(models.Model):
    """Place × period × level, of one list. Reached through its list only."""

    list = models.ForeignKey(PublishedList, on_delete=models.CASCADE, related_name="areas")
    key = models.CharField(max_length=10)
    code = models.CharField(max_length=6)  # GB/T 2260, or two letters of a country
    detail = models.CharField(max_length=200, blank=True)
    level = models.CharField(max_length=6)
    first = models.DateField()
    last = models.DateField(null=True)
    source = models.CharField(max_length=200)

    class Meta:
        indexes: ClassVar = [Index(fields=["list", "code"], name="risk_area_code")]


class PublishedTrip(models.Model):
    """One published ride of a case in normal form (engine.cotravel.as_data). Reached through its list only."""

    list = models.ForeignKey(PublishedList, on_delete=models.CASCADE, related_name="trips")
    key = models.CharField(max_length=10)
    data = models.JSONField()
    first = models.DateField()
    last = models.DateField()

    class Meta:
        indexes: ClassVar = [Index(fields=["list", "last"], name="published_trip_last")]


class MeasureProposal(Placed):
    """What the rules of a profile propose for somebody. A human confirms or declines it; nothing happens by itself.

    One a person, profile and measure is open. Its sentence and evidence tell of health and are sealed.
    """

    person = models.BigIntegerField()
    dwelling = models.BigIntegerField(null=True)
    profile = models.CharField(max_length=60)
    rule = models.CharField(max_length=40)
    measure = models.CharField(max_length=20)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    told = SealedField(purpose="visit")  # JSON: zh, en, evidence
    sources = models.JSONField(default=list)  # ids in the profile
    digest = models.CharField(max_length=16)  # of what it rests on
    made_at = models.DateTimeField()
    state = models.CharField(max_length=9, default="open")  # measures.MeasureState
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    decided_by_name = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(
                fields=["person", "profile", "measure"], condition=Q(state="open"), name="measure_open"
            )
        ]
        indexes: ClassVar = [
            Index(fields=["path", "state"], name="measure_path"),
            Index(fields=["person", "made_at"], name="measure_person"),
        ]


class UnseenEstimate(Placed):
    """How many people of an area no list has, as the lists of one reconciliation say (engine.estimate)."""

    run = models.BigIntegerField()
    area = models.BigIntegerField()  # territory.Area
    level = models.CharField(max_length=12)
    name = models.CharField(max_length=120)
    result = models.JSONField()  # engine.estimate.Estimate
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["area"], name="unseen_area")]

"""Passes, the keys that sign them, their withdrawal, and the rules that areas have of their own."""

from typing import ClassVar

from django.db import models
from django.db.models import Index, Q, UniqueConstraint

from lianfang.gates.planning import models as planning  # noqa: F401  # Django looks for models here
from lianfang.gates.rules import Holder, ObjectionVerdict, PassState, Reason
from lianfang.kernel.fields import PathField, SealedField
from lianfang.kernel.scoping import ScopedManager


class Placed(models.Model):
    """What lies in an area."""

    path = PathField(blank=True)

    scope_lookup: ClassVar[str] = "path"
    objects = ScopedManager()

    class Meta:
        abstract = True


class QuotaPolicy(Placed):
    """A quota of an area. Never changed: passes name it by its number, so another rule is another row."""

    number = models.PositiveSmallIntegerField()  # from 100 on; smaller ones are shipped
    title = models.CharField(max_length=60)
    per = models.CharField(max_length=9, choices=[(one.value, one.value) for one in Holder])
    window_days = models.PositiveSmallIntegerField()
    exits = models.PositiveSmallIntegerField()
    entries = models.PositiveSmallIntegerField()
    minutes_outside = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by_name = models.CharField(max_length=150)
    retired_at = models.DateTimeField(null=True)  # offered no more; passes that name it keep it

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["path", "number"], name="quota_number")]


class PassKind(Placed):
    """An area's own kind, or its copy of a shipped one (the same number and code)."""

    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    zh = models.CharField(max_length=30)
    en = models.CharField(max_length=40)
    holder = models.CharField(max_length=9, choices=[(one.value, one.value) for one in Holder])
    colour = models.CharField(max_length=7)  # "#1f7a3f"
    quota = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField()
    budgeted = models.BooleanField(default=False)
    at_gate = models.BooleanField(default=False)
    hours = models.JSONField(default=list)  # [["06:00", "22:00"]]
    print_zh = models.CharField(max_length=120, blank=True)
    print_en = models.CharField(max_length=160, blank=True)
    changed_at = models.DateTimeField()
    changed_by_name = models.CharField(max_length=150)

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["path", "number"], name="pass_kind_number")]


class GateRule(Placed):
    """What an area says of withdrawals; without a row the figures of `withdrawing.USUAL` hold."""

    objection_hours = models.PositiveSmallIntegerField()
    suspend_hours = models.PositiveSmallIntegerField()  # the longest that a guard may suspend
    revoke_days = models.PositiveSmallIntegerField()  # the longest withdrawal
    changed_at = models.DateTimeField()
    changed_by_name = models.CharField(max_length=150)

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["path"], name="gate_rule_area")]


class RegisterRule(Placed):
    """For how many weeks an area keeps its crossings, and why; without a row `retention.USUAL_WEEKS`."""

    weeks = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=300)
    changed_at = models.DateTimeField()
    changed_by_name = models.CharField(max_length=150)

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["path"], name="register_rule_area")]


class IssuingKey(Placed):
    """An Ed25519 key that signs passes of the area at `path` and below. The private half is sealed."""

    kid = models.CharField(max_length=8, unique=True)  # hexadecimal
    area = models.CharField(max_length=15)  # code that the codes of its passes' areas begin with
    public = models.CharField(max_length=64)  # 32 bytes, hexadecimal
    private = SealedField(purpose="pass_key")
    since = models.DateTimeField()
    until = models.DateTimeField()  # passes that begin later are not its own
    made_at = models.DateTimeField()
    made_by_name = models.CharField(max_length=150)
    withdrawn_at = models.DateTimeField(null=True)  # stolen: whatever it signed is void
    withdrawn_by_name = models.CharField(max_length=150, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [Index(fields=["path", "until"], name="issuing_key_path")]


class LookupSalt(models.Model):
    """Keeps names and phones on a gate's phone from being read in plain: they are compared salted. One an area."""

    area = models.CharField(max_length=15, unique=True)
    salt = models.CharField(max_length=32)


class IssueBudget(Placed):
    """How many passes of a kind may be issued in an area between two days."""

    code = models.CharField(max_length=20)
    first_on = models.DateField()
    last_on = models.DateField()
    allowed = models.PositiveIntegerField()
    used = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField()
    made_by_name = models.CharField(max_length=150)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [Index(fields=["path", "code", "last_on"], name="issue_budget_path")]


class IssueBatch(Placed):
    """A list of holders for whom passes are issued by a job, and what became of each row."""

    code = models.CharField(max_length=20)
    title = models.CharField(max_length=120)
    compound = models.BigIntegerField()
    order = SealedField(purpose="pass_list")  # JSON: places, days, holders; emptied when done
    total = models.PositiveIntegerField()
    issued = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)  # had one already
    rejected = models.JSONField(default=list)  # [{"row", "code"}]
    job = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    made_by_name = models.CharField(max_length=150)
    done_at = models.DateTimeField(null=True)


class Pass(Placed):
    """A signed right to cross, as it was issued. Whether it counts now: `state`, its days, its revocations."""

    serial = models.CharField(max_length=16, unique=True)  # 8 random bytes, hexadecimal
    text = models.CharField(max_length=225)  # of the QR code
    key = models.ForeignKey(IssuingKey, on_delete=models.PROTECT, related_name="passes")
    area = models.CharField(max_length=15)
    kind = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    quota = models.PositiveSmallIntegerField()
    compound = models.BigIntegerField()  # territory.Compound
    compound_name = models.CharField(max_length=80)
    places = models.JSONField(default=list)  # numbers in the pass: rules.gate_number, rules.compound_number
    whole_area = models.BooleanField(default=False)  # names no place: every gate of the issuer's area
    person = models.BigIntegerField(null=True)  # number in the registry
    dwelling = models.BigIntegerField(null=True)  # whose household shares the quota
    plate = models.CharField(max_length=12, blank=True)
    name = models.CharField(max_length=24)  # masked, as in the code
    holder = SealedField(purpose="pass_holder", blank=True)  # JSON {"name", "phone", …}
    subject = models.CharField(max_length=24)  # whose crossings count together: "p12", "d7", "v浙A12345"
    name_key = models.CharField(max_length=12, blank=True)
    phone_key = models.CharField(max_length=12, blank=True)
    phone_tail = models.CharField(max_length=4, blank=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    state = models.CharField(
        max_length=8, choices=[(one.value, one.value) for one in PassState], default=PassState.VALID.value
    )
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=300, blank=True)
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="replaces")
    batch = models.ForeignKey(IssueBatch, null=True, on_delete=models.SET_NULL, related_name="passes")
    row = models.PositiveIntegerField(null=True)  # of the batch
    issued_at = models.DateTimeField()
    issued_by = models.BigIntegerField(null=True)  # user id
    issued_by_name = models.CharField(max_length=150)
    printed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(fields=["batch", "row"], condition=Q(batch__isnull=False), name="pass_batch_row")
        ]
        indexes: ClassVar = [
            Index(fields=["path", "state", "valid_until"], name="pass_path"),
            Index(fields=["compound", "state", "valid_until"], name="pass_compound"),
            Index(fields=["person", "code"], name="pass_person"),
            Index(fields=["dwelling", "code"], name="pass_dwelling"),
            Index(fields=["subject"], name="pass_subject"),
            Index(fields=["plate"], condition=~Q(plate=""), name="pass_plate"),
            Index(fields=["name_key"], name="pass_name"),
            Index(fields=["phone_key"], name="pass_phone"),
            Index(fields=["state", "area"], name="pass_state"),
            Index(fields=["area"], condition=Q(whole_area=True), name="pass_whole_area"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.serial}"


class PassPlace(models.Model):
    """A further compound that a pass is for. Reached through its pass only."""

    of = models.ForeignKey(Pass, on_delete=models.CASCADE, related_name="further")
    compound = models.BigIntegerField(db_index=True)


class Revocation(Placed):
    """A withdrawal, always with an end. `by_guard`: a suspension for hours, made at a gate without a network too."""

    of = models.ForeignKey(Pass, on_delete=models.CASCADE, related_name="revocations")
    fact = models.UUIDField(null=True, unique=True)  # of the phone that suspended
    by_guard = models.BooleanField(default=False)
    reason = models.CharField(max_length=14, choices=[(one.value, one.value) for one in Reason])
    text = models.CharField(max_length=500)
    since = models.DateTimeField()
    until = models.DateTimeField()
    made_at = models.DateTimeField()
    by = models.BigIntegerField(null=True)  # user id
    by_name = models.CharField(max_length=150)
    told_at = models.DateTimeField(null=True)
    told_how = models.CharField(max_length=7, blank=True)  # notice, message, page, phone
    told_by_name = models.CharField(max_length=150, blank=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by_name = models.CharField(max_length=150, blank=True)
    lifted_text = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until__gt=models.F("since")), name="revocation_ends")
        ]
        indexes: ClassVar = [Index(fields=["path", "until"], name="revocation_path")]


class Objection(Placed):
    """Against a withdrawal. Decided by somebody else than who withdrew, before `due_at`."""

    against = models.ForeignKey(Revocation, on_delete=models.CASCADE, related_name="objections")
    text = models.CharField(max_length=1000)
    channel = models.CharField(max_length=4)  # page, desk
    made_at = models.DateTimeField()
    clerk = models.BigIntegerField(null=True)  # user id of whoever wrote it down
    clerk_name = models.CharField(max_length=150, blank=True)
    due_at = models.DateTimeField()
    escalated_at = models.DateTimeField(null=True)  # nobody decided in time: with the secretary
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    decided_by_name = models.CharField(max_length=150, blank=True)
    verdict = models.CharField(
        max_length=6, blank=True, choices=[(one.value, one.value) for one in ObjectionVerdict]
    )
    answer = models.CharField(max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [Index(fields=["path", "decided_at", "due_at"], name="objection_path")]


class RevocationState(models.Model):
    """Counts the editions of what is refused in an area; never goes back, even when editions are gone."""

    area = models.CharField(max_length=15, unique=True)
    sequence = models.BigIntegerField(default=0)


class RevocationEdition(models.Model):
    """One state of what is refused in an area, numbered: from it a phone that has it gets only what is new."""

    area = models.CharField(max_length=15)
    number = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    serials = models.BinaryField()  # 8 bytes each, ordered

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["area", "number"], name="revocation_edition")]


class DoubleUse(Placed):
    """Two gates admitted on one quota. Both crossings stand; it is shown, and told to both gates."""

    subject = models.CharField(max_length=24)
    of = models.ForeignKey(Pass, null=True, on_delete=models.SET_NULL, related_name="double_uses")
    reason = models.CharField(max_length=12)  # exits_used, entries_used
    first = models.UUIDField()  # crossing that used the quota up
    second = models.UUIDField()  # crossing that was admitted all the same
    first_gate = models.BigIntegerField()
    second_gate = models.BigIntegerField()
    first_at = models.DateTimeField()
    second_at = models.DateTimeField()
    noticed_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["second"], name="double_use_second")]
        indexes: ClassVar = [Index(fields=["path", "noticed_at"], name="double_use_path")]


class Crossing(Placed):
    """One passage of a gate, or a try that was refused, as a phone recorded it; never changed. `path`: of the
    compound. Whoever has a pass is named by it; visitors as they said, sealed.
    """

    id = models.UUIDField(primary_key=True)  # of the fact
    compound = models.BigIntegerField()
    gate = models.BigIntegerField()  # territory.Gate
    at = models.DateTimeField()  # by our clock
    received_at = models.DateTimeField()
    direction = models.CharField(max_length=3, choices=[("in", "in"), ("out", "out")])
    decision = models.CharField(max_length=8)  # crossing_body.Decision
    reasons = models.JSONField(default=list)  # codes
    subject = models.CharField(max_length=24, blank=True)  # whose quota: as in Pass
    who = models.CharField(max_length=24, blank=True)  # who is in or out: "p12", "s<serial>", "v<plate>"
    serial = models.CharField(max_length=16, blank=True)
    person = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=20)  # code of the pass's kind; "visitor", "returnee", "person", "none"
    name = models.CharField(max_length=24, blank=True)  # masked
    phone_tail = models.CharField(max_length=4, blank=True)
    said = SealedField(purpose="crossing", blank=True)  # JSON of visitor and occupants
    plate = models.CharField(max_length=12, blank=True)
    occupants = models.PositiveSmallIntegerField(default=0)  # beside whoever has the pass
    document_seen = models.BooleanField(null=True)
    temperature = models.FloatField(null=True)  # °C, the highest of a vehicle's
    fever = models.BooleanField(default=False)
    by_hand = models.BooleanField(default=False)
    guard = models.BigIntegerField(null=True)  # user id
    guard_name = models.CharField(max_length=150)

    class Meta:
        indexes: ClassVar = [
            Index(fields=["compound", "at"], name="crossing_compound"),
            Index(fields=["gate", "at"], name="crossing_gate"),
            Index(fields=["path", "at"], name="crossing_path"),
            Index(fields=["subject", "at"], condition=~Q(subject=""), name="crossing_subject"),
            Index(fields=["plate"], condition=~Q(plate=""), name="crossing_plate"),
            Index(fields=["serial"], condition=~Q(serial=""), name="crossing_serial"),
        ]


class GateHour(Placed):
    """How many crossings one gate had in one hour: grows with every batch, so that the days of a whole subdistrict are
    added up from thousands of rows, not from millions of crossings.
    """

    compound = models.BigIntegerField()
    gate = models.BigIntegerField()
    hour = models.DateTimeField()  # when it began
    direction = models.CharField(max_length=3)
    decision = models.CharField(max_length=8)
    crossings = models.PositiveIntegerField()
    fevers = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(fields=["gate", "hour", "direction", "decision"], name="gate_hour_once")
        ]
        indexes: ClassVar = [
            Index(fields=["path", "hour"], name="gate_hour_path"),
            Index(fields=["compound", "hour"], name="gate_hour_compound"),
        ]


class GateAlert(Placed):
    """Something at a gate that somebody has to act on: told to the gate's crew and the community's secretary."""

    crossing = models.ForeignKey(Crossing, null=True, on_delete=models.SET_NULL, related_name="alerts")
    kind = models.CharField(max_length=8)  # alerts.AlertKind
    compound = models.BigIntegerField()
    gate = models.BigIntegerField()
    gate_name = models.CharField(max_length=130)
    at = models.DateTimeField()
    known_at = models.DateTimeField()
    name = models.CharField(max_length=24, blank=True)  # masked
    serial = models.CharField(max_length=16, blank=True)
    person = models.BigIntegerField(null=True)
    temperature = models.FloatField(null=True)
    direction = models.CharField(max_length=3)
    decision = models.CharField(max_length=8)
    guard_name = models.CharField(max_length=150)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.BigIntegerField(null=True)
    acknowledged_by_name = models.CharField(max_length=150, blank=True)
    done = models.CharField(max_length=500, blank=True)  # what was done

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["crossing", "kind"], name="gate_alert_once")]
        indexes: ClassVar = [
            Index(fields=["path", "acknowledged_at", "at"], name="gate_alert_path"),
            Index(fields=["compound", "at"], name="gate_alert_compound"),
        ]

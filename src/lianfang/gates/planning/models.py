"""Paths of compounds, plans for their gates, what residents say of a plan, and gates that are closed."""

from typing import ClassVar

from django.db import models
from django.db.models import Index, Q

from lianfang.gates.plan import Way
from lianfang.gates.planning.rules import ClosedFor, HeardBy, PlanState, Stance
from lianfang.kernel.fields import PathField, SealedField
from lianfang.kernel.scoping import ScopedManager
from lianfang.territory.models import Compound, Gate


class Planned(models.Model):
    """What lies in an area: the compound's."""

    path = PathField(blank=True)

    scope_lookup: ClassVar[str] = "path"
    objects = ScopedManager()

    class Meta:
        abstract = True


class CompoundPath(Planned):
    """A line that people walk in a compound or round it, or that a fire engine takes as well."""

    compound = models.ForeignKey(Compound, on_delete=models.CASCADE, related_name="walks")
    line = models.JSONField()  # [[longitude, latitude], …], WGS 84
    way = models.CharField(max_length=5, choices=[(one.value, one.value) for one in Way])


class GatePlan(Planned):
    """Which gates of a compound stay open. `comparison` is kept as it was reckoned, with its ground and terms."""

    compound = models.ForeignKey(Compound, on_delete=models.CASCADE, related_name="gate_plans")
    title = models.CharField(max_length=80)
    state = models.CharField(
        max_length=7, choices=[(one.value, one.value) for one in PlanState], default=PlanState.DRAFT.value
    )
    keep = models.PositiveSmallIntegerField(null=True)  # gates; null: as many as the limits need
    terms = models.JSONField(default=dict)  # what differs from the usual ones (plan.Terms)
    gates = models.JSONField(default=dict)  # {gate: {"lanes": 2, "fixed": true}}, where not the usual
    comparison = models.JSONField(null=True)
    reckoned_at = models.DateTimeField(null=True)
    job = models.BigIntegerField(null=True)  # that reckons just now
    made_at = models.DateTimeField()
    made_by_name = models.CharField(max_length=150)
    asked_at = models.DateTimeField(null=True)
    asked_until = models.DateField(null=True)
    asked_by_name = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)  # user id
    decided_by_name = models.CharField(max_length=150, blank=True)
    chosen = models.CharField(max_length=240, blank=True)  # rules.option_key
    reason = models.CharField(max_length=7, blank=True, choices=[(one.value, one.value) for one in ClosedFor])
    text = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by_name = models.CharField(max_length=150, blank=True)
    ended_text = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [Index(fields=["path", "state"], name="gate_plan_path")]

    def __str__(self) -> str:
        return self.title


class PlanOpinion(Planned):
    """What a resident says of an option, typed in by a community worker or on the residents' page.

    Without a name: a door at most.
    """

    plan = models.ForeignKey(GatePlan, on_delete=models.CASCADE, related_name="opinions")
    option = models.CharField(max_length=240)  # rules.option_key
    stance = models.CharField(max_length=7, choices=[(one.value, one.value) for one in Stance])
    text = SealedField(purpose="plan_opinion", blank=True)
    door = SealedField(purpose="plan_opinion", blank=True)  # as it was said
    channel = models.CharField(max_length=7, choices=[(one.value, one.value) for one in HeardBy])
    made_at = models.DateTimeField()
    by = models.BigIntegerField(null=True)  # user id
    by_name = models.CharField(max_length=150)
    key = models.UUIDField(null=True, unique=True)  # of the page: sent again, it is the same one

    class Meta:
        indexes: ClassVar = [Index(fields=["plan", "option", "stance"], name="plan_opinion_count")]


class GateClosure(Planned):
    """A gate that is closed until somebody looks at it again. Never without a reason and that day."""

    gate = models.ForeignKey(Gate, null=True, on_delete=models.SET_NULL, related_name="closures")
    gate_name = models.CharField(max_length=40)
    plan = models.ForeignKey(GatePlan, null=True, on_delete=models.SET_NULL, related_name="closures")
    compound = models.ForeignKey(Compound, on_delete=models.CASCADE, related_name="closures")
    reason = models.CharField(max_length=7, choices=[(one.value, one.value) for one in ClosedFor])
    text = models.CharField(max_length=500)
    review_on = models.DateField()
    exempt = models.JSONField(default=list)  # rules.Exempt
    exempt_text = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField()
    decided_by_name = models.CharField(max_length=150)
    reviewed_at = models.DateTimeField(null=True)  # looked at and kept closed
    reviewed_by_name = models.CharField(max_length=150, blank=True)
    reviewed_text = models.CharField(max_length=500, blank=True)
    reopened_at = models.DateTimeField(null=True)
    reopened_by_name = models.CharField(max_length=150, blank=True)
    reopened_text = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["gate"], condition=Q(reopened_at__isnull=True), name="closure_open"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="closure_said"),
        ]
        indexes: ClassVar = [Index(fields=["path", "reopened_at", "review_on"], name="gate_closure_path")]

"""What people decided of pairs of rows, and what of a run is needed to follow them at once."""

from typing import ClassVar

from django.db import models
from django.db.models import Index, Q, UniqueConstraint


class Verdict(models.TextChoices):
    """What somebody who looked says of two rows; the value is stored."""

    SAME = "same"
    NOT_SAME = "not_same"
    UNSURE = "unsure"


class Decision(models.Model):
    """Two rows, named by keys that the next run has as well, mean one person or do not.

    It holds until somebody takes it back; of one pair one decision is in force at most.
    """

    record_key_a = models.BigIntegerField()  # the smaller one
    record_key_b = models.BigIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    note = models.CharField(max_length=500, blank=True)
    second_look = models.BooleanField(
        default=False
    )  # asked of a random automatic link, not of a doubtful one
    stratum = models.CharField(max_length=60, blank=True)  # of the second look
    probability = models.FloatField(null=True)  # what the engine thought
    by = models.BigIntegerField(null=True)  # user id
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()
    run = models.ForeignKey("linkage.Run", null=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.BigIntegerField(null=True)
    undone_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(
                fields=["record_key_a", "record_key_b"], condition=Q(undone_at=None), name="decision_in_force"
            )
        ]
        indexes: ClassVar = [
            Index(fields=["record_key_b"], name="decision_key_b"),
            Index(fields=["by", "at"], name="decision_by"),
        ]


class RunGround(models.Model):
    """What a run learnt of the ground, kept so that a few of its people can be looked at again (`findings.ground`)."""

    run = models.OneToOneField("linkage.Run", on_delete=models.CASCADE, related_name="+")
    people = models.PositiveIntegerField()  # the largest number of a person that the engine gave
    kept = models.JSONField(default=dict)


class RunMoved(models.Model):
    """A row whose person follows from decisions: what the engine said of it."""

    run = models.ForeignKey("linkage.Run", on_delete=models.CASCADE, related_name="+")
    record = models.PositiveIntegerField()
    person = models.PositiveIntegerField()
    probability = models.FloatField()
    rule = models.TextField()
    path = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["run", "record"], name="run_moved")]
        indexes: ClassVar = [Index(fields=["run", "person"], name="run_moved_person")]

"""Tips and what was done about them."""

from typing import ClassVar

from django.db import models
from django.db.models import Index

from lianfang.incidents.rules import TipAct, TipChannel, TipState
from lianfang.kernel.fields import PathField, SealedField
from lianfang.kernel.scoping import ScopedManager


class Tip(models.Model):
    """Something that somebody told, about a place or a person. Without a place it lies with the data centre."""

    path = PathField(blank=True)
    key = models.UUIDField(unique=True)  # sent again, it is the same tip
    channel = models.CharField(max_length=7, choices=[(one.value, one.value) for one in TipChannel])
    text = models.CharField(max_length=1000)
    text_en = models.CharField(
        max_length=1000, blank=True
    )  # where the program itself says it, in Chinese above
    said_at = models.DateTimeField()
    received_at = models.DateTimeField()
    received_by = models.BigIntegerField(null=True)  # user id; null: the residents' page
    received_by_name = models.CharField(max_length=150)
    teller = SealedField(purpose="tip_teller", blank=True)  # JSON {"name", "phone"}; empty: nobody said
    place_text = models.CharField(max_length=120, blank=True)  # as it was said
    place_kind = models.CharField(max_length=12, blank=True)  # level of an area, compound, building, door
    place_id = models.BigIntegerField(null=True)
    place = models.CharField(max_length=200, blank=True)  # in words, as it was found
    person = models.BigIntegerField(null=True)  # number in the registry
    state = models.CharField(
        max_length=9, choices=[(one.value, one.value) for one in TipState], default=TipState.NEW.value
    )
    worker = models.BigIntegerField(null=True)  # user id
    worker_name = models.CharField(max_length=150, blank=True)
    due_at = models.DateTimeField()
    found = models.CharField(max_length=1000, blank=True)  # what was found
    told = models.CharField(max_length=1000, blank=True)  # what whoever told it was told
    told_at = models.DateTimeField(null=True)
    passed_to = models.CharField(max_length=120, blank=True)
    settled_at = models.DateTimeField(null=True)
    duplicate_of = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="duplicates")
    version = models.PositiveIntegerField(default=1)

    scope_lookup: ClassVar[str] = "path"
    objects = ScopedManager()

    class Meta:
        indexes: ClassVar = [
            Index(fields=["path", "state", "due_at"], name="tip_path"),
            Index(fields=["worker", "state", "due_at"], name="tip_worker"),
            Index(fields=["place_kind", "place_id"], name="tip_place"),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class TipStep(models.Model):
    """One step of a tip's history. Reached through its tip only."""

    tip = models.ForeignKey(Tip, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    act = models.CharField(max_length=9, choices=[(one.value, one.value) for one in TipAct])
    by = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=150)
    to_name = models.CharField(max_length=150, blank=True)
    text = models.CharField(max_length=1000, blank=True)

    class Meta:
        indexes: ClassVar = [Index(fields=["tip", "at"], name="tip_step")]

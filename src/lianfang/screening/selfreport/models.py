"""Links of compounds, and what came through them."""

from typing import ClassVar

from django.db import models
from django.db.models import Index

from lianfang.kernel.fields import PathField, SealedField
from lianfang.kernel.scoping import ScopedManager
from lianfang.screening.selfreport.rules import Means, ReportState


class Placed(models.Model):
    """What lies in an area."""

    path = PathField(blank=True)

    scope_lookup: ClassVar[str] = "path"
    objects = ScopedManager()

    class Meta:
        abstract = True


class ReportLink(Placed):
    """An address that a compound's people open without an account. It says who collects what for, until when."""

    compound = models.BigIntegerField()  # territory.Compound
    compound_name = models.CharField(max_length=80)
    campaign = models.BigIntegerField()  # screening.Screening that holds the work for announced arrivals
    collector = models.CharField(max_length=120)  # who collects, in words
    contact = models.CharField(max_length=120)  # where questions go
    purpose = models.CharField(max_length=300)
    legal_basis = models.CharField(max_length=20)
    kept_until = models.DateField()  # then what was said is deleted
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by_name = models.CharField(max_length=150)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        indexes: ClassVar = [Index(fields=["path", "expires_at"], name="report_link_path")]

    def __str__(self) -> str:
        return self.compound_name


class SelfReport(Placed):
    """What somebody said of his household, or of people who are to come."""

    link = models.ForeignKey(ReportLink, on_delete=models.CASCADE, related_name="reports")
    kind = models.CharField(max_length=7)  # family, arrival
    means = models.CharField(max_length=5, choices=[(one.value, one.value) for one in Means])
    state = models.CharField(
        max_length=10,
        choices=[(one.value, one.value) for one in ReportState],
        default=ReportState.RECEIVED.value,
    )
    key = models.UUIDField(unique=True)  # made by the page: sent again, it is the same report
    receipt_hash = models.CharField(max_length=64, unique=True)
    place = models.CharField(max_length=200)  # the door as it was written
    dwelling = models.BigIntegerField(null=True)  # territory.Dwelling, as found or as chosen at the desk
    people = models.PositiveSmallIntegerField()
    arrives_on = models.DateField(null=True)
    planned_on = models.DateField(null=True)
    body = SealedField(purpose="self_report")  # JSON (body.Said)
    answer = models.CharField(max_length=300, blank=True)  # shown to whoever reported
    task = models.BigIntegerField(null=True)  # screening.ScreeningTask of an arrival
    visit = models.UUIDField(null=True)  # screening.Visit that it became
    received_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    corrected = models.PositiveSmallIntegerField(default=0)  # times, by whoever reported
    handled_by_name = models.CharField(max_length=150, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [Index(fields=["path", "state", "received_at"], name="self_report_path")]

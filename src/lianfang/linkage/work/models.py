"""What people do about findings. Rows exist for findings that somebody has touched; all others are open."""

from typing import ClassVar

from django.db import models
from django.db.models import Index

from lianfang.kernel.fields import PathField
from lianfang.kernel.scoping import ScopedManager


class FindingWork(models.Model):
    """How one finding stands, in whatever run it appears. `path` is the area of the finding."""

    key = models.BigIntegerField(unique=True)  # RunFinding.key
    code = models.CharField(max_length=40)
    path = PathField(blank=True)
    state = models.CharField(max_length=9)  # rules.WorkState
    assignee = models.BigIntegerField(null=True)  # user id; no foreign key, users may go
    assignee_name = models.CharField(max_length=80, blank=True)
    team = PathField(null=True)  # or everybody who works in this area
    team_name = models.CharField(max_length=80, blank=True)
    due = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150)
    note = models.CharField(max_length=1000, blank=True)  # the newest

    scope_lookup: ClassVar[str] = "path"
    objects = ScopedManager()


class FindingNote(models.Model):
    """One step of a finding's history: what was done, by whom, with what words, and how it stood before."""

    key = models.BigIntegerField()
    at = models.DateTimeField()
    by = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=150)
    act = models.CharField(max_length=9)  # rules.Act
    text = models.CharField(max_length=1000, blank=True)
    to = models.CharField(max_length=80, blank=True)  # to whom it was given
    due = models.DateField(null=True)
    before = models.JSONField(default=dict)  # state, assignee … as they were, for undoing
    path = PathField(blank=True)

    scope_lookup: ClassVar[str] = "path"
    objects = ScopedManager()

    class Meta:
        indexes: ClassVar = [Index(fields=["key", "id"], name="finding_note_key")]

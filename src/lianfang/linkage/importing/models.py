"""Who gave which list, on what ground and until when; the files themselves lie in the data folder (files.py)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q, UniqueConstraint

from lianfang.linkage.fields import ListKind


class LegalBasis(models.TextChoices):
    """On what ground an office may have the list. The value is stored; the client has the words."""

    EPIDEMIC_LAW = "epidemic_law"  # law on the prevention and treatment of infectious diseases
    EMERGENCY_LAW = "emergency_law"  # emergency response law and the plans made under it
    DUTY = "duty"  # a statutory duty of the office
    CONSENT = "consent"  # of the people on the list
    OTHER = "other"  # told in `purpose`


class Source(models.Model):
    """Who gives a list again and again, and what is remembered for the next one."""

    name = models.CharField(max_length=120, unique=True)
    organisation = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in ListKind])
    # A newer version takes the place of the one before; else it is added to those before.
    replaces = models.BooleanField(default=True)
    legal_basis = models.CharField(max_length=20, choices=LegalBasis.choices, blank=True)
    purpose = models.CharField(max_length=300, blank=True)
    keep_days = models.PositiveIntegerField(
        default=90
    )  # how long a list is kept unless somebody says otherwise
    # {"columns": {heading: field}, "ignore": [heading]}: as corrected by hand, in the words of readers.mapping.
    remembered = models.JSONField(default=dict)
    headings = models.JSONField(default=list)  # of its newest list, by which the next one is recognised
    file_name = models.CharField(max_length=255, blank=True)  # of its newest list
    # How rows of a run that was loaded on the command line name their list; else the number does.
    label = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()

    @property
    def key(self) -> str:
        """Names the source for good: part of the keys of its rows."""
        return self.label or f"source:{self.pk}"

    def __str__(self) -> str:
        return self.name


class ImportKind(models.TextChoices):
    """Lists come, lists go, or those that are there are worked out once more."""

    ADD = "add"
    WITHDRAW = "withdraw"
    RENEW = "renew"


class ImportState(models.TextChoices):
    """How far a batch is. While a job does the next step, the job says how far that is (queries.standing)."""

    DRAFT = "draft"  # files are added and their columns corrected
    CHECKING = "checking"  # the dry run
    READY = "ready"  # the dry run is there to be read
    APPLYING = "applying"
    APPLIED = "applied"
    DISCARDED = "discarded"


class Import(models.Model):
    """A batch of lists that become live together, or go together."""

    kind = models.CharField(max_length=8, choices=ImportKind.choices, default=ImportKind.ADD)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.DRAFT)
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField(null=True)  # user id; null: the system
    creator = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=500, blank=True)  # of a withdrawal
    job = models.BigIntegerField(null=True)  # kernel.models.Job that does the step
    basis = models.JSONField(default=dict)  # what the dry run started from; see actions.basis_of
    difference = models.JSONField(default=dict)  # what it found; see difference.told
    run = models.ForeignKey("linkage.Run", null=True, on_delete=models.SET_NULL, related_name="+")
    applied_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]


class VersionState(models.TextChoices):
    """From the upload to the end of a list."""

    READING = "reading"
    READ = "read"
    UNREADABLE = "unreadable"
    LIVE = "live"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class ListVersion(models.Model):
    """One file as it came. `number` counts the versions of a source; a draft has none yet."""

    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="versions")
    source = models.ForeignKey(Source, null=True, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=10, choices=VersionState.choices, default=VersionState.READING)
    revision = models.PositiveIntegerField(default=1)  # counts what is changed by hand: two pages, one draft
    job = models.BigIntegerField(null=True)  # reads it
    file_name = models.CharField(max_length=255)
    stored = models.CharField(max_length=80, blank=True)  # files.path; empty when the file is gone
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()  # bytes
    uploaded_at = models.DateTimeField()
    uploaded_by = models.BigIntegerField(null=True)
    received_on = models.DateField()
    legal_basis = models.CharField(max_length=20, choices=LegalBasis.choices, blank=True)
    purpose = models.CharField(max_length=300, blank=True)
    expires_on = models.DateField(null=True)  # the first day on which it is no longer there
    # What the next import of an unknown source would be called; chosen: the one recognised.
    proposal = models.JSONField(default=dict)
    sheets = models.JSONField(default=list)  # see reading.sheet_of
    problems = models.JSONField(default=list)  # [{"row", "code", "zh", "en"}]
    rows = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    superseded_by = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    withdrawn_by = models.ForeignKey(Import, null=True, on_delete=models.SET_NULL, related_name="withdrawn")
    ended_at = models.DateTimeField(null=True)  # superseded or withdrawn

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar = [
            UniqueConstraint(
                fields=["source", "number"], condition=Q(number__isnull=False), name="list_version_number"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state"], name="list_version_state")]

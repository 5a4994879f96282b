"""Facts as phones sent them, those refused among them; photos."""

from typing import ClassVar

from django.db import models
from django.db.models import Index, Q, UniqueConstraint

from lianfang.kernel.fields import PathField, SealedField
from lianfang.kernel.scoping import ScopedManager


class Verdict(models.TextChoices):
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Fact(models.Model):
    """One fact with its verdict. The payload is kept to the letter; of one id at most one is accepted.

    `path`: the area where the worker works, so that his secretary sees what was refused.
    """

    fact = models.UUIDField(null=True)  # null: unreadable
    device = models.UUIDField(null=True)  # the one that signed it, as far as known
    seq = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=40, blank=True)
    v = models.PositiveIntegerField(null=True)
    at = models.DateTimeField(null=True)  # by the clock of the phone
    corrected_at = models.DateTimeField(null=True)  # by ours
    skew = models.IntegerField(
        default=0
    )  # seconds that the phone's clock was behind ours; 0: within two minutes
    received_at = models.DateTimeField()
    path = PathField(blank=True)
    user = models.BigIntegerField(null=True)  # whose device it is
    user_name = models.CharField(max_length=150, blank=True)
    imported_by = models.BigIntegerField(null=True)  # who brought it in a file; null: it came from the phone
    imported_by_name = models.CharField(max_length=150, blank=True)
    payload = SealedField(purpose="fact")
    digest = models.CharField(max_length=64)  # SHA-256 of the payload
    sig = models.CharField(max_length=100, blank=True)
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    code = models.CharField(max_length=40, blank=True)
    params = models.JSONField(default=dict)
    times = models.PositiveIntegerField(default=1)  # how often it came, if refused
    retried_at = models.DateTimeField(null=True)  # tried again by the desk
    retried_by_name = models.CharField(max_length=150, blank=True)

    scope_lookup: ClassVar[str] = "path"
    objects = ScopedManager()

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(fields=["fact"], condition=Q(verdict="accepted"), name="fact_accepted_once"),
            UniqueConstraint(fields=["device", "seq"], condition=Q(verdict="accepted"), name="fact_sequence"),
        ]
        indexes: ClassVar = [
            Index(fields=["fact"], name="fact_id"),
            Index(fields=["path", "-received_at"], condition=Q(verdict="rejected"), name="fact_refused"),
            Index(fields=["device", "-received_at"], name="fact_device"),
        ]


class Photo(models.Model):
    """A photo that a visit refers to, sealed in a file of the data folder."""

    id = models.UUIDField(primary_key=True)  # made on the phone
    device = models.UUIDField()
    user = models.BigIntegerField()
    path = PathField(blank=True)
    media = models.CharField(max_length=20)  # image/jpeg, image/png, image/webp
    size = models.PositiveIntegerField()  # bytes, before sealing
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField()

    scope_lookup: ClassVar[str] = "path"
    objects = ScopedManager()

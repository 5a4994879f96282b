"""The audit record: who did or saw what, when; append-only, each record sealed over the one before it."""

from typing import Any, ClassVar, NoReturn

from django.db import models


class AppendOnlyQuerySet(models.QuerySet["AuditRecord"]):
    """Records are added and read. Changing or removing one is a programming error."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("audit records are never changed")

    def delete(self) -> NoReturn:
        raise TypeError("audit records are never deleted")


class AuditRecord(models.Model):
    """One act. `details` holds codes, ids and counts, never values of personal data."""

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)  # null: the system itself; no foreign key, users may go
    actor_name = models.CharField(max_length=150)
    action = models.CharField(max_length=60)  # a verb with its subject: "user.signed_in"
    kind = models.CharField(max_length=60, blank=True)  # what it was done to: "user"
    object_id = models.CharField(max_length=60, blank=True)
    path = models.CharField(max_length=200, blank=True)  # the area concerned
    details = models.JSONField(default=dict)
    seal = models.CharField(max_length=64, unique=True)  # SHA-256 over the previous seal and this record

    objects: ClassVar["models.Manager[AuditRecord]"] = models.Manager.from_queryset(AppendOnlyQuerySet)()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind", "object_id"], name="audit_object"),
            models.Index(fields=["actor_id", "at"], name="audit_actor"),
        ]


class AuditHead(models.Model):
    """The one row with the newest seal. Writers lock it, so the chain has no forks on either database."""

    seal = models.CharField(max_length=64)
    records = models.BigIntegerField(default=0)

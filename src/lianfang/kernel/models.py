"""The audit record: who did or saw what, when; append-only, each record sealed over the one before it. And jobs."""

from typing import Any, ClassVar, NoReturn

from django.db import models

from lianfang.kernel.fields import PathField


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
            models.Index(fields=["action", "id"], name="audit_action"),
            models.Index(fields=["at"], name="audit_time"),
        ]


class AuditHead(models.Model):
    """The one row with the newest seal. Writers lock it, so the chain has no forks on either database."""

    seal = models.CharField(max_length=64)
    records = models.BigIntegerField(default=0)


class JobState(models.TextChoices):
    """`queued` and `running` may still change; the others are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(models.Model):
    """One piece of background work. Words are codes with parameters; neither they nor `params` name people."""

    kind = models.CharField(max_length=60)  # which handler: "import.dry_run"
    title = models.CharField(max_length=60)  # the client's words for it
    title_params = models.JSONField(default=dict)
    owner_id = models.BigIntegerField(null=True)  # null: the system; no foreign key, users may go
    owner_name = models.CharField(max_length=150)
    limit = models.JSONField(null=True)  # permissions of the token that it was started with; null: no token
    path = PathField(blank=True)  # the area concerned
    params = models.JSONField(default=dict)

    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    step = models.CharField(max_length=60, blank=True)
    share = models.FloatField(default=0)  # of the work, 0 to 1
    result = models.JSONField(null=True)
    error = models.CharField(max_length=60, blank=True)
    error_params = models.JSONField(default=dict)
    cancel_requested = models.BooleanField(default=False)

    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)  # of the newest attempt
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    attempts = models.PositiveSmallIntegerField(default=0)  # begun and not ended in good order
    claim = models.CharField(max_length=32, blank=True)  # whoever holds this token may write; empty: nobody
    worker = models.CharField(max_length=32, blank=True)
    task = models.CharField(max_length=36, blank=True)  # the entry in the queue of django-tasks

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner_id", "-created_at"], name="job_owner"),
            models.Index(fields=["state", "created_at"], name="job_state"),
        ]


class KeptAnswer(models.Model):
    """What was answered to a write with an Idempotency-Key; without a status it is still being done."""

    user_id = models.BigIntegerField()
    key_hash = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)  # of the request: method, address, body
    begun_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    content_type = models.CharField(max_length=100, blank=True)
    body = models.TextField(blank=True)  # sealed: an answer may hold revealed numbers

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user_id", "key_hash"], name="kept_answer_key")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["begun_at"], name="kept_answer_age")]

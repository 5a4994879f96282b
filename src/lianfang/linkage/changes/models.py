"""Changes as they were found when a run became current. No values: whose and what is looked up where it still is."""

from typing import ClassVar

from django.db import models
from django.db.models import Index

from lianfang.kernel.fields import PathField
from lianfang.kernel.scoping import ScopedManager


class RunChange(models.Model):
    """One change against the run before. Outlives the runs; holds numbers and places, nobody's data."""

    run = models.BigIntegerField()  # that brought it; no foreign key, old runs go
    at = models.DateTimeField()
    path = PathField(blank=True)
    community = models.CharField(max_length=120, blank=True)  # as the lists call it
    grid = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=16)  # compare.ChangeKind
    uid = models.BigIntegerField(null=True)  # the person's number in the registry
    key = models.BigIntegerField(null=True)  # the finding's
    code = models.CharField(max_length=40, blank=True)  # the kind of finding

    scope_lookup: ClassVar[str] = "path"
    objects = ScopedManager()

    class Meta:
        indexes: ClassVar = [
            Index(fields=["run", "kind"], name="run_change_run"),
            Index(fields=["uid"], name="run_change_uid"),
        ]

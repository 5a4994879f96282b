"""Areas: the tree that every scope is cut from."""

from typing import ClassVar

from django.db import models

from lianfang.kernel.fields import PathField
from lianfang.kernel.scoping import ScopedManager
from lianfang.territory.rules import Level


class Area(models.Model):
    """A node of the territory tree: district, subdistrict, community or grid."""

    code = models.CharField(max_length=15, unique=True)
    name = models.CharField(max_length=80)
    level = models.CharField(max_length=12, choices=[(level.value, level.value) for level in Level])
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = PathField(unique=True)  # "330109/330109005/": what a scope is compared with

    scope_lookup: ClassVar[str] = "path"
    objects = ScopedManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["path"]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

"""Areas, the tree that every scope is cut from; and what stands in them: compounds with gates, buildings, dwellings.

A row that the lists led to is `derived`: it may be corrected by the next lists. What somebody made or changed by
hand is never touched again by them.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Index, UniqueConstraint

from lianfang.kernel.fields import PathField
from lianfang.kernel.scoping import ScopedManager
from lianfang.territory.rules import GateKind, Level


class Area(models.Model):
    """A node of the territory tree: district, subdistrict, community or grid."""

    code = models.CharField(max_length=15, unique=True)
    name = models.CharField(max_length=80)
    level = models.CharField(max_length=12, choices=[(level.value, level.value) for level in Level])
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = PathField(unique=True)  # "330109/330109005/": what a scope is compared with
    geometry = models.JSONField(null=True)  # GeoJSON Polygon, MultiPolygon or Point, WGS 84
    version = models.PositiveIntegerField(default=1)  # every change by hand adds one

    scope_lookup: ClassVar[str] = "path"
    objects = ScopedManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["path"]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Placed(models.Model):
    """What stands somewhere in the territory. An empty path: nobody has said yet in which area."""

    path = PathField(blank=True)
    derived = models.BooleanField(default=False)

    scope_lookup: ClassVar[str] = "path"
    objects = ScopedManager()

    class Meta:
        abstract = True


class Compound(Placed):
    """A housing estate, village or dormitory; `key` is its name as the linkage engine standardises it."""

    name = models.CharField(max_length=80)
    key = models.CharField(max_length=80, unique=True)
    geometry = models.JSONField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [Index(fields=["path"], name="compound_path")]

    def __str__(self) -> str:
        return self.name


class Building(Placed):
    """A building of a compound (a house of a village). The path is that of most people who live in it."""

    compound = models.ForeignKey(Compound, on_delete=models.CASCADE, related_name="buildings")
    name = models.CharField(max_length=40)  # "3"; in a village with its group: "1组18"
    geometry = models.JSONField(null=True)
    doors = models.PositiveIntegerField(default=0)  # that exist; counted anew whenever one is made or removed

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["compound", "name"], name="building_name")]
        indexes: ClassVar = [Index(fields=["path"], name="building_path")]


class Dwelling(Placed):
    """One door. Its id is stable: households, visits and passes refer to it.

    `key` is the standardised address compound|building|unit|room that the linkage engine gives a person.
    """

    building = models.ForeignKey(Building, on_delete=models.CASCADE, related_name="dwellings")
    unit = models.CharField(max_length=20, blank=True)
    room = models.CharField(max_length=40)
    floor = models.SmallIntegerField(null=True)  # as the room's number says; null where it says none
    key = models.CharField(max_length=200, unique=True)
    removed_at = models.DateTimeField(null=True)  # somebody said that there is no such door

    class Meta:
        indexes: ClassVar = [Index(fields=["path", "building", "removed_at"], name="dwelling_counted")]


class Gate(models.Model):
    """An entrance of a compound. Passes, posts and crossings refer to its id; who sees the compound sees its gates."""

    compound = models.ForeignKey(Compound, on_delete=models.CASCADE, related_name="gates")
    name = models.CharField(max_length=40)  # 东门: without the compound's name
    code = models.CharField(max_length=24, unique=True)  # as on its sign; made up where the office has none
    point = models.JSONField(null=True)  # [longitude, latitude], WGS 84
    walking = models.BooleanField(default=True)
    vehicle = models.BooleanField(default=False)
    emergency = models.BooleanField(default=False)  # wide enough for an ambulance or fire engine
    is_open = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    scope_lookup: ClassVar[str] = "compound__path"
    objects = ScopedManager()

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["compound", "name"], name="gate_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def kinds(self) -> list[GateKind]:
        """What may pass here."""
        return [kind for kind in GateKind if getattr(self, kind.value)]

"""A saved view: the filters, order and columns of one table under a name."""

from typing import ClassVar

from django.db import models

from lianfang.desk.rules import Screen
from lianfang.kernel.fields import PathField


class SavedView(models.Model):
    """Belongs to one user. With `shared` it is offered to everybody who works in that area, too."""

    owner = models.BigIntegerField()  # user id; users lie beside this app, not below it
    owner_name = models.CharField(max_length=150)  # shown to those with whom it is shared
    screen = models.CharField(max_length=20, choices=[(one.value, one.value) for one in Screen])
    name = models.CharField(max_length=60)
    query = models.JSONField(default=dict)  # {name: value} as in the address of the screen; see rules.kept
    shared = models.BooleanField(default=False)
    path = PathField(blank=True)  # with whom: the area; empty: everybody
    saved_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "screen", "name"], name="saved_view_name")
        ]
        indexes: ClassVar = [models.Index(fields=["screen", "shared", "path"], name="saved_view_shared")]

    def __str__(self) -> str:
        return self.name

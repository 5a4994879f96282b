"""Persons, what identifies them, where they live, and the keys by which they are found.

A person lies in no area by himself: his residences do, and whoever sees one of them sees the person.
"""

from typing import Any, ClassVar

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Index, Q, UniqueConstraint

from lianfang.kernel.fields import PathField
from lianfang.kernel.scoping import ScopedManager


class KeyField(models.CharField):  # type: ignore[type-arg]  # not subscriptable at run time
    """A key compared byte by byte, so that both databases find a beginning by a range of the index."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        parameters: dict[str, Any] = dict(super().db_parameters(connection))
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class Person(models.Model):
    """One human being, once. The values shown are the best ones known."""

    name = models.CharField(max_length=80, blank=True)
    sex = models.CharField(max_length=1, blank=True)
    birth = models.DateField(null=True)
    id_number = models.CharField(max_length=40, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=200, blank=True)
    # Everything said of the person, standardised as the linkage engine compares it: a few different descriptions.
    descriptions = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)  # changes with the descriptions
    met = models.JSONField(default=list)  # of the descriptions, those given at a door or gate, not by a list
    digest = models.BigIntegerField(default=0)  # of what lists say; 0: look again at the next run
    pending = models.BooleanField(default=False)  # of a run that is still being loaded: nobody sees him yet
    created_at = models.DateTimeField()
    merged_into = models.BigIntegerField(null=True)  # whoever reviewers say this is; found there alone

    scope_lookup: ClassVar[str] = "residences__path"
    objects = ScopedManager()

    class Meta:
        indexes: ClassVar = [
            Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="person_merged")
        ]

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"


class IdentifierKind(models.TextChoices):
    """What rows of different people seldom share. The value is stored; see keys.identifiers."""

    ID_NUMBER = "id_number"  # a valid one: belongs to one person
    ID_TEXT = "id_text"  # another document, or a number with a mistake
    PHONE = "phone"
    NAME_PLACE = "name_place"
    NAME_BIRTH = "name_birth"
    NAME_ID_TAIL = "name_id_tail"


class Identifier(models.Model):
    """A value by which a person may be recognised; reached through its person only."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="identifiers")
    kind = models.CharField(max_length=12, choices=IdentifierKind.choices)
    value = KeyField(max_length=160)

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(
                fields=["value"], condition=Q(kind=IdentifierKind.ID_NUMBER), name="identifier_id_number"
            ),
        ]
        indexes: ClassVar = [Index(fields=["value", "kind", "person"], name="identifier_value")]


class Reviewed(models.TextChoices):
    """What reviewers' decisions have to do with a residence; taking them back brings the rows back as they were."""

    MADE = "made"  # of somebody as decisions have him; goes with them
    ENDED = "ended"  # aside while decisions have the person live elsewhere; nobody has moved


class Residence(models.Model):
    """A person behind a door for a time."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="residences")
    path = PathField(blank=True)  # the area; empty: outside every area
    place = models.CharField(max_length=160, blank=True)  # compound|building|unit|room, standardised
    address = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    listed = models.BooleanField(default=False)  # said by lists; else somebody registered it there
    review = models.CharField(max_length=5, blank=True, choices=Reviewed.choices)

    scope_lookup: ClassVar[str] = "path"
    objects = ScopedManager()

    class Meta:
        indexes: ClassVar = [
            Index(fields=["path", "person"], name="residence_path"),
            Index(fields=["place", "person"], name="residence_place"),
        ]


class PersonKey(models.Model):
    """A beginning by which a person is found while typing; see keys.search_keys.

    The primary key is the whole row: one index answers everything, and nothing else has to be read.
    """

    pk = models.CompositePrimaryKey("key", "path", "person")
    key = KeyField(max_length=60)
    path = PathField(blank=True)
    person = models.BigIntegerField()  # no foreign key: its index would be as large as the table

    scope_lookup: ClassVar[str] = "path"
    objects = ScopedManager()


class Patch(models.Model):
    """A correction of one value of a person by somebody who knows better. The rows of the lists never change.

    Of several patches of a field that stand, the newest is shown; undoing it shows the one before, or what the
    lists say. `person` is no foreign key: a patch outlives the run that gives the person another number.
    """

    person = models.BigIntegerField()
    field = models.CharField(max_length=20)
    value = models.TextField(blank=True)  # empty: what the lists say is wrong, and nothing better is known
    reason = models.TextField()
    was = models.TextField(blank=True)  # shown before
    own = models.TextField(blank=True)  # the registry's value below the patch
    own_in_run = models.TextField(blank=True)  # the current run's
    description = models.JSONField(default=dict)  # the person as corrected, standardised
    rows = models.JSONField(default=list)  # keys of the person's rows: whoever has most of them is the person
    path = PathField(blank=True)  # where the person lives
    by = models.BigIntegerField(null=True)  # user id; null: the system
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.BigIntegerField(null=True)
    undone_by_name = models.CharField(max_length=150, blank=True)

    scope_lookup: ClassVar[str] = "path"
    objects = ScopedManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        indexes: ClassVar = [Index(fields=["person", "field", "undone_at"], name="patch_person")]

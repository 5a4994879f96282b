"""Users, appointments, one-time links and tries to sign in."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from lianfang.accounts.roles import Role
from lianfang.territory.models import Area


class UserManager(BaseUserManager["User"]):
    """Users are made by `accounts.actions`, which checks and records; there is no superuser."""


class User(AbstractBaseUser):
    """Somebody who signs in. What he may do is said by his appointments alone."""

    username = models.CharField(max_length=60, unique=True)  # lower case
    display_name = models.CharField(max_length=80, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"

    def __str__(self) -> str:
        return self.display_name or self.username


class Appointment(models.Model):
    """A role over an area for a time. Without an area it covers the whole territory."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="appointments")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)


class LinkKind(models.TextChoices):
    FIRST_ADMINISTRATOR = "first_administrator"


class OneTimeLink(models.Model):
    """A link that works once and for a time. Only the token's hash is kept."""

    kind = models.CharField(max_length=20, choices=LinkKind.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class SignInTry(models.Model):
    """One try to sign in, kept as long as throttling needs it. Keys are hashes: no names, no addresses."""

    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["key", "at"], name="sign_in_try_key")]


class AccessToken(models.Model):
    """Lets a program act as its user, with a part of what he may do, until a day. Only the token's hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="access_tokens")
    name = models.CharField(max_length=60)  # what it is for, in the user's words
    token_hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=4)  # its last letters, to tell tokens apart
    permissions = models.JSONField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)  # to the minute
    revoked_at = models.DateTimeField(null=True)

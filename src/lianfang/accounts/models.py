"""Users, appointments, one-time links and tries to sign in."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from lianfang.accounts.roles import Role
from lianfang.kernel.fields import SealedField
from lianfang.territory.models import Area

LANGUAGES = [("zh", "zh"), ("en", "en")]


class UserManager(BaseUserManager["User"]):
    """Users are made by `accounts.actions`, which checks and records; there is no superuser."""


class User(AbstractBaseUser):
    """Somebody who signs in. What he may do is said by his appointments alone."""

    username = models.CharField(max_length=60, unique=True)  # lower case
    display_name = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=2, blank=True, choices=LANGUAGES)  # empty: the browser's
    is_active = models.BooleanField(default=True)  # False: locked
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)  # counts the changes; a page that is behind is refused
    session_epoch = models.PositiveIntegerField(default=0)  # one more ends every session there is

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"

    def __str__(self) -> str:
        return self.display_name or self.username

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """What a session must carry to count: another password or another epoch makes it void."""
        proof = f"{self.password}:{self.session_epoch}"
        return salted_hmac("lianfang.accounts.session", proof, secret=secret, algorithm="sha256").hexdigest()


class Appointment(models.Model):
    """A role over an area for a time. Without an area it covers the whole territory."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="appointments")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    # Null in both: the system itself (the first administrator), or a user who is no more.
    appointed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")


class LinkKind(models.TextChoices):
    FIRST_ADMINISTRATOR = "first_administrator"
    PASSWORD = "password"  # an invited user, or one who forgot it, chooses a password


class OneTimeLink(models.Model):
    """A link that works once and for a time. Only the token's hash is kept."""

    kind = models.CharField(max_length=20, choices=LinkKind.choices)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="links")
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


class SignedInSession(models.Model):
    """A browser in which a user is signed in; the row goes when the session ends."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    key = models.CharField(max_length=40, unique=True)  # of Django's session
    method = models.CharField(max_length=20)  # "password", "authenticator", "passkey", "recovery", "link"
    agent = models.CharField(max_length=200, blank=True)  # what the browser calls itself
    address = models.GenericIPAddressField(null=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()


class Authenticator(models.Model):
    """A user's TOTP secret (RFC 6238). It counts once a first code confirmed it."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="authenticator")
    secret = SealedField(purpose="totp")
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)  # of the last code taken: none is taken twice


class RecoveryCode(models.Model):
    """A code that stands in once for a lost second factor. It has 80 random bits; only its hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)


class Passkey(models.Model):
    """A public key whose private half never leaves the user's device (WebAuthn)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="passkeys")
    credential_id = models.CharField(max_length=1400, unique=True)  # base64url
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField()
    transports = models.JSONField(default=list)
    name = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


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


class Device(models.Model):
    """A phone that acts for its user without a session: it sends signed facts and fetches its work.

    Its id is made on the phone. A withdrawn one is kept: what it sent stays attributable.
    """

    id = models.UUIDField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="devices")
    name = models.CharField(max_length=60)
    public_key = models.BinaryField()  # Ed25519, raw, 32 bytes
    token_hash = models.CharField(max_length=64, unique=True)
    enrolled_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)  # to the minute
    last_seq = models.BigIntegerField(default=0)  # the highest number of a fact that has come
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.BigIntegerField(null=True)  # user id
    withdrawn_by_name = models.CharField(max_length=150, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)

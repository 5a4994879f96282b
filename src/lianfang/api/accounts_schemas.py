"""What the door takes and gives, and one's own account."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import StringConstraints

from lianfang.accounts.roles import Role
from lianfang.api.routing import Words

Secret = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Name = Annotated[str, StringConstraints(max_length=80, pattern=r"^[^\x00]*$")]
Language = Literal["", "zh", "en"]
Factor = Literal["authenticator", "passkey", "recovery"]
Advice = Literal["", "recommended", "required"]


class SignInIn(Schema):
    username: Words
    password: Secret


class TokenIn(Schema):
    token: Words


class TokenOut(Schema):
    usable: bool


class WelcomeIn(Schema):
    token: Words
    username: Words
    display_name: Words = ""
    password: Secret


class UserOut(Schema):
    id: int
    username: str
    display_name: str
    language: Language
    permissions: list[str]
    second_factor: Advice


class SessionOut(Schema):
    """Who is signed in; or nobody yet, and what the second step may be proved with."""

    user: UserOut | None
    factors: tuple[Factor, ...] = ()


class InvitationOut(Schema):
    """For whom a one-time link works; `first` when he has no password yet."""

    usable: bool
    username: str = ""
    display_name: str = ""
    first: bool = True


class InvitationIn(Schema):
    token: Words
    password: Secret


class CodeIn(Schema):
    code: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00]*$")]


class CredentialIn(Schema):
    """What the browser's `PublicKeyCredential.toJSON()` gives."""

    credential: dict[str, Any]


class NewPasskeyIn(CredentialIn):
    name: Name = ""


class PasskeyNameIn(Schema):
    name: Name


class PasswordIn(Schema):
    password: Secret


class NewPasswordIn(Schema):
    old: Secret
    new: Secret


class ProfileIn(Schema):
    display_name: Name
    language: Language


class PasskeyOut(Schema):
    id: int
    name: str
    created_at: datetime
    used_at: datetime | None


class PersonNameOut(Schema):
    """Another user, by the name that colleagues see."""

    name: str

    @staticmethod
    def resolve_name(user: object) -> str:
        return str(user)


class AppointedAreaOut(Schema):
    id: int
    code: str
    name: str
    path: str


class AppointmentOut(Schema):
    id: int
    role: Role
    area: AppointedAreaOut | None
    starts_at: datetime
    ends_at: datetime | None
    note: str
    appointed_by: PersonNameOut | None
    ended_by: PersonNameOut | None


class OwnAccountOut(Schema):
    username: str
    display_name: str
    language: Language
    second_factor: Advice
    authenticator: bool
    recovery_codes: int
    passkeys: list[PasskeyOut]
    appointments: list[AppointmentOut]


class AuthenticatorOut(Schema):
    """For the app that shows codes: the secret to type, its address, and that as a QR code (a data: address)."""

    secret: str
    uri: str
    qr: str


class RecoveryCodesOut(Schema):
    """Shown this once. Empty when there are some already."""

    codes: list[str]


class PasskeyAddedOut(Schema):
    passkey: PasskeyOut
    codes: list[str]


class OwnSessionOut(Schema):
    id: int
    method: str
    agent: str
    address: str | None
    started_at: datetime
    seen_at: datetime
    expires_at: datetime
    current: bool


class EndedOut(Schema):
    ended: int

"""What the screens of users get and send."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from lianfang.accounts.queries import state_of
from lianfang.accounts.roles import Role
from lianfang.api.accounts_schemas import Advice, AppointmentOut, Factor, Language, Name
from lianfang.api.routing import BIGGEST, Words
from lianfang.kernel.permissions import Permission

Version = Annotated[int, Field(ge=1, le=BIGGEST)]
Reason = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$")]
State = Literal["active", "invited", "locked"]
Sort = Literal["name", "-name", "username", "-username", "last_login", "-last_login"]


class UserRowOut(Schema):
    id: int
    username: str
    display_name: str
    state: State
    has_factor: bool
    last_login: datetime | None
    appointments: list[AppointmentOut]

    @staticmethod
    def resolve_state(user: Any) -> str:
        return state_of(user)

    @staticmethod
    def resolve_appointments(user: Any) -> Any:
        return user.shown


class OpenLinkOut(Schema):
    """A one-time link that has not been used. Its token is told only when it is made."""

    created_at: datetime
    expires_at: datetime


class UserFileOut(Schema):
    id: int
    version: int
    username: str
    display_name: str
    language: Language
    state: State
    created_at: datetime
    last_login: datetime | None
    factors: list[Factor]
    second_factor: Advice
    sessions: int
    link: OpenLinkOut | None
    manageable: bool
    yourself: bool
    appointments: list[AppointmentOut]


class FreshLinkOut(Schema):
    """A one-time link, told this once: to copy, and as a QR code (a data: address)."""

    user: UserFileOut
    url: str
    qr: str
    expires_at: datetime


class PostIn(Schema):
    role: Role
    area: Annotated[int, Field(ge=0, le=BIGGEST)] | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    note: Words = ""


class InviteIn(Schema):
    username: Words
    display_name: Name = ""
    language: Language = ""
    appointment: PostIn | None = None


class UserVersionIn(Schema):
    version: Version


class UserRenameIn(UserVersionIn):
    display_name: Name


class UserReasonIn(UserVersionIn):
    reason: Reason


class AppointIn(UserVersionIn):
    appointment: PostIn


class AppointmentEndIn(UserReasonIn):
    ends_on: date | None = None


class UserActOut(Schema):
    """One act of the audit record about a user. Details are codes."""

    at: datetime
    actor_name: str
    action: str
    details: dict[str, Any]


class RoleOut(Schema):
    role: Role
    permissions: list[Permission]
    second_factor: Advice
    lacking: list[Permission]

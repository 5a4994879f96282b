"""What the door takes and gives."""

from typing import Annotated

from ninja import Schema
from pydantic import StringConstraints

from lianfang.api.routing import Words

Secret = Annotated[str, StringConstraints(min_length=1, max_length=200)]


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
    username: str
    display_name: str
    permissions: list[str]


class SessionOut(Schema):
    user: UserOut | None

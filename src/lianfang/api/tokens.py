"""One's own access tokens. None of this opens to a token."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Schema
from pydantic import StringConstraints

from lianfang.accounts import tokens
from lianfang.accounts.models import AccessToken
from lianfang.api.routing import IN_PERSON, ActingRequest, GuardedRouter, Key
from lianfang.kernel import clock
from lianfang.kernel.permissions import Permission

router = GuardedRouter(tags=["tokens"])
Name = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]


class AccessTokenOut(Schema):
    """`hint` are the secret's last letters; `works`: neither revoked nor expired."""

    id: int
    name: str
    hint: str
    permissions: list[str]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    works: bool


class AccessTokensOut(Schema):
    """`permissions` are those that a new token may get."""

    items: list[AccessTokenOut]
    permissions: list[str]
    longest: int


class AccessTokenIn(Schema):
    name: Name
    permissions: Annotated[list[Permission], Field(max_length=100)]
    days: Annotated[int, Field(ge=0, le=100_000)]


class IssuedOut(Schema):
    """`secret` is shown this once."""

    token: AccessTokenOut
    secret: str


def _shown(token: AccessToken) -> dict[str, Any]:
    works = token.revoked_at is None and token.expires_at > clock.now()
    return {**{name: getattr(token, name, None) for name in AccessTokenOut.model_fields}, "works": works}


@router.get("", permission=IN_PERSON, response=AccessTokensOut)
def list_tokens(request: ActingRequest) -> Any:
    """One's own tokens, newest first, and what a new one may be given."""
    return {
        "items": [_shown(token) for token in tokens.own(request.actor)[:200]],
        "permissions": [one.value for one in Permission if request.actor.can(one)],
        "longest": tokens.LONGEST,
    }


@router.post("", permission=IN_PERSON, response=IssuedOut)
def issue_token(request: ActingRequest, body: AccessTokenIn) -> Any:
    """A new token. Errors: token.name, token.permissions, token.expiry, token.too_many."""
    token, secret = tokens.issue(
        actor=request.actor,
        now=clock.now(),
        name=body.name,
        permissions=body.permissions,
        days=body.days,
    )
    return {"token": _shown(token), "secret": secret}


@router.post("/{number}/revoke", permission=IN_PERSON, response=AccessTokenOut)
def revoke_token(request: ActingRequest, number: Key) -> Any:
    """Let a token work no more."""
    return _shown(tokens.revoke(actor=request.actor, now=clock.now(), number=number))

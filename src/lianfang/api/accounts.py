"""The door: the session in its one or two steps, and the pages of one-time links."""

from typing import Any

from django.http import HttpRequest

from lianfang.accounts import links, presence, second_factor, sessions
from lianfang.accounts.models import User
from lianfang.api import accounts_schemas as out
from lianfang.api.routing import GuardedRouter
from lianfang.kernel import clock

router = GuardedRouter(tags=["accounts"])


def _session(user: User | None, factors: tuple[str, ...] = ()) -> dict[str, Any]:
    if user is None or factors:
        return {"user": None, "factors": factors}
    now = clock.now()
    actor = sessions.actor_for(user, now=now)
    shown = {
        "id": user.pk,
        "username": user.username,
        "display_name": str(user),
        "language": user.language,
        "permissions": sorted(
            {permission.value for grant in actor.grants for permission in grant.permissions}
        ),
        "second_factor": sessions.advice_for(user, now=now),
    }
    return {"user": shown}


@router.get("/session", permission=None, response=out.SessionOut)
def who_am_i(request: HttpRequest) -> Any:
    """The signed-in user, or null."""
    return _session(presence.user_of(request, now=clock.now()))


@router.post("/session", permission=None, response=out.SessionOut)
def sign_in(request: HttpRequest, body: out.SignInIn) -> Any:
    """With a second factor: nobody yet, and `factors`. Errors: sign_in.wrong, sign_in.throttled."""
    entry = sessions.sign_in(request, username=body.username, password=body.password, now=clock.now())
    return _session(entry.user, entry.factors)


@router.post("/session/code", permission=None, response=out.SessionOut)
def prove_by_code(request: HttpRequest, body: out.CodeIn) -> Any:
    """The second step: a code of the authenticator, or a recovery code.

    Errors: sign_in.expired, sign_in.throttled, code.wrong.
    """
    return _session(sessions.prove_by_code(request, code=body.code, now=clock.now()).user)


@router.post("/session/passkey/options", permission=None, response=dict[str, Any])
def passkey_options(request: HttpRequest) -> Any:
    """What `navigator.credentials.get` needs, as JSON. Errors: passkey.needs_name."""
    return sessions.passkey_options(request, now=clock.now())


@router.post("/session/passkey", permission=None, response=out.SessionOut)
def prove_by_passkey(request: HttpRequest, body: out.CredentialIn) -> Any:
    """The second step, or the only one. Errors: passkey.refused, passkey.needs_name, sign_in.throttled."""
    return _session(sessions.prove_by_passkey(request, credential=body.credential, now=clock.now()).user)


@router.delete("/session", permission=None, response={204: None})
def sign_out(request: HttpRequest) -> tuple[int, None]:
    """Harmless when nobody is signed in."""
    sessions.sign_out(request, now=clock.now())
    return 204, None


@router.post("/welcome/check", permission=None, response=out.TokenOut)
def check_link(request: HttpRequest, body: out.TokenIn) -> Any:
    """Whether the one-time link still works. Does not use it up."""
    return {"usable": links.first_administrator_link_is_valid(token=body.token, now=clock.now())}


@router.post("/welcome", permission=None, response=out.SessionOut)
def welcome(request: HttpRequest, body: out.WelcomeIn) -> Any:
    """Make the first administrator and sign him in.

    Errors: link.invalid, welcome.done, password.weak, username.invalid.
    """
    now = clock.now()
    user = links.redeem_first_administrator(
        token=body.token,
        username=body.username,
        display_name=body.display_name,
        password=body.password,
        now=now,
    )
    sessions.start(request, user, method="link", now=now)
    return _session(user)


@router.post("/invitation/check", permission=None, response=out.InvitationOut)
def check_invitation(request: HttpRequest, body: out.TokenIn) -> Any:
    """For whom the link would choose a password. Does not use it up."""
    user = links.user_of_link(token=body.token, now=clock.now())
    if user is None:
        return {"usable": False}
    first = not user.has_usable_password()
    return {"usable": True, "username": user.username, "display_name": user.display_name, "first": first}


@router.post("/invitation", permission=None, response=out.SessionOut)
def choose_password(request: HttpRequest, body: out.InvitationIn) -> Any:
    """Choose a password by a one-time link, and be signed in; not with a second factor: it has to be shown.

    Errors: link.invalid, password.weak.
    """
    now = clock.now()
    user = links.redeem_password_link(token=body.token, password=body.password, now=now)
    if second_factor.factors_of(user):
        return _session(None)
    sessions.start(request, user, method="link", now=now)
    return _session(user)

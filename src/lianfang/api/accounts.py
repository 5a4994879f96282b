"""The door: the session, and the first administrator's welcome."""

from django.http import HttpRequest

from lianfang.accounts import links, sessions
from lianfang.accounts.models import User
from lianfang.api.accounts_schemas import SessionOut, SignInIn, TokenIn, TokenOut, UserOut, WelcomeIn
from lianfang.api.routing import GuardedRouter
from lianfang.kernel import clock

router = GuardedRouter(tags=["accounts"])


def _session(user: object) -> SessionOut:
    if not isinstance(user, User) or not user.is_active:
        return SessionOut(user=None)
    actor = sessions.actor_for(user, now=clock.now())
    permissions = sorted({permission.value for grant in actor.grants for permission in grant.permissions})
    shown = UserOut(username=user.username, display_name=str(user), permissions=permissions)
    return SessionOut(user=shown)


@router.get("/session", permission=None, response=SessionOut)
def who_am_i(request: HttpRequest) -> SessionOut:
    """The signed-in user, or null."""
    return _session(request.user)


@router.post("/session", permission=None, response=SessionOut)
def sign_in(request: HttpRequest, body: SignInIn) -> SessionOut:
    """Errors: sign_in.wrong, sign_in.throttled."""
    return _session(
        sessions.sign_in(request, username=body.username, password=body.password, now=clock.now())
    )


@router.delete("/session", permission=None, response={204: None})
def sign_out(request: HttpRequest) -> tuple[int, None]:
    """Harmless when nobody is signed in."""
    sessions.sign_out(request, now=clock.now())
    return 204, None


@router.post("/welcome/check", permission=None, response=TokenOut)
def check_link(request: HttpRequest, body: TokenIn) -> TokenOut:
    """Whether the one-time link still works. Does not use it up."""
    return TokenOut(usable=links.first_administrator_link_is_valid(token=body.token, now=clock.now()))


@router.post("/welcome", permission=None, response=SessionOut)
def welcome(request: HttpRequest, body: WelcomeIn) -> SessionOut:
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
    sessions.start(request, user, now=now)
    return _session(user)

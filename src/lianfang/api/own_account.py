"""One's own account: profile, password, second factor, passkeys, sessions. Open to whoever is signed in."""

from typing import Any

from django.http import HttpRequest

from lianfang.accounts import own, passkeys, presence, queries, second_factor, sessions
from lianfang.accounts.models import User
from lianfang.api import accounts_schemas as out
from lianfang.api.qr import picture
from lianfang.api.routing import OWN_ACCOUNT, ActingRequest, GuardedRouter, Key
from lianfang.kernel import clock

router = GuardedRouter(tags=["own account"])


def _user(request: HttpRequest) -> User:
    return sessions.user_of(request, now=clock.now())


@router.get("", permission=OWN_ACCOUNT, response=out.OwnAccountOut)
def show_account(request: ActingRequest) -> Any:
    """All of one's own account but the sessions."""
    user = _user(request)
    return {
        "username": user.username,
        "display_name": user.display_name,
        "language": user.language,
        "second_factor": sessions.advice_for(user, now=clock.now()),
        "authenticator": "authenticator" in second_factor.factors_of(user),
        "recovery_codes": user.recovery_codes.filter(used_at=None).count(),
        "passkeys": list(user.passkeys.order_by("created_at", "pk")),
        "appointments": queries.own_appointments(user),
    }


@router.post("", permission=OWN_ACCOUNT, response=out.OwnAccountOut)
def change_profile(request: ActingRequest, body: out.ProfileIn) -> Any:
    """Name and language."""
    own.change_profile(
        actor=request.actor,
        user=_user(request),
        display_name=body.display_name,
        language=body.language,
        now=clock.now(),
    )
    return show_account(request)


@router.post("/password", permission=OWN_ACCOUNT, response=out.EndedOut)
def change_password(request: ActingRequest, body: out.NewPasswordIn) -> Any:
    """Every other session ends. Errors: password.wrong, password.weak, sign_in.throttled."""
    ended = own.change_password(
        request, actor=request.actor, user=_user(request), old=body.old, new=body.new, now=clock.now()
    )
    return {"ended": ended}


@router.post("/authenticator", permission=OWN_ACCOUNT, response=out.AuthenticatorOut)
def begin_authenticator(request: ActingRequest, body: out.PasswordIn) -> Any:
    """A secret for an authenticator app; it counts after its first code.

    Errors: password.wrong, sign_in.throttled, authenticator.exists.
    """
    now, user = clock.now(), _user(request)
    own.confirm_password(user=user, password=body.password, now=now)
    secret, uri = second_factor.begin_authenticator(actor=request.actor, user=user, now=now)
    return {"secret": secret, "uri": uri, "qr": picture(uri)}


@router.post("/authenticator/confirm", permission=OWN_ACCOUNT, response=out.RecoveryCodesOut)
def confirm_authenticator(request: ActingRequest, body: out.CodeIn) -> Any:
    """Errors: authenticator.missing, code.wrong, sign_in.throttled."""
    codes = own.confirm_authenticator(
        actor=request.actor, user=_user(request), code=body.code, now=clock.now()
    )
    return {"codes": codes}


@router.post("/authenticator/remove", permission=OWN_ACCOUNT, response={204: None})
def remove_authenticator(request: ActingRequest, body: out.PasswordIn) -> tuple[int, None]:
    """Errors: password.wrong, sign_in.throttled, authenticator.missing, second_factor.kept."""
    now, user = clock.now(), _user(request)
    own.confirm_password(user=user, password=body.password, now=now)
    second_factor.remove_authenticator(actor=request.actor, user=user, now=now)
    return 204, None


@router.post("/recovery-codes", permission=OWN_ACCOUNT, response=out.RecoveryCodesOut)
def renew_recovery_codes(request: ActingRequest, body: out.PasswordIn) -> Any:
    """Ten fresh codes; earlier ones are void. Errors: password.wrong, sign_in.throttled, authenticator.missing."""
    now, user = clock.now(), _user(request)
    own.confirm_password(user=user, password=body.password, now=now)
    return {"codes": second_factor.renew_recovery_codes(actor=request.actor, user=user, now=now)}


@router.post("/passkeys/options", permission=OWN_ACCOUNT, response=dict[str, Any])
def new_passkey_options(request: ActingRequest, body: out.PasswordIn) -> Any:
    """What `navigator.credentials.create` needs, as JSON.

    Errors: password.wrong, sign_in.throttled, passkey.needs_name, passkey.limit.
    """
    now, user = clock.now(), _user(request)
    own.confirm_password(user=user, password=body.password, now=now)
    return passkeys.registration_options(request, user, now=now)


@router.post("/passkeys", permission=OWN_ACCOUNT, response=out.PasskeyAddedOut)
def add_passkey(request: ActingRequest, body: out.NewPasskeyIn) -> Any:
    """Errors: passkey.refused, passkey.known, passkey.needs_name."""
    made, codes = passkeys.register(
        request,
        actor=request.actor,
        user=_user(request),
        credential=body.credential,
        name=body.name,
        now=clock.now(),
    )
    return {"passkey": made, "codes": codes}


@router.post("/passkeys/{passkey}", permission=OWN_ACCOUNT, response=out.PasskeyOut)
def rename_passkey(request: ActingRequest, passkey: Key, body: out.PasskeyNameIn) -> Any:
    """Errors: not_found."""
    return passkeys.rename(
        actor=request.actor, user=_user(request), passkey=passkey, name=body.name, now=clock.now()
    )


@router.post("/passkeys/{passkey}/remove", permission=OWN_ACCOUNT, response={204: None})
def remove_passkey(request: ActingRequest, passkey: Key, body: out.PasswordIn) -> tuple[int, None]:
    """Errors: password.wrong, sign_in.throttled, not_found, second_factor.kept."""
    now, user = clock.now(), _user(request)
    own.confirm_password(user=user, password=body.password, now=now)
    passkeys.remove(actor=request.actor, user=user, passkey=passkey, now=now)
    return 204, None


@router.get("/sessions", permission=OWN_ACCOUNT, response=list[out.OwnSessionOut])
def list_sessions(request: ActingRequest) -> Any:
    """The browsers in which one is signed in, the last used first."""
    now, user = clock.now(), _user(request)
    return [
        {
            "id": row.pk,
            "method": row.method,
            "agent": row.agent,
            "address": row.address,
            "started_at": row.started_at,
            "seen_at": row.seen_at,
            "expires_at": presence.expires_at(row),
            "current": row.key == request.session.session_key,
        }
        for row in presence.running(user, now=now)
    ]


@router.delete("/sessions", permission=OWN_ACCOUNT, response=out.EndedOut)
def end_other_sessions(request: ActingRequest) -> Any:
    """Sign out everywhere but here."""
    ended = own.end_other_sessions(request, actor=request.actor, user=_user(request), now=clock.now())
    return {"ended": ended}


@router.delete("/sessions/{session}", permission=OWN_ACCOUNT, response={204: None})
def end_session(request: ActingRequest, session: Key) -> tuple[int, None]:
    """Sign out there. Errors: not_found."""
    own.end_session(actor=request.actor, user=_user(request), session=session, now=clock.now())
    return 204, None

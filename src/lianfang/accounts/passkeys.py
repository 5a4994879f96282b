"""Passkeys (WebAuthn): registering and removing them, and proving oneself with one.

A passkey belongs to the name under which the server was opened; under a bare address (127.0.0.1) browsers refuse.
The challenge waits in the session, once and for five minutes.
"""

import json
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import webauthn
from cbor2 import CBORDecodeError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from lianfang.accounts.errors import PASSKEY_KNOWN, PASSKEY_LIMIT, PASSKEY_NEEDS_NAME, PASSKEY_REFUSED
from lianfang.accounts.models import Passkey, User
from lianfang.accounts.second_factor import ISSUER, demand_a_factor_where_required, first_recovery_codes
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError

LIFETIME = timedelta(minutes=5)
MOST = 20  # passkeys of one user
_WAITING = "passkey_challenge"
_REGISTER, _SIGN_IN = "register", "sign_in"
# What the library raises for answers that fit nothing, some of it from the layers below it.
_UNFIT = (WebAuthnException, CBORDecodeError, ValueError, TypeError, KeyError, IndexError, AttributeError)


def registration_options(request: HttpRequest, user: User, *, now: datetime) -> dict[str, Any]:
    """What the browser's `navigator.credentials.create` needs. Raises passkey.needs_name, passkey.limit."""
    known = list(user.passkeys.all())
    if len(known) >= MOST:
        raise ProblemError(PASSKEY_LIMIT, most=MOST)
    options = webauthn.generate_registration_options(
        rp_id=_place(request)[0],
        rp_name=ISSUER,
        user_id=f"user {user.pk}".encode(),
        user_name=user.username,
        user_display_name=str(user),
        exclude_credentials=[_descriptor(passkey) for passkey in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return _wait_for(request, _REGISTER, options, now=now)


def register(
    request: HttpRequest, *, actor: Actor, user: User, credential: dict[str, Any], name: str, now: datetime
) -> tuple[Passkey, list[str]]:
    """Keep a new passkey. Returns it and recovery codes, shown this once; none when there are some already.

    Raises passkey.refused, passkey.known, passkey.needs_name.
    """
    place, origin = _place(request)
    challenge = _challenge(request, _REGISTER, now=now)
    try:
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=place,
            expected_origin=origin,
            require_user_verification=False,
        )
        transports = [
            AuthenticatorTransport(one).value for one in credential["response"].get("transports") or []
        ]
    except _UNFIT as problem:
        raise ProblemError(PASSKEY_REFUSED) from problem
    try:
        with transaction.atomic():
            passkey = Passkey.objects.create(
                user=user,
                credential_id=bytes_to_base64url(made.credential_id),
                public_key=made.credential_public_key,
                sign_count=made.sign_count,
                transports=transports,
                name=name.strip()[:60] or "Passkey",
                created_at=now,
            )
            codes = first_recovery_codes(user)
            _record(actor, "user.passkey_added", passkey, now)
    except IntegrityError as problem:
        raise ProblemError(PASSKEY_KNOWN) from problem
    return passkey, codes


def rename(*, actor: Actor, user: User, passkey: int, name: str, now: datetime) -> Passkey:
    """Give one's passkey another name. Raises not_found."""
    with transaction.atomic():
        found = _own(user, passkey)
        found.name = name.strip()[:60] or found.name
        found.save(update_fields=["name"])
        _record(actor, "user.passkey_renamed", found, now)
    return found


def remove(*, actor: Actor, user: User, passkey: int, now: datetime) -> None:
    """Forget one's passkey. Raises not_found, second_factor.kept."""
    with transaction.atomic():
        found = _own(user, passkey)
        _record(actor, "user.passkey_removed", found, now)
        found.delete()
        demand_a_factor_where_required(user=user, now=now)


def sign_in_options(request: HttpRequest, user: User | None, *, now: datetime) -> dict[str, Any]:
    """What `navigator.credentials.get` needs: for `user`'s passkeys, or (None) for any that the device offers.

    Raises passkey.needs_name.
    """
    allowed = [_descriptor(passkey) for passkey in user.passkeys.all()] if user else None
    verification = UserVerificationRequirement.PREFERRED if user else UserVerificationRequirement.REQUIRED
    options = webauthn.generate_authentication_options(
        rp_id=_place(request)[0], allow_credentials=allowed, user_verification=verification
    )
    return _wait_for(request, _SIGN_IN, options, now=now)


def verify(request: HttpRequest, user: User | None, *, credential: dict[str, Any], now: datetime) -> User:
    """Whose passkey answered. With `user` None it stands for both factors, so the device must have verified him.

    Raises passkey.refused, passkey.needs_name.
    """
    place, origin = _place(request)
    challenge = _challenge(request, _SIGN_IN, now=now)
    known = Passkey.objects.select_related("user").filter(credential_id=str(credential.get("id", ""))[:1400])
    passkey = (known.filter(user=user) if user else known).first()
    if passkey is None:
        raise ProblemError(PASSKEY_REFUSED)
    try:
        answer = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=place,
            expected_origin=origin,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=user is None,
        )
    except _UNFIT as problem:
        raise ProblemError(PASSKEY_REFUSED) from problem
    # Conditional on the count: an answer that was copied does not work twice.
    unchanged = Passkey.objects.filter(pk=passkey.pk, sign_count=passkey.sign_count)
    if unchanged.update(sign_count=answer.new_sign_count, used_at=now) != 1:
        raise ProblemError(PASSKEY_REFUSED)
    return passkey.user


def _place(request: HttpRequest) -> tuple[str, str]:
    """The name that passkeys are bound to and the page's origin; Django has compared the host with those allowed."""
    origin = f"{request.scheme}://{request.get_host()}"
    host = urlsplit(origin).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return host, origin
    raise ProblemError(PASSKEY_NEEDS_NAME)


def _wait_for(request: HttpRequest, purpose: str, options: Any, *, now: datetime) -> dict[str, Any]:
    challenge = bytes_to_base64url(options.challenge)
    request.session[_WAITING] = {
        "challenge": challenge,
        "purpose": purpose,
        "until": (now + LIFETIME).timestamp(),
    }
    answer: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return answer


def _challenge(request: HttpRequest, purpose: str, *, now: datetime) -> bytes:
    """The challenge that waits for this answer; it waits no longer. Raises passkey.refused."""
    waiting = request.session.pop(_WAITING, None)
    if not waiting or waiting["purpose"] != purpose or now.timestamp() >= waiting["until"]:
        raise ProblemError(PASSKEY_REFUSED)
    return base64url_to_bytes(waiting["challenge"])


def _descriptor(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(
        id=base64url_to_bytes(passkey.credential_id),
        transports=[AuthenticatorTransport(one) for one in passkey.transports],
    )


def _own(user: User, pk: int) -> Passkey:
    found = Passkey.objects.filter(user=user, pk=pk).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    return found


def _record(actor: Actor, action: str, passkey: Passkey, now: datetime) -> None:
    details = {"passkey": passkey.pk}
    audit.record(actor=actor, action=action, now=now, kind="user", object_id=passkey.user_id, details=details)

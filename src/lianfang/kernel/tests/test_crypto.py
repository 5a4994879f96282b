"""Secrets at rest: they open with the server's keys only, for their purpose only, and keys can be changed."""

import pytest
from pytest_django import Settings

from lianfang.kernel.crypto import SealBrokenError, reseal, seal, unseal

SECRET = "JBSWY3DPEHPK3PXP"


def test_what_was_sealed_opens_and_tells_nothing() -> None:
    sealed = seal(SECRET, purpose="totp")
    assert SECRET not in sealed
    assert sealed != seal(SECRET, purpose="totp")
    assert unseal(sealed, purpose="totp") == SECRET


def test_it_does_not_open_for_another_purpose() -> None:
    with pytest.raises(SealBrokenError):
        unseal(seal(SECRET, purpose="totp"), purpose="other")


def test_a_changed_text_does_not_open() -> None:
    sealed = seal(SECRET, purpose="totp")
    with pytest.raises(SealBrokenError):
        unseal(sealed[:-6] + "AAAA==", purpose="totp")


def test_it_does_not_open_on_another_server(settings: Settings) -> None:
    sealed = seal(SECRET, purpose="totp")
    settings.SECRET_KEY = "another key of another server, long enough for the derivation"
    settings.SECRET_KEY_FALLBACKS = []
    for opened in (unseal, reseal):
        with pytest.raises(SealBrokenError):
            opened(sealed, purpose="totp")


def test_keys_can_be_changed(settings: Settings) -> None:
    old = settings.SECRET_KEY
    sealed = seal(SECRET, purpose="totp")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new key with enough letters in it", [old]
    assert unseal(sealed, purpose="totp") == SECRET
    renewed = reseal(sealed, purpose="totp")
    settings.SECRET_KEY_FALLBACKS = []
    assert unseal(renewed, purpose="totp") == SECRET
    with pytest.raises(SealBrokenError):
        unseal(sealed, purpose="totp")

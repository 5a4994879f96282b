"""Why a code is no valid pass. The values are stored, sent, and the same in TypeScript."""

from enum import StrEnum


class Refusal(StrEnum):
    NO_PASS = "no_pass"  # something else: another prefix
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"  # not base45, not CBOR, not in the one allowed form
    ALGORITHM = "algorithm"  # signed otherwise than with Ed25519, or not at all
    UNKNOWN_KEY = "unknown_key"
    WITHDRAWN_KEY = "withdrawn_key"
    KEY_ELSEWHERE = "key_elsewhere"  # the key may not sign for this area, or not at that time
    SIGNATURE = "signature"
    CLAIMS = "claims"  # rightly signed, but nothing that a pass may say
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    OTHER_GATE = "other_gate"
    REVOKED = "revoked"
    SUSPENDED = "suspended"


class RefusedError(ValueError):
    """A code that is refused; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal

"""Signing and checking passes, without Django and without a network. Its twin in TypeScript: web/core/src/passcode.

A pass is a CWT (RFC 8392) in COSE_Sign1 (RFC 9052) with Ed25519, as base45 (RFC 9285) behind the prefix `LF1:`. Both
twins accept one way only of writing a pass: what can be written in two ways can be altered without being noticed.
`contracts/vectors/passes.json` holds what both must answer. Described in docs/develop/passes.md.
"""

from lianfang.gates.passcode.check import Trust, TrustedKey, open_pass
from lianfang.gates.passcode.claims import Pass
from lianfang.gates.passcode.refusal import Refusal, RefusedError
from lianfang.gates.passcode.revocations import (
    Revocations,
    Since,
    open_revocations,
    open_since,
    renewed,
    sign_revocations,
    sign_since,
)
from lianfang.gates.passcode.signing import SigningKey, sign_pass
from lianfang.gates.passcode.standing import Asked, Standing, judge

__all__ = [
    "Asked",
    "Pass",
    "Refusal",
    "RefusedError",
    "Revocations",
    "SigningKey",
    "Since",
    "Standing",
    "Trust",
    "TrustedKey",
    "judge",
    "open_pass",
    "open_revocations",
    "open_since",
    "renewed",
    "sign_pass",
    "sign_revocations",
    "sign_since",
]

"""Does a rightly signed pass count here and now? Also says when the checker knows too little to be sure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lianfang.gates.passcode.claims import Pass
from lianfang.gates.passcode.refusal import Refusal
from lianfang.gates.passcode.revocations import Revocations

#: Seconds after which a list of revocations is too old to be sure: check by hand.
STALE = 24 * 3600


@dataclass(frozen=True)
class Asked:
    """The gate that asks, and what it knows."""

    gate: int  # its number as passes name it
    area: str  # code of the area that the gate lies in
    now: int  # seconds since 1970
    revocations: Revocations | None = None  # None: none ever received
    suspended: Mapping[bytes, int] = field(default_factory=dict)  # by guards, for hours: serial → until
    compound: int = 0  # number of the compound that the gate belongs to; 0: none


@dataclass(frozen=True)
class Standing:
    """`refusal` None: it counts. `unsure`: the list of revocations is missing or too old."""

    refusal: Refusal | None
    unsure: bool


def judge(pass_: Pass, asked: Asked) -> Standing:
    """In the order in which a guard would say it: revoked first, because then nothing else matters."""
    known = asked.revocations
    unsure = known is None or known.age(asked.now) > STALE
    refusal = None
    if known is not None and pass_.serial in known.serials:
        refusal = Refusal.REVOKED
    elif asked.suspended.get(pass_.serial, 0) > asked.now:
        refusal = Refusal.SUSPENDED
    elif asked.now < pass_.not_before:
        refusal = Refusal.NOT_YET
    elif asked.now >= pass_.expires:
        refusal = Refusal.EXPIRED
    elif not _here(pass_, asked):
        refusal = Refusal.OTHER_GATE
    return Standing(refusal, unsure)


def _here(pass_: Pass, asked: Asked) -> bool:
    """A pass names gates, or a compound with all its gates, or nothing: then it counts in its whole area."""
    if not pass_.gates:
        return asked.area.startswith(pass_.area)
    return asked.gate in pass_.gates or (asked.compound != 0 and asked.compound in pass_.gates)

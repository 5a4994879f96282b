"""The phone protocol (docs/develop/sync.md): facts with a verdict each, the snapshot of one's own area."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Schema
from ninja.params import Query
from pydantic import AwareDatetime, StringConstraints

from lianfang.api.routing import DEVICE, DeviceRequest, GuardedRouter
from lianfang.kernel import clock
from lianfang.sync import receiving, snapshot
from lianfang.sync.envelope import Signed

router = GuardedRouter(tags=["sync"])
#: One more than is judged, so that the answer is fact.many and not a list of field names.
_MANY = receiving.MOST + 1
Have = Annotated[str, StringConstraints(max_length=1000)]


class SignedIn(Schema):
    """`payload`: exact JSON text {id, device, seq, at, v, kind, body}; `sig`: Ed25519 over its UTF-8 bytes."""

    payload: str
    sig: Annotated[str, StringConstraints(max_length=1000)]


class FactsIn(Schema):
    """`sent_at`: by the phone's clock, now."""

    device: UUID
    sent_at: AwareDatetime
    facts: Annotated[list[SignedIn], Field(max_length=_MANY)]


class VerdictOut(Schema):
    """`id` is null for a payload of which not even that can be read. `code`, `params`: why it was rejected."""

    id: UUID | None
    verdict: Literal["accepted", "duplicate", "rejected"]
    code: str
    params: dict[str, Any]


class VerdictsOut(Schema):
    """One verdict a fact, in the same order. `clock_skew_seconds`: how far the phone's clock is behind the server's,
    0 within two minutes. `wipe`: the device was withdrawn; what is still unsent is to be sent, then all is wiped.
    """

    received_at: datetime
    clock_skew_seconds: int
    wipe: bool
    verdicts: list[VerdictOut]


class PhoneUserOut(Schema):
    id: int
    name: str
    language: str


class PhoneOut(Schema):
    """`last_seq`: the highest number of a fact that has come."""

    id: UUID
    name: str
    last_seq: int


class PhoneAreaOut(Schema):
    id: int
    name: str
    level: str
    path: str


class SnapshotPartOut(Schema):
    digest: str
    data: Any


class SnapshotOut(Schema):
    """`digests` of all parts; `parts` holds those that the phone has not got. What is in each: docs/develop/sync.md."""

    as_of: datetime
    user: PhoneUserOut
    device: PhoneOut
    areas: list[PhoneAreaOut]
    digests: dict[str, str]
    parts: dict[str, SnapshotPartOut]


@router.post("/facts", permission=DEVICE, response=VerdictsOut)
def send_facts(request: DeviceRequest, body: FactsIn) -> Any:
    """At most 200 facts of this device, each with a verdict. Errors: fact.many, device.unknown, device.locked."""
    facts = [Signed(one.payload, one.sig) for one in body.facts]
    return receiving.receive(bearer=request.bearer, now=clock.now(), sent_at=body.sent_at, facts=facts)


@router.get("/snapshot", permission=DEVICE, response=SnapshotOut)
def fetch_snapshot(request: DeviceRequest, have: Query[Have] = "") -> Any:
    """The phone's own area; `have`: `part:digest,…` of what it has already.

    Errors: device.withdrawn, forbidden (no appointment for field work), screening.doors_many.
    """
    return snapshot.snapshot(bearer=request.bearer, now=clock.now(), have=snapshot.have_in(have))

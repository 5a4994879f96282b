"""The phone protocol (docs/develop/sync.md): facts with a verdict each, the snapshot of one's own area."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import Field, Schema
from pydantic import AwareDatetime, BaseModel, StringConstraints, TypeAdapter

from lianfang.api.routing import (
    DEVICE,
    ActingRequest,
    DeviceRequest,
    GuardedRouter,
    Key,
    PageNumber,
    PageSize,
    Words,
)
from lianfang.kernel import clock
from lianfang.kernel.permissions import Permission
from lianfang.sync import photos, quarantine, receiving, snapshot
from lianfang.sync.envelope import Signed

router = GuardedRouter(tags=["sync"])
#: One more than is judged, so that the answer is fact.many and not a list of field names.
_MANY = receiving.MOST + 1
#: A worker, or somebody of the desk.
RECORD = frozenset({Permission.FIELD_WORK, Permission.SCREENING_MANAGE})
_PHOTO = {
    "requestBody": {
        "required": True,
        "content": {
            media: {"schema": {"type": "string", "format": "binary"}}
            for media in ("image/jpeg", "image/png", "image/webp")
        },
    }
}
_ANSWER = TypeAdapter(receiving.Answer)
Have = Annotated[str, StringConstraints(max_length=1000)]


class SignedIn(BaseModel):  # none of ninja's, whose every object passes through Python: there are hundreds
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


class FactsFileIn(Schema):
    """What a phone wrote into a file."""

    format: Literal["lianfang-facts-1"]
    facts: Annotated[list[SignedIn], Field(max_length=receiving.MOST_IN_FILE + 1)]


class BroughtOut(Schema):
    received_at: datetime
    verdicts: list[VerdictOut]


class RefusedOut(Schema):
    """`at` by the phone's clock, `skew`: seconds that it was behind; `final`: cannot be tried again with success."""

    id: int
    fact: UUID | None
    device: UUID | None
    seq: int | None
    kind: str
    v: int | None
    at: datetime | None
    corrected_at: datetime | None
    skew: int
    received_at: datetime
    user_name: str
    imported_by_name: str
    code: str
    params: dict[str, Any]
    times: int
    retried_at: datetime | None
    retried_by_name: str
    final: bool


class RefusedPageOut(Schema):
    items: list[RefusedOut]
    total: int
    page: int
    size: int
    codes: dict[str, int]


class RefusedFileOut(RefusedOut):
    """`said`: the payload to be read by people, long numbers masked."""

    said: str


class PhotoOut(Schema):
    id: UUID
    size: int


@router.post("/facts", permission=DEVICE, response=VerdictsOut)
def send_facts(request: DeviceRequest, body: FactsIn) -> Any:
    """At most 200 facts of this device, each with a verdict. Errors: fact.many, device.unknown, device.locked."""
    facts = [Signed(one.payload, one.sig) for one in body.facts]
    told = receiving.receive(bearer=request.bearer, now=clock.now(), sent_at=body.sent_at, facts=facts)
    # Written at once: two hundred verdicts need not be checked against VerdictsOut, which names the same.
    return HttpResponse(_ANSWER.dump_json(told), content_type="application/json; charset=utf-8")


@router.get("/snapshot", permission=DEVICE, response=SnapshotOut)
def fetch_snapshot(request: DeviceRequest, have: Have = "", gate: bool = False, refused: Have = "") -> Any:
    """The phone's own area; `have`: `part:digest,…` of what it has already; `gate`: with what a gate needs;
    `refused`: `area:number,…` of the lists of refused passes that it has, of which it gets the changes.

    Errors: device.withdrawn, forbidden (no appointment for field or gate work), screening.doors_many.
    """
    known = snapshot.have_in(have)
    lists = snapshot.refused_in(refused)
    return snapshot.snapshot(bearer=request.bearer, now=clock.now(), have=known, gate=gate, refused=lists)


@router.post("/photos/{photo}", permission=DEVICE, response=PhotoOut, openapi_extra=_PHOTO)
def send_photo(request: DeviceRequest, photo: UUID) -> Any:
    """A photo that a visit names: its bytes are the body. Errors: photo.large, photo.kind, photo.taken."""
    announced = request.headers.get("Content-Length", "")
    return photos.receive(
        bearer=request.bearer, now=clock.now(), photo=photo, media=request.headers.get("Content-Type", ""),
        content=request, announced=int(announced) if announced.isdecimal() else None,
    )  # fmt: skip


@router.get("/photos/{photo}", permission=Permission.PERSON_VIEW)
def show_photo(request: ActingRequest, photo: UUID) -> HttpResponse:
    """The picture; that somebody looked is recorded."""
    found, data = photos.read(actor=request.actor, now=clock.now(), photo=photo)
    response = HttpResponse(data, content_type=found.media)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post("/files", permission=RECORD, response=BroughtOut)
def bring_file(request: ActingRequest, body: FactsFileIn) -> Any:
    """A file that a phone wrote, brought by anybody who works in the field or manages it. Errors: fact.many."""
    now = clock.now()
    facts = [Signed(one.payload, one.sig) for one in body.facts]
    return {"received_at": now, "verdicts": receiving.bring(actor=request.actor, now=now, facts=facts)}


@router.get("/refused", permission=Permission.SCREENING_MANAGE, response=RefusedPageOut)
def list_refused(request: ActingRequest, code: Words = "", page: PageNumber = 1, size: PageSize = 50) -> Any:
    """Facts that were refused, of workers in one's area, newest first."""
    return quarantine.listed(request.actor, code=code, page=page, size=size)


@router.get("/refused/{number}", permission=Permission.SCREENING_MANAGE, response=RefusedFileOut)
def show_refused(request: ActingRequest, number: Key) -> Any:
    """One refused fact with what it says; that somebody looked is recorded."""
    return quarantine.read(actor=request.actor, now=clock.now(), number=number)


@router.post("/refused/{number}/retry", permission=Permission.SCREENING_MANAGE, response=VerdictOut)
def retry_refused(request: ActingRequest, number: Key) -> Any:
    """Judge it again. Errors: fact.taken_already, and the code for which it is refused again."""
    done = quarantine.retry(actor=request.actor, now=clock.now(), number=number)
    return {"id": done.fact, "verdict": done.verdict, "code": done.code, "params": done.params}

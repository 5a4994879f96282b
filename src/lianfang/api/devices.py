"""Phones that act for their user: enrolled by himself, withdrawn by him or by whoever manages him."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from ninja.params import Query
from pydantic import StringConstraints

from lianfang.accounts import devices
from lianfang.accounts.models import Device
from lianfang.api.routing import BIGGEST, IN_PERSON, ActingRequest, GuardedRouter
from lianfang.kernel import clock

router = GuardedRouter(tags=["devices"])
Line = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")]
Base64 = Annotated[str, StringConstraints(max_length=64, pattern=r"^[0-9A-Za-z_=-]*$")]
UserNumber = Annotated[int | None, Query(ge=0, le=BIGGEST)]


class DeviceOut(Schema):
    """`last_seq`: the highest number of a fact that has come from it. `mine`: the asking user's own."""

    id: UUID
    name: str
    user_id: int
    user_name: str
    mine: bool
    enrolled_at: datetime
    seen_at: datetime | None
    last_seq: int
    withdrawn_at: datetime | None
    withdrawn_by_name: str
    withdrawn_reason: str


class DeviceIn(Schema):
    """`id` is made on the phone; `public_key`: Ed25519, 32 bytes, base64url."""

    id: UUID
    name: Line
    public_key: Base64


class EnrolledOut(Schema):
    """`token` is shown this once; it goes into `Authorization: Device <token>`."""

    device: DeviceOut
    token: str


class WithdrawDeviceIn(Schema):
    reason: Line


def _shown(request: ActingRequest, device: Device) -> dict[str, Any]:
    names = [name for name in DeviceOut.model_fields if name not in ("user_name", "mine")]
    told = {name: getattr(device, name) for name in names}
    return {**told, "user_name": str(device.user), "mine": device.user_id == request.actor.user_id}


@router.get("", permission=IN_PERSON, response=list[DeviceOut])
def list_devices(request: ActingRequest, user: UserNumber = None) -> Any:
    """One's own devices, or those of a user whom one manages, withdrawn ones too."""
    found = devices.listed(request.actor, user, now=clock.now())
    return [_shown(request, device) for device in found]


@router.post("", permission=IN_PERSON, response=EnrolledOut)
def enrol_device(request: ActingRequest, body: DeviceIn) -> Any:
    """Errors: device.key, device.name, device.taken, device.withdrawn, device.too_many, forbidden."""
    device, token = devices.enrol(
        actor=request.actor, now=clock.now(), device=body.id, name=body.name, public_key=body.public_key
    )
    return {"device": _shown(request, device), "token": token}


@router.post("/{device}/withdraw", permission=IN_PERSON, response=DeviceOut)
def withdraw_device(request: ActingRequest, device: UUID, body: WithdrawDeviceIn) -> Any:
    """The device works no more and is wiped at its next call. Errors: reason.needed, not_found, user.not_yours."""
    done = devices.withdraw(actor=request.actor, now=clock.now(), device=device, reason=body.reason)
    return _shown(request, done)

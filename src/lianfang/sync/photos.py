"""Photos of visits: sealed in files of the data folder, opened for whoever may see the visit's area."""

import base64
import hashlib
import os
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from lianfang.accounts.devices import Bearer
from lianfang.accounts.errors import DEVICE_WITHDRAWN
from lianfang.kernel import audit, crypto
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.sync import access, errors
from lianfang.sync.models import Photo

MEGABYTES = 4
_MOST = MEGABYTES << 20
_PURPOSE = "photo"
_BEGINNINGS = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/webp": (b"RIFF",),
}


class Readable(Protocol):
    """Where an upload comes from."""

    def read(self, size: int, /) -> bytes: ...


def receive(
    *, bearer: Bearer, now: datetime, photo: UUID, media: str, content: Readable, announced: int | None
) -> Photo:
    """Keep a photo that the phone made. The same one again is no fault.

    Raises device.withdrawn, forbidden, photo.large, photo.kind, photo.taken.
    """
    if bearer.withdrawn:
        raise ProblemError(DEVICE_WITHDRAWN)
    scope = bearer.actor.require(Permission.FIELD_WORK)
    data = _read(content, announced)
    kind = media.split(";")[0].strip().lower()
    if not _is(kind, data):
        raise ProblemError(errors.PHOTO_KIND)
    digest = hashlib.sha256(data).hexdigest()
    try:
        with transaction.atomic():
            made = Photo.objects.create(
                pk=photo, device=bearer.device.pk, user=bearer.device.user_id, media=kind, size=len(data),
                path=scope.paths[0] if scope.paths else "", sha256=digest, received_at=now,
            )  # fmt: skip
            _write(photo, data)
    except IntegrityError as problem:
        kept = Photo.objects.unscoped(reason="whether it came before").get(pk=photo)
        if (kept.sha256, kept.device) != (digest, bearer.device.pk):
            raise ProblemError(errors.PHOTO_TAKEN) from problem
        return kept
    return made


def read(*, actor: Actor, now: datetime, photo: UUID) -> tuple[Photo, bytes]:
    """A photo and its bytes. That somebody looked is recorded. Raises forbidden, not_found."""
    found = access.photo(actor, photo)
    try:
        sealed = _file(photo).read_text("ascii")
    except FileNotFoundError as problem:
        raise ProblemError(NOT_FOUND) from problem
    audit.read(
        actor=actor, action="photo.viewed", now=now, kind="photo", object_id=str(photo), path=found.path
    )
    return found, base64.b64decode(crypto.unseal(sealed, purpose=_PURPOSE))


def _read(content: Readable, announced: int | None) -> bytes:
    """All of it, and never more than allowed: what announces itself as too large is not read at all."""
    if announced is not None and announced > _MOST:
        raise ProblemError(errors.PHOTO_LARGE, most=MEGABYTES)
    data = content.read(_MOST + 1)
    if len(data) > _MOST:
        raise ProblemError(errors.PHOTO_LARGE, most=MEGABYTES)
    return data


def _is(kind: str, data: bytes) -> bool:
    webp = kind != "image/webp" or data[8:12] == b"WEBP"
    return webp and any(data.startswith(one) for one in _BEGINNINGS.get(kind, ()))


def _write(photo: UUID, data: bytes) -> None:
    """Whole or not at all; for its owner only."""
    file = _file(photo)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = file.with_suffix(".part")
    sealed = crypto.seal(base64.b64encode(data).decode("ascii"), purpose=_PURPOSE)
    with os.fdopen(
        os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii"
    ) as out:
        out.write(sealed)
    partial.rename(file)


def _file(photo: UUID) -> Path:
    return Path(settings.LIANFANG_DATA) / "photos" / photo.hex[:2] / photo.hex

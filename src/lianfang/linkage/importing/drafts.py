"""An import before its dry run: files come, are read, are told what they are, or are taken out again."""

import errno
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from lianfang.kernel import audit, jobs
from lianfang.kernel.actor import Actor
from lianfang.kernel.clock import local_date
from lianfang.kernel.errors import CONFLICT, ProblemError
from lianfang.linkage.importing import access, errors, files, recognise, sheets
from lianfang.linkage.importing.files import Readable
from lianfang.linkage.importing.models import (
    Import,
    ImportKind,
    ImportState,
    ListVersion,
    VersionState,
)
from lianfang.linkage.importing.standing import over
from lianfang.linkage.readers.limits import MEGABYTE, Limits

MOST_FILES = 50


def begin(*, actor: Actor, now: datetime) -> Import:
    """An empty import. Raises forbidden, not_found (see access.whole)."""
    access.whole(actor)
    with transaction.atomic():
        batch = Import.objects.create(created_at=now, created_by=actor.user_id, creator=actor.name)
        audit.record(actor=actor, action="import.begun", now=now, kind="import", object_id=batch.pk)
    return batch


def add_file(
    *, actor: Actor, now: datetime, batch: Import, name: str, content: Readable, length: int | None
) -> ListVersion:
    """Take a file in as it streams; a job reads it then.

    `length` is what the sender announces, in bytes. Raises import.state, upload.too_large, upload.empty,
    upload.broken, upload.no_room, upload.twice, upload.too_many.
    """
    access.whole(actor)
    drafted(batch)
    limit = Limits().file
    if length is not None and length > limit:
        raise ProblemError(errors.TOO_LARGE, limit=limit // MEGABYTE)
    if batch.versions.count() >= MOST_FILES:
        raise ProblemError(errors.TOO_MANY, limit=MOST_FILES)
    stored = _store(content, limit, length)
    try:
        with transaction.atomic():
            version = _enter(actor, now, batch, name, stored)
    except BaseException:
        files.remove([stored.name])
        raise
    return version


def _store(content: Readable, limit: int, length: int | None) -> files.Stored:
    try:
        stored = files.store(content, limit)
    except files.TooLargeError as problem:
        raise ProblemError(errors.TOO_LARGE, limit=limit // MEGABYTE) from problem
    except OSError as problem:
        full = problem.errno in (errno.ENOSPC, errno.EDQUOT)
        raise ProblemError(errors.NO_ROOM if full else errors.BROKEN) from problem
    if stored.size and length is not None and stored.size != length:
        files.remove([stored.name])
        raise ProblemError(errors.BROKEN)
    if not stored.size:
        files.remove([stored.name])
        raise ProblemError(errors.EMPTY)
    return stored


def _enter(actor: Actor, now: datetime, batch: Import, name: str, stored: files.Stored) -> ListVersion:
    # Two uploads at once into one import: one waits here for the other.
    Import.objects.select_for_update().get(pk=batch.pk)
    twin = batch.versions.filter(sha256=stored.sha256).first()
    if twin is not None:
        raise ProblemError(errors.TWICE, name=twin.file_name)
    version = ListVersion.objects.create(
        batch=batch,
        file_name=tidy_name(name),
        stored=stored.name,
        sha256=stored.sha256,
        size=stored.size,
        uploaded_at=now,
        uploaded_by=actor.user_id,
        received_on=local_date(now),
    )
    _read_by_job(actor, now, version)
    audit.record(
        actor=actor, action="list.uploaded", now=now, kind="list", object_id=version.pk,
        details={"import": batch.pk, "bytes": stored.size, "sha256": stored.sha256},
    )  # fmt: skip
    return version


def tidy_name(name: str) -> str:
    """A file's name without folders and control characters, short enough to be stored."""
    last = name.replace("\\", "/").rpartition("/")[2]
    printable = "".join(letter for letter in last if letter.isprintable()).strip()
    return printable[-200:] or "list"


def remove_file(*, actor: Actor, now: datetime, version: ListVersion) -> None:
    """Take a file out of a draft; nothing of it stays. Raises import.state."""
    access.whole(actor)
    batch = drafted(version.batch)
    with transaction.atomic():
        audit.record(
            actor=actor, action="list.removed", now=now, kind="list", object_id=version.pk,
            details={"import": batch.pk},
        )  # fmt: skip
        stored, _ = version.stored, version.delete()
        _back_to_draft(batch)
        transaction.on_commit(lambda: files.remove([stored]))


@dataclass(frozen=True)
class Told:
    """What somebody says of a file; None leaves a thing as it is.

    `source` is the number of a known source, `proposal` (name, organisation, replaces) a new one; `said` as in
    sheets.corrected.
    """

    source: int | None = None
    proposal: Mapping[str, Any] | None = None
    legal_basis: str | None = None
    purpose: str | None = None
    received_on: date | None = None
    expires_on: date | None = None
    said: Sequence[Mapping[str, Any]] = ()


def describe(*, actor: Actor, now: datetime, version: ListVersion, revision: int, told: Told) -> ListVersion:
    """Correct how a file is read, whose it is, and why it may be here. It is read again when columns changed.

    Raises conflict for an older `revision` than the file's, mapping.invalid, import.state, not_found (source).
    """
    access.whole(actor)
    batch = drafted(version.batch)
    with transaction.atomic():
        same = ListVersion.objects.filter(pk=version.pk, revision=revision)
        if not same.update(revision=F("revision") + 1):
            raise ProblemError(CONFLICT)
        version.refresh_from_db()
        if told.said:
            found, wrong = sheets.corrected(version.sheets, told.said)
            if wrong:
                raise ProblemError(errors.MAPPING, fields=sorted(set(wrong)))
            version.sheets = found
        if told.source is not None:
            recognise.adopt_source(version, access.sources(actor).filter(pk=told.source).first())
        elif told.proposal is not None:
            version.source, version.proposal = None, dict(told.proposal)
        for name in ("legal_basis", "purpose", "received_on", "expires_on"):
            value = getattr(told, name)
            if value is not None:
                setattr(version, name, value)
        version.save()
        if any(one.keys() & {"columns", "header_row", "kind"} for one in told.said):
            _read_by_job(actor, now, version)
        _back_to_draft(batch)
        audit.record(
            actor=actor, action="list.described", now=now, kind="list", object_id=version.pk,
            details={"import": batch.pk, "revision": version.revision},
        )  # fmt: skip
    return version


def read(version: ListVersion, *, now: datetime) -> ListVersion:
    """What the job does: look into the file; recognise its source the first time, follow corrections later."""
    again = bool(version.sheets)
    found = recognise.read_again(version) if again else recognise.read_first(version)
    with transaction.atomic():
        mine = ListVersion.objects.filter(
            pk=version.pk, revision=version.revision, state=VersionState.READING
        )
        if not mine.exists():
            return version  # taken out, or corrected once more: another job reads it
        for name, value in found.items():
            setattr(version, name, value)
        version.rows = sum(sheet["records"] for sheet in version.sheets if not sheet["skip"])
        version.rejected = sum(sheet["rejected"] for sheet in version.sheets if not sheet["skip"])
        version.state = VersionState.READ if sheets.usable(version.sheets) else VersionState.UNREADABLE
        if version.sheets and not version.problems:
            version.state = VersionState.READ  # somebody can still name its columns
        if version.expires_on is None and version.source is not None:
            version.expires_on = version.received_on + timedelta(days=version.source.keep_days)
        version.save()
    return version


def drafted(batch: Import) -> Import:
    """The batch, if files may still be changed. Raises import.state."""
    if batch.kind != ImportKind.ADD:
        raise ProblemError(errors.STATE, state=batch.state)
    return undecided(batch)


def undecided(batch: Import) -> Import:
    """The batch, if its dry run may begin. Raises import.state."""
    batch.refresh_from_db()
    open_states = (ImportState.DRAFT, ImportState.READY)
    waiting = batch.state == ImportState.CHECKING and over(batch)
    if batch.kind == ImportKind.WITHDRAW or not (batch.state in open_states or waiting):
        raise ProblemError(errors.STATE, state=batch.state)
    return batch


def _back_to_draft(batch: Import) -> None:
    """A dry run of other files says nothing any more."""
    Import.objects.filter(pk=batch.pk).update(state=ImportState.DRAFT, difference={}, basis={}, job=None)
    transaction.on_commit(lambda: files.clear(batch.pk))


def _read_by_job(actor: Actor, now: datetime, version: ListVersion) -> None:
    job = jobs.start(
        actor=actor, now=now, kind="import.read", title="import.read", params={"version": version.pk}
    )
    version.state, version.job = VersionState.READING, job.pk
    version.save(update_fields=["state", "job"])

"""From a draft to live lists, and from live lists to none: dry run, apply, cancel, discard, withdraw, expire."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from lianfang.kernel import audit, jobs
from lianfang.kernel.actor import Actor, system
from lianfang.kernel.clock import local_date
from lianfang.kernel.errors import CONFLICT, ProblemError
from lianfang.linkage.importing import access, composition, drafts, errors, files, standing
from lianfang.linkage.importing.models import (
    Import,
    ImportKind,
    ImportState,
    ListVersion,
    Source,
    VersionState,
)
from lianfang.linkage.rules import MIN_REASON


def check(*, actor: Actor, now: datetime, batch: Import) -> Import:
    """Begin the dry run: what would be new, changed, doubtful. Sources that are new are made known.

    Raises import.state, import.empty, import.unreadable, import.incomplete, import.expired, source.taken, source.twice.
    """
    access.whole(actor)
    drafts.undecided(batch)
    versions = list(batch.versions.select_related("source"))
    with transaction.atomic():
        if batch.kind == ImportKind.ADD:
            _complete(versions)
        for version in versions:
            if version.source is None:
                version.source = _new_source(version, now)
                version.save(update_fields=["source"])
        _one_each(versions)
        files.clear(batch.pk)
        _start(actor, now, batch, ImportState.CHECKING, "import.dry_run")
        audit.record(actor=actor, action="import.checked", now=now, kind="import", object_id=batch.pk)
    return batch


def apply(*, actor: Actor, now: datetime, batch: Import) -> Import:
    """Begin to make the lists of a dry run live. Raises import.state, import.stale, import.nothing."""
    access.whole(actor)
    batch.refresh_from_db()
    if batch.state == ImportState.APPLYING and standing.over(batch):
        batch.state = ImportState.READY  # an attempt that failed: everything is as it was
    if batch.state != ImportState.READY:
        raise ProblemError(errors.STATE, state=batch.state)
    if batch.difference.get("nothing"):
        raise ProblemError(errors.NOTHING)
    if batch.basis != composition.basis_of(batch):
        raise ProblemError(errors.STALE)
    with transaction.atomic():
        _start(actor, now, batch, ImportState.APPLYING, "import.apply")
        audit.record(actor=actor, action="import.confirmed", now=now, kind="import", object_id=batch.pk)
    return batch


def cancel(*, actor: Actor, now: datetime, batch: Import) -> Import:
    """Stop what is under way; the import is a draft again, or ready as before. Harmless when nothing is.

    Raises job.over when it had just ended.
    """
    access.whole(actor)
    job = standing.job_of(batch)
    if job is not None and not standing.over(batch):
        with transaction.atomic():
            audit.record(actor=actor, action="import.stopped", now=now, kind="import", object_id=batch.pk)
            jobs.cancel(actor=system("import"), now=now, job=job)
    batch.refresh_from_db()
    return batch


def discard(*, actor: Actor, now: datetime, batch: Import) -> Import:
    """Give a draft up: its files go, nothing else has changed. Raises import.state while a job works on it."""
    access.whole(actor)
    batch.refresh_from_db()
    if batch.state in (ImportState.APPLIED, ImportState.DISCARDED) or not standing.over(batch):
        raise ProblemError(errors.STATE, state=batch.state)
    with transaction.atomic():
        stored = list(batch.versions.values_list("stored", flat=True))
        sources = [version.source_id for version in batch.versions.all() if version.source_id]
        batch.versions.all().delete()
        ListVersion.objects.filter(withdrawn_by=batch, state=VersionState.LIVE).update(withdrawn_by=None)
        # A source that only this draft has named is nobody's.
        Source.objects.filter(pk__in=sources, versions=None).delete()
        Import.objects.filter(pk=batch.pk).update(state=ImportState.DISCARDED, difference={}, job=None)
        audit.record(actor=actor, action="import.discarded", now=now, kind="import", object_id=batch.pk)
        transaction.on_commit(lambda: files.remove(stored))
        transaction.on_commit(lambda: files.clear(batch.pk))
    batch.refresh_from_db()
    return batch


def withdraw(
    *, actor: Actor, now: datetime, versions: Sequence[ListVersion], reason: str, restore: bool = False
) -> Import:
    """Begin to take lists away with everything that follows from them alone; `restore` brings back, where its file is
    still there, the version that each had superseded.

    A list that is not live any more loses its file at once. Raises list.reason, list.over.
    """
    access.whole(actor)
    words = reason.strip()
    if len(words) < MIN_REASON:
        raise ProblemError(errors.LIST_REASON, least=MIN_REASON)
    with transaction.atomic():
        going = [version.pk for version in versions]
        theirs = ListVersion.objects.filter(
            pk__in=going, state__in=(VersionState.LIVE, VersionState.SUPERSEDED), withdrawn_by=None
        )
        batch = Import.objects.create(
            kind=ImportKind.WITHDRAW, created_at=now, created_by=actor.user_id, creator=actor.name, reason=words[:500],
            basis={"restore": restore},
        )  # fmt: skip
        if theirs.update(withdrawn_by=batch) != len(going):
            raise ProblemError(errors.LIST_OVER)
        _start(actor, now, batch, ImportState.APPLYING, "lists.withdraw")
        audit.record(
            actor=actor, action="list.withdrawal", now=now, kind="import", object_id=batch.pk,
            details={"lists": going, "reason": words[:500], "restore": restore},
        )  # fmt: skip
    return batch


def state_ground(
    *, actor: Actor, now: datetime, version: ListVersion, revision: int, legal_basis: str, purpose: str,
    expires_on: date,
) -> ListVersion:  # fmt: skip
    """Say why a live list may be here and until when, or say it anew; the next list of its source begins with this.

    Raises conflict for an older `revision` than the list's, list.over, import.incomplete, list.ground_over.
    """
    access.whole(actor)
    missing = [
        name for name, said in (("legal_basis", legal_basis), ("purpose", purpose.strip())) if not said
    ]
    if missing:
        raise ProblemError(errors.INCOMPLETE, file=version.file_name, fields=missing)
    if expires_on <= local_date(now):
        raise ProblemError(errors.GROUND_OVER)
    with transaction.atomic():
        alive = ListVersion.objects.filter(pk=version.pk, state=VersionState.LIVE, withdrawn_by=None)
        if not alive.exists():
            raise ProblemError(errors.LIST_OVER)
        said = {"legal_basis": legal_basis, "purpose": purpose.strip()}
        if not alive.filter(revision=revision).update(
            revision=F("revision") + 1, expires_on=expires_on, **said
        ):
            raise ProblemError(CONFLICT)
        Source.objects.filter(versions=version).update(**said)
        audit.record(
            actor=actor, action="list.ground_stated", now=now, kind="list", object_id=version.pk,
            details={"legal_basis": legal_basis, "expires_on": expires_on.isoformat()},
        )  # fmt: skip
    version.refresh_from_db()
    return version


def expire(*, now: datetime) -> Import | None:
    """Begin to withdraw every list whose time is over; None when there is none. For the daily job."""
    due = ListVersion.objects.filter(
        state__in=(VersionState.LIVE, VersionState.SUPERSEDED), withdrawn_by=None, expires_on__lte=local_date(now)
    )  # fmt: skip
    versions = list(due)
    if not versions:
        return None
    return withdraw(actor=system("expiry"), now=now, versions=versions, reason="expired")


def _start(actor: Actor, now: datetime, batch: Import, state: ImportState, kind: str) -> None:
    open_states = (ImportState.DRAFT, ImportState.READY, ImportState.CHECKING, ImportState.APPLYING)
    title = "lists.renew" if batch.kind == ImportKind.RENEW else kind
    job = jobs.start(actor=actor, now=now, kind=kind, title=title, params={"import": batch.pk})
    mine = Import.objects.filter(pk=batch.pk, job=batch.job, state__in=open_states)
    if mine.update(state=state, job=job.pk) != 1:
        raise ProblemError(errors.STATE, state=batch.state)
    batch.refresh_from_db()


def _complete(versions: Sequence[ListVersion]) -> None:
    """Everything that has to be known of the files is."""
    if not versions:
        raise ProblemError(errors.EMPTY_IMPORT)
    for version in versions:
        unclear = any(sheet["problems"] for sheet in version.sheets if not sheet["skip"])
        if version.state != VersionState.READ or not version.rows or unclear:
            raise ProblemError(errors.UNREADABLE, file=version.file_name)
        missing = [name for name in ("legal_basis", "purpose", "expires_on") if not getattr(version, name)]
        if version.source is None and not str(version.proposal.get("name", "")).strip():
            missing.insert(0, "source")
        if missing:
            raise ProblemError(errors.INCOMPLETE, file=version.file_name, fields=missing)
        assert version.expires_on is not None
        if version.expires_on <= version.received_on:
            raise ProblemError(errors.EXPIRED, file=version.file_name)


def _new_source(version: ListVersion, now: datetime) -> Source:
    told: Mapping[str, Any] = version.proposal
    name = str(told["name"]).strip()[:120]
    if Source.objects.filter(name=name).exists():
        raise ProblemError(errors.SOURCE_TAKEN, name=name)
    assert version.expires_on is not None
    return Source.objects.create(
        name=name,
        organisation=str(told.get("organisation", ""))[:120],
        kind=composition.kind_of(version).value,
        replaces=bool(told.get("replaces", True)),
        legal_basis=version.legal_basis,
        purpose=version.purpose,
        keep_days=max(1, (version.expires_on - version.received_on) // timedelta(days=1)),
        created_at=now,
    )


def _one_each(versions: Sequence[ListVersion]) -> None:
    seen: set[int] = set()
    for version in versions:
        if version.source is not None and version.source.replaces:
            if version.source.pk in seen:
                raise ProblemError(errors.SOURCE_TWICE, name=version.source.name)
            seen.add(version.source.pk)

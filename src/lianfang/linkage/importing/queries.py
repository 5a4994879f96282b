"""Reads for the screens of lists and imports."""

from typing import Any

from lianfang.kernel.actor import Actor
from lianfang.linkage.importing import access, composition, standing
from lianfang.linkage.importing.models import Import, ImportKind, ImportState, ListVersion, VersionState

_GONE = (VersionState.SUPERSEDED, VersionState.WITHDRAWN)
_KNOWN = (VersionState.LIVE, *_GONE)


def batches(actor: Actor, *, page: int, size: int) -> dict[str, Any]:
    """A page of imports and withdrawals, newest first."""
    found = access.batches(actor).prefetch_related("versions", "withdrawn")
    start = (page - 1) * size
    return {
        "items": [shown(one, files=False) for one in found[start : start + size]],
        "total": found.count(),
        "page": page,
        "size": size,
    }


def batch(actor: Actor, number: int) -> dict[str, Any]:
    """One of them with everything about its files. Raises not_found."""
    return shown(access.batch(actor, number), files=True)


def shown(one: Import, *, files: bool) -> dict[str, Any]:
    """A batch for the screen. A step whose job has ended badly is not under way any more."""
    progress = standing.progress(one)
    versions = list(one.versions.select_related("source").all())
    going = list(one.withdrawn.select_related("source").all())
    waiting = progress is not None and progress.state in ("queued", "running")
    state = one.state
    if state == ImportState.CHECKING and not waiting:
        state = ImportState.DRAFT
    if state == ImportState.APPLYING and not waiting and one.kind != ImportKind.WITHDRAW:
        state = ImportState.READY
    failed = progress is not None and progress.state in ("failed", "cancelled")
    return {
        "id": one.pk,
        "kind": one.kind,
        "state": state,
        "created_at": one.created_at,
        "creator": one.creator,
        "reason": one.reason,
        "applied_at": one.applied_at,
        "run": one.run_id,
        "working": waiting,
        "progress": progress if waiting or failed else None,
        "names": [version.file_name for version in versions or going],
        "rows": sum(version.rows for version in versions or going),
        "files": [file(version) for version in versions] if files else [],
        "difference": one.difference if files and one.difference else None,
        "taught": one.kind == ImportKind.RENEW and composition.taught(one),
        "stale": files and one.state == ImportState.READY and one.basis != composition.basis_of(one),
    }


def file(version: ListVersion) -> dict[str, Any]:
    """A file of a draft: how it is read, whose it is, and whether the same one has been here before."""
    twin = (
        ListVersion.objects.filter(sha256=version.sha256, state=VersionState.LIVE)
        .exclude(pk=version.pk)
        .select_related("source")
        .first()
    )
    return {
        **listed(version),
        "proposal": version.proposal or None,
        "sheets": version.sheets,
        "problems": version.problems,
        "progress": standing.progress(version) if version.state == VersionState.READING else None,
        "same_as": listed(twin) if twin and twin.source else None,
    }


def listed(version: ListVersion) -> dict[str, Any]:
    """A list in one line."""
    return {
        "id": version.pk,
        "batch": version.batch_id,
        "revision": version.revision,
        "number": version.number,
        "state": version.state,
        "file_name": version.file_name,
        "size": version.size,
        "rows": version.rows,
        "rejected": version.rejected,
        "kind": composition.kind_of(version).value if version.sheets else "other",
        "source": version.source,
        "uploaded_at": version.uploaded_at,
        "received_on": version.received_on,
        "legal_basis": version.legal_basis,
        "purpose": version.purpose,
        "expires_on": version.expires_on,
        "ended_at": version.ended_at,
        "going": version.withdrawn_by_id is not None
        and version.state in (VersionState.LIVE, VersionState.SUPERSEDED),
        "restorable": version.state == VersionState.LIVE and _former(version),
    }


def _former(version: ListVersion) -> bool:
    before = ListVersion.objects.filter(superseded_by=version, state=VersionState.SUPERSEDED)
    return before.exclude(stored="").exists()


def lists(actor: Actor) -> dict[str, Any]:
    """Every list that is live, and the newest hundred that were."""
    found = access.versions(actor).filter(state__in=_KNOWN).select_related("source")
    live = composition.in_order(list(found.filter(state=VersionState.LIVE)))
    gone = found.filter(state__in=_GONE).order_by("-ended_at")[:100]
    return {"live": [listed(one) for one in live], "gone": [listed(one) for one in gone]}

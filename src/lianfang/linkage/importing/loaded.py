"""A run that was made on the command line comes with its lists: they are live like those of an import."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import ProblemError
from lianfang.linkage import list_files, loading
from lianfang.linkage.fields import ListKind
from lianfang.linkage.importing import composition, errors, files, recognise, sheets
from lianfang.linkage.importing.going_live import go_live
from lianfang.linkage.importing.models import (
    Import,
    ImportState,
    ListVersion,
    Source,
    VersionState,
)
from lianfang.linkage.models import Run
from lianfang.linkage.prepared import prepare
from lianfang.linkage.readers import Mapping
from lianfang.linkage.readers import Source as File
from lianfang.linkage.readers.limits import Limits
from lianfang.linkage.result import ListFile, RunResult


@dataclass(frozen=True)
class Ground:
    """Why the lists may be here. What is not stated is empty, and asked for on the screen of the lists."""

    legal_basis: str = ""
    purpose: str = ""
    expires_on: date | None = None


@dataclass(frozen=True)
class _Kept:
    """A file of the run that is in the data folder now."""

    file: ListFile
    stored: files.Stored
    sheets: list[dict[str, Any]]
    problems: list[dict[str, Any]]


def load(
    *,
    actor: Actor,
    now: datetime,
    result: RunResult,
    folder: Path | None,
    title: str,
    ground: Ground,
    replace: bool = False,
) -> Run:
    """Make the run current, and the lists it was made of live. Permissions are for the caller.

    The register is made of these lists alone from then on: with `replace` other live lists end, without it they
    stop the loading (lists.others). Without a `folder` there are no files to be kept. Raises what loading raises.
    """
    keys = {one.key for one in result.files}
    others = [one for one in composition.live() if one.source is None or one.source.key not in keys]
    if others and not replace:
        raise ProblemError(errors.OTHERS, names=sorted({one.file_name for one in others}))
    kept: list[_Kept] = []
    try:
        if folder is not None:
            for one in result.files:
                kept.append(_take_in(one, folder))
        with (
            loading.staged(actor=actor, now=now, prepared=prepare(result), title=title) as waiting,
            transaction.atomic(),
        ):
            loading.activate(actor=actor, now=now, waiting=waiting)
            _register(actor, now, waiting.run, kept, ground)
            _end(others, now)
    except BaseException:
        files.remove([one.stored.name for one in kept])
        raise
    return waiting.run


def _take_in(one: ListFile, folder: Path) -> _Kept:
    path = list_files.path_of(one, folder)
    with path.open("rb") as content:
        stored = files.store(content, Limits().file)
    kind = ListKind(one.kind) if one.kind else None
    told = File(path, kind, name=one.name, mapping=Mapping.parse(one.mapping))
    return _Kept(one, stored, *sheets.read_as_told(told))


def _register(actor: Actor, now: datetime, run: Run, kept: Sequence[_Kept], ground: Ground) -> None:
    """Source and version of every list; a version whose file is the same stays as it is."""
    if not kept:
        return
    batch = Import.objects.create(
        created_at=now, created_by=actor.user_id, creator=actor.name, state=ImportState.APPLIED, applied_at=now,
        run=run,
    )  # fmt: skip
    versions, superfluous = [], []
    for one in kept:
        source = _source(one, now)
        same = source.versions.filter(state=VersionState.LIVE, sha256=one.stored.sha256).first()
        if same is not None:
            _state_ground(same, ground)
            superfluous.append(one.stored.name)
            continue
        version = _version(batch, source, one, now, run.as_of)
        _state_ground(version, ground)
        versions.append(version)
    go_live(versions, now)
    transaction.on_commit(lambda: files.remove(superfluous))
    if not versions:
        batch.delete()


def _source(one: _Kept, now: datetime) -> Source:
    known = Source.objects.filter(label=one.file.key).first()
    if known is not None:
        return known
    name = recognise.stem(one.file.name) or one.file.name
    if Source.objects.filter(name=name[:120]).exists():
        name = one.file.key
    return Source.objects.create(
        name=name[:120], kind=ListKind.OTHER.value, label=one.file.key, created_at=now
    )


def _version(batch: Import, source: Source, one: _Kept, now: datetime, received_on: date) -> ListVersion:
    read = [sheet for sheet in one.sheets if not sheet["skip"]]
    return ListVersion.objects.create(
        batch=batch,
        source=source,
        state=VersionState.READ,
        file_name=one.file.name[-200:],
        stored=one.stored.name,
        sha256=one.stored.sha256,
        size=one.stored.size,
        uploaded_at=now,
        uploaded_by=batch.created_by,
        received_on=received_on,
        sheets=one.sheets,
        problems=one.problems,
        rows=sum(sheet["records"] for sheet in read),
        rejected=sum(sheet["rejected"] for sheet in read),
    )


def _state_ground(version: ListVersion, ground: Ground) -> None:
    """What is stated now counts; what was stated before stays where nothing is."""
    assert version.source is not None
    version.legal_basis = ground.legal_basis or version.legal_basis or version.source.legal_basis
    version.purpose = ground.purpose or version.purpose or version.source.purpose
    version.expires_on = ground.expires_on or version.expires_on
    version.save(update_fields=["legal_basis", "purpose", "expires_on"])


def _end(versions: Sequence[ListVersion], now: datetime) -> None:
    ListVersion.objects.filter(pk__in=[one.pk for one in versions]).update(
        state=VersionState.SUPERSEDED, ended_at=now
    )

"""Which lists the register would be made of, and what a batch started from."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from typing import Any

from lianfang.linkage.fields import ListKind
from lianfang.linkage.importing import files, sheets
from lianfang.linkage.importing.models import Import, ImportKind, ImportState, ListVersion, VersionState
from lianfang.linkage.models import Run
from lianfang.linkage.readers import Source as File


def live() -> list[ListVersion]:
    """The lists that the current run is made of, in the order in which they are read."""
    found = ListVersion.objects.filter(state=VersionState.LIVE).select_related("source")
    return in_order(list(found))


def after(batch: Import) -> list[ListVersion]:
    """The lists that the register is made of once the batch is applied, in the order in which they are read."""
    if batch.kind == ImportKind.WITHDRAW:
        going = set(ListVersion.objects.filter(withdrawn_by=batch).values_list("pk", flat=True))
        return [version for version in live() if version.pk not in going]
    new = coming(batch)  # none, where the live lists are worked out once more
    replaced = {version.source_id for version in new if version.source and version.source.replaces}
    return in_order([version for version in live() if version.source_id not in replaced] + new)


def coming(batch: Import) -> list[ListVersion]:
    """The lists of the batch that can be read."""
    return list(batch.versions.filter(state=VersionState.READ).select_related("source"))


def in_order(versions: Sequence[ListVersion]) -> list[ListVersion]:
    """Registers first: a person's number begins with them; then as they came."""
    return sorted(versions, key=lambda one: (kind_of(one) != ListKind.REGISTER, one.source_id or 0, one.pk))


def kind_of(version: ListVersion) -> ListKind:
    """What the list is: the kind of its first sheet that is read."""
    kinds = [sheet["kind"] for sheet in version.sheets if not sheet["skip"] and sheet["kind"]]
    return ListKind(kinds[0]) if kinds else ListKind.OTHER


@contextmanager
def opened(versions: Sequence[ListVersion]) -> Iterator[list[File]]:
    """For the readers, as long as they read. Raises SealBrokenError, OSError."""
    with ExitStack() as stack:
        yield [
            File(
                stack.enter_context(files.opened(version.stored)),
                name=version.file_name,
                mapping=sheets.mapping_of(version.sheets),
                skip=sheets.skipped(version.sheets),
                key=version.source.key if version.source else "",
            )
            for version in versions
        ]


def as_of(versions: Sequence[ListVersion], today: date) -> date:
    """The day on which ages are judged: that of the newest list, today without any."""
    return max((version.received_on for version in versions), default=today)


def basis_of(batch: Import) -> dict[str, Any]:
    """What a dry run depends on besides the files of the batch; another basis, another result."""
    run = Run.objects.filter(current=True).first()
    found: dict[str, Any] = {
        "run": run.pk if run else None,
        "live": sorted(version.pk for version in live()),
        "coming": sorted(version.pk for version in coming(batch)),
    }
    return {**found, "taught": taught(batch)} if batch.kind == ImportKind.RENEW else found


def taught(batch: Import | None = None) -> bool:
    """Whether reviewers' decisions teach the weights: as the batch says, else as the newest one said that is in
    force."""
    if batch is not None and batch.kind == ImportKind.RENEW:
        return bool(batch.basis.get("taught"))
    newest = (
        Import.objects.filter(kind=ImportKind.RENEW, state=ImportState.APPLIED)
        .order_by("-applied_at")
        .first()
    )
    return newest is not None and taught(newest)

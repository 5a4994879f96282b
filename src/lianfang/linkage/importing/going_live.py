"""Versions of lists become live, in the place of those before, or come back."""

from collections.abc import Sequence
from datetime import datetime

from lianfang.linkage.importing import composition, sheets
from lianfang.linkage.importing.models import ListVersion, VersionState


def go_live(versions: Sequence[ListVersion], now: datetime) -> None:
    """The lists of the batch are those that the current run is made of. Inside the caller's transaction."""
    for version in versions:
        source = version.source
        assert source is not None
        earlier = source.versions.filter(number__isnull=False)
        newest = earlier.order_by("-number").values_list("number", flat=True).first() or 0
        if source.replaces:
            earlier.filter(state=VersionState.LIVE).update(
                state=VersionState.SUPERSEDED, superseded_by=version, ended_at=now
            )
        ListVersion.objects.filter(pk=version.pk).update(state=VersionState.LIVE, number=newest + 1)
        source.kind = composition.kind_of(version).value
        source.remembered = sheets.remember(version.sheets, source.remembered)
        source.headings, source.file_name = sheets.headings(version.sheets), version.file_name
        source.legal_basis, source.purpose = version.legal_basis, version.purpose
        source.save()


def come_back(versions: Sequence[ListVersion]) -> None:
    """Superseded versions are live again. Inside the caller's transaction."""
    for version in versions:
        ListVersion.objects.filter(pk=version.pk).update(
            state=VersionState.LIVE, superseded_by=None, ended_at=None
        )

"""A run's findings packed by what they say, when it is loaded; `text` looks there."""

from collections.abc import Iterator

import polars as pl
from django.db import transaction

from lianfang.linkage.finding_text import packed
from lianfang.linkage.models import Run, RunText

#: Findings whose texts are held at once.
_AT_ONCE = 100_000
_NEEDED = ("path", "number", "name", "reason_zh", "reason_en")


def store(run: Run, findings: pl.LazyFrame) -> None:
    """Pack the run's findings (rows of RunFinding), path by path, in short transactions."""
    for paths in _portions(findings):
        rows = findings.select(_NEEDED).filter(pl.col("path").is_in(paths)).collect()
        for (path,), own in rows.sort("path", "number").group_by("path", maintain_order=True):
            made = (
                RunText(run=run, path=path, part=part, bucket=bucket, packed=content)
                for part, bucket, content in packed(own)
            )
            with transaction.atomic():
                RunText.objects.bulk_create(made, batch_size=1000)


def _portions(findings: pl.LazyFrame) -> Iterator[list[str]]:
    """Paths whose findings together are not many more than _AT_ONCE."""
    counts = findings.select("path").group_by("path").len().sort("path").collect()
    chosen: list[str] = []
    held = 0
    for path, n in counts.iter_rows():
        if chosen and held + n > _AT_ONCE:
            yield chosen
            chosen, held = [], 0
        chosen.append(path)
        held += n
    if chosen:
        yield chosen

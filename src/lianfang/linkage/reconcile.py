"""统一校对: person lists in; links, one person one file, findings, work list and report out. No Django, no
database."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from time import perf_counter

import polars as pl

from lianfang.linkage.assemble import SPOKEN, assemble
from lianfang.linkage.engine.pipeline import link
from lianfang.linkage.engine.settled import Decision
from lianfang.linkage.engine_choice import Link
from lianfang.linkage.fields import FIELDS, ListKind
from lianfang.linkage.findings import Findings, audit, gather, worklist
from lianfang.linkage.findings.worklist import WorkList
from lianfang.linkage.list_files import keep_files, named
from lianfang.linkage.outputs import (
    ListAccount,
    Summary,
    prepare_directory,
    summarise,
    write_results,
)
from lianfang.linkage.readers import (
    FileError,
    Mapping,
    Progress,
    Reading,
    SheetReading,
    Source,
    mapping_found,
    read_lists,
)
from lianfang.linkage.result import RunResult, keep

#: Told the step and the share of the whole run that is done, 0 … 1. May raise to stop the run; nothing is
#: written then.
Watcher = Callable[[str, float], None]

#: What people have decided of the records that were read, as the engine takes it.
Decided = Callable[[Reading], Sequence[Decision]]
#: Inside the folder of the results: the steps of a run that has not ended yet.
WORK = ".work"
_READ, _LINKED, _FOUND = 0.12, 0.72, 0.85  # shares of a run's time after each part
_WORK_LIST = 0.04


class NothingReadable(Exception):
    """No list could be read; `errors` say why, file by file."""

    def __init__(self, errors: Sequence[FileError]) -> None:
        super().__init__("no list could be read")
        self.errors = tuple(errors)


@dataclass(frozen=True)
class Outcome:
    """What a run gave: the figures as written, how the lists were read, and the findings for whoever goes
    on."""

    summary: Summary
    reading: Reading
    findings: Findings


@dataclass(frozen=True)
class Found:
    """What was found, before anything is written."""

    summary: Summary
    reading: Reading
    findings: Findings
    standard: pl.DataFrame  # SPOKEN of the engine's table
    work: WorkList
    looks: pl.DataFrame | None = None  # the engine's sample for a second look

    def result(self, summary: Summary | None = None) -> RunResult:
        """The run as one value, to be kept and loaded."""
        told = json.loads((summary or self.summary).to_json())
        return assemble(self.reading, self.standard, self.findings, self.work, told, self.looks)


def run(
    register: Path,
    lists: Sequence[Path],
    out: Path,
    *,
    mapping: Path | None = None,
    as_of: date | None = None,
    progress: Watcher | None = None,
    mask: bool = False,
) -> Summary:
    """`reconcile`, for those who want the figures only."""
    return reconcile(register, lists, out, mapping=mapping, as_of=as_of, progress=progress, mask=mask).summary


def reconcile(
    register: Path,
    lists: Sequence[Path],
    out: Path,
    *,
    mapping: Path | None = None,
    as_of: date | None = None,
    progress: Watcher | None = None,
    mask: bool = False,
    engine: Link = link,
) -> Outcome:
    """Link the register and the other lists, look for findings, write the results into `out`.

    A file that cannot be read is in `summary.errors` and stops nothing else. `as_of` is the day that ages and dates
    without a year refer to (default: today). Raises MappingError, OutputError or NothingReadable, and then the
    results in `out` are as they were; a run that is stopped half-way goes on there when it is started again.
    `engine` links (see `engine_choice`).
    """
    tell: Watcher = progress or (lambda step, share: None)
    prepare_directory(out)
    told = Mapping.load(mapping) if mapping else None
    sources = named([Source(register, ListKind.REGISTER), *(Source(path) for path in lists)])
    engine = partial(engine, work_dir=out / WORK)
    found = work_out(sources, mapping=told, as_of=as_of or date.today(), progress=tell, engine=engine)
    summary = write_results(
        out,
        found.findings,
        found.work,
        found.summary,
        made_at=datetime.now(),
        mask=mask,
        texts={"mapping.toml": mapping_found(found.reading).dump()},
        step=lambda name: tell(f"write {name}", (1 + _FOUND) / 2),
    )
    tell("keep", 0.97)
    kept = keep_files(sources, told, out)
    keep(replace(found.result(summary), files=kept), out)
    shutil.rmtree(out / WORK, ignore_errors=True)
    tell("done", 1.0)
    return Outcome(summary, found.reading, found.findings)


def work_out(
    sources: Sequence[Source],
    *,
    as_of: date,
    mapping: Mapping | None = None,
    progress: Watcher,
    engine: Link = link,
    decisions: Decided = lambda reading: (),
    nobody: bool = False,
) -> Found:
    """Read the lists, link them, look for findings; write nothing. One path for the command and for the server's jobs.

    `decisions` says what people have decided of these records. Raises NothingReadable where the lists hold nobody,
    unless `nobody` allows it, and whatever `progress` raises to stop.
    """
    clock = _Stopwatch()
    reading = read_lists(
        sources, mapping=mapping, progress=lambda p: progress(f"read {p.file}", _READ * _share(p))
    )
    clock.stop("read")
    if not reading.records.height and not nobody:
        raise NothingReadable(reading.errors)
    decided = decisions(reading)
    linking = partial(engine, decisions=decided) if decided else engine
    findings, standard, looks = _find(reading, as_of, linking, clock, progress)
    work = worklist(findings, tell=lambda share: progress("work list", _FOUND + _WORK_LIST * share))
    progress("work list", _FOUND + _WORK_LIST)
    summary = summarise(findings, work, [_account(sheet) for sheet in reading.sheets])
    clock.stop("worklist")
    summary = replace(summary, errors=tuple(map(asdict, reading.errors)), seconds=clock.seconds)
    return Found(summary, reading, findings, standard, work, looks)


def _find(
    reading: Reading, as_of: date, engine: Link, clock: "_Stopwatch", tell: Watcher
) -> tuple[Findings, pl.DataFrame, pl.DataFrame | None]:
    """The findings; what is said of every record, by which people are searched and recognised; the second looks."""

    def linking(step: str, share: float) -> None:
        tell(f"link: {step}", _READ + (_LINKED - _READ) * share)

    tell("link: begin", _READ)
    linkage = engine(reading.records, reading.lists, as_of=as_of, progress=linking)
    clock.stop("link")
    tell("find", _LINKED)
    standard = linkage.standard.select(SPOKEN)
    evidence = gather(
        reading.records,
        reading.lists,
        linkage.standard,
        linkage.links,
        reviews=linkage.reviews,
        rejected=reading.rejected,
        as_of=as_of,
    )
    looks = linkage.looks
    del linkage  # the columns that findings use are in the evidence
    tell("find", _LINKED + 0.2 * (_FOUND - _LINKED))
    found = audit(
        evidence, tell=lambda share: tell("find", _LINKED + (0.2 + 0.8 * share) * (_FOUND - _LINKED))
    )
    clock.stop("find")
    tell("work list", _FOUND)
    return found, standard, looks


class _Stopwatch:
    """Seconds of each part of the run."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._since = perf_counter()

    def stop(self, part: str) -> None:
        now = perf_counter()
        self.seconds[part] = round(now - self._since, 2)
        self._since = now


def _share(progress: Progress) -> float:
    return progress.bytes_done / progress.bytes_total if progress.bytes_total else 0.0


def _account(sheet: SheetReading) -> ListAccount:
    account = sheet.account
    names = {field.name: field for field in FIELDS}
    columns = tuple(
        {
            "column": column.letter,
            "header": column.header,
            "field": column.field,
            "field_zh": names[column.field].zh if column.field in names else None,
            "how": column.how,
        }
        for column in sheet.columns
    )
    return ListAccount(
        file=sheet.label,
        kind=sheet.kind.value,
        kind_zh=sheet.kind_zh.partition("：")[0],
        kind_en=sheet.kind_en.partition(":")[0],
        rows=account.data,
        rejected=account.rejected,
        columns=columns,
        encoding=sheet.encoding,
        header_rows=sheet.header_rows,
        other_rows={
            "blank": account.blank,
            "title": account.title,
            "totals": account.totals,
            "note": account.note,
        },
        notes=tuple({"code": note.code, "zh": note.zh, "en": note.en} for note in sheet.notes),
    )

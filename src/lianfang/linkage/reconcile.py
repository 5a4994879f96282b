"""统一校对: person lists in; links, one person one file, findings, work list and report out. No Django, no
database."""

import argparse
import json
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from time import perf_counter

import polars as pl

from lianfang.linkage.assemble import SPOKEN, assemble
from lianfang.linkage.engine.pipeline import link
from lianfang.linkage.engine_choice import EngineProblem, Link, add_engine_options, engine_chosen
from lianfang.linkage.fields import FIELDS, ListKind
from lianfang.linkage.findings import Findings, audit, gather, worklist
from lianfang.linkage.outputs import (
    ListAccount,
    OutputError,
    Summary,
    prepare_directory,
    summarise,
    write_results,
)
from lianfang.linkage.outputs.terminal import told
from lianfang.linkage.progress_line import printer
from lianfang.linkage.readers import (
    FileError,
    Mapping,
    MappingError,
    Progress,
    Reading,
    SheetReading,
    Source,
    mapping_found,
    read_lists,
)
from lianfang.linkage.result import keep

#: Told the step and the share of the whole run that is done, 0 … 1. May raise to stop the run; nothing is
#: written then.
Watcher = Callable[[str, float], None]

#: Inside the folder of the results: the steps of a run that has not ended yet.
WORK = ".work"
_READ, _LINKED, _FOUND = 0.12, 0.72, 0.85  # shares of a run's time after each part


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
    clock = _Stopwatch()
    sources = [Source(register, ListKind.REGISTER), *(Source(path) for path in lists)]
    reading = read_lists(sources, mapping=told, progress=lambda p: tell(f"read {p.file}", _READ * _share(p)))
    clock.stop("read")
    if not reading.records.height:
        raise NothingReadable(reading.errors)
    engine = partial(engine, work_dir=out / WORK)
    findings, standard, looks = _find(reading, as_of or date.today(), engine, clock, tell)
    work = worklist(findings)
    summary = summarise(findings, work, [_account(sheet) for sheet in reading.sheets])
    clock.stop("worklist")
    summary = write_results(
        out,
        findings,
        work,
        replace(summary, errors=tuple(map(asdict, reading.errors)), seconds=clock.seconds),
        made_at=datetime.now(),
        mask=mask,
        texts={"mapping.toml": mapping_found(reading).dump()},
        step=lambda name: tell(f"write {name}", (1 + _FOUND) / 2),
    )
    tell("keep", 0.97)
    keep(assemble(reading, standard, findings, work, json.loads(summary.to_json()), looks), out)
    shutil.rmtree(out / WORK, ignore_errors=True)
    tell("done", 1.0)
    return Outcome(summary, reading, findings)


def _find(
    reading: Reading, as_of: date, engine: Link, clock: "_Stopwatch", tell: Watcher
) -> tuple[Findings, pl.DataFrame, pl.DataFrame | None]:
    """The findings; what is said of every record, by which people are searched and recognised; the second looks."""

    def linking(step: str, share: float) -> None:
        tell(f"link: {step}", _READ + (_LINKED - _READ) * share)

    linkage = engine(reading.records, reading.lists, as_of=as_of, progress=linking)
    clock.stop("link")
    tell("find", _LINKED)
    evidence = gather(
        reading.records,
        reading.lists,
        linkage.standard,
        linkage.links,
        reviews=linkage.reviews,
        rejected=reading.rejected,
        as_of=as_of,
    )
    found = audit(evidence)
    clock.stop("find")
    tell("work list", _FOUND)
    return found, linkage.standard.select(SPOKEN), linkage.looks


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


def main(argv: Sequence[str]) -> int:
    """`lianfang reconcile`: 0 done, 1 done but some file could not be read, 2 nothing done."""
    options = _parser().parse_args(argv)
    try:
        with engine_chosen(options, standard=True) as engine:
            outcome = reconcile(
                options.register,
                options.list,
                options.out,
                mapping=options.map,
                as_of=options.as_of,
                progress=printer(),
                mask=options.mask,
                engine=engine,
            )
    except NothingReadable as problem:
        return _refuse([_said(error) for error in problem.errors] or [_NOBODY])
    except MappingError as problem:
        return _refuse([_said(problem.error)])
    except (OutputError, EngineProblem) as problem:
        return _refuse([f"{problem.zh}\n    {problem.en}"])
    except KeyboardInterrupt:
        print("\n已停止，没有写入任何结果。 Stopped; nothing was written.", file=sys.stderr)
        return 130
    for error in outcome.reading.errors:
        print(_said(error), file=sys.stderr)
    print(outcome.summary.to_json() if options.format == "json" else told(outcome.summary, options.out))
    return 1 if outcome.reading.errors else 0


_NOBODY = "名单里一个人也没有。 The lists hold nobody."


def _refuse(lines: Sequence[str]) -> int:
    for line in lines:
        print(line, file=sys.stderr)
    return 2


def _said(error: FileError) -> str:
    where = f"{error.file} 第{error.row}行 row {error.row}" if error.row else error.file
    return f"{where}: {error.zh}\n    {error.en}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lianfang reconcile",
        description="Person lists in; links, one person one file, findings and work lists out. "
        "名单进，一人一档、问题清单和工作单出。",
    )
    parser.add_argument(
        "--register", type=Path, required=True, metavar="FILE", help="the resident register 居民登记"
    )
    parser.add_argument(
        "--list",
        type=Path,
        action="extend",
        nargs="+",
        default=[],
        metavar="FILE",
        help="any other list; may be given several times 其他名单",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder for the results 结果文件夹"
    )
    parser.add_argument(
        "--map", type=Path, metavar="FILE.toml", help="corrects how columns were understood 列的对应"
    )
    parser.add_argument(
        "--as-of", type=date.fromisoformat, metavar="YYYY-MM-DD", help="day that ages refer to (today) 基准日"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument(
        "--mask",
        action="store_true",
        help="hide names, numbers and doors in findings.csv 隐去姓名、号码和门牌",
    )
    add_engine_options(parser)
    return parser

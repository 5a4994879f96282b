"""`lianfang reconcile`: the run on a command line."""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from lianfang.linkage.engine_choice import EngineProblem, add_engine_options, engine_chosen
from lianfang.linkage.outputs import OutputError
from lianfang.linkage.outputs.terminal import told
from lianfang.linkage.progress_line import printer
from lianfang.linkage.readers import FileError, MappingError
from lianfang.linkage.reconcile import NothingReadable, reconcile


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

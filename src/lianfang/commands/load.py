"""`lianfang load DIR`: put the result that `lianfang reconcile --out DIR` kept into the database."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from lianfang.commands.serve import prepare_database
from lianfang.kernel import clock
from lianfang.kernel.actor import system
from lianfang.kernel.errors import ProblemError
from lianfang.linkage.actions import load_result
from lianfang.linkage.result import ResultError, read

_WORDS = {
    "result.missing": "{folder} holds no finished run ({detail}): lianfang reconcile --out makes one.",
    "result.unfit": "The tables in {folder} do not fit ({detail}). Run lianfang reconcile again.",
}


def main(argv: Sequence[str]) -> int:
    """Load one folder. Returns 1 with a plain sentence when it cannot be loaded."""
    parser = ArgumentParser(
        prog="lianfang load", description="Load a reconciliation's result into the database."
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--title", default="", help="what the desk calls it (default: the folder's name)")
    parser.add_argument("--data", metavar="DIR", help="data folder (default ./data)")
    parser.add_argument("--database", metavar="URL", help="postgresql://… instead of the embedded SQLite")
    options = parser.parse_args(argv)
    problem = prepare_database()
    if problem:
        print(problem, file=sys.stderr)
        return 1
    try:
        load_folder(options.folder, title=options.title)
    except ResultError as unusable:
        print(_WORDS[unusable.code].format(folder=options.folder, detail=unusable.detail), file=sys.stderr)
        return 1
    except ProblemError as refused:
        detail = refused.params.get("detail", "")
        print(_WORDS[refused.code].format(folder=options.folder, detail=detail), file=sys.stderr)
        return 1
    return 0


def load_folder(folder: Path, *, title: str = "") -> int:
    """Load the result in `folder` and say how long it took; the new run's number."""
    begun = time.perf_counter()
    result = read(folder)
    run = load_result(
        actor=system("load"), now=clock.now(), result=result, title=title or folder.resolve().name
    )
    seconds = time.perf_counter() - begun
    print(
        f"Loaded {result.records.height:,} records of {result.people.height:,} people in {seconds:.1f} s",
        flush=True,
    )
    return run.pk

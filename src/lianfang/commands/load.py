"""`lianfang load DIR`: put the result that `lianfang reconcile --out DIR` kept into the database."""

import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from lianfang.commands.serve import prepare_database
from lianfang.kernel import clock
from lianfang.kernel.actor import system
from lianfang.kernel.errors import ProblemError
from lianfang.linkage.actions import load_result
from lianfang.linkage.importing.loaded import Ground
from lianfang.linkage.importing.models import LegalBasis
from lianfang.linkage.result import ResultError, read

_WORDS = {
    "lists.others": "The register is also made of other lists ({detail}), which this run does not know. Import the new "
    "files in the browser to add them, or use --replace to end those lists.",
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
    add_ground_options(parser)
    parser.add_argument(
        "--replace", action="store_true", help="other lists that the register is made of end with this"
    )
    parser.add_argument("--data", metavar="DIR", help="data folder (default ./data)")
    parser.add_argument("--database", metavar="URL", help="postgresql://… instead of the embedded SQLite")
    options = parser.parse_args(argv)
    problem = prepare_database()
    if problem:
        print(problem, file=sys.stderr)
        return 1
    try:
        load_folder(options.folder, title=options.title, ground=ground_of(options), replace=options.replace)
    except ResultError as unusable:
        print(_WORDS[unusable.code].format(folder=options.folder, detail=unusable.detail), file=sys.stderr)
        return 1
    except ProblemError as refused:
        names = refused.params.get("names", [])
        detail = ", ".join(names) if isinstance(names, list) and names else refused.params.get("detail", "")
        print(_WORDS[refused.code].format(folder=options.folder, detail=detail), file=sys.stderr)
        return 1
    return 0


def add_ground_options(parser: ArgumentParser) -> None:
    """Why the lists may be here and until when; what is left out is asked for on the screen of the lists."""
    parser.add_argument(
        "--legal-basis", choices=[one.value for one in LegalBasis], default="", help="of the lists"
    )
    parser.add_argument("--purpose", default="", help="what the lists are for")
    parser.add_argument("--expires-on", type=date.fromisoformat, metavar="DATE", help="lists go on this day")


def ground_of(options: Namespace) -> Ground:
    return Ground(options.legal_basis, options.purpose.strip()[:300], options.expires_on)


def load_folder(folder: Path, *, title: str = "", ground: Ground | None = None, replace: bool = False) -> int:
    """Load the result in `folder` and say how long it took; the new run's number."""
    begun = time.perf_counter()
    result = read(folder)
    run = load_result(
        actor=system("load"), now=clock.now(), result=result, title=title or folder.resolve().name, folder=folder,
        ground=ground, replace=replace,
    )  # fmt: skip
    if not result.files:
        print(
            "This result holds no list files: the first import in the browser would take its place. "
            "`lianfang reconcile` makes it anew, with its files.",
            flush=True,
        )
    seconds = time.perf_counter() - begun
    print(
        f"Loaded {result.records.height:,} records of {result.people.height:,} people in {seconds:.1f} s",
        flush=True,
    )
    return run.pk

"""`lianfang up`: from an installed program to the running server, with the demo subdistrict in it."""

import hashlib
import shutil
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

import lianfang
from lianfang.cli import COMMANDS, available
from lianfang.commands import serve
from lianfang.kernel import clock
from lianfang.kernel.clock import local_date
from lianfang.linkage.importing import composition

SEED = 2020
DAY = "2020-02-20"  # of the demo's lists: ages and observation periods count from it
DEMO_PURPOSE = "演示，人物均为虚构 Demo of invented people"
_LISTS = (".csv", ".xlsx", ".xls")


class StepError(Exception):
    """A step failed; the text is a plain sentence for the user."""


def main(argv: Sequence[str]) -> int:
    """Do every step that is not done yet, then serve. Returns 1 when a step fails, after a plain sentence."""
    parser = ArgumentParser(prog="lianfang up", description="Prepare database and demo, then serve.")
    serve.add_server_options(parser)
    parser.add_argument("--no-demo", action="store_true", help="start without the demo subdistrict")
    parser.add_argument("--people", type=int, default=20_000, metavar="N", help="size of the demo")
    options = parser.parse_args(argv)
    try:
        # The port first: nobody should wait for the demo only to hear that the port is taken.
        refuse(serve.port_problem(options.host, options.port))
        step("Database", lambda: refuse(serve.prepare_database()))
        if not options.no_demo:
            demo(Path(settings.LIANFANG_DATA) / "demo", options.people)
    except StepError as problem:
        print(problem, file=sys.stderr)
        return 1
    serve.serve(options)
    return 0


def demo(folder: Path, people: int) -> None:
    """Make the demo's lists, reconcile them, load the result; each only when not done already.

    Raises StepError. Steps whose command this version lacks are left out, and said to be.
    """
    lists, result = folder / "lists", folder / "result"
    state = hashlib.sha256(f"{people} {SEED} {lianfang.__version__}".encode()).hexdigest()

    def make() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        run("demo", "--people", str(people), "--seed", str(SEED), "--out", str(folder))

    def reconcile() -> None:
        run("reconcile", *list_options(lists), "--as-of", DAY, "--out", str(result))

    def territory() -> None:
        run(
            "territory",
            *(str(folder / "territory" / file) for file in ("areas.csv", "map.geojson", "gates.geojson")),
        )

    def load() -> None:
        if any(one.source is None or not one.source.label for one in composition.live()):
            print("  Lists have been imported since: the register stays as it is.", flush=True)
            return
        end = (local_date(clock.now()) + timedelta(days=365)).isoformat()
        ground = ["--legal-basis", "other", "--purpose", DEMO_PURPOSE, "--expires-on", end]
        run("load", str(result), "--title", f"演示街道 Demo subdistrict · {people:,}", "--replace", *ground)

    for name, title, work, done in (
        ("demo", f"Demo lists of {people:,} people", make, state),
        ("reconcile", "Reconciling the lists", reconcile, state),
        ("territory", "Areas and map of the demo", territory, f"{state} {database_birth()}"),
        ("load", "Loading the result", load, f"{state} {database_birth()}"),
    ):
        if not available(COMMANDS[name]):
            print(f"- {title}: this version cannot do that yet, the demo ends here", flush=True)
            return
        step(title, work, folder / f".{name}.done", done)


def database_birth() -> str:
    """When this database was made: a new database in an old data folder has to be loaded again."""
    first = (
        MigrationRecorder(connection).migration_qs.order_by("pk").values_list("applied", flat=True).first()
    )
    return str(first)


def list_options(folder: Path) -> list[str]:
    """The demo's lists as options of `reconcile`; they are numbered, the register first. Raises StepError."""
    files = sorted(file for file in folder.iterdir() if file.suffix in _LISTS)
    if not files:
        raise StepError(f"The demo in {folder} has no lists: delete that folder and start again.")
    register, *others = files
    return ["--register", str(register), *(word for file in others for word in ("--list", str(file)))]


def step(title: str, work: Callable[[], None], stamp: Path | None = None, state: str = "") -> None:
    """Do one step and say how long it took; skip it when its stamp says that it is done."""
    if stamp and stamp.is_file() and stamp.read_text("utf-8") == state:
        print(f"- {title}: already done", flush=True)
        return
    print(f"- {title} …", flush=True)
    began = time.monotonic()
    if stamp:
        stamp.unlink(missing_ok=True)
    work()
    if stamp:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(state, "utf-8")
    print(f"- {title}: {time.monotonic() - began:.1f} s", flush=True)


def run(*words: str) -> None:
    """Run a `lianfang` command as a process of its own, so that its memory is free again for the server."""
    done = subprocess.run([sys.executable, "-m", "lianfang", *words], check=False)
    if done.returncode:
        raise StepError(f"`lianfang {words[0]}` failed; the lines above say why. Or start with --no-demo.")


def refuse(problem: str | None) -> None:
    """Raise StepError for a problem, if there is one."""
    if problem:
        raise StepError(problem)

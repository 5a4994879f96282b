"""`lianfang territory FILE …`: areas with their codes from tables, shapes from GeoJSON."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from lianfang.commands.serve import prepare_database
from lianfang.kernel import clock
from lianfang.kernel.actor import system
from lianfang.kernel.errors import ProblemError
from lianfang.linkage.readers.plain import TableError, read_table
from lianfang.territory.importing import import_areas
from lianfang.territory.mapping import import_map

MAPS = (".geojson", ".json")
_WORDS = {
    "area.file_unreadable": "{file}: no columns of codes and names were found ({detail}).",
    "area.file_large": "{file} is larger than {most} MB.",
    "area.geometry": "{file} is no map that can be drawn: {detail}.",
}


def main(argv: Sequence[str]) -> int:
    """Import the files in the order given. Returns 1 with a plain sentence for the first that cannot be read."""
    parser = ArgumentParser(prog="lianfang territory", description="Import areas and their shapes.")
    parser.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="CSV or XLSX with codes and names; GeoJSON"
    )
    parser.add_argument("--data", metavar="DIR", help="data folder (default ./data)")
    parser.add_argument("--database", metavar="URL", help="postgresql://… instead of the embedded SQLite")
    options = parser.parse_args(argv)
    problem = prepare_database()
    if problem:
        print(problem, file=sys.stderr)
        return 1
    for file in options.files:
        try:
            print(take(file), flush=True)
        except TableError as unreadable:
            print(f"{file}: {unreadable.error.en}", file=sys.stderr)
            return 1
        except OSError as unreadable:
            print(f"{file}: {unreadable.strerror}", file=sys.stderr)
            return 1
        except ProblemError as refused:
            print(_WORDS[refused.code].format(file=file, **refused.params), file=sys.stderr)
            return 1
    return 0


def take(file: Path) -> str:
    """Import one file; a sentence about what became of it. Raises TableError, OSError, ProblemError."""
    actor, now = system("territory"), clock.now()
    if file.suffix.lower() in MAPS:
        drawn = import_map(actor=actor, now=now, content=file.read_bytes())
        shapes = f"{drawn.areas} areas, {drawn.compounds + drawn.new_compounds} compounds"
        shapes += f", {drawn.buildings} buildings, {drawn.gates} gates"
        left = f"; {drawn.left} shapes fit nothing ({'、'.join(drawn.unknown[:5])} …)" if drawn.left else ""
        return f"{file.name}: {shapes}{left}"
    done = import_areas(actor=actor, now=now, rows=read_table(file, file.name))
    lines = [f"{file.name}: {done.added} areas added, {done.renamed} renamed, {done.unchanged} unchanged"]
    lines += [f"  row {line.row}: {line.code} {line.name}: {line.problem}" for line in done.problems]
    return "\n".join(lines)

"""The command line: `lianfang COMMAND …`. Knows the commands' names and loads only the one asked for."""

import importlib
import importlib.util
import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lianfang.accounts.roles import roles_named
from lianfang.databases import database_settings
from lianfang.datadir import DATA_VARIABLE, data_dir


@dataclass(frozen=True)
class Command:
    """A subcommand: the module whose `main(argv) -> int` does it; whether Django is set up before."""

    module: str
    help: str
    needs_django: bool = False


COMMANDS: dict[str, Command] = {
    "reconcile": Command(
        "lianfang.linkage.reconcile_command", "lists in, one person one file and findings out"
    ),
    "link": Command("lianfang.linkage.link_command", "which rows of any lists are the same person"),
    "demo": Command("lianfang.demo.command", "make the lists of a synthetic subdistrict"),
    "up": Command("lianfang.commands.up", "set up the data folder, make and load the demo, serve", True),
    "serve": Command("lianfang.commands.serve", "start the server", True),
    "territory": Command("lianfang.commands.territory", "import areas and their shapes", True),
    "work": Command(
        "lianfang.commands.work", "do background work (the server starts a worker by itself)", True
    ),
    "load": Command("lianfang.commands.load", "load a reconciliation's result into the database", True),
    "rekey": Command("lianfang.commands.rekey", "change the server's secret key", True),
    "contract": Command("lianfang.api.contract", "write the API's contract (OpenAPI)", True),
    "manage": Command("lianfang.commands.manage", "Django's own commands (migrate, shell …)", True),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 it failed, 2 the command line is wrong."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] in ("-h", "--help", "help"):
        print(usage())
        return 0 if words else 2
    name, rest = words[0], words[1:]
    command = COMMANDS.get(name)
    if command is None:
        print(f"lianfang: there is no command {name!r}\n\n{usage()}", file=sys.stderr)
        return 2
    if not available(command):
        print(f"lianfang {name}: this version does not have it yet", file=sys.stderr)
        return 2
    if command.needs_django:
        rest = take_place(rest)
        try:
            database_settings(os.environ.get("LIANFANG_DATABASE", ""), data_dir())
            roles_named(os.environ.get("LIANFANG_SECOND_FACTOR", ""))
        except ValueError as problem:
            print(f"lianfang {name}: {problem}", file=sys.stderr)
            return 2
        prepare_django()
    return int(importlib.import_module(command.module).main(rest))


def available(command: Command) -> bool:
    """Whether the command's module is there."""
    parent = command.module.rpartition(".")[0]
    return bool(importlib.util.find_spec(parent) and importlib.util.find_spec(command.module))


def take_place(argv: Sequence[str]) -> list[str]:
    """Move `--data DIR` and `--database URL` into the environment, which settings read; return the rest."""
    parser = ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--database")
    place, rest = parser.parse_known_args(argv)
    if place.data is not None:
        os.environ[DATA_VARIABLE] = str(place.data.resolve())
    if place.database is not None:
        os.environ["LIANFANG_DATABASE"] = place.database
    return rest


def prepare_django() -> None:
    """Set Django up. Imported here by name because `reconcile` and `demo` must run without it.

    The settings are always our own: another project's variable in the shell must not lead us astray.
    """
    os.environ["DJANGO_SETTINGS_MODULE"] = "lianfang.settings"
    importlib.import_module("django").setup()


def usage() -> str:
    """The text that `lianfang --help` prints."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {command.help}" for name, command in COMMANDS.items() if available(command)]
    return "usage: lianfang COMMAND [options]   (lianfang COMMAND --help tells more)\n\n" + "\n".join(lines)

"""`lianfang serve`: bring the database up to date and start the server."""

import logging
import os
import socket
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connections
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from lianfang import datadir
from lianfang.accounts import links
from lianfang.commands.supervisor import Supervisor
from lianfang.kernel import clock

PROCESSES = min(os.cpu_count() or 1, 4)
#: Of all processes together: single scans that wait at the same moment are written together.
THREADS = 16


def main(argv: Sequence[str]) -> int:
    """Serve until interrupted. Returns 1, after a plain sentence, when port or database are not to be had."""
    parser = ArgumentParser(prog="lianfang serve", description="Start the server.")
    add_server_options(parser)
    options = parser.parse_args(argv)
    problem = port_problem(options.host, options.port) or prepare_database()
    if problem:
        print(problem, file=sys.stderr)
        return 1
    serve(options)
    return 0


def add_server_options(parser: ArgumentParser) -> None:
    """The options that `serve` and `up` share; --data and --database are taken by `lianfang.cli` before."""
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    parser.add_argument("--port", type=int, default=8000, help="default %(default)s; 0: any that is free")
    parser.add_argument("--data", metavar="DIR", help="data folder (default ./data)")
    parser.add_argument("--database", metavar="URL", help="postgresql://… instead of the embedded SQLite")
    parser.add_argument(
        "--processes", type=int, choices=range(1, 33), default=PROCESSES, metavar="N",
        help=f"server processes (default {PROCESSES}: one for each processor, at most four)",
    )  # fmt: skip
    parser.add_argument(
        "--no-worker", action="store_true", help="leave background work to `lianfang work` elsewhere"
    )


def port_problem(host: str, port: int) -> str | None:
    """Why the port cannot be used, as a sentence; None when it can."""
    try:
        with _socket(host) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, OverflowError):
        return (
            f"Port {port} on {host} is not free: another program, perhaps an earlier Lianfang, uses it. "
            f"Stop that program or choose another port with --port {port + 1}."
        )
    return None


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody uses just now."""
    with _socket(host) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
    return port


def _socket(host: str) -> socket.socket:
    return socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)


def prepare_database() -> str | None:
    """Make the data folder and key, migrate. A sentence when that fails, else None."""
    folder = Path(settings.LIANFANG_DATA)
    try:
        datadir.prepare(folder)
    except OSError as problem:
        return (
            f"The data folder {folder} cannot be written ({problem.strerror}); name another with --data DIR."
        )
    settings.SECRET_KEY = datadir.secret_key(folder)
    settings.SECRET_KEY_FALLBACKS = datadir.old_keys(folder)
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except OperationalError as problem:
        return f"The database does not answer: {str(problem).strip()} Check --database or LIANFANG_DATABASE."
    return None


def serve(options: Namespace) -> None:
    """Start the server; returns when it is stopped."""
    port = options.port or free_port(options.host)
    address = settings.LIANFANG_ORIGIN or f"http://{options.host}:{port}"
    token = links.issue_first_administrator(now=clock.now())
    connections.close_all()  # the server's workers open their own
    server = Granian(
        "lianfang.wsgi:application",
        address=options.host,
        port=port,
        interface=Interfaces.WSGI,
        workers=options.processes,  # an interpreter uses one processor
        blocking_threads=max(8, THREADS // options.processes),
        respawn_failed_workers=True,  # whoever was answered by the other processes is answered on
        # A worker was seen to answer requests and yet never end when asked to; then it is ended.
        workers_kill_timeout=10,
        log_level=LogLevels.warning,
    )
    server.on_startup(lambda: announce(address, token))
    # So many threads are meant (THREADS): they wait for one another's write, not for a processor.
    logging.getLogger("_granian").addFilter(lambda record: "Python threads" not in record.getMessage())
    with nullcontext() if options.no_worker else Supervisor():
        server.serve()


def announce(address: str, token: str | None) -> None:
    """Print where to go, and the one-time link while there is no user."""
    print(f"\nLianfang is at {address}/   (Ctrl+C stops it)", flush=True)
    if token:
        print(
            "There is no user yet. The first administrator opens this link, once, within 24 hours,\n"
            f"and chooses a password:\n\n  {address}/welcome#{token}\n",
            flush=True,
        )

"""`lianfang work`: do background work until stopped. `lianfang up` and `serve` start one of these by themselves."""

import os
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import timedelta
from threading import Event, Thread, Timer

from django.db import connections

from lianfang.kernel.jobs import queue
from lianfang.kernel.jobs.recovery import PATIENCE
from lianfang.kernel.jobs.worker import LARGE, Loop

GENTLY = 5  # how far behind the server it stands in the queue for a processor
GRACE = 30.0  # seconds after which a supervised worker whose server is gone ends in the middle of a step


def main(argv: Sequence[str]) -> int:
    """Work until SIGTERM or Ctrl+C; the job at hand goes back to the queue after its current step."""
    parser = ArgumentParser(prog="lianfang work", description="Do background work.")
    parser.add_argument("--data", metavar="DIR", help="data folder (default ./data)")
    parser.add_argument("--database", metavar="URL", help="postgresql://… instead of the embedded SQLite")
    parser.add_argument(
        "--patience",
        type=float,
        default=PATIENCE.total_seconds(),
        metavar="SECONDS",
        help="without a heartbeat until a job of another machine's worker is taken over (default %(default)s)",
    )
    parser.add_argument("--supervised", action="store_true", help="end when standard input ends")
    parser.add_argument(
        "--megabytes",
        type=int,
        default=LARGE // 1_000_000,
        metavar="N",
        help="begin anew after a job that leaves the process larger than this (default %(default)s)",
    )
    options = parser.parse_args(argv)
    os.umask(0o077)  # what handlers keep in their folders is for the owner only
    loop = Loop(patience=timedelta(seconds=options.patience), large=options.megabytes * 1_000_000)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: loop.stop())
    if options.supervised:
        if hasattr(os, "nice"):
            os.nice(GENTLY)  # beside the server on the same processors: who waits for a page comes first
        Thread(target=_end_with_server, args=(loop,), daemon=True).start()
    loop.run()
    if loop.grown and not queue.STOPPING.is_set() and sys.platform != "win32":
        # The same command anew in this very process: to whoever watches it nothing has ended, and its memory is free.
        connections.close_all()
        os.execv(sys.executable, sys.orig_argv)
    return 0


def _end_with_server(loop: Loop) -> None:
    """End when the server does, however it ends: its end of our standard input closes, we get another parent."""
    server = os.getppid()
    ended = Event()
    Thread(target=_wait_for_end, args=(ended,), daemon=True).start()
    # The pipe alone would not do: processes that the server forks hold its other end as well.
    while not ended.wait(1.0) and os.getppid() == server:
        pass
    loop.stop()
    last = Timer(GRACE, os._exit, args=(1,))
    last.daemon = True
    last.start()


def _wait_for_end(ended: Event) -> None:
    # Not through `sys.stdin`: a thread that waits in there is a fatal error to an interpreter that ends.
    while os.read(sys.stdin.fileno(), 1):
        pass
    ended.set()

"""Progress of a command for whoever watches it."""

import sys
from collections.abc import Callable
from time import perf_counter


def printer() -> Callable[[str, float], None]:
    """Progress on stderr: one line that changes on a terminal, one line a step elsewhere."""
    terminal = sys.stderr.isatty()
    began, last = perf_counter(), ""

    def show(step: str, share: float) -> None:
        nonlocal last
        if step == last and not terminal:
            return
        last = step
        line = f"{share:4.0%} {perf_counter() - began:6.1f}s  {step}"
        if terminal:
            print(f"\r\033[K{line}", end="\n" if share >= 1 else "", file=sys.stderr, flush=True)
        else:
            print(line, file=sys.stderr, flush=True)

    return show

"""What a contender says of itself: seconds of each step, processor seconds, peak memory. Standard library only."""

import json
import os
import resource
import sys
import time
from pathlib import Path


def peak_bytes() -> int:
    """The most memory this process ever held. Bytes."""
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss would count what the parent held before exec
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


class Report:
    """Starts when made (after the imports); `done` ends a step; `finish` writes the file."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.steps: dict[str, float] = {}
        self._start = self._last = time.perf_counter()
        self._processor = time.process_time()

    def done(self, step: str) -> None:
        """End a step, which took the time since the one before."""
        now = time.perf_counter()
        self.steps[step] = self.steps.get(step, 0.0) + now - self._last
        self._last = now

    def finish(self, path: Path, **more: object) -> None:
        """Write `path`: seconds, processor_seconds, peak_bytes, steps, and whatever else is given."""
        told = {
            "name": self.name,
            "seconds": self._last - self._start,
            "processor_seconds": time.process_time() - self._processor,
            "peak_bytes": peak_bytes(),
            "load": os.getloadavg()[0],
            "steps": self.steps,
            **more,
        }
        path.write_text(json.dumps(told, indent=1))

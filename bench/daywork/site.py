"""The server with its worker in a process group of its own, which is killed at once and started again."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from daywork.clock import VARIABLE

_BENCH = Path(__file__).resolve().parents[1]
_PATH = (_BENCH.parent / "src", _BENCH, _BENCH / "daywork" / "clocked")


class Site:
    """`lianfang serve` on a port of its own, with the day's clock."""

    def __init__(self, data: Path, database: str, clock: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.kills = 0
        self._log = data / "server.log"
        self._words = [
            sys.executable,
            "-m",
            "lianfang",
            "serve",
            "--port",
            str(self.port),
            "--data",
            str(data),
        ]
        self._env = {
            **os.environ, "PYTHONPATH": os.pathsep.join(map(str, _PATH)), "LIANFANG_DATA": str(data),
            "LIANFANG_DATABASE": database, VARIABLE: str(clock),
        }  # fmt: skip
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._child = subprocess.Popen(
                self._words, env=self._env, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """Server and worker at once, whatever they are doing; then they start again."""
        self._signal(signal.SIGKILL)
        self.kills += 1
        self.start()

    def stop(self) -> None:
        self._signal(signal.SIGINT)

    def _signal(self, number: signal.Signals) -> None:
        if self._child is None:
            return
        if number == signal.SIGKILL:
            os.killpg(self._child.pid, number)
        elif self._child.poll() is None:
            self._child.send_signal(number)
        self._child.wait(60)
        self._child = None

    def answers(self) -> bool:
        try:
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
            line.request("GET", "/health")
            return line.getresponse().status == 200
        except OSError:
            return False

    def wait(self) -> None:
        """Until it answers. Raises TimeoutError with what it said last."""
        for _ in range(1200):
            if self.answers():
                return
            if self._child is None or self._child.poll() is not None:
                break
            time.sleep(0.05)
        raise TimeoutError(self._log.read_text("utf-8", "replace")[-2000:])

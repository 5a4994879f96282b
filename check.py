#!/usr/bin/env python3
"""Check everything: `python3 check.py`. The same on a laptop and in CI.

Sets Lianfang up as start.py does, installs what the tests need and runs every check, whatever fails before.
`python3 check.py --only lint,pytest` runs some; `python3 check.py --lock` makes requirements/*.txt anew.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import start
from start import BIN, PYTHON, REQUIREMENTS, ROOT, VENV, WEB, StepError

WORK = ROOT / ".cache" / "check"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Outcome:
    """What one check did. `passed` and `failed` count tests; other checks count themselves as one failure."""

    name: str
    ok: bool
    seconds: float
    passed: int = 0
    failed: int = 0
    note: str = ""


def run(*command: str | Path, env: dict[str, str] | None = None, cwd: Path = ROOT) -> tuple[bool, str]:
    """Run a command, showing its output as it comes; returns whether it succeeded, and the output."""
    words = [str(word) for word in command]
    full = {**os.environ, "LIANFANG_DATA": str(WORK), "NO_COLOR": "1", **(env or {})}
    if env is None or "LIANFANG_DATABASE" not in env:
        full.pop("LIANFANG_DATABASE", None)
    child = subprocess.Popen(
        words, cwd=cwd, env=full, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    lines: list[str] = []
    assert child.stdout is not None
    for raw in child.stdout:
        line = raw.decode("utf-8", "replace")
        print(f"    {line}", end="", flush=True)
        lines.append(line)
    return child.wait() == 0, COLOURS.sub("", "".join(lines))


def tool(name: str, *words: str) -> tuple[bool, str]:
    return run(BIN / name, *words)


def pytest(*words: str) -> tuple[bool, str]:
    return run(PYTHON, "-m", "pytest", *SLOWEST, *words)


def lint() -> tuple[bool, str]:
    checked, _ = tool("ruff", "check", "--output-format=concise", ".")
    formatted, _ = tool("ruff", "format", "--check", ".")
    return checked and formatted, ""


def types() -> tuple[bool, str]:
    return tool("mypy")


def imports() -> tuple[bool, str]:
    return tool("lint-imports", "--no-logo")


def house() -> tuple[bool, str]:
    return pytest("tests/architecture")


def migrations() -> tuple[bool, str]:
    return tool("lianfang", "manage", "makemigrations", "--check", "--dry-run")


#: Where the minutes go, so that whoever adds a test sees it.
SLOWEST = ("--durations=15", "--durations-min=5")
UNIT = ("--ignore=tests/architecture", "--ignore=tests/browser")


def on_sqlite() -> tuple[bool, str]:
    return pytest("-n", "auto", "-m", "not spark", *UNIT)


def on_spark() -> tuple[bool, str]:
    """By themselves: executors take the processors and memory that other tests would want."""
    install([] if shutil.which("java") else ["openjdk-17-jre-headless"], "The tests on Spark")
    return pytest("-m", "spark", "tests/spark")


def on_postgres() -> tuple[bool, str]:
    """Without the table of permissions: it asks the same Python, and queries have tests of their own here."""
    words = ["-n", "auto", "-m", "database", *UNIT, "--ignore=tests/permissions/test_matrix.py"]
    return run(PYTHON, "tests/postgres.py", "--forgetful", PYTHON, "-m", "pytest", *SLOWEST, *words)


def web_types() -> tuple[bool, str]:
    return web("run", "typecheck")


def vitest() -> tuple[bool, str]:
    return web("test")


def web(*words: str) -> tuple[bool, str]:
    if not (WEB / "package.json").is_file():
        return True, ""
    command, env = start.npm(*words)
    return run(*command, env=env, cwd=WEB)


def browser() -> tuple[bool, str]:
    find_chromium()
    return pytest("-n", "2", "tests/browser")


CHECKS: dict[str, Callable[[], tuple[bool, str]]] = {
    "lint": lint,
    "types": types,
    "imports": imports,
    "house": house,
    "migrations": migrations,
    "pytest": on_sqlite,
    "postgres": on_postgres,
    "spark": on_spark,
    "webtypes": web_types,
    "vitest": vitest,
    "browser": browser,
}


def count(output: str) -> tuple[int, int]:
    """Tests passed and failed, from the closing lines of pytest ("3 passed, 1 failed in 2s") and vitest."""
    passed = failed = 0
    for line in output.splitlines():
        closing = re.match(r"^=*\s*(?=.*\bin [\d.]+s)((?:\d+ \w+,? ?)+)", line)
        vitest_line = re.match(r"^\s*Tests\s+(.*)", line)
        found = closing or vitest_line
        if found:
            pairs = re.findall(r"(\d+) (\w+)", found.group(1))
            numbers = {word: int(number) for number, word in pairs}
            passed += numbers.get("passed", 0)
            failed += numbers.get("failed", 0) + numbers.get("error", 0) + numbers.get("errors", 0)
    return passed, failed


def attempt(name: str, check: Callable[[], tuple[bool, str]]) -> Outcome:
    """Run one check; a failure is noted, never raised."""
    print(f"\n== {name}", flush=True)
    began = time.monotonic()
    try:
        ok, output = check()
        note = ""
    except StepError as problem:
        ok, output, note = False, "", str(problem)
        print(f"    {note}", flush=True)
    passed, failed = count(output)
    outcome = Outcome(name, ok, time.monotonic() - began, passed, failed if ok or failed else 1, note)
    print(f"== {name}: {'passed' if ok else 'FAILED'}, {outcome.seconds:.1f} s", flush=True)
    return outcome


def prepare() -> tuple[bool, str]:
    """Set up as start.py does, and install the packages of the tests. Raises StepError."""
    steps = start.Steps(start.count_steps() + 2)
    start.set_up(steps)
    state = start.digest([REQUIREMENTS / "dev.txt", REQUIREMENTS / "base.txt"], sys.version)
    steps.run("Test packages", VENV / ".stamps" / "dev", state, lambda: start.install("base.txt", "dev.txt"))
    pinned = start.digest([REQUIREMENTS / "spark.txt", REQUIREMENTS / "dev.txt"], sys.version)
    steps.run("Spark", VENV / ".stamps" / "spark", pinned, install_spark)
    WORK.mkdir(parents=True, exist_ok=True)
    return True, ""


def install_spark() -> None:
    """PySpark has no wheel: the one package that is built, with the pinned setuptools of dev.txt."""
    words = ["--python", str(PYTHON), "--require-hashes", "--no-build-isolation"]
    built = ["--only-binary", ":all:", "--no-binary", "pyspark"]
    pins = ["-r", str(REQUIREMENTS / "spark.txt")]
    start.call(
        [BIN / "uv", "pip", "install", *words, *built, *pins], start.NO_DOWNLOAD, env=start.pip_index()
    )


def find_chromium() -> None:
    """Install Chromium and Chinese fonts where that is allowed; elsewhere StepError says what to install."""
    missing = [] if any(map(shutil.which, CHROMIUM_NAMES)) else ["chromium"]
    if not has_chinese_font():
        missing.append("fonts-noto-cjk")
    install(missing, "The browser journeys")


def install(missing: Sequence[str], what: str) -> None:
    """Install packages of the system where that is allowed; elsewhere StepError says what to install."""
    if not missing:
        return
    apt = shutil.which("apt-get")
    if not apt or os.geteuid() != 0:
        raise StepError(f"{what} need {' and '.join(missing)}: install them and run this again.")
    print(f"Installing {' and '.join(missing)} …", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    refused = f"apt-get could not install {' and '.join(missing)}; install them by hand."
    start.call([apt, "update"], refused, env=quiet)
    start.call([apt, "install", "--yes", "--no-install-recommends", *missing], refused, env=quiet)


def has_chinese_font() -> bool:
    lister = shutil.which("fc-list")
    if not lister:
        return False
    fonts = subprocess.run([lister, ":lang=zh", "family"], capture_output=True, text=True, check=False)
    return bool(fonts.stdout.strip())


def lock() -> None:
    """Resolve requirements/*.txt anew from pyproject.toml and *.in. Raises StepError."""
    options = ["--quiet", "--universal", "--generate-hashes", "--python-version", "3.11", "--upgrade"]
    compile_ = [str(BIN / "uv"), "pip", "compile", *options]
    for words in (
        ["pyproject.toml", "-o", "requirements/base.txt"],
        ["-c", "requirements/base.txt", "--group", "dev", "-o", "requirements/dev.txt"],
        ["-c", "requirements/dev.txt", "--group", "spark", "-o", "requirements/spark.txt"],
        ["requirements/bootstrap.in", "-o", "requirements/bootstrap.txt"],
        ["requirements/node.in", "-o", "requirements/node.txt"],
    ):
        start.call([*compile_, *words], "The requirements could not be resolved.", env=start.pip_index())


def report(outcomes: Sequence[Outcome], seconds: float) -> int:
    """Print the table and the closing line that CI reads; returns the exit code."""
    print("\nCheck        seconds")
    for outcome in outcomes:
        tests = f"  {outcome.passed} tests" if outcome.passed else ""
        print(f"{outcome.name:<12} {outcome.seconds:>7.1f}  {'ok' if outcome.ok else 'FAILED'}{tests}")
    print(f"{'total':<12} {seconds:>7.1f}")
    for outcome in outcomes:
        if not outcome.ok:
            print(f"FAILED: {outcome.name}{': ' + outcome.note if outcome.note else ''}")
    print(f"\n{sum(o.passed for o in outcomes)} passed, {sum(o.failed for o in outcomes)} failed", flush=True)
    return 0 if all(outcome.ok for outcome in outcomes) else 1


def chosen(text: str) -> list[str]:
    names = [name for name in text.split(",") if name]
    unknown = [name for name in names if name not in CHECKS]
    if unknown or not names:
        raise argparse.ArgumentTypeError(f"there are these checks: {', '.join(CHECKS)}")
    return names


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Run every check of the project.")
    parser.add_argument("--only", type=chosen, default=list(CHECKS), metavar="NAMES", help=", ".join(CHECKS))
    parser.add_argument("--lock", action="store_true", help="resolve the requirements anew, check nothing")
    options = parser.parse_args(argv)
    began = time.monotonic()
    if options.lock:
        lock()
        return 0
    outcomes = [attempt("setup", prepare)]
    if (BIN / "lianfang").exists():
        outcomes += [attempt(name, CHECKS[name]) for name in CHECKS if name in options.only]
    return report(outcomes, time.monotonic() - began)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

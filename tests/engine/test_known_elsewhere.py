"""What is known of lists in another language, whose comparisons number the texts of all rows together."""

from functools import partial
from pathlib import Path
from random import Random

import polars as pl

from lianfang.linkage.engine.columns.table import read_columns
from lianfang.linkage.engine.known import Known, save_known
from lianfang.linkage.engine.model_file import load_model
from lianfang.linkage.engine.pipeline import link
from lianfang.linkage.fields import ListKind, PersonList
from tests.engine.conftest import DAY

FIRST = ["John", "Mary", "Robert", "Patricia", "Ahmed", "Linda", "Oluwaseun", "Elizabeth", "Ivan", "Susan"]
LAST = ["Smith", "Nguyen", "Garcia", "Okafor", "Novak", "Brown", "Ferrari", "Johansson", "Kowalski", "Haddad"]
STREETS = ["Mill Lane", "High Street", "Station Road", "Elm Grove", "Harbour View", "King's Avenue"]


def person(random: Random) -> dict[str, str]:
    return {
        "first name": random.choice(FIRST),
        "last name": random.choice(LAST) + random.choice(["", "son", "er", "ton"]),
        "date of birth": f"{random.randrange(1930, 2015)}-{random.randrange(1, 13):02}-{random.randrange(1, 29):02}",
        "address": f"{random.randrange(1, 200)} {random.choice(STREETS)}",
    }


def slip(random: Random, values: dict[str, str]) -> dict[str, str]:
    """One letter of one name goes."""
    name = random.choice(["first name", "last name"])
    at = random.randrange(1, len(values[name]))
    return {**values, name: values[name][:at] + values[name][at + 1 :]}


def records(*lists: list[dict[str, str]]) -> tuple[pl.DataFrame, list[PersonList]]:
    columns = load_model("english").columns
    assert columns is not None
    tables = [(f"{number}.csv", pl.DataFrame(rows)) for number, rows in enumerate(lists)]
    kinds = [PersonList(number, label, ListKind.OTHER) for number, (label, _) in enumerate(tables)]
    return read_columns(columns, tables), kinds


def test_an_english_list_finds_its_people(tmp_path: Path) -> None:
    random = Random(5)
    old = [person(random) for _ in range(600)]
    new = [slip(random, values) for values in old[:60]] + [person(random) for _ in range(20)]
    model = load_model("english")
    before, lists = records(old)
    link(before, lists, as_of=DAY, model=model, keep=partial(save_known, tmp_path / "known"))
    known = Known.open(tmp_path / "known")
    assert known.state.model.name == "english"
    assert set(known.state.layout.columns) < {one.name for one in model.comparisons}, (
        "some are numbered together"
    )
    fresh, fresh_lists = records(new)
    answer = known.link(fresh, fresh_lists, as_of=DAY)
    right = sum(found == i for i, found in enumerate(answer.links["person"].to_list()[:60]))
    assert right >= 55
    assert answer.links["known"].to_list()[60:].count(True) <= 1
    after = known.append(answer)
    assert after.link(fresh, fresh_lists, as_of=DAY).links["known"].all()

"""Lists for linking in parts: the demo's subdistrict, and two English lists that write dates differently."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from lianfang.demo.command import make_demo
from lianfang.linkage.engine.columns.table import read_columns
from lianfang.linkage.engine.model import Model
from lianfang.linkage.engine.model_file import load_model
from lianfang.linkage.fields import ListKind, PersonList
from lianfang.linkage.readers import Source, read_lists

GIVEN = "Emma Oliver Amelia George Isla Harry Ava Noah Mia Jack Ivy Leo Lily Arthur Freya Oscar Grace Theo Ella Henry"
FAMILY = "Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Wright Walker Robinson Thompson White Hughes"
STREETS = ("High Street", "Station Road", "Church Lane", "Mill Lane", "Victoria Road", "Green Lane")


@dataclass(frozen=True)
class Lists:
    """What is linked."""

    records: pl.DataFrame
    lists: tuple[PersonList, ...]
    model: Model
    as_of: date


def chinese(people: int, folder: Path) -> Lists:
    """The demo: all six kinds of list."""
    made = make_demo(people, 7, folder)
    reading = read_lists([Source(made.register, ListKind.REGISTER), *(Source(path) for path in made.lists)])
    return Lists(reading.records, reading.lists, load_model("chinese"), date(2020, 2, 20))


def english(people: int) -> Lists:
    """A clinic that writes 3/4/1980 for the third of April, and a school that writes 4/3/1980, people on both."""
    random = np.random.default_rng(5)
    born = [
        date(1940 + int(y), int(m), int(d))
        for y, m, d in random.integers((0, 1, 1), (70, 13, 29), (people, 3))
    ]
    given, family = random.choice(GIVEN.split(), people), random.choice(FAMILY.split(), people)
    street, house = random.choice(STREETS, people), random.integers(1, 90, people)
    tables = []
    for label, order in (
        ("clinic.csv", "{0.day}/{0.month}/{0.year}"),
        ("school.csv", "{0.month}/{0.day}/{0.year}"),
    ):
        there = np.flatnonzero(random.random(people) < 0.75)
        slips = random.random(len(there)) < 0.2
        names = [given[i][:-1] if slip else given[i] for i, slip in zip(there, slips, strict=True)]
        columns: dict[str, list[str]] = {
            "First name": names,
            "Surname": family[there].tolist(),
            "Date of birth": [order.format(born[i]) for i in there],
            "Address": [f"{house[i]} {street[i]}" for i in there],
        }
        tables.append((label, pl.DataFrame(columns)))
    model = load_model("english")
    assert model.columns is not None
    lists = tuple(PersonList(i, label, ListKind.OTHER) for i, (label, _) in enumerate(tables))
    return Lists(read_columns(model.columns, tables), lists, model, date(2024, 1, 1))

"""Which level two values show, by kind of comparison."""

from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest

from lianfang.linkage.engine.comparisons.address import Address
from lianfang.linkage.engine.comparisons.base import NULL, Comparison
from lianfang.linkage.engine.comparisons.code import Code
from lianfang.linkage.engine.comparisons.date_digits import DateDigits
from lianfang.linkage.engine.comparisons.name_part import NamePart
from lianfang.linkage.engine.comparisons.number import Number
from lianfang.linkage.engine.comparisons.text import Text
from lianfang.linkage.engine.rows import corpus_of


def level(comparison: Comparison, first: Sequence[str | None], second: Sequence[str | None]) -> str | None:
    """The level of two rows (values of `needs()`) in a table with many others; None if unknown."""
    names = list(comparison.needs())
    others = [[f"{number + 1000}x{name}" for name in names] for number in range(2000)]
    rows = pl.DataFrame([first, second, *others], schema=dict.fromkeys(names, pl.String()), orient="row")
    columns = comparison.prepare(rows, corpus_of((comparison,), rows))
    a, b = np.array([0, 1], np.uint32), np.array([1, 0], np.uint32)
    there, back = comparison.compare(columns, a, b)
    assert there == back, "a comparison does not depend on the order of rows"
    return None if there == NULL else comparison.levels[int(there)]


GIVEN = NamePart("given", "given", swapped_with="surname", nicknames=True)
SURNAME = NamePart("surname", "surname", swapped_with="given", silent_if_swapped=True)


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        ("john", "john", "exact_rare"),
        ("william", "bill", "variant"),
        ("bill", "billy", "variant"),
        ("mary ann", "mary", "variant"),
        ("katherine", "katharine", "close"),
        ("jhon", "john", "close"),
        ("j", "john", "initial"),
        ("m", "john", "initial_differs"),
        ("john", "peter", "different"),
        ("john", None, None),
    ],
)
def test_given_names(a: str, b: str | None, wanted: str | None) -> None:
    assert level(GIVEN, (a, "smith"), (b, "smith")) == wanted


def test_swapped_names_are_seen_once() -> None:
    assert level(GIVEN, ("frank", "peters"), ("peters", "frank")) == "swapped"
    assert level(GIVEN, ("frank", "peters"), ("petters", "frank")) == "swapped_close"
    assert level(SURNAME, ("peters", "frank"), ("frank", "peters")) is None


def test_one_name_in_the_other_column_is_no_swap() -> None:
    assert level(GIVEN, ("frank", "peters"), ("walter", "frank")) == "different"


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        ("19800203", "19800203", "day"),
        ("19800203", "19800208", "typo"),
        ("19800203", "19080203", "typo"),
        ("19800203", "19800302", "exchanged"),
        ("19800203", "19650203", "month_day"),
        ("19800203", "19800227", "year_month"),
        ("19801220", "19810115", "within_90_days"),
        ("19800203", "19801118", "year"),
        ("19800203", "19550417", "different"),
        ("19800000", "19800203", "partial"),
        ("19800300", "19810203", "partial_near"),
        ("19800000", "19500000", "partial_differs"),
        (None, "19800203", None),
    ],
)
def test_dates(a: str | None, b: str, wanted: str | None) -> None:
    assert level(DateDigits("birth", "birth"), (a,), (b,)) == wanted


def test_a_date_that_many_have_is_a_stand_in() -> None:
    rows = pl.DataFrame({"birth": ["19000101"] * 40 + [f"19{n:02}0304" for n in range(10, 60)]})
    comparison = DateDigits("birth", "birth")
    columns = comparison.prepare(rows, corpus_of((comparison,), rows))
    found = comparison.compare(columns, np.array([0], np.uint32), np.array([1], np.uint32))
    assert comparison.levels[int(found[0])] == "stand_in"


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        ("5304218", "5304218", "exact"),
        ("5304218", "5304128", "near"),
        ("5304218", "530421", "near"),
        ("5304218", "5309918", "close"),
        ("5304218", "9999999", "different"),
    ],
)
def test_codes(a: str, b: str, wanted: str) -> None:
    assert level(Code("number", "number"), (a,), (b,)) == wanted


def test_codes_of_one_area() -> None:
    assert level(Code("zip", "zip", area="town"), ("sw1a1aa", "sw1a"), ("sw1a9aa", "sw1a")) == "near"
    assert level(Code("zip", "zip", area="town"), ("sw1a1aa", "sw1a"), ("sw1a9zz", "sw1a")) == "area"


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        ("7 wallaby place delmar", "7 wallaby place delmar", "exact"),
        ("7 wallaby place delmar", "delmar 7 wallaby plce", "close"),
        ("7 wallaby place delmar", "delmar 7 wallabyplace", "similar"),
        ("7 wallaby place delmar", "7 wallaby place", "part"),
        ("7 wallaby place delmar", "9 wallaby place delmar", "close_other_number"),
        ("7 wallaby place", "7 zur rose", "same_number"),
        ("7 wallaby place", "112 main street boston", "different"),
    ],
)
def test_addresses(a: str, b: str, wanted: str) -> None:
    assert level(Address("address", "address"), (a,), (b,)) == wanted


@pytest.mark.parametrize(
    ("a", "b", "wanted"), [("41", "41", "equal"), ("41", "42", "near"), ("41", "45", "far")]
)
def test_numbers(a: str, b: str, wanted: str) -> None:
    assert level(Number("age", "age"), (a,), (b,)) == wanted


def test_towns() -> None:
    assert level(Text("city", "city"), ("birmingham",), ("birmingham",)) == "exact_rare"
    assert level(Text("city", "city"), ("birmingham",), ("birminghm",)) == "close"
    assert level(Text("city", "city"), ("birmingham",), ("leeds",)) == "different"

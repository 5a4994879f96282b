"""Lists in any language: headers found, values cleaned."""

import polars as pl
import pytest

from lianfang.linkage.engine.columns.spec import Columns
from lianfang.linkage.engine.columns.table import MissingColumn, find_columns, header_words
from lianfang.linkage.engine.model_file import load_model
from lianfang.linkage.engine.tests.lists import clean_english


def english() -> Columns:
    spec = load_model("english").columns
    assert spec is not None
    return spec


def one(header: str, value: str, column: str) -> str | None:
    """What the English model makes of one cell."""
    other = {} if header in ("name", "surname") else {"surname": ["x"]}
    found: str | None = clean_english({header: [value], **other})[column][0]
    return found


@pytest.mark.parametrize(
    "header", ["First Name", "first_name", "firstName", "FIRST-NAME", " given name ", "Forename"]
)
def test_headers_are_found_however_they_are_written(header: str) -> None:
    assert find_columns(english(), [header, "Last Name", "DOB", "Zip"], "a.csv") == {
        "given": header,
        "surname": "Last Name",
        "birth": "DOB",
        "postcode": "Zip",
    }


def test_capitals_inside_a_header_part_words() -> None:
    assert header_words("dateOfBirth") == "date of birth"


def test_a_list_without_a_name_is_refused_with_what_it_has_and_what_was_wanted() -> None:
    with pytest.raises(
        MissingColumn, match=r"a\.csv: no column for given or surname.*has: Naam, Leeftijd.*last name"
    ):
        find_columns(english(), ["Naam", "Leeftijd"], "a.csv")


@pytest.mark.parametrize(
    ("name", "given", "surname"),
    [
        ("John Smith", "john", "smith"),
        ("SMITH, John A.", "john a", "smith"),
        ("Dr. Mary O'Brien", "mary", "obrien"),
        ("Prof Ludwig van Beethoven", "ludwig", "van beethoven"),
        ("José García-López", "jose", "garcia lopez"),
        ("Martin Luther King Jr.", "martin luther", "king"),
        ("Mr. & Mrs", None, None),
        ("Plato", None, "plato"),
        ("n/a", None, None),
    ],
)
def test_whole_names_are_parted(name: str, given: str | None, surname: str | None) -> None:
    row = clean_english({"name": [name]})
    if given is not None or surname is not None:
        assert (row["given"][0], row["surname"][0]) == (given, surname)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1980-02-03", "19800203"),
        ("1980-02-03 00:00:00", "19800203"),
        ("19800203", "19800203"),
        ("3 February 1980", "19800203"),
        ("3rd Feb 1980", "19800203"),
        ("Feb 3, 1980", "19800203"),
        ("03/02/1980", "19800203"),
        ("3.2.80", "19800203"),
        ("1.1.15", "20150101"),
        ("1980", "19800000"),
        ("1980-02", "19800200"),
        ("Feb 1980", "19800200"),
        ("19801345", "19801345"),
        ("unknown", None),
        ("soon", None),
    ],
)
def test_dates_are_read(text: str, day: str | None) -> None:
    assert one("dob", text, "birth") == day


def test_the_other_dates_of_a_list_tell_whether_the_day_comes_first() -> None:
    american = clean_english({"surname": ["a", "b", "c"], "dob": ["02/25/1980", "12/31/1980", "03/04/1980"]})
    british = clean_english({"surname": ["a", "b", "c"], "dob": ["25/02/1980", "31/12/1980", "03/04/1980"]})
    assert american["birth"].to_list() == ["19800225", "19801231", "19800304"]
    assert british["birth"].to_list() == ["19800225", "19801231", "19800403"]


def test_a_date_in_three_columns_is_put_together() -> None:
    row = clean_english({"surname": ["x"], "by": ["1967"], "bm": ["9"], "bd": ["7"]})
    assert row["birth"][0] == "19670907"


def test_an_address_in_several_columns_is_put_together() -> None:
    row = clean_english(
        {"surname": ["x"], "street_number": ["7"], "address_1": ["Wallaby Pl."], "address_2": [None]}
    )
    assert row["address"][0] == "7 wallaby pl"


@pytest.mark.parametrize(
    ("header", "value", "column", "wanted"),
    [
        ("phone", "+44 7911 123456", "phone", "911123456"),
        ("phone", "07911 123-456", "phone", "911123456"),
        ("zip", "SW1A 1AA", "postcode_area", "sw1a"),
        ("zip", "94110-1234", "postcode_area", "941"),
        ("email", "Jo.Smith@Example.org", "email_user", "jo.smith"),
        ("first name", "Bill", "formal", "william"),
        ("first name", "Zebedee", "formal", "zebedee"),
        ("ssn", "001-23-4567", "number", "1234567"),
    ],
)
def test_other_values_are_cleaned(header: str, value: str, column: str, wanted: str) -> None:
    assert one(header, value, column) == wanted


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Robert", "r163"),
        ("Rupert", "r163"),
        ("Tymczak", "t522"),
        ("Pfister", "p236"),
        ("Honeyman", "h555"),
        ("Lee", "l000"),
    ],
)
def test_soundex_is_the_archives_one(name: str, code: str) -> None:
    assert one("surname", name, "surname_sound") == code


def test_cleaning_keeps_the_order_of_records() -> None:
    rows = clean_english({"surname": ["b", "a", "b", None]})
    assert rows["record"].to_list() == [0, 1, 2, 3]
    assert rows["surname"].to_list() == ["b", "a", "b", None]
    assert rows.schema["surname"] == pl.String()

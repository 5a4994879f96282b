"""Whose a number is: what other rows of a home say of it, and when an address makes a cell an echo."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from lianfang.linkage.engine.comparisons.base import NULL
from lianfang.linkage.engine.explain import phrases
from lianfang.linkage.engine.model_file import load_model
from lianfang.linkage.engine.resolve import silence_echoes, silence_repeats
from lianfang.linkage.engine.rows import compared_columns, corpus_of, prepare
from lianfang.linkage.engine.standardise import standardise
from lianfang.linkage.fields import RECORD_SCHEMA, ListKind, PersonList

MODEL = load_model("chinese")
LISTS = (PersonList(0, "register", ListKind.REGISTER), PersonList(1, "carrier", ListKind.CARRIER))
HOME = {"address": "云滨湾3幢2单元501室"}
#: Who was born last tells the year from which ages are counted.
NEWBORN: dict[str, object] = {"name": "孙悦", "birth": "2019-12-01", "address": "江南豪园9幢1单元101室"}
NUMBER, OTHER = "13812345678", "13987654321"


def level_of(name: str, *rows: dict[str, object]) -> str | None:
    """What the comparison says of the first two rows, the others being known too."""
    filled: list[dict[str, object]] = [
        {"record": i, "row": i + 2, "list": 0, **row} for i, row in enumerate((*rows, NEWBORN))
    ]
    records = pl.DataFrame(filled, schema={name: RECORD_SCHEMA[name] for name in RECORD_SCHEMA})
    table, _ = compared_columns(MODEL, standardise(records, LISTS, date(2020, 2, 20)), LISTS)
    ready = prepare(MODEL, table, corpus_of(MODEL.comparisons, table))
    asked = next(c for c in MODEL.comparisons if c.name == name)
    level = int(asked.compare(ready.columns[name], np.array([0], np.uint32), np.array([1], np.uint32))[0])
    return None if level == NULL else asked.levels[level]


def man(**more: object) -> dict[str, object]:
    return {"name": "李志强", "birth": "1980-01-01", **HOME, **more}


def wife(**more: object) -> dict[str, object]:
    return {"name": "王秀英", "birth": "1982-03-04", **HOME, **more}


LINE = {"list": 1, "name": "李志强", "phone": NUMBER}


@pytest.mark.parametrize(
    ("others", "level"),
    [
        ([man(), wife(phone=NUMBER)], "at_home"),
        ([man(phone=OTHER), wife(phone=NUMBER)], "at_home_beside"),
        ([man(), wife(phone=NUMBER), wife(phone=NUMBER, birth="1982")], "at_home_often"),
        ([man(phone=OTHER), wife(phone=NUMBER), wife(phone=NUMBER, birth="1982")], "at_home_often_beside"),
        ([man(), wife(phone=NUMBER, birth="2014-05-06")], "lent"),
        ([man(phone=OTHER), wife(phone=NUMBER, birth="2014-05-06")], "lent_beside"),
        ([man(phone=OTHER), wife()], "different"),
        ([man(), wife()], None),
    ],
)
def test_a_number_known_at_home(others: list[dict[str, object]], level: str | None) -> None:
    assert level_of("phone", LINE, *others) == level


SECOND = {**LINE, "phone": OTHER}


@pytest.mark.parametrize(
    ("rows", "level"),
    [
        ([LINE, man(phone=OTHER), man(phone=NUMBER)], "own"),
        ([LINE, man(phone=OTHER)], "nowhere"),
        ([LINE, man()], "nowhere"),
        ([LINE, man(phone=OTHER), wife(phone=NUMBER)], "others"),
        ([LINE, man(phone=NUMBER)], None),  # the numbers are equal: `phone` has said it
        ([LINE, wife(phone=OTHER)], None),  # another name: nobody asks
        ([man(phone=OTHER), man()], None),  # no registrant
        ([LINE, SECOND], "nowhere_one"),
        ([LINE, SECOND, man(phone=OTHER), man(phone=NUMBER)], "own_both"),
        ([LINE, SECOND, man(phone=OTHER)], "nowhere_one"),
        ([LINE, SECOND, man(phone=OTHER), wife(phone=NUMBER)], "others_one"),
    ],
)
def test_who_uses_a_registered_number(rows: list[dict[str, object]], level: str | None) -> None:
    assert level_of("user", *rows) == level


def test_two_numbers_of_a_carriers_list_differ_in_any_case() -> None:
    assert level_of("phone", LINE, SECOND) is None
    levels = np.full((2, len(MODEL.comparisons)), NULL, np.uint8)
    place = [c.name for c in MODEL.comparisons].index("phone")
    levels[:, place] = MODEL.comparisons[place].levels.index("different")
    silence_repeats(MODEL, levels, np.array([True, False]))
    assert levels[0, place] == NULL
    assert levels[1, place] != NULL


@pytest.mark.parametrize(
    ("others", "level"),
    [
        ([man(phone=NUMBER)], "equal_own"),
        ([man(phone=NUMBER, birth="2014-05-06")], "equal_dependant"),
        ([man(phone=NUMBER, birth="1935-05-06")], "equal_own"),
        ([man(phone=NUMBER, birth="1935-05-06"), wife(phone=NUMBER)], "equal_dependant"),
        ([man(phone=NUMBER), wife(phone=NUMBER), wife(phone=NUMBER, name="王丽娟")], "equal_family"),
    ],
)
def test_the_same_number(others: list[dict[str, object]], level: str) -> None:
    assert level_of("phone", LINE, *others) == level


def test_registrants_do_not_make_a_number_a_family_s() -> None:
    lines = [{**LINE, "name": name} for name in ("赵大", "钱二", "孙三")]
    assert level_of("phone", LINE, man(phone=NUMBER), *lines) == "equal_own"


def levels(**said: str) -> np.ndarray:
    row = [NULL if c.name not in said else c.levels.index(said[c.name]) for c in MODEL.comparisons]
    return np.array([row], np.uint8)


@pytest.mark.parametrize(
    ("place", "cell", "heard"),
    [
        ("room", "same_compound", False),
        ("room", "different", False),
        ("other_compound", "different", False),
        ("other_compound", "same_compound", True),
        ("room_unnamed", "same_compound", True),
    ],
)
def test_a_cell_says_nothing_that_an_address_has_said(place: str, cell: str, heard: bool) -> None:
    found = levels(place=place, cell=cell)
    silence_echoes(MODEL, found)
    column = [c.name for c in MODEL.comparisons].index("cell")
    assert (found[0, column] != NULL) == heard


MINOR: dict[str, object] = {"name": "李小宝", "birth": "2004-05-06", **HOME}
FURTHER = {**LINE, "phone": "13700001111"}
SIGNED = {"id_number": "3301**********1239"}


@pytest.mark.parametrize(
    ("rows", "level"),
    [
        ([LINE, man(phone=OTHER), MINOR], "nowhere_minor"),
        ([LINE, man(phone=OTHER), {**MINOR, "phone": OTHER}], "nowhere_minor"),  # the father's number
        ([LINE, man(phone=OTHER), {**MINOR, "phone": "13600002222"}], "nowhere"),  # one of his own
        ([LINE, man(phone=OTHER), {**MINOR, "birth": "2014-05-06"}], "nowhere"),  # too small for a phone
        ([{**LINE, **SIGNED}, man(phone=OTHER), {**FURTHER, **SIGNED}], "further"),
        ([{**LINE, **SIGNED}, man(phone=OTHER), {**FURTHER, **SIGNED}, MINOR], "further_minor"),
        ([LINE, man(phone=OTHER), FURTHER], "nowhere"),  # no ID number: another man of that name, perhaps
    ],
)
def test_a_number_that_nobody_gives(rows: list[dict[str, object]], level: str) -> None:
    assert level_of("user", *rows) == level


#: A number signed for by a man whose ID number is masked; his wife or a child gives it.
BY_HIM = {**LINE, **SIGNED}
HIMSELF = man(id_number="330102198001011239")
HERSELF = wife(phone=NUMBER, id_number="330102198203044560")


@pytest.mark.parametrize(
    ("rows", "level"),
    [
        ([BY_HIM, HERSELF], "unknown_once"),
        ([BY_HIM, HERSELF, HERSELF], "unknown_often"),
        ([BY_HIM, HERSELF, HIMSELF], "none_once"),
        ([BY_HIM, HERSELF, {**HIMSELF, "phone": NUMBER}], "his"),
        ([BY_HIM, HERSELF, {**HIMSELF, "phone": OTHER}], "another_once"),
        ([BY_HIM, HERSELF, {**HIMSELF, "phone": OTHER}, {**BY_HIM, "phone": OTHER}], "firm_once"),
        ([BY_HIM, HERSELF, {**HIMSELF, "phone": OTHER}, HERSELF], "another_often"),
        (
            [BY_HIM, HERSELF, {**HIMSELF, "phone": OTHER}, {**HERSELF, "phone": "13600002222"}],
            "another_beside",
        ),
        ([BY_HIM, {**MINOR, "phone": NUMBER}, {**HIMSELF, "phone": OTHER}], "another_minor"),
        ([BY_HIM, {**HIMSELF, "phone": NUMBER}], None),  # the same name: `phone` has said it
        ([BY_HIM, {**HERSELF, "phone": OTHER}, HIMSELF], None),  # another number
        ([HIMSELF, HERSELF], None),  # no registrant
    ],
)
def test_a_number_under_another_name_than_its_registrants(
    rows: list[dict[str, object]], level: str | None
) -> None:
    assert level_of("registrant", *rows) == level


#: His number signed for by his wife, hers by him.
HER_LINE = {"list": 1, "name": "王秀英", "phone": OTHER, "id_number": "3301**********4560"}
HIS_SECOND = {**BY_HIM, "phone": "13600002222"}


@pytest.mark.parametrize(
    ("rows", "level"),
    [
        ([BY_HIM, {**HIMSELF, "phone": OTHER}, HER_LINE], "another_signed"),
        ([BY_HIM, {**HIMSELF, "phone": OTHER}], "no_other_signed"),  # nobody is known to have signed
        ([BY_HIM, {**HIMSELF, "phone": OTHER}, {**BY_HIM, "phone": OTHER}], "no_other_signed"),  # he himself
        (
            [BY_HIM, {**HIMSELF, "phone": OTHER}, {**HER_LINE, "name": "王*英"}],
            "no_other_signed",
        ),  # who is that?
        ([BY_HIM, HIMSELF, HER_LINE], None),  # he gives no number
        ([BY_HIM, HERSELF], "signs_one"),
        ([BY_HIM, HERSELF, HIS_SECOND], "signs_several"),
        ([BY_HIM, HERSELF, HIS_SECOND, HER_LINE], "giver_signs"),
        ([LINE, HERSELF, HIS_SECOND], None),  # no ID number: another man of that name, perhaps
        ([BY_HIM, HERSELF, HIS_SECOND, *[man(phone=OTHER, **SIGNED)] * 2], None),  # `registrant` has said it
        ([BY_HIM, {**HERSELF, "phone": OTHER}], None),  # neither name nor number
        ([HIMSELF, HERSELF], None),  # no registrant
    ],
)
def test_who_signed_for_the_numbers(rows: list[dict[str, object]], level: str | None) -> None:
    assert level_of("signer", *rows) == level


@pytest.mark.parametrize(
    ("called", "birth", "level"),
    [
        ("李小朋友", "2013-05-06", "called"),
        ("李小朋友", "1980-01-01", "called_otherwise"),
        ("小李", "1980-01-01", "called"),
        ("小李", "1940-01-01", "called_otherwise"),
        ("李大爷", "1950-01-01", "called"),
        ("李大爷", "1995-01-01", "called_otherwise"),
        ("李大爷", None, "called"),
        ("李先生", "1995-01-01", "called"),
        ("王小朋友", "2013-05-06", "called_otherwise"),
    ],
)
def test_what_somebody_is_called_tells_his_age(called: str, birth: str | None, level: str) -> None:
    assert level_of("name", {"name": called, **HOME}, man(birth=birth)) == level


def test_what_a_housemate_gives_is_told_once() -> None:
    found = levels(phone="at_home", user="others")
    alone = levels(user="others")
    silence_echoes(MODEL, found)
    silence_echoes(MODEL, alone)
    column = [c.name for c in MODEL.comparisons].index("user")
    assert found[0, column] == NULL
    assert alone[0, column] != NULL


def test_every_level_has_words() -> None:
    for comparison in MODEL.comparisons:
        assert set(comparison.levels) <= set(phrases()[comparison.name]), comparison.name

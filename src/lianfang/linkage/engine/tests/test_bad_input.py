"""Whatever a list holds, linking ends, answers for every row, and says what it did not compare."""

import string
from collections.abc import Callable

import pytest

from lianfang.linkage.engine.pipeline import Linkage
from lianfang.linkage.engine.tests.lists import Values, link_chinese, link_english, persons

Link = Callable[[Values], Linkage]
MANY = 50_000
MILLION = 1_000_000


def letters(number: int) -> str:
    """A different word for each number."""
    word = ""
    while True:
        number, rest = divmod(number, 26)
        word += string.ascii_lowercase[rest]
        if not number:
            return word


BOTH = [
    pytest.param(link_english, {"surname": "surname", "given": "first name"}, id="english"),
    pytest.param(link_chinese, {"surname": "name", "given": "remark"}, id="chinese"),
]


@pytest.mark.parametrize(("link", "header"), BOTH)
def test_an_empty_list_gives_no_links(link: Link, header: dict[str, str]) -> None:
    result = link({header["surname"]: [], header["given"]: []})
    assert result.links.is_empty()
    assert result.reviews.is_empty()


@pytest.mark.parametrize(("link", "header"), BOTH)
def test_one_row_is_one_person(link: Link, header: dict[str, str]) -> None:
    assert persons(link({header["surname"]: ["王小明 Smith"]})) == [0]


@pytest.mark.parametrize(("link", "header"), BOTH)
def test_a_list_with_one_column_is_linked(link: Link, header: dict[str, str]) -> None:
    names = [letters(number * 7919) for number in range(300)]
    assert len(persons(link({header["surname"]: names}))) == 300


@pytest.mark.parametrize(("link", "header"), BOTH)
def test_rows_without_any_value_are_nobody_s_twins(link: Link, header: dict[str, str]) -> None:
    assert persons(link({header["surname"]: [None] * 5, header["given"]: ["", " ", None, "\x00", "-"]})) == [
        0,
        1,
        2,
        3,
        4,
    ]


def test_fifty_thousand_equal_names_are_not_one_english_person() -> None:
    result = link_english({"name": ["John Smith"] * MANY, "zip": [letters(n) for n in range(MANY)]})
    assert len(set(persons(result))) == MANY
    assert any(over.rule == "names" and over.rows == MANY for over in result.passed_over)


def test_fifty_thousand_equal_names_are_not_one_chinese_person() -> None:
    result = link_chinese(
        {"name": ["张伟"] * MANY, "phone": [str(13_800_000_000 + 7919 * n) for n in range(MANY)]}
    )
    assert len(set(persons(result))) == MANY
    assert any(over.rule == "name_py" and over.rows == MANY for over in result.passed_over)


def test_fifty_thousand_people_with_one_mail_address_stay_apart() -> None:
    names = [f"{letters(n)} {letters(n * 31 + 7)}" for n in range(MANY)]
    result = link_english({"name": names, "email": ["info@example.org"] * MANY})
    assert len(set(persons(result))) > 0.99 * MANY
    assert any(over.rule == "email" and over.rows == MANY for over in result.passed_over)


def test_fifty_thousand_people_with_one_phone_are_not_one() -> None:
    names = ["王" + chr(0x4E00 + n % 20_000) + chr(0x4E00 + n // 20_000) for n in range(MANY)]
    result = link_chinese({"name": names, "phone": ["13800000000"] * MANY})
    assert any(over.rule == "phone" and over.rows > 0.8 * MANY for over in result.passed_over)


def test_a_million_equal_english_rows_are_one_person() -> None:
    result = link_english({"name": ["John Smith"] * MILLION, "dob": ["1980-02-03"] * MILLION})
    assert result.links["person"].unique().to_list() == [0]


def test_a_million_equal_chinese_rows_are_one_person() -> None:
    result = link_chinese({"name": ["张伟"] * MILLION, "phone": ["13800000001"] * MILLION})
    assert result.links["person"].unique().to_list() == [0]


@pytest.mark.parametrize(("link", "header"), BOTH)
def test_control_characters_are_no_values(link: Link, header: dict[str, str]) -> None:
    assert len(persons(link({header["surname"]: ["Smi\x00th\x1b", "\x07", "\u202e", "\x00\x00"]}))) == 4


@pytest.mark.parametrize(
    ("link", "columns"),
    [
        (link_english, ("surname", "address", "email", "dob", "phone", "ssn", "zip", "city")),
        (
            link_chinese,
            ("name", "address", "phone", "id_number", "birth", "compound", "building", "room", "vehicle"),
        ),
    ],
)
def test_cells_of_ten_thousand_characters_are_read(link: Link, columns: tuple[str, ...]) -> None:
    cells = [character * 10_000 for character in "张a1 *.号\n"] + ["1 " * 5_000, "三幢" * 5_000]
    assert len(persons(link(dict.fromkeys(columns, cells)))) == len(cells)

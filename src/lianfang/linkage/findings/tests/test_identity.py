"""ID numbers: what cannot be, and what the number itself contradicts."""

from datetime import date

import polars as pl

from lianfang.linkage.findings.identity import check_digit
from lianfang.linkage.findings.tests.town import BOY, MAN, OLD, WOMAN, Town

WRONG = MAN[:-1] + "9"


def test_check_digit_follows_gb_11643() -> None:
    numbers = pl.DataFrame({"id": [MAN, WOMAN, BOY, OLD, "11010519491231002X", "abc"]})
    told = numbers.select(check_digit(pl.col("id").str.slice(0, 17))).to_series().to_list()
    assert told == ["8", "1", "0", "9", "X", None]


def test_a_wrong_check_digit_is_told_with_the_right_one() -> None:
    town = Town()
    town.row("register.csv", "张伟", id_number=WRONG, id_text=WRONG, id_form="checksum")
    (found,) = town.found("id.checksum")
    assert (found["file"], found["row"], found["severity"], found["person_id"]) == (
        "register.csv",
        2,
        "error",
        "P000001",
    )
    assert found["reason_zh"].startswith(
        f"register.csv第2行张伟的证件号码{WRONG}校验位不符：前17位算出的末位应为8"
    )
    assert found["values"] == f'{{"name":"张伟","id":"{WRONG}","expected":"8"}}'


def test_a_right_check_digit_is_no_finding() -> None:
    town = Town()
    town.row("register.csv", "张伟", id18=MAN)
    assert town.found("id.checksum") == []


def test_a_typo_names_the_valid_number_that_another_list_gives() -> None:
    town = Town()
    town.row("register.csv", "张伟", id18=MAN)
    town.row("transport.csv", "张伟", id_number=WRONG, id_text=WRONG, id_form="checksum")
    (found,) = town.found("id.typo")
    assert (found["file"], found["other_file"], found["other_row"]) == ("transport.csv", "register.csv", 2)
    assert MAN in found["reason_en"]
    assert town.found("id.checksum") == []


def test_somebody_elses_valid_number_does_not_explain_a_typo() -> None:
    town = Town()
    town.row("register.csv", "李娜", id18=WOMAN)
    town.row("transport.csv", "张伟", id_number=WRONG, id_text=WRONG, id_form="checksum")
    assert town.found("id.typo") == []
    assert len(town.found("id.checksum")) == 1


def test_a_malformed_number_says_what_is_impossible() -> None:
    town = Town()
    for who, number in {
        "一": MAN[:-1],  # seventeen characters
        "二": "33010619870520OO18",
        "三": "990106198705200018",
        "四": "330106198713200018",
    }.items():
        town.row("register.csv", who, id_number=number, id_text=number, id_form="malformed")
    reasons = [found["reason_en"].rpartition("exist: ")[2] for found in town.found("id.malformed")]
    assert reasons == [
        "it has neither 15 nor 18 characters.",
        "it holds characters that do not belong there.",
        "it begins with the code of no province.",
        "the date of birth in it does not exist.",
    ]


def test_masked_and_foreign_numbers_are_no_findings() -> None:
    town = Town()
    town.row(
        "carrier.csv", "张伟", id_number="3301**********0018", id_text="3301**********0018", id_form="masked"
    )
    town.row("transport.csv", "John", id_number="E12345678", id_text="E12345678", id_form="foreign")
    for code in ("id.malformed", "id.checksum", "id.ruined"):
        assert town.found(code) == []


def test_scientific_notation_is_told_and_never_guessed() -> None:
    town = Town()
    town.row("register.csv", "张伟", id_number="3.30106E+17", id_form="ruined")
    (found,) = town.found("id.ruined")
    assert "3.30106E+17" in found["reason_zh"]
    assert town.audit().people_csv["id_number"].to_list() == [None]


def test_birth_and_sex_columns_are_held_against_the_number() -> None:
    town = Town()
    town.row("register.csv", "张伟", id18=MAN, birth_given=date(1987, 5, 2), sex_given="F")
    (birth,) = town.found("id.birth")
    (sex,) = town.found("id.sex")
    assert "出生日期写1987-05-02" in birth["reason_zh"]
    assert "1987-05-20" in birth["reason_zh"]
    assert "性别写女" in sex["reason_zh"]
    assert "表示男" in sex["reason_zh"]


def test_agreeing_columns_are_no_findings() -> None:
    town = Town()
    town.row("register.csv", "张伟", id18=MAN, birth_given=date(1987, 5, 20), sex_given="M")
    assert town.found("id.birth") == []
    assert town.found("id.sex") == []


def test_one_number_on_two_people() -> None:
    town = Town()
    town.row("register.csv", "张伟", id18=MAN)
    town.row("transport.csv", "王强", id18=MAN)
    (found,) = town.found("id.shared")
    assert (found["file"], found["other_file"]) == ("transport.csv", "register.csv")


def test_one_number_on_two_rows_of_one_person_is_as_it_should_be() -> None:
    town = Town()
    town.row("register.csv", "张伟", id18=MAN)
    town.row("transport.csv", "张伟", id18=MAN)
    assert town.found("id.shared") == []

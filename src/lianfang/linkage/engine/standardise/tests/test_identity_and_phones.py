"""ID numbers and telephone numbers."""

from datetime import date

import pytest

from lianfang.linkage.engine.standardise import id_number, phone

AS_OF = date(2020, 2, 10)
VALID = "110101199003078857"


@pytest.mark.parametrize(
    "given",
    [VALID, "1101 0119 9003 0788 57", "110101-19900307-8857", "１１０１０１１９９００３０７８８５７",
     f"身份证:{VALID}",
     "11O1O1l99003078857",
     "110101900307885", f"{VALID}/{VALID}", f"'{VALID}"],
)  # fmt: skip
def test_ways_to_write_one_valid_number(given: str) -> None:
    found = id_number(given, AS_OF)
    assert (found.id18, found.id_form, found.id_birth, found.id_sex) == (
        VALID,
        "valid",
        date(1990, 3, 7),
        "M",
    )


@pytest.mark.parametrize(
    ("given", "form", "mask"),
    [
        ("110101199003078858", "checksum", "110101199003078858"),
        ("33010619901307123X", "malformed", "33010619901307123X"),  # month 13
        ("990101199003078857", "checksum", "990101199003078857"),
        ("110101203003078857", "malformed", "110101203003078857"),  # born after the day of the run
        ("11010119900307885", "malformed", None),
        ("13812345678", "malformed", None),
        ("3301**********1234", "masked", "3301**********1234"),
        ("330106********123X", "masked", "330106********123X"),
        ("330106xxxxxxxx1234", "masked", "330106********1234"),
        ("330106●●●●●●●●1234", "masked", "330106********1234"),
        ("3301...1234", "masked", "3301**********1234"),
        ("3301****1234", "masked", "3301**********1234"),
        ("33010619900307****", "masked", "33010619900307****"),
        ("3.30106E+17", "ruined", "33010*************"),
        ("3.30106199003071E+17", "ruined", "33010619900307****"),
        ("330106199003071000", "ruined", "330106199003071***"),
        ("E12345678", "foreign", None),
        ("EA1234567", "foreign", None),
        ("H1234567890", "foreign", None),
        ("A123456(7)", "foreign", None),
        ("12345678", "foreign", None),
        ("CAN110080010101", "foreign", None),
        ("无", "none", None),
        ("待补", "none", None),
        ("0", "none", None),
        (None, "none", None),
    ],
)
def test_forms_and_masks(given: str | None, form: str, mask: str | None) -> None:
    found = id_number(given, AS_OF)
    assert (found.id18, found.id_form, found.id_mask) == (None, form, mask)


def test_head_and_tail_of_a_mask_are_what_shows() -> None:
    found = id_number("3301**********1234", AS_OF)
    assert (found.id_head, found.id_tail) == ("3301", "1234")


@pytest.mark.parametrize(
    ("given", "number", "form"),
    [
        ("13812345678", "13812345678", "mobile"),
        ("+86 138 1234 5678", "13812345678", "mobile"),
        ("0086-13812345678", "13812345678", "mobile"),
        ("138-1234-5678", "13812345678", "mobile"),
        ("１３８１２３４５６７８", "13812345678", "mobile"),
        ("013812345678", "13812345678", "mobile"),
        ("13812345678.0", "13812345678", "mobile"),
        ("手机:13812345678", "13812345678", "mobile"),
        ("13888888888", "13888888888", "mobile"),
        ("0571-88886666", "057188886666", "landline"),
        ("(0571)88886666", "057188886666", "landline"),
        ("0571-88886666-801", "057188886666", "landline"),
        ("88886666", "88886666", "landline"),
        ("4008001234", "4008001234", "landline"),
        ("+1 415 555 2671", "14155552671", "landline"),
        ("1381234567", None, "malformed"),
        ("138123456789", None, "malformed"),
        ("138****5678", None, "malformed"),
        ("11111111111", None, "none"),
        ("12345678901", None, "none"),
        ("无", None, "none"),
        (None, None, "none"),
    ],
)
def test_phones(given: str | None, number: str | None, form: str) -> None:
    found = phone(given)
    assert (found.phone, found.phone_form) == (number, form)


@pytest.mark.parametrize("between", ["/", "、", " ", ";", ",", "或"])
def test_two_numbers_in_one_cell(between: str) -> None:
    found = phone(f"13812345678{between}13912345678")
    assert (found.phone, found.phone2) == ("13812345678", "13912345678")


def test_a_wrong_number_is_kept_as_text() -> None:
    assert phone("138 1234 567").phone_text == "1381234567"

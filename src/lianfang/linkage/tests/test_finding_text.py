"""Any text is found in names and sentences by its pairs of characters: the same as reading every finding."""

import random

import polars as pl
import pytest

from lianfang.linkage import finding_text
from lianfang.linkage.finding_text import Sought, packed, parts_of, plain

SYLLABLES = (
    "云滨",
    "湾",
    "王",
    "秀英",
    "3幢",
    "2单元",
    "501",
    "室",
    "John",
    " is at ",
    "G101",
    "龚",
    "𠮷",
    "。",
)


def findings(height: int) -> pl.DataFrame:
    dice = random.Random(5)
    said = ["".join(dice.choices(SYLLABLES, k=6)) for _ in range(2 * height)]
    names = [None if n % 7 == 0 else dice.choice(("王秀英", "龚龙", "John", "𠮷田")) for n in range(height)]
    numbers = sorted(dice.sample(range(1, 10 * height), height))
    return pl.DataFrame(
        {"number": numbers, "name": names, "reason_zh": said[:height], "reason_en": said[height:]},
        schema_overrides={"number": pl.UInt32},
    )


def reading_all(rows: pl.DataFrame, text: str) -> set[int]:
    return {
        number
        for number, *said in rows.select("number", "name", "reason_zh", "reason_en").iter_rows()
        if any(plain(text) in one.lower() for one in said if one)
    }


def found(rows: pl.DataFrame, text: str) -> list[int]:
    parts = parts_of([("3301/", *one) for one in packed(rows)])
    sought = Sought.of(plain(text))
    numbers = [number for part in parts for number in sought.within(part).tolist()]
    assert numbers == sorted(numbers)
    return numbers


@pytest.mark.parametrize("text", ["云滨", "王", "龚", "G1", "John", "JOHN", "𠮷", "x", "幢2", "。"])
def test_one_or_two_characters_are_found_exactly(text: str) -> None:
    rows = findings(300)
    assert set(found(rows, text)) == reading_all(rows, text)


@pytest.mark.parametrize("text", ["云滨湾", "王秀英", "2单元501", "john is at", "G101室"])
def test_no_longer_text_is_missed(text: str) -> None:
    rows = findings(300)
    assert set(found(rows, text)) >= reading_all(rows, text) != set()


def test_pairs_do_not_reach_from_one_field_into_the_next() -> None:
    rows = pl.DataFrame(
        {"number": [4, 9], "name": ["王", "李"], "reason_zh": ["秀英", "王秀"], "reason_en": ["", "x"]},
        schema_overrides={"number": pl.UInt32},
    )
    assert found(rows, "王秀") == [9]


def test_many_findings_of_one_area_are_cut_into_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding_text, "PART", 64)
    rows = findings(300)
    assert len({part for part, _, _ in packed(rows)}) == 5
    assert set(found(rows, "云滨")) == reading_all(rows, "云滨")


def test_an_area_without_findings_has_nothing() -> None:
    assert list(packed(findings(300).clear())) == []

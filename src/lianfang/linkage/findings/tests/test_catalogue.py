"""The catalogue and the sentences made from it."""

import re

import pytest

from lianfang.linkage.fields import FIELD_NAMES
from lianfang.linkage.findings.catalogue import CATALOGUE, Kind
from lianfang.linkage.findings.sentences import findings_table
from lianfang.linkage.findings.tests.town import MAN, Town

PLACEHOLDER = re.compile(r"{(\w+)")


@pytest.mark.parametrize("kind", CATALOGUE.values(), ids=CATALOGUE.keys())
def test_every_kind_says_where_what_and_what_to_do_in_both_languages(kind: Kind) -> None:
    zh, en = (
        {name.removesuffix("_zh").removesuffix("_en") for name in PLACEHOLDER.findall(text)}
        for text in (kind.zh, kind.en)
    )
    assert zh == en
    assert "file" in zh
    assert kind.action_zh
    assert kind.action_en
    assert kind.title_zh
    assert kind.title_en
    assert kind.field in (*FIELD_NAMES, "")
    assert bool(kind.points) == bool(kind.ask_zh) == bool(kind.ask_en)
    assert set(PLACEHOLDER.findall(kind.ask_zh)) == set(PLACEHOLDER.findall(kind.ask_en))


def test_every_kind_is_looked_for() -> None:
    town = Town()
    town.row("register.csv", "李娜")
    town.row("gate.csv", "李娜")
    assert {found.kind.code for found in town.audit().found} == set(CATALOGUE)


def test_a_masked_table_shows_no_name_number_or_door() -> None:
    town = Town()
    town.row("register.csv", "张伟", id18=MAN, sex_given="F", home=("云滨湾", "3", "2", "501"))
    town.row("visit.csv", "张伟", home=("云滨湾", "4", "1", "101"))
    findings = town.audit()
    for code in ("id.sex", "address.moved"):
        table = findings_table(findings.of(code), findings.evidence, mask=True)
        text = table.select("values", "reason_zh", "reason_en").write_csv()
        for secret in ("张伟", MAN, "501", "101室"):
            assert secret not in text
        assert "张**" in text


def test_a_value_with_braces_or_quotes_stays_as_it_is() -> None:
    town = Town()
    town.row("register.csv", "p", name='张{name}"伟', id_number="3.3E+17", id_form="ruined")
    (found,) = town.found("id.ruined")
    assert '张{name}"伟' in found["reason_zh"]

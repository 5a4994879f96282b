"""Profiles: the shipped ones are sound, a mistake is named where it stands, the documentation is complete."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from lianfang.screening.engine import profile
from lianfang.screening.engine.profile import MEASURES, SHIPPED, ProfileError, parse, shipped

DOCS = Path(__file__).parents[5] / "docs" / "develop" / "profiles.md"

LEAST = """
id = "x"
zh = "某病"
en = "X"
version = "1"
[fever]
threshold = 37.3
source = "s"
[incubation]
shortest = 1
longest = 5
usual = [2, 3]
source = "s"
[[symptom]]
code = "cough"
zh = "咳嗽"
en = "cough"
[[rule]]
id = "r"
measure = "refer"
zh = "{evidence}"
en = "{evidence}"
source = ["s"]
when = { symptoms = { of = ["cough"] } }
[[source]]
id = "s"
title = "标准"
issued = 2020-01-01
says = "……"
"""

TWICE = 'code = "cough"\nzh = "a"\nen = "b"\n[[symptom]]\ncode = "cough"'


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_profile_names_a_source_for_everything(name: str) -> None:
    one = shipped(name)

    assert one.id == name
    cited = {source for rule in one.rule for source in rule.source} | {
        one.fever.source,
        one.incubation.source,
    }
    assert cited <= {source.id for source in one.source}
    assert all(source.says for source in one.source)
    assert (
        one.incubation.shortest
        <= one.incubation.usual[0]
        <= one.incubation.usual[1]
        <= one.incubation.longest
    )


def test_the_least_profile_is_enough() -> None:
    assert parse(LEAST, "x.toml").rule[0].measure == "refer"


@pytest.mark.parametrize(
    ("change", "to", "said"),
    [
        ("threshold = 37.3", "treshold = 37.3", "fever, threshold: is missing; fever, treshold: no such key"),
        ("threshold = 37.3", "threshold = 373", "fever, threshold: Input should be less than or equal to 42"),
        ('of = ["cough"]', 'of = ["caugh"]', "rule r: no such symptom caugh; known: cough"),
        ('measure = "refer"', 'measure = "arrest"', "rule 1, measure: Input should be 'observe_home'"),
        ('zh = "{evidence}"', 'zh = "{name}"', "no such placeholder name; known: days, evidence, since, until"),
        ('zh = "{evidence}"', 'zh = "{until}"', "{days} and {until} need days"),
        ('source = ["s"]', 'source = ["t"]', "rule r: no such source t; known: s"),
        ("when = { symptoms = { of = [\"cough\"] } }", "when = {}", "rule 1, when: Value error, at least one"),
        ('id = "s"', "id = ", "no TOML"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_where_it_stands(change: str, to: str, said: str) -> None:
    with pytest.raises(ProfileError, match=re.escape(said)) as error:
        parse(LEAST.replace(change, to), "x.toml")

    assert str(error.value).startswith("profile x.toml: ")


def test_an_unknown_profile_names_the_known_ones() -> None:
    with pytest.raises(ProfileError, match="covid19-2020"):
        shipped("plague")


def test_a_profile_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(LEAST, "utf-8")

    assert profile.load(tmp_path / "x.toml").id == "x"
    with pytest.raises(ProfileError, match=r"y\.toml: cannot be read"):
        profile.load(tmp_path / "y.toml")


def tables() -> dict[str, type[BaseModel]]:
    """Every table of a profile by the name that the documentation gives it."""
    return {
        "": profile.Profile,
        "[fever]": profile.Fever,
        "[incubation]": profile.Incubation,
        "[watch]": profile.Watch,
        "[[symptom]] and [[contact]]": profile.Named,
        "[[rule]]": profile.Rule,
        "when and unless": profile.When,
        "exposure": profile.ExposureWhen,
        "ride": profile.RideWhen,
        "contact": profile.ContactWhen,
        "symptoms": profile.SymptomsWhen,
        "age": profile.AgeWhen,
        "[[source]]": profile.Source,
    }


def test_the_documentation_describes_every_key_and_every_measure() -> None:
    sections: dict[str, set[str]] = {}
    name = ""
    for line in DOCS.read_text("utf-8").splitlines():
        if heading := re.match(r"#+ `?(.*?)`?$", line):
            name = heading[1]
        if key := re.match(r"\| `([^`]+)` \|", line):
            sections.setdefault(name, set()).add(key[1])

    assert sections.pop("Measures") == set(MEASURES)
    assert sections == {name or "The file": set(table.model_fields) for name, table in tables().items()}

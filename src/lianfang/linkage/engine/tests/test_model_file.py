"""A model file is read whole or refused with the place and the reason; its documentation is complete and true."""

import re
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from lianfang.linkage.engine.columns.steps import STEPS
from lianfang.linkage.engine.comparisons.kinds import KINDS, options_of
from lianfang.linkage.engine.model import ModelError
from lianfang.linkage.engine.model_file import KEYS, load_model, parse

PAGE = Path(__file__).parents[5] / "docs" / "develop" / "models.md"
GENERIC = ("equal", "text", "name", "date", "code", "address", "number", "chinese_name")


def sections() -> dict[str, str]:
    """Title of each section of the page → its text."""
    parts = re.split(r"^##+ (.*)$", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def first_columns(text: str) -> list[list[str]]:
    """For each table of a text what it has in its first column, as code."""
    tables = re.findall(r"^\|[- |]+\|\n((?:\|.*\|\n)+)", text, flags=re.MULTILINE)
    return [re.findall(r"^\| `(\w+)` \|", table, flags=re.MULTILINE) for table in tables]


def english() -> dict[str, Any]:
    text = resources.files("lianfang.linkage.engine").joinpath("models/english.toml").read_text("utf-8")
    return tomllib.loads(text)


@pytest.mark.parametrize("table", list(KEYS))
def test_the_page_documents_every_key_of_a_table_and_no_other(table: str) -> None:
    titles = (f"`[{table}]`", f"`[[{table}]]`") if table else ("The file",)
    text = next(text for title, text in sections().items() if title in titles)
    assert sorted(first_columns(text)[0]) == sorted(KEYS[table])


def test_the_page_documents_every_step_and_no_other() -> None:
    assert sorted(first_columns(sections()["`[[column]]`"])[1]) == sorted(STEPS)


def test_the_page_documents_every_kind_and_no_other() -> None:
    assert sorted(first_columns(sections()["`[[comparison]]`"])[1]) == sorted(KINDS)


@pytest.mark.parametrize("kind", GENERIC)
def test_the_page_documents_options_and_levels_of_a_kind(kind: str) -> None:
    rows = re.findall(rf"^\| `{kind}` \|(.*)\|(.*)\|$", sections()["`[[comparison]]`"], flags=re.MULTILINE)
    options, levels = rows[-1]
    given = dict.fromkeys((option for option, needed in options_of(kind).items() if needed), "x")
    assert set(re.findall(r"`(\w+)`", options)) == set(options_of(kind))
    assert tuple(re.findall(r"`(\w+)`", levels)) == KINDS[kind]("x", **given).levels


def test_the_worked_example_of_the_page_is_a_model() -> None:
    example = re.search(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), flags=re.DOTALL)
    assert example is not None
    assert parse(tomllib.loads(example[1])).name == "dutch"


@pytest.mark.parametrize("name", ["english", "chinese"])
def test_shipped_models_can_be_read(name: str) -> None:
    model = load_model(name)
    assert model.name == name
    assert all(sum(item.priors["same"]) > 0 for item in model.evidence)


@pytest.mark.parametrize(
    ("place", "value", "complaint"),
    [
        (("standardise",), "klingon", "standardise: 'klingon' is not one of chinese, columns"),
        (("within_lists",), "never", "within_lists: 'never' is not one of yes, no, auto"),
        (("colour",), "red", "the file: no such key colour"),
        (("costs", "wrong"), 1, r"\[costs\]: no such key wrong"),
        (("comparison", 0, "kind"), "magic", "comparison given: no such kind 'magic'"),
        (("comparison", 0, "same", "exactly"), 0.1, "comparison given, same: no such level exactly"),
        (("comparison", 0, "same", "exact"), "often", "comparison given, same: exact is not a number"),
        (("comparison", 0, "forbids"), ["never"], "comparison given: no such level never"),
        (("comparison", 0, "column"), "nick", "not defined as .*: nick"),
        (("block", 0, "key"), ["shoe_size"], "not defined as .*: shoe_size"),
        (("column", 0, "clean"), ["wash"], "column full_name: no such step wash"),
        (("column", 1, "from"), ["surname"], "column given: surname is not a column above it"),
        (("columns", "needed"), ["dna"], "needed: dna is not a column"),
    ],
)
def test_a_mistake_in_a_model_is_named_with_its_place(
    place: tuple[str | int, ...], value: object, complaint: str
) -> None:
    data: Any = english()
    table = data
    for key in place[:-1]:
        table = table[key]
    table[place[-1]] = value
    with pytest.raises(ModelError, match=complaint):
        parse(data)


def test_a_missing_level_is_named() -> None:
    data = english()
    del data["comparison"][0]["stranger"]["different"]
    with pytest.raises(ModelError, match="comparison given, stranger: level different has no value"):
        parse(data)


def test_a_file_that_is_not_there_or_no_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        load_model(tmp_path / "none.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("name = [", "utf-8")
    with pytest.raises(ModelError, match=r"broken\.toml"):
        load_model(broken)

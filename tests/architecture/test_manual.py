"""The manual is true: every option of every command stands in it, and the page of findings is the catalogue's."""

import ast
import importlib.util
import re
from pathlib import Path

import pytest

from lianfang.cli import COMMANDS
from lianfang.linkage.findings.manual import page
from tests.architecture.house import ROOT

USE = ROOT / "docs" / "use"
PROGRAMS = {"start.py": ROOT / "start.py", "check.py": ROOT / "check.py"}


def source_of(module: str) -> Path:
    spec = importlib.util.find_spec(module)
    assert spec
    assert spec.origin
    return Path(spec.origin)


def options_in(file: Path) -> set[str]:
    """Every `--option` that the file's add_argument calls declare."""
    calls = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)]
    words = {
        word.value
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "add_argument"
        for word in call.args
        if isinstance(word, ast.Constant) and isinstance(word.value, str)
    }
    return {word for word in words if word.startswith("--")}


def shared_options(file: Path) -> set[str]:
    """Options that a command takes over from `engine_choice`."""
    takes = "add_engine_options(" in file.read_text("utf-8")
    return options_in(source_of("lianfang.linkage.engine_choice")) if takes else set()


def sections(language: str) -> dict[str, set[str]]:
    """Command → the options that its section of the page names first in a table row."""
    text = (USE / language / "commands.md").read_text("utf-8")
    found = {}
    for part in text.split("\n## ")[1:]:
        title, _, rest = part.partition("\n")
        found[title.strip()] = set(re.findall(r"^\| `(--[a-z-]+)", rest, re.M))
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_option_of_every_command_is_documented(language: str) -> None:
    files = {f"lianfang {name}": source_of(command.module) for name, command in COMMANDS.items()}
    declared = {name: options_in(file) | shared_options(file) for name, file in {**PROGRAMS, **files}.items()}
    assert sections(language) == declared


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_of_findings_is_made_from_the_catalogue(language: str) -> None:
    committed = (USE / language / "findings.md").read_text("utf-8")
    made = page("zh" if language == "zh" else "en")
    assert committed == made, "run python -m lianfang.linkage.findings.manual docs/use"


def test_every_link_in_the_documentation_leads_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    dead = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert dead == []


def test_both_languages_have_the_same_pages() -> None:
    zh, en = ({file.name for file in (USE / language).glob("*.md")} for language in ("zh", "en"))
    assert zh == en

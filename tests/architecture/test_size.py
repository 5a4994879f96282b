"""Files and functions that a newcomer can read in one go; names that say what is inside."""

import ast
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.house import python_files, shown, web_files

AIM, LIMIT = 300, 500
FUNCTION_LIMIT = 40
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}


@pytest.mark.parametrize("file", [*python_files(), *web_files()], ids=shown)
def test_files_are_short(file: Path) -> None:
    lines = len(file.read_text("utf-8").splitlines())
    assert lines <= LIMIT, f"{shown(file)} has {lines} lines: split it by what it is about"
    if lines > AIM:
        warnings.warn(f"{shown(file)} has {lines} lines, {AIM} are the aim", stacklevel=1)


@pytest.mark.parametrize("file", list(python_files()), ids=shown)
def test_functions_are_short(file: Path) -> None:
    long = [
        f"{name}: {lines}" for name, lines in functions(file.read_text("utf-8")) if lines > FUNCTION_LIMIT
    ]
    assert not long, f"{shown(file)}: functions over {FUNCTION_LIMIT} lines: {', '.join(long)}"


def test_names_say_what_is_inside() -> None:
    vague = [shown(file) for file in [*python_files(), *web_files()] if FORBIDDEN_NAMES & names(file)]
    assert not vague


def names(file: Path) -> set[str]:
    """The file's own name and its folders' names, in lower case."""
    return {part.lower() for part in Path(shown(file)).with_suffix("").parts}


def functions(source: str) -> Iterator[tuple[str, int]]:
    """Every function with its lines, the docstring not counted: explaining more is never punished."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            first = node.body[0]
            if ast.get_docstring(node, clean=False) is not None:
                lines -= (first.end_lineno or first.lineno) - first.lineno + 1
            yield node.name, lines


def test_the_rule_counts_without_docstring() -> None:
    assert list(functions('def f():\n    """One\n    two."""\n    return 1\n')) == [("f", 2)]

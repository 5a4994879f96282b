"""Every setting, permission and error code is in the docs, and the docs name nothing that is not there."""

import importlib
import json
import re

import pytest

from lianfang.accounts.roles import PERMISSIONS, Role
from lianfang.kernel.errors import declared
from lianfang.kernel.permissions import Permission
from tests.architecture.house import ROOT, SOURCE

DOCS = ROOT / "docs" / "develop"


def rows(page: str) -> dict[str, list[str]]:
    """The page's table rows whose first cell is `code`: that code → the other cells."""
    text = (DOCS / page).read_text("utf-8")
    cells = [
        [cell.strip() for cell in line.strip("| ").split("|")] for line in text.splitlines() if "|" in line
    ]
    return {row[0].strip("`"): row[1:] for row in cells if row[0].startswith("`")}


def test_every_setting_is_documented() -> None:
    used = {
        name
        for file in SOURCE.rglob("*.py")
        if "tests" not in file.parts
        for name in re.findall(r"\bLIANFANG_[A-Z_]+", file.read_text("utf-8"))
    }
    assert set(rows("settings.md")) == used


def test_every_permission_is_documented() -> None:
    assert set(rows("permissions.md")) == {permission.value for permission in Permission}


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_the_page_says_what_each_role_may_do(role: Role) -> None:
    documented = {
        code for code, cells in rows("permissions.md").items() if role.value in cells[1].split(", ")
    }
    assert documented == {permission.value for permission in PERMISSIONS[role]}


def test_every_error_code_is_documented_with_its_status() -> None:
    for file in SOURCE.rglob("errors.py"):
        module = ".".join(("lianfang", *file.relative_to(SOURCE).with_suffix("").parts))
        if "declare(" in file.read_text("utf-8"):
            importlib.import_module(module)
    documented = {code: cells[0] for code, cells in rows("errors.md").items()}
    assert documented == {code: str(kind.status) for code, kind in declared().items()}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_permission_has_words_for_the_desk(language: str) -> None:
    catalogue = json.loads((ROOT / "web" / "core" / "locales" / f"{language}.json").read_text("utf-8"))
    worded = {f"{subject}.{verb}" for subject, verbs in catalogue["permission"].items() for verb in verbs}
    assert worded == {permission.value for permission in Permission}

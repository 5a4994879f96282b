"""The command line knows its commands and loads only what it is asked for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lianfang import cli


def test_help_names_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    assert "serve" in capsys.readouterr().out


def test_an_unknown_command_is_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["fly"]) == 2
    assert "there is no command 'fly'" in capsys.readouterr().err


def test_nothing_to_do_is_an_error() -> None:
    assert cli.main([]) == 2


def test_a_command_that_is_not_there_yet_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(cli.COMMANDS, "link", cli.Command("lianfang.linkage.no_such_module", ""))
    assert cli.main(["link"]) == 2
    assert "does not have it yet" in capsys.readouterr().err


def test_data_and_database_go_into_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LIANFANG_DATA", "before")
    monkeypatch.setenv("LIANFANG_DATABASE", "before")
    rest = cli.take_place(
        ["--port", "1", "--data", str(tmp_path), "--database=postgresql:///x", "--host", "::1"]
    )
    assert rest == ["--port", "1", "--host", "::1"]
    assert os.environ["LIANFANG_DATA"] == str(tmp_path)
    assert os.environ["LIANFANG_DATABASE"] == "postgresql:///x"


def test_the_command_line_starts_without_django() -> None:
    probe = "import sys; from lianfang.cli import main; main(['--help']); assert 'django' not in sys.modules"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", probe], env=env, check=True, stdout=subprocess.DEVNULL)


def test_a_database_that_cannot_be_is_a_plain_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIANFANG_DATABASE", "")
    assert cli.main(["serve", "--database", "mysql://x"]) == 2
    assert "must begin with postgresql://" in capsys.readouterr().err

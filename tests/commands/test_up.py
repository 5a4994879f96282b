"""From the program to the demo: each step once, a failed one again."""

from pathlib import Path

import pytest

from lianfang.commands import up


def test_a_step_with_its_stamp_is_not_done_again(tmp_path: Path) -> None:
    done: list[int] = []
    for state in ("one", "one", "two", "two"):
        up.step("Work", lambda: done.append(1), tmp_path / "deep" / ".done", state)
    assert len(done) == 2


def test_a_step_that_breaks_off_is_done_again(tmp_path: Path) -> None:
    stamp = tmp_path / ".done"
    up.step("Work", lambda: None, stamp, "one")
    with pytest.raises(up.StepError, match="taken"):
        up.step("Work", lambda: up.refuse("taken"), stamp, "two")
    assert not stamp.exists()


def test_the_register_and_the_other_lists_are_told_apart(tmp_path: Path) -> None:
    for name in ("2_carrier.csv", "1_register.csv", "3_gate.xlsx", "4_visits.xls", "README.md"):
        (tmp_path / name).touch()
    listed = [str(tmp_path / name) for name in ("2_carrier.csv", "3_gate.xlsx", "4_visits.xls")]
    assert up.list_options(tmp_path) == [
        *("--register", str(tmp_path / "1_register.csv")),
        *(word for file in listed for word in ("--list", file)),
    ]


def test_a_demo_without_lists_is_a_plain_sentence(tmp_path: Path) -> None:
    with pytest.raises(up.StepError, match="delete that folder and start again"):
        up.list_options(tmp_path)


def test_a_command_that_fails_is_a_plain_sentence() -> None:
    with pytest.raises(up.StepError, match="--no-demo"):
        up.run("no-such-command")

"""`lianfang reconcile` from files to files."""

import json
from pathlib import Path

import pytest

from lianfang.linkage.findings.tests.town import MAN, WOMAN
from lianfang.linkage.outputs import FILES
from lianfang.linkage.reconcile import WORK, run
from lianfang.linkage.reconcile_command import main

REGISTER = f"""姓名,身份证号,联系电话,现住址
张伟,{MAN},13800000001,云滨湾小区3幢2单元501室
李娜,{WOMAN},13900000002,云滨湾小区3幢2单元502室
"""
TRAIN = f"""旅客姓名,证件号码,车次,乘车日期
张伟,{MAN},G7301,2020-02-01
王芳,330106198001010024,G7301,2020-02-01
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "register.csv").write_text(REGISTER, "utf-8")
    (tmp_path / "train.csv").write_text(TRAIN, "utf-8")
    return tmp_path


def command(folder: Path, *more: str) -> list[str]:
    words = ["--register", "register.csv", "--list", "train.csv", "--out", "out", *more]
    paths = {"register.csv", "train.csv", "out", "nothing.csv", "broken.csv"}
    return [str(folder / word) if word in paths else word for word in words]


def test_it_writes_everything_and_says_where(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command(folder, "--as-of", "2020-03-01")) == 0
    assert {*FILES, "mapping.toml"} <= {path.name for path in (folder / "out").iterdir()}
    told = capsys.readouterr()
    assert "旅客姓名 → 姓名" in told.out
    assert str(folder / "out") in told.out
    assert "100%" in told.err


def test_json_stands_alone_on_stdout(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command(folder, "--format", "json", "--as-of", "2020-03-01")) == 0
    summary = json.loads(capsys.readouterr().out)
    assert (summary["as_of"], summary["totals"]["rows"], summary["totals"]["people"]) == ("2020-03-01", 4, 3)
    assert [one["account"]["kind"] for one in summary["lists"]] == ["register", "transport"]


def test_a_file_that_cannot_be_read_is_named_and_stops_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command(folder, "--list", "nothing.csv", "--as-of", "2020-03-01")) == 1
    told = capsys.readouterr()
    assert "nothing.csv" in told.err
    summary = json.loads((folder / "out" / "summary.json").read_text("utf-8"))
    assert [error["file"] for error in summary["errors"]] == ["nothing.csv"]
    assert summary["totals"]["people"] == 3
    assert "nothing.csv" in (folder / "out" / "report.html").read_text("utf-8")


def test_nothing_readable_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--register", str(folder / "nothing.csv"), "--out", str(folder / "out")]
    assert main(words) == 2
    assert "nothing.csv" in capsys.readouterr().err
    assert list((folder / "out").iterdir()) == []


def test_out_that_is_a_file_is_refused_before_any_work(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--register", str(folder / "register.csv"), "--out", str(folder / "train.csv")]
    assert main(words) == 2
    assert "不是文件夹" in capsys.readouterr().err


def test_a_wrong_day_is_a_wrong_command_line(folder: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(command(folder, "--as-of", "2020-13-01"))
    assert ended.value.code == 2


def test_the_mapping_found_can_be_passed_back(folder: Path) -> None:
    assert main(command(folder, "--as-of", "2020-03-01")) == 0
    first = (folder / "out" / "links.csv").read_bytes()
    assert main(command(folder, "--as-of", "2020-03-01", "--map", str(folder / "out" / "mapping.toml"))) == 0
    assert (folder / "out" / "links.csv").read_bytes() == first


def test_whoever_watches_can_stop_the_run(folder: Path) -> None:
    class Stop(Exception):
        pass

    def watcher(step: str, share: float) -> None:
        if share > 0.5:
            raise Stop

    with pytest.raises(Stop):
        run(folder / "register.csv", [folder / "train.csv"], folder / "out", progress=watcher)
    # No result, whole or half; only the steps with which the next start goes on, and then they go too.
    assert [file.name for file in (folder / "out").iterdir()] == [WORK]
    run(folder / "register.csv", [folder / "train.csv"], folder / "out")
    assert not (folder / "out" / WORK).exists()


def test_ctrl_c_stops_with_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lianfang.linkage.engine_choice.link", interrupted)
    assert main(command(folder)) == 130
    assert "已停止" in capsys.readouterr().err
    assert list((folder / "out").iterdir()) == []

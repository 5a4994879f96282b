"""The same links on Spark as on one machine, row for row, with real executors (local-cluster). Slow: marked `spark`."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from lianfang.linkage import link_command
from lianfang.linkage.engine import pipeline
from lianfang.linkage.engine.pipeline import Linkage
from tests.spark.lists import Lists, chinese, english

pytest.importorskip("pyspark", reason="the extra `spark` is not installed")
session = pytest.importorskip("lianfang.linkage.engine.spark.session")
pytestmark = pytest.mark.spark

MASTER = "local-cluster[2,1,1024]"
Link = Callable[..., Linkage]


@pytest.fixture(scope="module")
def on_spark() -> Iterator[Link]:
    """One session for all tests: starting it takes most of the time."""
    with session.linking(MASTER, {"spark.driver.memory": "1g", "spark.app.name": "tests"}) as link:
        yield link


@pytest.fixture(scope="module")
def shire() -> Lists:
    return english(700)


def assert_same(given: Lists, found: Linkage) -> None:
    """Everything that one machine says, in the same words and figures."""
    wanted = pipeline.link(given.records, given.lists, as_of=given.as_of, model=given.model)
    assert_frame_equal(found.links, wanted.links, check_exact=True)
    assert_frame_equal(found.reviews, wanted.reviews, check_exact=True)
    assert_frame_equal(found.standard, wanted.standard)
    assert found.looks is not None
    assert wanted.looks is not None
    assert_frame_equal(found.looks, wanted.looks, check_exact=True)
    assert wanted.looks.height
    assert found.passed_over == wanted.passed_over
    assert wanted.links["person"].n_unique() < len(wanted.links)


def test_all_kinds_of_chinese_lists(on_spark: Link, tmp_path: Path) -> None:
    town = chinese(2000, tmp_path)
    found = on_spark(town.records, town.lists, as_of=town.as_of, model=town.model)
    assert_same(town, found)


def test_english_lists_though_an_executor_dies(on_spark: Link, shire: Lists) -> None:
    def lose_one(step: str, share: float) -> None:
        if step == "block":
            os.kill(an_executor(on_spark), signal.SIGKILL)

    found = on_spark(shire.records, shire.lists, as_of=shire.as_of, model=shire.model, progress=lose_one)
    assert_same(shire, found)


def an_executor(on_spark: Link) -> int:
    """The process of an executor of this very session: the parent of the daemon that forks its Python workers."""
    context = on_spark.args[0].sparkContext  # type: ignore[attr-defined]
    daemons = context.parallelize(range(2), 2).map(lambda _: os.getppid()).collect()
    return int(Path(f"/proc/{daemons[0]}/stat").read_text().rpartition(")")[2].split()[1])


def test_the_command_goes_where_it_is_told(
    shire: Lists, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    @contextmanager
    def opened(*told: object, **options: object) -> Iterator[Link]:
        asked.append((*told, options))
        yield pipeline.link

    monkeypatch.setattr(session, "linking", opened)
    rows = shire.records.select("given", "surname", "birth").rename({"given": "first name"})
    rows.write_csv(tmp_path / "people.csv")
    options = ["--engine", "spark", "--master", MASTER, "--spark-conf", "spark.executor.memory=4g", "--quiet"]
    assert link_command.main([str(tmp_path / "people.csv"), "--out", str(tmp_path), *options]) == 0
    assert asked == [(MASTER, {"spark.executor.memory": "4g"}, {"standard": False})]
    assert (tmp_path / "links.csv").read_text().count("people.csv") == len(rows)


def test_no_record_at_all(on_spark: Link, shire: Lists) -> None:
    nobody = shire.records.clear()
    found = on_spark(nobody, shire.lists, as_of=shire.as_of, model=shire.model)
    assert found.links.is_empty()


def test_records_with_gaps_are_refused(on_spark: Link, shire: Lists) -> None:
    with pytest.raises(ValueError, match="without gaps"):
        on_spark(shire.records.tail(5), shire.lists, as_of=shire.as_of, model=shire.model)


def test_other_software_is_refused() -> None:
    here = session.fingerprint()
    there = {**here, "Polars": "0.1"}
    assert session.differences(here, here) == ""
    assert session.differences(there, here) == f"Polars is 0.1 there, {here['Polars']} here"


def test_options_that_do_not_go_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text("first name,surname\nEmma,Smith\n")
    on_spark = ["--engine", "spark"]
    for options in (on_spark, ["--master", MASTER], [*on_spark, "--master", "x", "--spark-conf", "y"]):
        assert link_command.main([str(tmp_path / "a.csv"), "--out", str(tmp_path / "out"), *options]) == 2
    assert capsys.readouterr().err.count("lianfang link: ") == 3

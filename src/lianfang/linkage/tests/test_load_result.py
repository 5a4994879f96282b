"""Loading a finished run: everything arrives, nothing half, and nobody without permission does it."""

from pathlib import Path

import polars as pl
import pytest
from django.db import models

from lianfang.kernel import clock
from lianfang.kernel.actor import Actor, system
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.models import AuditRecord
from lianfang.linkage.actions import load_result
from lianfang.linkage.fields import FIELD_NAMES
from lianfang.linkage.models import (
    Run,
    RunFigure,
    RunFinding,
    RunList,
    RunPerson,
    RunPlace,
    RunRecord,
    RunRejected,
    RunTask,
)
from lianfang.linkage.result import ResultError, RunResult, keep, read
from lianfang.linkage.tests.sample import sample

pytestmark = pytest.mark.django_db
WHY = "the test counts everything"


def load(result: RunResult) -> Run:
    return load_result(actor=system("test"), now=clock.now(), result=result, title="二月")


def test_every_row_arrives() -> None:
    result = sample()
    run = load(result)
    assert RunRecord.objects.unscoped(reason=WHY).filter(run=run).count() == result.records.height
    assert RunPerson.objects.unscoped(reason=WHY).count() == result.people.height
    assert RunFinding.objects.unscoped(reason=WHY).count() == result.findings.height
    assert RunTask.objects.unscoped(reason=WHY).count() == result.tasks.height
    assert RunRejected.objects.unscoped(reason=WHY).count() == 1
    assert [one.records for one in RunList.objects.order_by("number")] == [39, 21, 13]
    assert AuditRecord.objects.filter(action="run.loaded", object_id=run.pk).count() == 1


def test_a_record_keeps_its_values_as_received() -> None:
    load(sample())
    record = RunRecord.objects.unscoped(reason=WHY).get(list=1, row=2)
    assert record.name == '=HYPERLINK("http://x")'
    assert (record.person, record.phone, record.community) == (1, "13900000001", None)


def test_a_person_is_found_by_name_pinyin_initials_and_numbers() -> None:
    load(sample())
    search = RunPerson.objects.unscoped(reason=WHY).get(person=1).search.split()
    assert {"王伟", "wangwei", "ww", "330109198705200000", "13800000000", "13900000001"} <= set(search)


def test_sentences_are_stored_masked() -> None:
    load(sample())
    found = RunFinding.objects.unscoped(reason=WHY).filter(code="id.checksum").first()
    assert found is not None
    assert "330****17" in found.reason_zh
    assert "330109198705200017" not in found.reason_zh + found.reason_en


def test_findings_are_numbered_by_urgency() -> None:
    load(sample())
    severities = RunFinding.objects.unscoped(reason=WHY).order_by("number").values_list("severity", flat=True)
    assert list(severities) == sorted(severities, key=["error", "warning", "info"].index)


def test_figures_and_places_add_up() -> None:
    result = sample()
    load(result)
    for measure, expected in (
        ("people", result.people.height),
        ("records", result.records.height),
        ("findings", result.findings.height),
    ):
        rows = RunFigure.objects.unscoped(reason=WHY).filter(measure=measure)
        assert rows.aggregate(sum=models.Sum("n"))["sum"] == expected
    places = list(RunPlace.objects.unscoped(reason=WHY).order_by("number"))
    assert sum(place.people for place in places) == result.people.height
    assert [place.name for place in places[:3]] == ["", "云滨社区第1网格", "云滨社区第2网格"]


def test_awkward_text_survives() -> None:
    result = sample()
    awkward = r'a,"b"' + "\n\\N\t\0'; 甲"
    records = result.records.with_columns(remark=pl.lit(awkward), employer=pl.lit(r"\N"), origin=pl.lit(""))
    load(RunResult(**{**vars(result), "records": records}))
    record = RunRecord.objects.unscoped(reason=WHY).get(record=0)
    assert (record.remark, record.employer, record.origin) == (awkward.replace("\0", ""), r"\N", "")


def test_a_run_kept_in_a_folder_loads_like_the_one_in_memory(tmp_path: Path) -> None:
    result = sample()
    keep(result, tmp_path)
    again = read(tmp_path)
    assert again.lists == result.lists or [one.label for one in again.lists] == [
        one.label for one in result.lists
    ]
    for name in ("records", "links", "people", "findings", "tasks"):
        assert getattr(again, name).equals(getattr(result, name))


def test_a_folder_without_a_finished_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResultError) as refused:
        read(tmp_path)
    assert refused.value.code == "result.missing"


def test_frames_that_do_not_fit_are_refused_and_leave_nothing() -> None:
    result = sample()
    with pytest.raises(ProblemError, match=r"result\.unfit"):
        load(RunResult(**{**vars(result), "links": result.links.head(3)}))
    assert Run.objects.count() == 0


def test_nobody_loads_without_permission() -> None:
    with pytest.raises(ProblemError, match="forbidden"):
        load_result(actor=Actor(1, "guard"), now=clock.now(), result=sample(), title="x")


def test_records_have_every_field_of_the_vocabulary() -> None:
    assert set(FIELD_NAMES) <= {field.name for field in RunRecord._meta.get_fields()}

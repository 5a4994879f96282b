"""Persons keep their number from run to run, whatever the run counts; what nobody says any more goes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from lianfang.kernel.actor import system
from lianfang.linkage.actions import load_result
from lianfang.linkage.identity import inherited
from lianfang.linkage.models import Run, RunFinding, RunPerson, RunRecord
from lianfang.linkage.result import RunResult
from lianfang.linkage.stable_keys import record_keys
from lianfang.linkage.tests.sample import sample
from lianfang.registry.actions import register_person
from lianfang.registry.models import Identifier, Person, PersonKey, Residence
from lianfang.registry.queries import find_people

NOW = datetime(2020, 2, 20, 8, 0, tzinfo=UTC)
WHY = "the test counts everything"
ME = system("test")


def load(result: RunResult, days: int = 0) -> Run:
    return load_result(actor=ME, now=NOW + timedelta(days=days), result=result, title="二月")


def uids(run: Run) -> dict[str | None, int]:
    return dict(RunPerson.objects.unscoped(reason=WHY).filter(run=run).values_list("id_number", "uid"))


def table(model: type) -> set[tuple[object, ...]]:
    rows = model.objects.unscoped(reason=WHY) if model is not Identifier else model.objects.all()  # type: ignore[attr-defined]
    hidden = {"id", "created_at", "since", "digest", "version"}
    names = [field.attname for field in model._meta.concrete_fields if field.attname not in hidden]  # type: ignore[attr-defined]
    return {tuple(map(str, row)) for row in rows.values_list(*names)}


def without_person(result: RunResult, person_id: str) -> RunResult:
    """The result of lists that do not name one person: everybody behind him is counted anew."""
    gone = result.links["person_id"] == person_id
    records = result.records.filter(~gone).with_columns(record=pl.int_range(pl.len(), dtype=pl.UInt32))
    number = pl.col("person_id").str.slice(1).cast(pl.Int64)
    later = number > int(person_id[1:])
    code = (
        pl.when(later)
        .then(pl.format("P{}", (number - 1).cast(pl.String).str.zfill(6)))
        .otherwise("person_id")
    )

    def kept(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.filter(pl.col("person_id") != person_id).with_columns(code.alias("person_id"))

    return replace(
        result, records=records, pinyin=result.pinyin.filter(~gone).with_columns(record=records["record"]),
        descriptions=kept(result.descriptions.collect()).lazy(), links=kept(result.links), people=kept(result.people),
        findings=kept(result.findings),
    )  # fmt: skip


@pytest.mark.django_db
def test_the_same_lists_again_change_nothing() -> None:
    first = load(sample())
    before = {model: table(model) for model in (Person, PersonKey, Identifier, Residence)}
    second = load(sample(), days=1)
    assert uids(first) == uids(second)
    assert {model: table(model) for model in before} == before
    assert [run.current for run in (Run.objects.get(pk=first.pk), second)] == [False, True]


@pytest.mark.django_db
def test_numbers_stay_when_the_run_counts_anew() -> None:
    whole = sample()
    first = uids(load(whole))
    second = uids(load(without_person(whole, "P000003"), days=1))
    gone = sample().people.filter(pl.col("person_id") == "P000003")["id_number"][0]
    assert second == {number: uid for number, uid in first.items() if number != gone}


@pytest.mark.django_db
def test_whoever_no_list_names_any_more_leaves_the_registry() -> None:
    whole = sample()
    first = uids(load(whole))
    gone = whole.people.filter(pl.col("person_id") == "P000003").row(0, named=True)
    assert find_people(actor=ME, text=gone["phone"]).people
    load(without_person(whole, "P000003"), days=1)
    assert not Person.objects.unscoped(reason=WHY).filter(pk=first[gone["id_number"]]).exists()
    assert not find_people(actor=ME, text=gone["phone"]).people
    assert not PersonKey.objects.unscoped(reason=WHY).filter(person=first[gone["id_number"]]).exists()


@pytest.mark.django_db
def test_somebody_met_at_a_gate_stays_with_what_he_said_there() -> None:
    whole = sample()
    before = uids(load(whole))
    one = whole.people.filter(pl.col("person_id") == "P000003").row(0, named=True)
    met = register_person(
        actor=ME,
        now=NOW,
        path="330109/",
        name=one["name"],
        phone=one["phone"],
        address="云滨湾小区9幢1单元909室",
    )
    assert (met.created, met.person.pk) == (False, before[one["id_number"]])
    load(without_person(whole, "P000003"), days=1)
    person = Person.objects.unscoped(reason=WHY).get(pk=met.person.pk)
    assert person.descriptions == person.met
    assert [found.id for found in find_people(actor=ME, text=one["phone"]).people] == [met.person.pk]
    assert not find_people(actor=ME, text="王伟 云滨湾3").people
    homes = Residence.objects.unscoped(reason=WHY).filter(person=person)
    assert {(home.listed, home.until is None) for home in homes} == {(True, False), (False, True)}


@pytest.mark.django_db
def test_somebody_met_before_any_list_names_him_keeps_his_number() -> None:
    number = "33010619800101521X"
    met = register_person(actor=ME, now=NOW, path="330109/", name="王建国", id_number=number).person
    whole = sample()
    said = pl.col("person_id") == "P000001"
    numbers = {
        name: pl.when(said).then(pl.lit(number)).otherwise(name).alias(name) for name in ("id18", "id_text")
    }
    described = whole.descriptions.with_columns(**numbers)
    run = load(replace(whole, descriptions=described))
    assert RunPerson.objects.unscoped(reason=WHY).get(run=run, person=1).uid == met.pk
    assert len(Person.objects.unscoped(reason=WHY).get(pk=met.pk).descriptions) == 2


@pytest.mark.django_db
def test_a_new_value_is_found_and_the_old_one_no_more() -> None:
    whole = sample()
    load(whole)
    changed = pl.when(pl.col("person_id") == "P000003").then(pl.lit("15500001234")).otherwise("phone")
    moved = pl.when(pl.col("person_id") == "P000003").then(pl.lit("江心苑9幢909室")).otherwise("address")
    load(
        replace(
            whole,
            descriptions=whole.descriptions.with_columns(changed.alias("phone")),
            people=whole.people.with_columns(changed.alias("phone"), moved.alias("address")),
        ),
        days=1,
    )
    assert len(find_people(actor=ME, text="15500001234").people) == 1
    assert not find_people(actor=ME, text="13800000002").people
    person = find_people(actor=ME, text="15500001234").people[0]
    homes = Residence.objects.unscoped(reason=WHY).filter(person=person.id).order_by("pk")
    assert [home.until is None for home in homes] == [False, True]


@pytest.mark.django_db
def test_findings_and_rows_have_keys_of_their_own() -> None:
    run = load(sample())
    for model in (RunRecord, RunFinding):
        keys = list(model.objects.unscoped(reason=WHY).filter(run=run).values_list("key", flat=True))
        assert len(set(keys)) == len(keys)


def test_rows_that_are_alike_are_told_apart_and_sources_too() -> None:
    records = sample().records
    one = records.head(1)
    twice = pl.concat([one, one.with_columns(row=pl.lit(9, pl.UInt32))])
    keys = record_keys(twice, ["居民登记"])
    assert keys.n_unique() == 2
    assert keys[0] == record_keys(one, ["居民登记"])[0] != record_keys(one, ["卡口"])[0]


def test_one_number_is_inherited_once_by_whoever_has_more_of_its_rows() -> None:
    before = pl.DataFrame({"key": [1, 2, 3, 4, 5], "uid": [10, 10, 10, 20, 20]})
    records = pl.DataFrame({"key": [1, 2, 3, 4, 5, 6], "person": [0, 0, 1, 1, 2, 3]})
    found = dict(inherited(records, before).iter_rows())
    assert found == {0: 10, 1: 20}

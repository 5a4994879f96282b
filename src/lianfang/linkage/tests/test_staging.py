"""A run is written in many small steps that nobody sees, and appears in one."""

from datetime import UTC, datetime

import pytest
from django.apps import apps

from lianfang.kernel.actor import system
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.linkage import access, loading
from lianfang.linkage.models import Run
from lianfang.linkage.prepared import prepare
from lianfang.linkage.tests.sample import sample
from lianfang.registry.actions import register_person
from lianfang.registry.models import Person
from lianfang.registry.queries import find_people

pytestmark = pytest.mark.django_db
NOW = datetime(2020, 2, 20, 8, 0, tzinfo=UTC)
ME = system("test")
PHONE = "13800000002"


class StoppedError(Exception):
    """The job was cancelled."""


def counts() -> dict[str, int]:
    models = [model for label in ("linkage", "registry") for model in apps.get_app_config(label).get_models()]
    return {model._meta.label: _rows(model) for model in models}


def _rows(model: type) -> int:
    manager = model.objects  # type: ignore[attr-defined]
    scoped = hasattr(manager, "unscoped")
    return int((manager.unscoped(reason="the test counts") if scoped else manager).count())


def store(tell: loading.Watcher = lambda step, share: None) -> Run:
    return loading.store(actor=ME, now=NOW, prepared=prepare(sample()), title="二月", tell=tell)


@pytest.mark.parametrize("step", ["compare", "people", "doors", "rows", "changes"])
@pytest.mark.parametrize("loaded", [False, True])
def test_whatever_stops_it_leaves_nothing(step: str, loaded: bool) -> None:
    if loaded:
        store()
    before, current = counts(), Run.objects.filter(current=True).first()

    def stop(at: str, share: float) -> None:
        if at == step and not (at == "rows" and share < 0.7):
            raise StoppedError

    with pytest.raises(StoppedError):
        store(stop)
    assert counts() == before
    assert Run.objects.filter(current=True).first() == current


def test_nobody_sees_a_run_before_it_is_there() -> None:
    seen: list[tuple[int, int]] = []

    def look(step: str, share: float) -> None:
        seen.append((access.runs(ME).count(), len(find_people(actor=ME, text=PHONE).people)))
        with pytest.raises(ProblemError) as refused:
            access.current(ME)
        assert refused.value.code == NOT_FOUND

    store(look)
    assert len(seen) > 5
    assert set(seen) == {(0, 0)}
    assert (access.runs(ME).count(), len(find_people(actor=ME, text=PHONE).people)) == (1, 1)


def test_what_a_killed_process_left_goes_with_the_next_run() -> None:
    killed = loading.staged(actor=ME, now=NOW, prepared=prepare(sample()), title="二月")
    killed.__enter__()  # and the process is gone: nothing tidies up
    assert Person.objects.unscoped(reason="test").filter(pending=True).count() == 40
    run = store()
    assert [one.pk for one in Run.objects.all()] == [run.pk]
    assert Person.objects.unscoped(reason="test").count() == 40
    assert Person.objects.unscoped(reason="test").filter(pending=True).count() == 0


def test_somebody_met_while_a_run_is_written_stays() -> None:
    met: list[int] = []

    def meet(step: str, share: float) -> None:
        if step == "changes":
            met.append(
                register_person(actor=ME, now=NOW, path="330109/", name="王伟", phone="13800000000").person.pk
            )
            raise StoppedError

    with pytest.raises(StoppedError):
        store(meet)
    assert list(Person.objects.unscoped(reason="test").values_list("pk", "pending")) == [(met[0], False)]
    assert [found.id for found in find_people(actor=ME, text="13800000000").people] == met


def test_the_run_before_the_last_is_forgotten() -> None:
    store()
    second, third = store(), store()
    assert set(Run.objects.values_list("pk", flat=True)) == {second.pk, third.pk}

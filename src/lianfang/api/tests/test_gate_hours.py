"""Counts of the hours say what the crossings themselves would, whatever comes, however often, and after a migration."""

from datetime import datetime, timedelta
from importlib import import_module
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from lianfang.accounts.models import User
from lianfang.accounts.sessions import actor_for
from lianfang.api.tests.test_crossings import crossing, east, ground, sent  # noqa: F401  # fixtures
from lianfang.api.tests.test_gate_phone import Gate as Ground
from lianfang.api.tests.test_gate_phone import gate, issued, parts  # noqa: F401  # fixtures
from lianfang.gates import register
from lianfang.gates.models import Crossing, GateHour
from lianfang.gates.register import Filter
from lianfang.kernel.actor import Actor
from lianfang.kernel.clock import LOCAL, local_date
from lianfang.territory.models import Gate

pytestmark = [pytest.mark.django_db, pytest.mark.database]
WHY = "the test sees everything"
SHOWN = ("path", "compound", "gate", "hour", "direction", "decision", "crossings", "fevers")


def hours() -> list[tuple[Any, ...]]:
    return sorted(GateHour.objects.unscoped(reason=WHY).values_list(*SHOWN), key=str)


def secretary(ground: Ground) -> Actor:  # noqa: F811
    return actor_for(User.objects.get(username="mi"), now=ground.time.moment)


def a_day_and_more(ground: Ground, east: Gate) -> Gate:  # noqa: F811
    """Batches through two gates over midnight, some sent again; the other gate."""
    west = Gate.objects.create(compound=ground.compound, name="西门", code="G-9")
    for at, (door, way, decision) in enumerate(
        product((east, west), ("in", "out"), ("admitted", "refused", "forced"))
    ):
        said: dict[str, Any] = {"visitor": {"name": "李四"}, "direction": way, "decision": decision}
        said["reasons"] = ["signature"] if decision == "refused" else []
        facts = [crossing(ground, door, temperature=degrees, **said) for degrees in (36 + at / 4, 36.4)]
        assert set(sent(ground, *facts)) == {("accepted", "")}
        if at % 3 == 0:
            assert set(sent(ground, *facts, *facts)) == {("duplicate", "")}
        ground.time.forward(minutes=170)
    return west


def test_every_filter_counts_what_it_finds(ground: Ground, east: Gate) -> None:  # noqa: F811
    begun = local_date(ground.time.moment)
    west = a_day_and_more(ground, east)
    actor = secretary(ground)
    told = set()
    for first, last, door, way, decision, fever in product(
        (None, begun, begun + timedelta(days=1)), (None, begun), (None, west.pk), ("", "in"), ("", "forced"),
        (None, True, False),
    ):  # fmt: skip
        chosen = Filter(
            first_on=first, last_on=last, gate=door, direction=way, decision=decision, fever=fever
        )
        found = register.page(actor, chosen, number=1, size=5)["total"]
        assert found == register.matching(actor, chosen).count(), chosen
        told.add(found)
        pages = [register.page(actor, chosen, number=at, size=5)["items"] for at in range(1, found // 5 + 2)]
        shown = [one["id"] for items in pages for one in items]
        newest = register.matching(actor, chosen).order_by("-at", "-pk")
        assert shown == list(newest.values_list("pk", flat=True)), chosen
    assert {0, 24} < told  # some find nothing, one finds all
    assert register.page(actor, Filter(kind="visitor"), number=1, size=5)["total"] == 24


def test_a_day_by_the_hour(ground: Ground, east: Gate) -> None:  # noqa: F811
    a_day_and_more(ground, east)
    rows = list(Crossing.objects.unscoped(reason=WHY))
    days = {local_date(one.at) for one in rows}
    assert len(days) > 1
    for day in days:
        figures = register.figures(secretary(ground), None, day, now=ground.time.moment)
        assert figures["fevers"] == sum(one.fever for one in rows if local_date(one.at) == day)
        for one in figures["hours"]:
            here = [
                row
                for row in rows
                if local_date(row.at) == day and row.at.astimezone(LOCAL).hour == one["hour"]
            ]
            ways = ["refused" if row.decision == "refused" else row.direction for row in here]
            assert {name: one[name] for name in ("in", "out", "refused")} == {
                name: ways.count(name) for name in ("in", "out", "refused")
            }


def test_what_was_recorded_before_there_were_counts_is_counted(
    ground: Ground,  # noqa: F811
    east: Gate,  # noqa: F811
) -> None:
    a_day_and_more(ground, east)
    before = hours()
    assert all(isinstance(row[3], datetime) for row in before)
    GateHour.objects.unscoped(reason=WHY).delete()
    migration = import_module("lianfang.gates.migrations.0008_gate_hours")
    migration.counted(apps, SimpleNamespace(connection=connection))
    assert hours() == before

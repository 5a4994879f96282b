"""Two gates send in the same moment what neither knew of the other: the double use is seen all the same."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from lianfang.accounts.roles import Role
from lianfang.api.tests.people import enter, somebody
from lianfang.api.tests.phone import Phone, Wire, verdicts
from lianfang.api.tests.test_gate_phone import Gate as Ground
from lianfang.api.tests.test_gate_phone import gate, issued
from lianfang.gates.models import DoubleUse
from lianfang.sync import keeping
from lianfang.territory.models import Gate

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
ground = gate
MANY = 11  # so many facts do not share a transaction with another phone's


def test_of_two_batches_at_once_the_later_sees_both(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    community = ground.town.here.parent
    assert community is not None
    somebody("gate2", (Role.GUARD, community))
    phones = [ground.guard, Phone().enrol(enter("gate2")[0])]
    gates = [Gate.objects.create(compound=ground.compound, name=name, code=name) for name in ("东门", "西门")]
    shown = issued(ground).serial
    monkeypatch.setattr(keeping, "keep", slowly(keeping.keep))

    def send(number: int) -> list[tuple[str, str]]:
        try:
            batch = [crossing(ground, phones[number], gates[number], shown)]
            batch += [crossing(ground, phones[number], gates[number], f"{n:016x}") for n in range(1, MANY)]
            status, answer = phones[number].send(batch, ground.time.moment)
            assert status == 200, answer
            return verdicts(answer)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(send, range(2)))
    assert told == [[("accepted", "")] * MANY] * 2
    (double,) = DoubleUse.objects.unscoped(reason="the test sees everything").filter(of__serial=shown)
    assert {double.first_gate, double.second_gate} == {one.pk for one in gates}


def crossing(ground: Ground, phone: Phone, at: Gate, serial: str) -> Wire:
    body = {"gate": at.pk, "direction": "out", "decision": "admitted", "serial": serial}
    return phone.fact(body, ground.time.moment, kind="crossing")


def slowly(keep: Callable[..., Any]) -> Callable[..., Any]:
    """Between judging and committing there is time for the other one to come."""

    def later(*words: Any) -> Any:
        time.sleep(0.5)
        return keep(*words)

    return later

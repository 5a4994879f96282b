"""Somebody who comes back to live here, registered at a gate: a person of the registry, and work of the community,
in the transaction that takes the crossing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lianfang.gates.crossed import Crossed
from lianfang.gates.crossing_body import CrossingBody, Decision, Visitor
from lianfang.kernel.actor import Actor, Grant
from lianfang.kernel.clock import LOCAL
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.registry import matching
from lianfang.registry.actions import register_person
from lianfang.territory.models import Dwelling, Gate

_WHY = "the door that a returnee names, of the compound whose gate let him in"
KIND = "returnee"


@dataclass(frozen=True)
class Returnee:
    """What the community is told, in Chinese and English. `key`: of the crossing; `door`: None where none fits what was
    said; `person`: number in the registry, None where the registry could not take what was said.
    """

    key: UUID
    actor: Actor
    path: str
    compound: int
    compound_name: str
    door: int | None
    door_name: str
    person: int | None
    name: str
    phone: str
    text: str
    text_en: str


Came = tuple[Crossed, CrossingBody, Actor]
Tell = Callable[[Returnee, datetime], None]
_connected: list[Tell] = [lambda _told, _now: None]


def connect(tell: Tell) -> None:
    """`lianfang.wiring` names who tells the community."""
    _connected[0] = tell


def coming(rows: Sequence[Came]) -> list[Came]:
    """Those who came back."""
    return [one for one in rows if one[0].kind == KIND and one[0].decision != Decision.REFUSED]


def hand_over(rows: Sequence[Came], gates: dict[int, Gate], *, now: datetime) -> None:
    """Register those who came back and tell the community; the rows learn who it is. Before the rows are written.

    Nothing is refused: who cannot be registered comes to the community all the same, with the reason.
    """
    # In one order, so that two batches with the same people do not wait for each other.
    for row, body, actor in sorted(rows, key=lambda one: (one[1].visitor or _NOBODY).name):
        if body.visitor is not None:
            _hand_over(row, body.visitor, actor, gates[row.gate], now)


_NOBODY = Visitor(name="?")


def _hand_over(row: Crossed, said: Visitor, actor: Actor, gate: Gate, now: datetime) -> None:
    address = f"{gate.compound.name}{said.to.strip()}"
    door = _door(gate.compound_id, address, now)
    path = door.path if door else row.path
    grant = Grant(frozenset({Permission.PERSON_REGISTER}), path)  # the crossing itself has been let in
    reason = ""
    try:
        made = register_person(
            actor=Actor(actor.user_id, actor.name, grants=(grant,)), now=now, path=path, name=said.name,
            id_number=said.id_number or None, phone=said.phone or None, address=address,
        )  # fmt: skip
        row.person, row.who = made.person.pk, row.who if row.plate else f"p{made.person.pk}"
    except ProblemError as problem:
        reason = problem.code
    told = Returnee(
        row.id, actor, path, gate.compound_id, gate.compound.name, door.pk if door else None,
        _name(door, gate.compound.name) if door else "", row.person, said.name, said.phone,
        *_texts(row, said, gate, reason),
    )  # fmt: skip
    _connected[0](told, now)


def _door(compound: int, address: str, now: datetime) -> Dwelling | None:
    place = matching.matcher().describe({"address": address}, now.date()).get("place")
    if not place:
        return None
    rows = Dwelling.objects.unscoped(reason=_WHY).filter(
        building__compound=compound, key=place, removed_at=None
    )
    return rows.select_related("building").first()


def _name(door: Dwelling, compound: str) -> str:
    return compound + "-".join(part for part in (door.building.name, door.unit, door.room) if part)


#: Why the registry did not take what was said, in Chinese and English.
_WHY_NOT = {
    "person.nothing_said": ("说的信息不够", "too little was said"),
    "person.id_taken": ("身份证号已登记在他人名下", "somebody else is registered with the ID number"),
}
_NOT_TAKEN = ("登记系统没有接受", "the registry did not take it")


def _texts(row: Crossed, said: Visitor, gate: Gate, reason: str) -> tuple[str, str]:
    """For those who go there, Chinese and English: who, when, through which gate, where from and where to."""
    at, place = row.at.astimezone(LOCAL), f"{gate.compound.name}{gate.name}"
    zh = [f"返回人员{said.name}，{at.month}月{at.day}日{at:%H:%M}经{place}进入"]
    en = [f"{said.name} has come back, in through {gate.compound.name} {gate.name} at {at:%Y-%m-%d %H:%M}"]
    if said.from_:
        zh, en = [*zh, f"从{said.from_}返回"], [*en, f"from {said.from_}"]
    if said.returned_on:
        zh, en = [*zh, f"{said.returned_on}到达"], [*en, f"arrived on {said.returned_on}"]
    if said.to:
        zh, en = [*zh, f"住{said.to}"], [*en, f"lives at {said.to}"]
    if row.temperature is not None:
        zh, en = [*zh, f"体温{row.temperature}℃"], [*en, f"temperature {row.temperature} °C"]
    why_zh, why_en = _WHY_NOT.get(reason, _NOT_TAKEN)
    if reason:
        endings = f"未能自动建档（{why_zh}），请上门登记", f"No file was made ({why_en}): call and register"
    else:
        endings = "已建档，请上门核实并落实措施", "There is a file: call, check it, and see to the measures"
    return f"{'，'.join(zh)}。{endings[0]}。", f"{', '.join(en)}. {endings[1]}."

"""What each leaf gets from another. Imported when Django has loaded every app (see apps.py)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from lianfang.gates import health, returnees
from lianfang.incidents import actions as tips
from lianfang.incidents.placing import Place
from lianfang.kernel.actor import Actor, Scope
from lianfang.linkage import for_screening
from lianfang.linkage.engine.stranger import Frequency, Verdict, describe, judge
from lianfang.linkage.fields import ListKind
from lianfang.linkage.importing import streams
from lianfang.registry import matching
from lianfang.screening import as_list, at_gates, reconciled, unseen


def _judge(
    stranger: Mapping[str, Any],
    candidates: Sequence[Sequence[Mapping[str, Any]]],
    frequency: tuple[int, int, int],
) -> list[Verdict]:
    return judge(stranger, candidates, Frequency(*frequency))


def _residents(scope: Scope, uids: Sequence[int] | None) -> Iterator[reconciled.Resident]:
    return (reconciled.Resident(**row) for row in for_screening.residents(scope, uids))


def _questions(scope: Scope, uids: Sequence[int] | None) -> Iterator[reconciled.Question]:
    for row in for_screening.questions(scope, uids):
        yield reconciled.Question(row["uid"], row["code"], row["points"], row["zh"], row["en"])


def _answered(actor: Actor, now: datetime, answers: Sequence[reconciled.Answered]) -> None:
    """Findings about people who were visited get a note, or are settled."""
    for_screening.answered(actor, now, [(one.uid, one.here, one.zh, one.en) for one in answers])


def _appearances() -> unseen.Appearances | None:
    found = for_screening.appearances()
    return None if found is None else unseen.Appearances(*found)


def _came_back(told: returnees.Returnee, now: datetime) -> None:
    """The community has somebody who came back among its tips the moment the gate tells it."""
    compound = Place("compound", told.compound, told.compound_name, told.path)
    place = compound if told.door is None else Place("door", told.door, told.door_name, told.path)
    tips.receive_from_gate(
        actor=told.actor, now=now, key=told.key, place=place, text=told.text, text_en=told.text_en, name=told.name,
        phone=told.phone, person=told.person,
    )  # fmt: skip


matching.connect(matching.Matcher(describe, _judge))
streams.connect(streams.Stream("live:visits", "走访记录", ListKind.VISIT, as_list.FIELDS, as_list.rows))
reconciled.connect(reconciled.Lists(_residents, _questions, _answered))
unseen.connect(_appearances)
returnees.connect(_came_back)
health.connect(health.Knowledge(at_gates.fever, at_gates.held, at_gates.held_in))

"""A plan's life: made, reckoned, put before the residents, decided, ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from lianfang.gates.planning import access, closing
from lianfang.gates.planning.comparing import compare, terms_of
from lianfang.gates.planning.errors import GATES_CHANGED, NOT_RECKONED, OPTION, STATE, TITLE
from lianfang.gates.planning.grounds import drawn, ground
from lianfang.gates.planning.models import GatePlan, PlanOpinion
from lianfang.gates.planning.rules import AT_ONCE, HeardBy, PlanState, Stance
from lianfang.kernel import audit, jobs
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import CONFLICT, NOT_FOUND, ProblemError

KIND = "gates.plan"
_BEFORE = (PlanState.DRAFT, PlanState.ASKING)


@dataclass(frozen=True)
class Wish:
    """What to reckon with. `terms`: what differs from the usual; `gates`: lanes and fixed, by gate id."""

    title: str
    keep: int | None
    terms: Mapping[str, Any]
    gates: Mapping[str, Mapping[str, Any]]


def make_plan(*, actor: Actor, now: datetime, compound: int, title: str) -> GatePlan:
    """Begin a plan for a compound. Raises plan.title, forbidden, not_found."""
    place = access.compound(actor, compound, access.PLAN)
    with transaction.atomic():
        made = GatePlan.objects.create(
            path=place.path, compound=place, title=_title(title), made_at=now, made_by_name=actor.name
        )
        _record(actor, "gate_plan.made", now, made)
    return made


def change_plan(*, actor: Actor, now: datetime, plan: int, version: int, wish: Wish) -> GatePlan:
    """Other terms or choices, before the decision; the comparison stays until it is reckoned anew.

    Raises plan.title, plan.terms, plan.state, conflict, forbidden, not_found.
    """
    found = access.plan(actor, plan, access.PLAN)
    _demand(found, *_BEFORE)
    terms_of(wish.terms)
    with transaction.atomic():
        changes = {"title": _title(wish.title), "keep": wish.keep, "terms": dict(wish.terms)}
        claim(found, version, **changes, gates={gate: dict(said) for gate, said in wish.gates.items()})
        _record(actor, "gate_plan.changed", now, found)
    return found


def reckon(*, actor: Actor, now: datetime, plan: int, version: int) -> GatePlan:
    """Compare the choices: at once, or in the background where that takes long (`job` is set then).

    Raises plan.ground, plan.keep, plan.no_answer, plan.state, conflict, forbidden, not_found.
    """
    found = access.plan(actor, plan, access.PLAN)
    _demand(found, *_BEFORE)
    _at(found, version)
    place = ground(drawn(found.compound), found.gates)
    if len(place.gates) * len(place.buildings) > AT_ONCE:
        with transaction.atomic():
            title = {"title": found.title}
            job = jobs.start(
                actor=actor, now=now, kind=KIND, title=KIND, title_params=title, path=found.path,
                params={"plan": found.pk, "version": version + 1},
            )  # fmt: skip
            claim(found, version, job=job.pk)
        return found
    return reckon_now(actor=actor, now=now, plan=plan, version=version)


def reckon_now(*, actor: Actor, now: datetime, plan: int, version: int) -> GatePlan:
    """The comparison itself; takes as long as it takes. Raises what `reckon` does."""
    found = access.plan(actor, plan, access.PLAN)
    _demand(found, *_BEFORE)
    _at(found, version)
    made = compare(drawn(found.compound), found.terms, found.gates, found.keep, now)
    with transaction.atomic():
        claim(found, version, comparison=made, reckoned_at=now, job=None)
        _record(actor, "gate_plan.reckoned", now, found, options=len(made["options"]))
    return found


def ask(*, actor: Actor, now: datetime, plan: int, version: int, until: date) -> GatePlan:
    """Put the comparison before the residents. Raises plan.state, plan.not_reckoned, plan.review, conflict, …"""
    found = access.plan(actor, plan, access.PLAN)
    _demand(found, *_BEFORE)
    _compared(found)
    closing.demand_day(until, now)
    with transaction.atomic():
        state = PlanState.ASKING.value
        claim(found, version, state=state, asked_at=now, asked_until=until, asked_by_name=actor.name)
        _record(actor, "gate_plan.asked", now, found)
    return found


@dataclass(frozen=True)
class Said:
    """What a resident says. `option`: its key."""

    option: str
    stance: Stance
    channel: HeardBy
    text: str = ""
    door: str = ""


def hear(*, actor: Actor, now: datetime, plan: int, said: Said) -> PlanOpinion:
    """Write an opinion down while residents are asked. Raises plan.state, plan.option, forbidden, not_found."""
    found = access.plan(actor, plan, access.HEAR)
    _demand(found, PlanState.ASKING)
    option_of(found, said.option)
    with transaction.atomic():
        made = PlanOpinion.objects.create(
            path=found.path, plan=found, option=said.option, stance=said.stance.value,
            text=said.text.strip(), door=said.door.strip(), channel=said.channel.value, made_at=now,
            by=actor.user_id, by_name=actor.name,
        )  # fmt: skip
        _record(actor, "gate_plan.heard", now, found, stance=made.stance, channel=made.channel)
    return made


def unhear(*, actor: Actor, now: datetime, plan: int, opinion: int) -> None:
    """Take back what was typed in wrongly: one's own, or any for who decides. Raises plan.state, not_found."""
    found = access.plan(actor, plan, access.HEAR)
    _demand(found, PlanState.ASKING)
    mine = access.opinions(actor, found, access.HEAR).filter(pk=opinion)
    if not actor.can(access.PLAN, found.path):
        mine = mine.filter(by=actor.user_id)
    with transaction.atomic():
        if not mine.delete()[0]:
            raise ProblemError(NOT_FOUND)
        _record(actor, "gate_plan.unheard", now, found)


def decide(
    *, actor: Actor, now: datetime, plan: int, version: int, option: str, order: closing.Order
) -> GatePlan:
    """Carry an option out: its gates are opened, the others of the comparison are closed, each with a closure.

    Residents have been asked before. Raises plan.state, plan.option, plan.words, plan.review, plan.gates_changed,
    conflict, forbidden, not_found.
    """
    found = access.plan(actor, plan, access.PLAN)
    _demand(found, PlanState.ASKING)
    chosen = option_of(found, option)
    closing.demand(order, now)
    gates = _compared(found)["ground"]["gates"]
    kept = {gates[place]["id"] for place in chosen["open"]}
    with transaction.atomic():
        claim(
            found, version, state=PlanState.DECIDED.value, decided_at=now, decided_by=actor.user_id,
            decided_by_name=actor.name, chosen=option, reason=order.reason.value, text=order.text.strip(),
        )  # fmt: skip
        there = {one.pk: one for one in drawn(found.compound).gates}
        if any(one["id"] not in there or there[one["id"]].name != one["name"] for one in gates):
            raise ProblemError(GATES_CHANGED)
        for one in gates:
            closing.settle(actor, now, found, there[one["id"]], order, is_open=one["id"] in kept)
        _record(actor, "gate_plan.decided", now, found, open=len(kept), closed=len(gates) - len(kept))
    return found


def end(*, actor: Actor, now: datetime, plan: int, version: int, text: str) -> GatePlan:
    """The plan is over, or is given up: every gate that it closed is opened again.

    Raises plan.state, plan.words, conflict, forbidden, not_found.
    """
    found = access.plan(actor, plan, access.PLAN)
    _demand(found, *_BEFORE, PlanState.DECIDED)
    closing.demand_words(text)
    with transaction.atomic():
        claim(
            found, version, state=PlanState.ENDED.value, ended_at=now, ended_by_name=actor.name,
            ended_text=text.strip(),
        )  # fmt: skip
        shut = access.closures(actor, access.PLAN).filter(plan=found, reopened_at=None)
        for one in shut.select_related("gate__compound"):
            closing.lift(actor, now, one, one.version, text)
        _record(actor, "gate_plan.ended", now, found)
    return found


def claim(row: GatePlan, version: int, **changes: object) -> None:
    """Write `changes` into a plan that is still at `version`. Raises conflict."""
    rows = GatePlan.objects.unscoped(reason="the caller has been let in").filter(pk=row.pk, version=version)
    if not rows.update(version=F("version") + 1, **changes):
        raise ProblemError(CONFLICT)
    for name, value in {**changes, "version": version + 1}.items():
        setattr(row, name, value)


def _at(plan: GatePlan, version: int) -> None:
    if plan.version != version:
        raise ProblemError(CONFLICT)


def _demand(plan: GatePlan, *states: PlanState) -> None:
    if plan.state not in {state.value for state in states}:
        raise ProblemError(STATE, state=plan.state)


def _compared(plan: GatePlan) -> dict[str, Any]:
    if plan.comparison is None:
        raise ProblemError(NOT_RECKONED)
    found: dict[str, Any] = plan.comparison
    return found


def option_of(plan: GatePlan, key: str) -> dict[str, Any]:
    """The option of the plan's comparison with this key. Raises plan.not_reckoned, plan.option."""
    found: dict[str, Any] | None = next(
        (one for one in _compared(plan)["options"] if one["key"] == key), None
    )
    if found is None:
        raise ProblemError(OPTION)
    return found


def _title(text: str) -> str:
    title = " ".join(text.split())[:80]
    if not title:
        raise ProblemError(TITLE)
    return title


def _record(actor: Actor, action: str, now: datetime, plan: GatePlan, **details: object) -> None:
    audit.record(
        actor=actor, action=action, now=now, kind="gate_plan", object_id=plan.pk, path=plan.path,
        details=details,
    )  # fmt: skip

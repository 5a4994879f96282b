"""A comparison as it is kept: plain JSON with the ground and terms it was reckoned from, so that it stays readable."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np

from lianfang.gates import plan as engine
from lianfang.gates.plan.queueing import backlog
from lianfang.gates.plan.solve import NoAnswerError
from lianfang.gates.planning import hours
from lianfang.gates.planning.errors import KEEP, NO_ANSWER, TERMS
from lianfang.gates.planning.grounds import Drawn, ground
from lianfang.gates.planning.rules import option_key
from lianfang.kernel.errors import ProblemError


def terms_of(said: Mapping[str, Any]) -> engine.Terms:
    """The usual terms with what a plan says otherwise. Raises plan.terms."""
    try:
        return engine.Terms(**said)
    except (TypeError, engine.TermsError) as problem:
        raise ProblemError(TERMS) from problem


def compare(
    seen: Drawn, said: Mapping[str, Any], choices: Mapping[str, Mapping[str, Any]], keep: int | None,
    now: datetime,
) -> dict[str, Any]:  # fmt: skip
    """Reckons; seconds for a dozen gates and a hundred buildings. `said`: what differs from the usual terms.

    Raises plan.terms, plan.ground, plan.keep, plan.no_answer.
    """
    place = ground(seen, choices)
    people = int(sum(house.people for house in place.buildings))
    whole, whence = hours.chosen(said, hours.of_register(seen.compound, now), people)
    terms = terms_of(whole)
    usable = sum(gate.fixed is not False for gate in place.gates)
    if keep is not None and not 1 <= keep <= usable:
        raise ProblemError(KEEP, gates=usable)
    try:
        found = engine.propose(place, terms, keep=keep)
    except NoAnswerError as problem:
        raise ProblemError(NO_ANSWER) from problem
    return {
        "ground": _ground(seen, place),
        "terms": {**asdict(terms), "day": [float(share) for share in terms.day]},
        "hours": whence,
        "keep": keep,
        "options": [_option(one, found.judge) for one in found.options],
        "proposed": found.proposed,
    }


def _ground(seen: Drawn, place: engine.Ground) -> dict[str, Any]:
    gates = {str(one.pk): one for one in seen.gates}
    houses = {str(one.pk): one for one in seen.buildings}
    placed = {one.key for one in place.buildings}
    return {
        "gates": [
            {"id": int(one.key), "name": gates[one.key].name, "at": list(one.at), "wide": one.way == "drive",
             "lanes": one.lanes, "fixed": one.fixed, "open": gates[one.key].is_open}
            for one in place.gates
        ],
        "buildings": [
            {"id": int(one.key), "name": houses[one.key].name, "at": list(one.at), "people": int(one.people)}
            for one in place.buildings
        ],
        "paths": [{"line": [list(at) for at in one.line], "way": one.way.value} for one in place.paths],
        "gates_left": [one.name for key, one in gates.items() if key not in {gate.key for gate in place.gates}],
        "buildings_left": [
            {"name": one.name, "people": seen.people.get(one.pk, 0)}
            for key, one in houses.items()
            if key not in placed
        ],
    }  # fmt: skip


def _option(one: engine.Option, judge: engine.Judge) -> dict[str, Any]:
    """Gates and buildings by their place in the ground; -1 in `gate_of`, null in `walk`: there is no way."""
    figures = one.figures
    ids = [int(judge.ground.gates[gate].key) for gate in figures.open]
    return {
        "key": option_key(ids), "why": one.why.value, "proven": one.proven, "open": list(figures.open),
        "gate_of": list(figures.gate_of),
        "walk": [round(metres, 1) if np.isfinite(metres) else None for metres in figures.walk],
        "walk_mean": round(figures.walk_mean, 1),
        "walk_longest": round(figures.walk_longest, 1) if np.isfinite(figures.walk_longest) else None,
        "person_minutes": round(figures.person_minutes, 1), "staff": figures.staff, "holds": figures.holds,
        "too_far": list(figures.too_far), "unreached": list(figures.unreached), "too_slow": list(figures.too_slow),
        "queues": [_queue(gate, figures, judge) for gate in figures.open],
    }  # fmt: skip


def _queue(gate: int, figures: engine.Figures, judge: engine.Judge) -> dict[str, Any]:
    """People who come and who wait at the most, hour by hour."""
    terms, queue = judge.terms, figures.queues[gate]
    arrivals = figures.people[gate] * terms.crossings * terms.shares
    waiting = backlog(arrivals, terms.capacity(judge.ground.gates[gate].lanes))
    return {
        "gate": gate, "people": int(figures.people[gate]), "peak": round(queue.peak, 1),
        "longest": round(queue.longest, 1),
        "come": [round(float(each), 1) for each in arrivals.reshape(24, -1).sum(axis=1)],
        "wait": [round(float(each), 1) for each in waiting.reshape(24, -1).max(axis=1)],
    }  # fmt: skip

"""Who lives behind the same door, now and before, and where a person lived before."""

from collections.abc import Iterable
from typing import Any

from lianfang.kernel.actor import Actor
from lianfang.linkage import access
from lianfang.linkage.models import Run, RunPerson
from lianfang.registry import access as registry
from lianfang.registry.models import Residence, Reviewed

_MOST = 60  # people shown of one door: a dormitory may have more


def household(actor: Actor, run: Run, person: RunPerson) -> dict[str, Any]:
    """`housemates`: people of the same door, those who live there now first; `homes`: the person's residences.

    Only those in the actor's area.
    """
    # Where decisions of reviewers say otherwise nobody has moved.
    lived = registry.residences(actor).exclude(review=Reviewed.ENDED)
    homes = list(lived.filter(person=person.uid).order_by("-until", "-since"))
    now = [home for home in homes if home.until is None]
    doors = {home.place for home in now if is_door(home.place)}
    mates = lived.filter(place__in=doors).exclude(person=person.uid)
    found: dict[int, Residence] = {}
    for mate in mates.order_by("until", "person")[: 4 * _MOST]:
        known = found.get(mate.person_id)
        if known is None or known.until is not None:
            found[mate.person_id] = mate
    shown = _people(actor, run, found)
    return {
        "homes": [
            {"address": home.address, "since": home.since, "until": home.until, "listed": home.listed}
            for home in homes
        ],
        "housemates": sorted(
            (
                {**_line(shown[uid]), "since": home.since, "until": home.until}
                for uid, home in found.items()
                if uid in shown
            ),
            key=lambda one: (one["until"] is not None, one["relation"] != "head", one["birth"] or run.as_of),
        )[:_MOST],
    }


def is_door(place: str) -> bool:
    """Whether `compound|building|unit|room` names a room."""
    parts = place.split("|")
    return len(parts) == 4 and bool(parts[0]) and bool(parts[3])


def _people(actor: Actor, run: Run, uids: Iterable[int]) -> dict[int, RunPerson]:
    return {one.uid: one for one in access.people(actor, run).filter(uid__in=list(uids))}


def _line(person: RunPerson) -> dict[str, Any]:
    return {
        "uid": person.uid,
        "name": person.name,
        "sex": person.sex,
        "birth": person.birth,
        "relation": person.relation,
        "on_register": person.on_register,
        "findings": person.findings,
    }

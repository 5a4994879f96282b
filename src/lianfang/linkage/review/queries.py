"""What reviewers see. Values leave here masked; a side outside the reviewer's area does not leave at all."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from lianfang.kernel.actor import Actor
from lianfang.kernel.permissions import Permission
from lianfang.linkage import access as runs
from lianfang.linkage.dossier import record_card
from lianfang.linkage.engine.explain import phrases
from lianfang.linkage.models import Decision, Run, RunPerson, RunRecord, RunReview, Verdict
from lianfang.linkage.queries import Page
from lianfang.linkage.review import access, precision

#: Kinds of queue.
STATES = ("open", "unsure", "decided", "looks", "beyond")
#: People shown around a case, of each side.
NEIGHBOURS = 12
SORTS: dict[str, tuple[str, ...]] = {
    "worth": ("number",),
    "age": ("opened_at", "number"),
    "place": ("place", "number"),
    "probability": ("-probability", "number"),
}
_PRIOR = {"zh": "起点：两行随便取，多半不是一人", "en": "To begin with: two rows are seldom one person"}


@dataclass(frozen=True)
class CaseFilter:
    """Which cases: a state, a place, opened so many days ago or more; below `path`: with a side there."""

    state: str = "open"
    place: int | None = None
    days: int | None = None
    path: str = ""


def chosen(actor: Actor, run: Run, which: CaseFilter, now: datetime) -> QuerySet[RunReview]:
    """The cases of a queue, in no order."""
    rows = _below(access.cases(actor, run), which.path).filter(_queues(actor)[which.state])
    if which.place is not None:
        rows = rows.filter(Q(place=which.place) | Q(place_b=which.place))
    if which.days is not None:
        rows = rows.filter(opened_at__lte=now - timedelta(days=which.days))
    return rows


def _below(cases: QuerySet[RunReview], path: str) -> QuerySet[RunReview]:
    if not path:
        return cases
    here, there = ({f"{column}__gte": path, f"{column}__lt": f"{path}~"} for column in ("path", "path_b"))
    return cases.filter(Q(**here) | Q(**there))


def _queues(actor: Actor) -> dict[str, Q]:
    """What makes a case one of each of STATES, of those that the actor sees at all."""
    both, waiting = access.within(actor.scope(Permission.REVIEW_DECIDE)), access.is_open()
    one = Q(person_a=F("person_b"))
    return {
        "open": waiting & both,
        # Who sees everything has no case that reaches beyond; excluding an empty condition would exclude nothing.
        "beyond": waiting & ~both if both else Q(pk__in=[]),
        "unsure": both & Q(stratum="", verdict=Verdict.UNSURE),
        "decided": both & Q(stratum="", verdict__in=[Verdict.SAME, Verdict.NOT_SAME]),
        "looks": both & one & Q(verdict="") & ~Q(stratum=""),
    }


def page(
    actor: Actor, run: Run, which: CaseFilter, *, sort: str, page: int, size: int, now: datetime
) -> Page:
    """One page of a queue."""
    rows = chosen(actor, run, which, now)
    start = (page - 1) * size
    cases = list(rows.order_by(*SORTS[sort])[start : start + size])
    names = _names(actor, run, cases)
    return Page([_line(actor, case, names, now) for case in cases], rows.count(), page, size)


def counts(actor: Actor, run: Run, now: datetime, *, path: str = "") -> dict[str, Any]:
    """How many cases each queue has, with a side below `path`, and of the open ones how many each place."""
    queues = {state: Count("pk", filter=wanted) for state, wanted in _queues(actor).items()}
    totals = _below(access.cases(actor, run), path).aggregate(**queues)  # all at one look
    places = (
        chosen(actor, run, CaseFilter(path=path), now)
        .values("place")
        .annotate(n=Count("pk"))
        .order_by("place")
    )
    mine = Decision.objects.filter(by=actor.user_id, undone_at=None, at__gte=now - timedelta(hours=24))
    return {
        **totals,
        "mine": mine.count(),
        "places": [{"place": one["place"], "cases": one["n"]} for one in places],
    }


def next_number(
    actor: Actor, run: Run, which: CaseFilter, *, sort: str, skip: Sequence[int], now: datetime
) -> int | None:
    """The first case of the queue that nobody else is looking at."""
    free = Q(held_until=None) | Q(held_until__lt=now) | Q(held_by=actor.user_id)
    rows = chosen(actor, run, which, now).filter(free).exclude(number__in=skip)
    found: int | None = rows.order_by(*SORTS[sort]).values_list("number", flat=True).first()
    return found


def show(actor: Actor, run: Run, case: RunReview, now: datetime) -> dict[str, Any]:
    """One case with everything that helps to decide it."""
    both = access.sees_both(actor, case)
    made = _decision(case)
    return {
        **_line(actor, case, _names(actor, run, [case]), now),
        "decidable": both and run.current,
        "reason_zh": case.reason_zh if both else "",
        "reason_en": case.reason_en if both else "",
        "steps": told(case.steps) if both else [],
        "sides": [_side(actor, run, case, end) for end in ("a", "b")],
        "decision": decision_row(actor, made) if made and both else None,
    }


def told(steps: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """The waterfall in words: what each piece of evidence adds, in bits."""
    found = []
    for comparison, level, bits, likeness in steps:
        zh, en = phrases().get(comparison, {}).get(level, (f"{comparison}.{level}", f"{comparison}: {level}"))
        if comparison == "prior":
            zh, en = _PRIOR["zh"], _PRIOR["en"]
        found.append(
            {"name": f"{comparison}.{level}", "bits": bits, "likeness": likeness, "zh": zh, "en": en}
        )
    return found


def _line(actor: Actor, case: RunReview, names: Mapping[int, str | None], now: datetime) -> dict[str, Any]:
    scope = actor.scope(Permission.REVIEW_DECIDE)
    others = case.held_until is not None and case.held_until > now and case.held_by != actor.user_id
    sides = [(case.person_a, case.path, case.place), (case.person_b, case.path_b, case.place_b)]
    return {
        "number": case.number,
        "probability": case.probability,
        "joined": case.joined,
        "worth": case.worth,
        "opened_at": case.opened_at,
        "verdict": case.verdict,
        "second_look": bool(case.stratum),
        "held_by": case.held_name if others else None,
        "people": [
            {"visible": True, "person": person, "name": names.get(person), "place": place}
            if scope.covers(path)
            else {"visible": False, "person": None, "name": None, "place": None}
            for person, path, place in sides
        ],
    }


def _names(actor: Actor, run: Run, cases: Sequence[RunReview]) -> dict[int, str | None]:
    wanted = {person for case in cases for person in (case.person_a, case.person_b)}
    return dict(runs.people(actor, run).filter(person__in=wanted).values_list("person", "name"))


def _side(actor: Actor, run: Run, case: RunReview, end: str) -> dict[str, Any]:
    """One side: the person, his rows (the one the case is about first) and the people around him."""
    record, number = getattr(case, f"record_{end}"), getattr(case, f"person_{end}")
    person = runs.people(actor, run).filter(person=number).first()
    if person is None:
        return {"visible": False, "record": None, "person": None, "records": [], "neighbours": []}
    lists = {one.number: one for one in runs.lists(actor, run)}
    rows = list(runs.records(actor, run).filter(person=number).order_by("list", "row"))
    if case.person_a == case.person_b:  # of one person: what is to be told apart
        other = case.record_b if end == "a" else case.record_a
        rows = [one for one in rows if one.record == record or (end == "a" and one.record != other)]
    rows.sort(key=lambda one: one.record != record)
    return {
        "visible": True,
        "record": record,
        "person": person,
        "records": [record_card(one, lists) for one in rows],
        "neighbours": _neighbours(actor, run, person, rows, {case.person_a, case.person_b}),
    }


def _neighbours(
    actor: Actor, run: Run, person: RunPerson, rows: Sequence[RunRecord], shown: set[int]
) -> list[dict[str, Any]]:
    """Who belongs to the same household of a list, or lives behind the same door."""
    around: dict[int, str] = {}
    if person.address:
        door = runs.people(actor, run).filter(place=person.place, address=person.address)
        around |= dict.fromkeys(door.values_list("person", flat=True)[:NEIGHBOURS], "door")
    homes = {(row.list, row.household) for row in rows if row.household}
    for number, household in homes:
        members = runs.records(actor, run).filter(list=number, household=household)
        around |= dict.fromkeys(members.values_list("person", flat=True)[:NEIGHBOURS], "household")
    wanted = [number for number in around if number not in shown][:NEIGHBOURS]
    found = runs.people(actor, run).filter(person__in=wanted).order_by("birth", "person")
    return [
        {
            "person": one.person, "name": one.name, "sex": one.sex, "birth": one.birth, "relation": one.relation,
            "address": one.address, "how": around[one.person],
        }
        for one in found
    ]  # fmt: skip


def _decision(case: RunReview) -> Decision | None:
    low, high = sorted((case.key_a, case.key_b))
    return Decision.objects.filter(record_key_a=low, record_key_b=high, undone_at=None).first()


def decision_row(actor: Actor, decision: Decision) -> dict[str, Any]:
    """A decision as the screens show it."""
    return {
        "id": decision.pk,
        "verdict": decision.verdict,
        "note": decision.note,
        "by": decision.by_name,
        "at": decision.at,
        "second_look": decision.second_look,
        "undone_at": decision.undone_at,
        "undone_by": decision.undone_by_name,
        "mine": decision.by == actor.user_id,
        "undoable": decision.undone_at is None,
    }


@dataclass(frozen=True)
class DecisionFilter:
    """Which decisions: what was said, by whom (user id), since so many days, whether in force or taken back."""

    verdict: str | None = None
    by: int | None = None
    days: int | None = None
    standing: bool | None = None


def decided(actor: Actor, run: Run, which: DecisionFilter, *, page: int, size: int, now: datetime) -> Page:
    """The newest decisions that the actor may take back, with the case of the run that each is about."""
    wanted: dict[str, Any] = {"verdict": which.verdict, "by": which.by}
    if which.days is not None:
        wanted["at__gte"] = now - timedelta(days=which.days)
    if which.standing is not None:
        wanted["undone_at__isnull"] = which.standing
    given = {name: value for name, value in wanted.items() if value is not None}
    rows = access.decisions(actor).filter(**given).order_by("-pk")
    start = (page - 1) * size
    found = list(rows[start : start + size])
    keys = {key for one in found for key in (one.record_key_a, one.record_key_b)}
    cases = access.cases(actor, run).filter(key_a__in=keys, key_b__in=keys)
    by_pair = {(min(case.key_a, case.key_b), max(case.key_a, case.key_b)): case for case in cases}
    names = _names(actor, run, list(by_pair.values()))
    items = []
    for one in found:
        case = by_pair.get((one.record_key_a, one.record_key_b))
        people = [names.get(number) for number in (case.person_a, case.person_b)] if case else []
        items.append({**decision_row(actor, one), "case": case.number if case else None, "names": people})
    return Page(items, rows.count(), page, size)


def deciders(actor: Actor) -> list[dict[str, Any]]:
    """Who has decided anything that the actor may take back: user id and name."""
    rows = access.decisions(actor).exclude(by=None).order_by("by", "-pk").values_list("by", "by_name")
    names: dict[int | None, str] = {}
    for by, name in rows.distinct():
        names.setdefault(by, name)
    return [{"id": by, "name": name} for by, name in sorted(names.items(), key=lambda one: one[1])]


def measured(actor: Actor, run: Run) -> dict[str, Any]:
    """What the second look has found so far."""
    rows = access.cases(actor, run).exclude(stratum="").values("stratum")
    said = {f"n_{verdict.value}": Count("pk", filter=Q(verdict=verdict)) for verdict in Verdict}
    strata = [
        precision.Looked(
            one["stratum"], one["links"], one["drawn"], one["n_same"], one["n_not_same"], one["n_unsure"]
        )
        for one in rows.annotate(drawn=Count("pk"), **said).values("stratum", "links", "drawn", *said)
    ]
    strata.sort(key=lambda one: -one.links)
    return {
        "strata": [{**asdict(one), **asdict(precision.of_stratum(one))} for one in strata],
        "overall": asdict(precision.overall(strata)),
        "links": sum(one.links for one in strata),
        "looked": sum(one.right + one.wrong for one in strata),
    }

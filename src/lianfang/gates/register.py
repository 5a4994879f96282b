"""The gate register at the desk: crossings found, counted by day and night and hour, and who is out."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q, Sum, Window
from django.db.models.functions import RowNumber

from lianfang.gates import access, hourly
from lianfang.gates.crossing_body import Decision
from lianfang.gates.models import Crossing, GateHour
from lianfang.gates.rules import clean_plate, masked_name, start_of_day
from lianfang.kernel.actor import Actor
from lianfang.kernel.clock import LOCAL
from lianfang.kernel.scoping import ScopedQuerySet
from lianfang.territory.access import compounds
from lianfang.territory.models import Gate

#: How far back the last crossing of somebody is looked for who is out.
OUT_DAYS = 7
MOST_EXPORTED = 100_000
MOST_OUT = 500
_NIGHT = (22, 6)  # local hours
_SHOWN = (
    "id", "at", "received_at", "direction", "decision", "reasons", "kind", "name", "phone_tail", "plate", "occupants",
    "document_seen", "temperature", "fever", "by_hand", "guard_name", "gate", "compound", "serial",
)  # fmt: skip
#: Kinds of those who come in and leave again (to the phone's check.ts their first crossing is one into the compound).
_FROM_ELSEWHERE = ("visitor", "service")
#: What the hours' counts know of a crossing, beside when it was.
_COUNTED = ("compound", "gate", "direction", "decision")
_OWN = "gates of compounds whose crossings the actor sees"


@dataclass(frozen=True)
class Filter:
    """`text`: a name, plate, end of a phone or serial. None and "" leave a question open; days are local."""

    text: str = ""
    compound: int | None = None
    gate: int | None = None
    direction: str = ""
    decision: str = ""
    kind: str = ""
    fever: bool | None = None
    first_on: date | None = None
    last_on: date | None = None


def matching(actor: Actor, chosen: Filter) -> ScopedQuerySet[Crossing]:
    rows = Crossing.objects.within(actor.require(access.VIEW)).filter(
        **_same(chosen, *_COUNTED, "kind", "fever")
    )
    if chosen.first_on:
        rows = rows.filter(at__gte=start_of_day(chosen.first_on))
    if chosen.last_on:
        rows = rows.filter(at__lt=start_of_day(chosen.last_on + timedelta(days=1)))
    text = chosen.text.strip()
    if text:
        plate, serial = clean_plate(text) or "-", text.lower()
        rows = rows.filter(
            Q(name=masked_name(text)) | Q(name=text) | Q(plate__endswith=plate) | Q(serial__endswith=serial)
            | Q(phone_tail=text[-4:] if text.isdigit() else "-")
        )  # fmt: skip
    return rows


def hours_of(actor: Actor, chosen: Filter) -> ScopedQuerySet[GateHour]:
    """The counts of what `matching` finds, but for what they do not know: kind, fever and text."""
    rows = GateHour.objects.within(actor.require(access.VIEW)).filter(**_same(chosen, *_COUNTED))
    if chosen.first_on:
        rows = rows.filter(hour__gte=start_of_day(chosen.first_on))
    if chosen.last_on:
        rows = rows.filter(hour__lt=start_of_day(chosen.last_on + timedelta(days=1)))
    return rows


def _same(chosen: Filter, *names: str) -> dict[str, Any]:
    return {name: value for name in names if (value := getattr(chosen, name)) not in (None, "")}


def _around(actor: Actor, chosen: Filter, start: int, size: int) -> tuple[int, ScopedQuerySet[Crossing], int]:
    """How many `matching` finds; rows among which the page lies, and how many of these come before it. Without a search
    the counts say in which hours it lies, so that nobody sorts a million crossings for fifty.
    """
    rows = matching(actor, chosen)
    if chosen.kind or chosen.text.strip():
        return rows.count(), rows, start
    counts, total, skipped = hours_of(actor, chosen), 0, 0
    since: datetime | None = None
    until: datetime | None = None
    for began, count in hourly.newest_first(counts, chosen.fever):
        total += count
        if total <= start:
            skipped, until = total, began
        elif since is None and total >= start + size:
            since = began
    if since:
        rows, counts = rows.filter(at__gte=since), counts.filter(hour__gte=since)
    if until:
        rows, counts = rows.filter(at__lt=until), counts.filter(hour__lt=until)
    # By their compounds, because of an index of paths and moments a range of paths uses no moments.
    there = set(counts.order_by().values_list("compound", flat=True).distinct())
    return total, rows.filter(compound__in=there), start - skipped


def page(actor: Actor, chosen: Filter, *, number: int, size: int) -> dict[str, Any]:
    """The newest first."""
    total, rows, start = _around(actor, chosen, (number - 1) * size, size)
    found = list(rows.order_by("-at", "-pk").values(*_SHOWN)[start : start + size])
    names = gate_names({one["gate"] for one in found})
    items = [{**one, "gate_name": names.get(one["gate"], "")} for one in found]
    return {"items": items, "total": total, "page": number, "size": size}


def gate_names(gates: set[int]) -> dict[int, str]:
    """Compound and gate in words, of gates whose crossings the actor sees."""
    rows = Gate.objects.unscoped(reason=_OWN).filter(pk__in=gates).select_related("compound")
    return {one.pk: f"{one.compound.name} {one.name}" for one in rows.defer("compound__geometry")}


def figures(actor: Actor, compound: int | None, day: date, *, now: datetime) -> dict[str, Any]:
    """Of one local day: who went through by hour and direction, by day and night, refusals; and who is out now."""
    counts = hours_of(actor, Filter(compound=compound, first_on=day, last_on=day)).order_by()
    told = counts.values_list("hour", "direction", "decision").annotate(n=Sum("crossings"), hot=Sum("fevers"))
    hours, fevers = [{"hour": hour, "out": 0, "in": 0, "refused": 0} for hour in range(24)], 0
    for began, direction, decision, count, hot in told:
        of = hours[began.astimezone(LOCAL).hour]
        of["refused" if decision == Decision.REFUSED else direction] += count
        fevers += hot
    night = [one for one in hours if one["hour"] >= _NIGHT[0] or one["hour"] < _NIGHT[1]]
    total = {name: sum(one[name] for one in hours) for name in ("out", "in", "refused")}
    by_night = {name: sum(one[name] for one in night) for name in ("out", "in", "refused")}
    by_day = {name: total[name] - by_night[name] for name in total}
    # Of all compounds at once the question would read a week of everybody's crossings.
    outside = _outside(actor, compound, now) if compound is not None else None
    return {
        "day": by_day, "night": by_night, "hours": hours, "fevers": fevers,
        "outside": None if outside is None else outside.count(),
        "who": [] if outside is None else list(outside.order_by("at").values(*_SHOWN[:14], "gate")[:MOST_OUT]),
    }  # fmt: skip


def places(actor: Actor) -> list[dict[str, Any]]:
    """The compounds that have gates, with these, as the register's filters offer them."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    own = compounds(actor, access.VIEW).order_by()
    rows = Gate.objects.unscoped(reason=_OWN).filter(compound__in=own.values("pk")).order_by("name", "pk")
    for pk, name, compound in rows.values_list("pk", "name", "compound"):
        found[compound].append({"id": pk, "name": name})
    names = own.filter(pk__in=list(found)).order_by("name", "pk").values_list("pk", "name")
    return [{"id": pk, "name": name, "gates": found[pk]} for pk, name in names]


def _outside(actor: Actor, compound: int, now: datetime) -> ScopedQuerySet[Crossing]:
    """The last crossing of everybody whose last one was out; visitors and suppliers who left are no residents who are
    out.
    """
    rows = matching(actor, Filter(compound=compound)).filter(at__gte=now - timedelta(days=OUT_DAYS))
    rows = rows.exclude(decision=Decision.REFUSED).exclude(who="").exclude(kind__in=_FROM_ELSEWHERE)
    last = rows.annotate(
        newest=Window(
            RowNumber(), partition_by=[F("compound"), F("who")], order_by=[F("at").desc(), F("pk").desc()]
        )
    )
    # In two steps: beside a window Django would ask for the direction first.
    newest = last.filter(newest=1).order_by().values("pk")
    return Crossing.objects.within(actor.require(access.VIEW)).filter(pk__in=newest, direction="out")


def exported(actor: Actor, chosen: Filter, *, zh: bool) -> Iterator[list[str]]:
    """The heading and a row for each crossing, names masked as they are kept."""
    yield list(_HEADINGS["zh" if zh else "en"])
    found = matching(actor, chosen).order_by("at", "pk").values(*_SHOWN)[:MOST_EXPORTED]
    names = gate_names(set(matching(actor, chosen).order_by().values_list("gate", flat=True).distinct()))
    for one in found.iterator(chunk_size=2_000):
        yield [
            one["at"].astimezone(LOCAL).isoformat(timespec="seconds"), names.get(one["gate"], ""), one["direction"],
            one["decision"], "+".join(one["reasons"]), one["kind"], one["name"], one["plate"], str(one["occupants"]),
            "" if one["temperature"] is None else str(one["temperature"]),
            "" if one["document_seen"] is None else str(int(one["document_seen"])), one["guard_name"],
        ]  # fmt: skip


_HEADINGS = {
    "zh": ("时间", "卡口", "方向", "处理", "原因", "类别", "姓名", "车牌", "同车人数", "体温", "证件相符", "值守人员"),
    "en": ("at", "gate", "direction", "decision", "reasons", "kind", "name", "plate", "others", "temperature",
           "document", "guard"),
}  # fmt: skip

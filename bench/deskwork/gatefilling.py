"""Some days at the gates of the bench's subdistrict: keys, passes, crossings, alerts, withdrawals, objections, plans.

Run as a program on LIANFANG_DATA and LIANFANG_DATABASE by `site.filled`, once; everything goes through the program's
own actions, only who does it is the system.
"""

import os
import random
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

sys.path.append(str(Path(__file__).resolve().parents[2] / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianfang.settings")

import django

django.setup()

from django.db import transaction  # noqa: E402

from lianfang.accounts.models import User  # noqa: E402
from lianfang.gates import budgets, holders, issuing, keys, objecting, withdrawing  # noqa: E402
from lianfang.gates.crossing_body import CrossingBody  # noqa: E402
from lianfang.gates.crossings import take_crossings  # noqa: E402
from lianfang.gates.issuing import Order  # noqa: E402
from lianfang.gates.models import Crossing, IssuingKey, Pass, Revocation  # noqa: E402
from lianfang.gates.planning import actions as planning  # noqa: E402
from lianfang.gates.planning import closing  # noqa: E402
from lianfang.gates.planning.models import GatePlan  # noqa: E402
from lianfang.gates.planning.rules import ClosedFor, HeardBy, Stance  # noqa: E402
from lianfang.gates.rules import Reason  # noqa: E402
from lianfang.kernel.actor import Actor, system  # noqa: E402
from lianfang.kernel.clock import local_date  # noqa: E402
from lianfang.kernel.errors import ProblemError  # noqa: E402
from lianfang.registry.models import Residence  # noqa: E402
from lianfang.territory import gates  # noqa: E402
from lianfang.territory.models import Area, Building, Compound, Dwelling, Gate  # noqa: E402
from lianfang.territory.rules import GateKind  # noqa: E402

ACTOR = system("bench")
WHY = "the bench fills everything"
T = TypeVar("T")
COMPOUNDS, HOLDERS, DAYS = 64, 500, 4
VISITORS, WITHDRAWN, TWICE, PLANS, HEARD = 2_000, 300, 200, 20, 30
AT_ONCE = 500
#: Local hours at which people leave; they come back within two.
LEAVES = (6, 7, 7, 7, 8, 8, 9, 10, 12, 14, 16, 17, 17, 18, 19)


@dataclass
class Scan:
    """A crossing as sync would hand it over."""

    body: CrossingBody
    corrected_at: datetime
    received_at: datetime
    id: UUID
    actor: Actor = ACTOR
    user: User | None = None


def entrances(compound: Compound, dice: random.Random) -> list[Gate]:
    """The gates of a compound, made where it has none: four, of which two take a fire engine, round its buildings."""
    there = list(Gate.objects.unscoped(reason=WHY).filter(compound=compound).order_by("pk"))
    if there:
        return there
    box = corners(compound)
    made = []
    for number, name in enumerate(("东门", "南门", "西门", "北门")):
        kinds = {GateKind.WALKING} | ({GateKind.EMERGENCY} if number % 2 == 0 else set())
        plan = gates.Plan(name, frozenset(kinds), point=box[number] if box else None)
        made.append(gates.add_gate(actor=ACTOR, now=datetime.now(UTC), compound=compound, plan=plan))
    return made


def corners(compound: Compound) -> list[tuple[float, float]]:
    """The middles of the four sides of a compound's shape; none where it is on no map."""
    shape = compound.geometry or {}
    ring = (shape.get("coordinates") or [[]])[0]
    if shape.get("type") != "Polygon" or not ring:
        return []
    east, north = [at[0] for at in ring], [at[1] for at in ring]
    x, y = (min(east) + max(east)) / 2, (min(north) + max(north)) / 2
    return [(max(east), y), (x, min(north)), (min(east), y), (x, max(north))]


def residents(compound: Compound) -> list[int]:
    """One person for each of at most HOLDERS households of a compound: no quota is used twice by mistake."""
    houses = Building.objects.unscoped(reason=WHY).filter(compound=compound).values("pk")
    doors = Dwelling.objects.unscoped(reason=WHY).filter(building__in=houses).order_by("pk")
    lives = Residence.objects.unscoped(reason=WHY).filter(until=None, place__in=doors.values("key"))
    found = dict(lives.order_by("-person").values_list("place", "person"))
    return sorted(set(found.values()))[:HOLDERS]


def issue(compound: Compound, people: list[int], now: datetime) -> list[Pass]:
    made = []
    for portion in portions(people, holders.MOST_AT_ONCE):
        to = holders.of_people(ACTOR, portion)
        try:
            made += issuing.issue(actor=ACTOR, now=now, order=Order("resident", (compound.pk,)), to=to)
        except ProblemError as problem:
            print(f"{compound.name}: {problem}", flush=True)
    return made


def portions(of: list[T], size: int) -> Iterator[list[T]]:
    for start in range(0, len(of), size):
        yield of[start : start + size]


def day(
    made: list[Pass], doors: list[Gate], midnight: datetime, now: datetime, dice: random.Random
) -> Iterator[Scan]:
    """Everybody of one compound who goes out on a day, and comes back; one in 200 with a fever."""
    for one in made:
        left = midnight + timedelta(hours=dice.choice(LEAVES), minutes=dice.randint(0, 59))
        for direction, at in (("out", left), ("in", left + timedelta(minutes=dice.randint(20, 110)))):
            if at < now:
                heat = 37.8 if dice.random() < 0.005 else round(dice.uniform(36.0, 36.9), 1)
                body = CrossingBody(
                    gate=dice.choice(doors).pk, direction=direction, decision="admitted",  # type: ignore[arg-type]
                    serial=one.serial, document_seen=True, temperature=heat,
                )  # fmt: skip
                yield Scan(body, at, now, uuid4())


def strangers(doors: list[Gate], count: int, now: datetime, dice: random.Random) -> Iterator[Scan]:
    """Visitors, of whom some are refused and a few go through all the same."""
    for number in range(count):
        decision = dice.choices(("admitted", "refused", "forced"), (90, 9, 1))[0]
        said = {
            "name": f"欧阳{dice.choice('海山河林川')}{number}",
            "phone": f"139{dice.randint(10**7, 10**8 - 1)}",
        }
        body = CrossingBody.model_validate({
            "gate": dice.choice(doors).pk, "direction": "in", "decision": decision, "visitor": said,
            "reasons": ["not_expected"] if decision == "refused" else [], "temperature": 36.5,
        })  # fmt: skip
        yield Scan(body, now - timedelta(minutes=dice.randint(1, 2_000)), now, uuid4())


def take(scans: Iterable[Scan]) -> None:
    for portion in portions(sorted(scans, key=lambda one: one.corrected_at), AT_ONCE):
        with transaction.atomic():
            refused = [one for one in take_crossings(now=portion[-1].received_at, facts=portion) if one]
        if refused:
            print(f"{len(refused)} of {len(portion)} refused: {refused[0].code}", flush=True)


def withdraw(now: datetime, dice: random.Random) -> None:
    """Some passes are withdrawn; every third holder objects, some so long ago that nobody decided in time."""
    passes = list(Pass.objects.unscoped(reason=WHY).order_by("pk").values_list("pk", flat=True))
    for number, pk in enumerate(dice.sample(passes, min(WITHDRAWN, len(passes)))):
        then = now - timedelta(hours=dice.randint(1, 40))
        held: Revocation = withdrawing.revoke(
            actor=ACTOR,
            now=then,
            pass_=pk,
            reason=Reason.LENT,
            text="借给他人使用",
            until=then + timedelta(days=7),
        )
        if number % 3 == 0:
            objecting.object_to(now=then, revocation=held, text="没有借给别人，请核实")


def plans(compounds: list[Compound], now: datetime) -> None:
    """Plans for the largest compounds: reckoned, put before the residents, every second one decided."""
    until = local_date(now) + timedelta(days=5)
    for number, compound in enumerate(compounds[:PLANS]):
        made = planning.make_plan(
            actor=ACTOR, now=now, compound=compound.pk, title=f"{compound.name}封闭方案"
        )
        try:
            made = planning.reckon_now(actor=ACTOR, now=now, plan=made.pk, version=1)
        except ProblemError as problem:
            print(f"{compound.name}: {problem}", flush=True)
            continue
        made = planning.ask(actor=ACTOR, now=now, plan=made.pk, version=made.version, until=until)
        assert made.comparison is not None
        best = made.comparison["options"][made.comparison["proposed"] or 0]["key"]
        for one in range(HEARD):
            said = planning.Said(best, list(Stance)[one % 3], HeardBy.PHONE, "东门离菜场近", "")
            planning.hear(actor=ACTOR, now=now, plan=made.pk, said=said)
        if number % 2 == 0:
            order = closing.Order(ClosedFor.STAFF, "人手不足", until)
            planning.decide(
                actor=ACTOR, now=now, plan=made.pk, version=made.version, option=best, order=order
            )


def main() -> None:
    now, dice = datetime.now(UTC), random.Random(6)
    street = Area.objects.unscoped(reason=WHY).filter(level="subdistrict").order_by("path")[0]
    if not IssuingKey.objects.unscoped(reason=WHY).exists():
        keys.make_key(actor=ACTOR, now=now - timedelta(days=DAYS + 1), area=street.pk, days=365)
        budgets.make_budget(
            actor=ACTOR, now=now, area=street.pk, code="temporary", first_on=local_date(now),
            last_on=local_date(now) + timedelta(days=30), allowed=5_000, note="工地",
        )  # fmt: skip
    rows = Compound.objects.unscoped(reason=WHY).exclude(path="").order_by("pk")
    compounds = sorted(
        rows, key=lambda one: -Building.objects.unscoped(reason=WHY).filter(compound=one).count()
    )
    ground = [(one, entrances(one, dice)) for one in compounds[:COMPOUNDS]]
    if not Crossing.objects.unscoped(reason=WHY).exists():
        midnight = datetime.combine(local_date(now), datetime.min.time(), UTC) - timedelta(hours=8)
        for number, (compound, doors) in enumerate(ground):
            made = issue(compound, residents(compound), now - timedelta(days=DAYS))
            for back in range(DAYS):  # each household every second day
                some = made[back % 2 :: 2]
                take(day(some, doors, midnight - timedelta(days=back), now, dice))
            twice = made[1 : 1 + TWICE // len(ground)]
            take(day(twice, doors, midnight - timedelta(days=1), now, dice))
            take(strangers(doors, VISITORS // len(ground), now, dice))
            if number % 16 == 15:
                print(f"gates: {number + 1} of {len(ground)} compounds", flush=True)
        withdraw(now, dice)
    if not GatePlan.objects.unscoped(reason=WHY).exists():
        plans([one for one, _ in ground], now)


if __name__ == "__main__":
    main()

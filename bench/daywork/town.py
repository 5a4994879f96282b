"""The demo's subdistrict in the database, with a guard and a phone at every gate and a pass for everybody.

People and doors are written straight into the tables; areas, gates, keys, budgets, passes, withdrawals and phones come
about through the program's own actions, passes by its job, at the moment at which the day needs them.
"""

import base64
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command
from django.db import connection, transaction

from daywork.clock import Clock
from daywork.posts import Post, uuid7
from lianfang.accounts import devices
from lianfang.accounts.models import Appointment, User
from lianfang.accounts.roles import Role
from lianfang.accounts.sessions import actor_for
from lianfang.commands.territory import take
from lianfang.demo.gateday import GateDay
from lianfang.demo.gateday.holders import residents
from lianfang.demo.gateday.terms import NOBODY, Flag, Kind, State
from lianfang.demo.identities import digits_of
from lianfang.demo.noise import digits_text
from lianfang.demo.territory import codes_of_areas
from lianfang.demo.truth import write_territory
from lianfang.demo.world import World
from lianfang.gates import budgets, keys, lists, withdrawing
from lianfang.gates.holders import For
from lianfang.gates.issuing import Order
from lianfang.gates.models import Crossing, DoubleUse, GateAlert, IssueBatch, Pass
from lianfang.gates.rules import Reason
from lianfang.kernel import bulk, jobs
from lianfang.kernel.actor import system
from lianfang.kernel.clock import LOCAL
from lianfang.registry.models import Person, Residence
from lianfang.sync.models import Fact
from lianfang.territory.models import Area, Building, Compound, Dwelling, Gate

WHY = "the bench sees everything"
SYSTEM = system("bench")
MIDNIGHT = datetime(2020, 2, 24, tzinfo=LOCAL)  # of the day that is played
AT_ONCE = 5_000
OVER_DAYS = 2  # of passes that are over when the day begins


@dataclass(frozen=True)
class Town:
    """What the bench knows of the database: posts by gate; of each pass its serial and its code's text; compounds."""

    posts: list[Post]
    serials: Any
    texts: Any
    compounds: list[int]


def made(world: World, day: GateDay, folder: Path, clock: Clock) -> Town:
    """The database as it is on the evening before the day; made the first time, kept for the next."""
    if not (folder / "town.json").exists():
        _make(world, day, folder, clock)
    kept = json.loads((folder / "town.json").read_text("utf-8"))
    found = np.load(folder / "passes.npz")
    return Town([Post(**one) for one in kept["posts"]], found["serial"], found["text"], kept["compounds"])


def wipe(folder: Path) -> None:
    """What a day played before has left."""
    tables = [one._meta.db_table for one in (GateAlert, DoubleUse, Crossing, Fact)]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        else:
            for table in tables:
                cursor.execute(f"DELETE FROM {table}")
    for file in folder.glob("phone-*"):
        file.unlink()


def _make(world: World, day: GateDay, folder: Path, clock: Clock) -> None:
    began = perf_counter()
    clock.jump((MIDNIGHT - timedelta(days=10, hours=-8)).timestamp())
    call_command("migrate", verbosity=0)
    ground = _ground(world, day, folder)
    print(f"gates: {len(ground.gates)} at {len(ground.compounds)} places", flush=True)
    _keys(clock)
    people = _people(world, clock)
    print(f"people: {len(people):,} after {perf_counter() - began:.0f} s", flush=True)
    issued = _Issued(len(day.passes))
    over = day.passes.state == State.EXPIRED
    _issue(world, day, (people, ground.compounds), np.flatnonzero(over), clock, issued)
    clock.jump((MIDNIGHT - timedelta(days=1, hours=-8)).timestamp())
    _issue(world, day, (people, ground.compounds), np.flatnonzero(~over), clock, issued)
    for number in np.flatnonzero(day.passes.state == State.REVOKED).tolist():
        withdrawing.revoke(
            actor=SYSTEM, now=clock.now(), pass_=int(issued.pk[number]), reason=Reason.LENT,
            text="有人借用此证出入", until=clock.now() + timedelta(days=7),
        )  # fmt: skip
    print(f"passes: {len(day.passes):,} after {perf_counter() - began:.0f} s", flush=True)
    np.savez(folder / "passes.npz", serial=issued.serial, text=issued.text)
    posts = [
        _post(gate, pk, ground.compounds[int(day.ground.compound[gate])], int(day.phones.fast[gate]), clock)
        for gate, pk in enumerate(ground.gates)
    ]
    kept = {"posts": [asdict(one) for one in posts], "compounds": ground.compounds}
    (folder / "town.json").write_text(json.dumps(kept), "utf-8")


@dataclass(frozen=True)
class _Ground:
    compounds: list[int]  # pk by the demo's number
    gates: list[int]


def _ground(world: World, day: GateDay, folder: Path) -> _Ground:
    """Areas, compounds and gates from the demo's own files; gates that are not kept are closed; doors."""
    write_territory(world.land, folder)
    for name in ("areas.csv", "map.geojson", "gates.geojson"):
        print(take(folder / name), flush=True)
    by_name = {one.name: one.pk for one in Compound.objects.unscoped(reason=WHY).defer("geometry")}
    compounds = [by_name[name] for name in world.land.compounds["name"]]
    rows = Gate.objects.unscoped(reason=WHY).select_related("compound").defer("compound__geometry")
    known = {(one.compound.name, one.name.removeprefix(one.compound.name)): one.pk for one in rows}
    gates = [known[pair] for pair in day.ground.names]
    Gate.objects.unscoped(reason=WHY).exclude(pk__in=gates).update(is_open=False)
    _doors(world, compounds)
    return _Ground(compounds, gates)


def _doors(world: World, compounds: list[int]) -> None:
    codes = codes_of_areas(world.land)
    paths = dict(Area.objects.unscoped(reason=WHY).values_list("code", "path"))
    names = world.land.compounds["name"].to_list()
    drawn = Building.objects.unscoped(reason=WHY).values_list("compound", "name", "pk")
    houses = {(compound, name): pk for compound, name, pk in drawn}
    rows = list(world.land.dwellings.iter_rows(named=True))
    with transaction.atomic():
        new = {(compounds[row["compound"]], row["building"]): paths[codes[row["grid"]]] for row in rows}
        built = Building.objects.bulk_create(
            Building(compound_id=compound, name=name, path=path)
            for (compound, name), path in new.items()
            if (compound, name) not in houses
        )
        houses |= {(one.compound_id, one.name): one.pk for one in built}
        for start in range(0, len(rows), AT_ONCE):
            bulk.append([
                Dwelling(
                    building_id=houses[compounds[row["compound"]], row["building"]], room=row["room"],
                    unit=row["unit"] or "", path=paths[codes[row["grid"]]], key=_key(names, row),
                )
                for row in rows[start : start + AT_ONCE]
            ])  # fmt: skip


def _key(names: list[str], row: dict[str, Any]) -> str:
    return "|".join((names[row["compound"]], row["building"], row["unit"] or "", row["room"]))


@dataclass(frozen=True)
class _Somebody:
    pk: int
    name: str
    phone: str
    dwelling: int
    path: str


def _people(world: World, clock: Clock) -> dict[int, _Somebody]:
    """Residents, by their numbers in the demo."""
    who, now = residents(world), clock.now()
    names = world.names(person=who).to_list()
    phones = _phones(world, who)
    places = [_key(world.land.compounds["name"].to_list(), row) for row in _rows(world)]
    doors = {
        key: (pk, path)
        for key, pk, path in Dwelling.objects.unscoped(reason=WHY).values_list("key", "pk", "path")
    }
    births = world.birth[who].astype("datetime64[D]").tolist()
    found: dict[int, _Somebody] = {}
    for start in range(0, len(who), AT_ONCE):
        part = range(start, min(start + AT_ONCE, len(who)))
        with transaction.atomic():
            persons = Person.objects.bulk_create(
                Person(name=names[n][:80], phone=phones[n], birth=births[n], created_at=now) for n in part
            )
            homes = []
            for n, one in zip(part, persons, strict=True):
                key = places[int(world.dwelling[who[n]])]
                found[int(who[n])] = _Somebody(one.pk, names[n], phones[n], *doors[key])
                homes.append(Residence(person=one, path=doors[key][1], place=key, since=now))
            bulk.append(homes)
    return found


def _rows(world: World) -> Iterator[dict[str, Any]]:
    return world.land.dwellings.iter_rows(named=True)


def _phones(world: World, who: Any) -> list[str]:
    row = world.phones.contact[who]
    text = digits_text(digits_of(world.phones.number[np.maximum(row, 0)], 11)).to_list()
    return [one if has >= 0 else "" for one, has in zip(text, row.tolist(), strict=True)]


def _keys(clock: Clock) -> None:
    """A key for the subdistrict and each community; budgets for what needs one."""
    for area in Area.objects.unscoped(reason=WHY).filter(level__in=("subdistrict", "community")):
        keys.make_key(actor=SYSTEM, now=clock.now(), area=area.pk, days=365)
        if area.level == "subdistrict":
            today = clock.now().astimezone(LOCAL).date()
            for code in ("temporary", "service"):
                budgets.make_budget(
                    actor=SYSTEM, now=clock.now(), area=area.pk, code=code, first_on=today,
                    last_on=today + timedelta(days=90), allowed=budgets.MOST, note="",
                )  # fmt: skip


class _Issued:
    """What was issued, by the number of the pass."""

    def __init__(self, count: int) -> None:
        self.serial = np.zeros(count, dtype="S16")
        self.text = np.zeros(count, dtype="S225")
        self.pk = np.zeros(count, dtype=np.int64)

    def take(self, batch: int, numbers: list[int]) -> None:
        rows = (
            Pass.objects.unscoped(reason=WHY).filter(batch=batch).values_list("row", "serial", "text", "pk")
        )
        for row, serial, text, pk in rows.iterator(chunk_size=AT_ONCE):
            number = numbers[row - 1]
            self.serial[number], self.text[number], self.pk[number] = serial.encode(), text.encode(), pk


def _issue(
    world: World, day: GateDay, known: tuple[dict[int, _Somebody], list[int]], numbers: Any, clock: Clock,
    issued: _Issued,
) -> None:  # fmt: skip
    """A list for each place and kind, issued by the program's own job."""
    people, compounds = known
    passes, groups = day.passes, defaultdict[tuple[int, ...], list[int]](list)
    columns = (passes.kind, passes.quota, passes.compound, passes.second, passes.state)
    for number in numbers.tolist():
        kind, quota, compound, second, state = (int(column[number]) for column in columns)
        groups[kind, quota, compound, second, int(state == State.EXPIRED)].append(number)
    for (kind, quota, compound, second, over), chosen in groups.items():
        places = (compounds[compound],) if second == NOBODY else (compounds[compound], compounds[second])
        order = Order(Kind(kind).name.lower(), places, days=OVER_DAYS if over else None, quota=quota)
        to = [_holder(world, people, passes.kind[number], int(passes.holder[number])) for number in chosen]
        for start in range(0, len(to), lists.MOST):
            batch = lists.start(
                actor=SYSTEM, now=clock.now(), order=order, to=to[start : start + lists.MOST], title="bench"
            )
            jobs.drain()
            done = IssueBatch.objects.unscoped(reason=WHY).get(pk=batch.pk)
            if done.rejected or done.issued != len(to[start : start + lists.MOST]):
                raise RuntimeError(f"{order}: {done.issued} of {done.total}, {done.rejected[:3]}")
            issued.take(batch.pk, chosen[start : start + lists.MOST])


def _holder(world: World, people: dict[int, _Somebody], kind: int, person: int) -> For:
    if kind == Kind.SERVICE:
        return For(world.names(person=np.array([person]))[0], f"130{person:08d}")
    one = people[person]
    if kind == Kind.VEHICLE:
        return For(one.name, one.phone, plate=f"浙A{person:06d}"[:8], path=one.path)
    return For(one.name, one.phone, one.pk, one.dwelling, "", one.path)


def _post(gate: int, pk: int, compound: int, fast: int, clock: Clock) -> Post:
    """A guard of the compound's community, and his phone."""
    now = clock.now()
    found = Compound.objects.unscoped(reason=WHY).defer("geometry").get(pk=compound)
    area = Area.objects.unscoped(reason=WHY).get(path=found.path)
    user = User.objects.create(username=f"gate{gate}", display_name=f"门卫{gate}", created_at=now)
    Appointment.objects.create(user=user, role=Role.GUARD.value, area=area, starts_at=now - timedelta(days=1))
    key, device = Ed25519PrivateKey.generate(), str(uuid7())
    public = Post(gate, pk, compound, device, "", key.private_bytes_raw().hex(), fast)
    _, token = devices.enrol(
        actor=actor_for(user, now=now), now=now, device=UUID(device), name="手机",
        public_key=_b64url(key.public_key().public_bytes_raw()),
    )  # fmt: skip
    return Post(**{**asdict(public), "token": token})


def _b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def visitors(world: World, day: GateDay) -> dict[int, dict[str, Any]]:
    """What those say who have no pass, by their numbers in the demo."""
    mine = np.flatnonzero(day.tries.pass_ == NOBODY)
    who, first = np.unique(day.tries.person[mine], return_index=True)
    flags = day.tries.flags[mine][first]
    names = world.names(person=who).to_list()
    found: dict[int, dict[str, Any]] = {}
    for person, name, flag in zip(who.tolist(), names, flags.tolist(), strict=True):
        said: dict[str, Any] = {
            "name": name[:40], "phone": f"131{person:08d}", "from": "杭州", "to": "1-101", "purpose": "探亲",
            "returnee": bool(flag & Flag.RETURNEE),
        }  # fmt: skip
        found[person] = said
    return found

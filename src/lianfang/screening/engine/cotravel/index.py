"""Repeats merged, runs with several names joined, and the check of one leg against all trips."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from lianfang.screening.engine.cotravel.trips import Trip
from lianfang.screening.engine.cotravel.vehicles import (
    MODES,
    Vehicle,
    mode_of,
    read_carriages,
    read_rows,
    read_vehicles,
)

#: Rows before and behind a case on a plane that count as close (China's protocol for tracing contacts, 2020).
NEAR_ROWS = 3
#: A leg's mode → modes of trips it may be (workers choose between few words).
_MAY_BE = {
    "coach": ("coach", "bus", "car"),
    "car": ("car", "coach"),
    "bus": ("bus", "coach"),
    "other": ("bus", "ship", "metro", "coach", "car", "other"),
}


@dataclass(frozen=True)
class Leg:
    """What a person says of one ride. Anything but the number may be missing."""

    number: str
    mode: str | None = None
    day: date | None = None
    carriage: str = ""
    seat: str = ""


@dataclass(frozen=True)
class Hit:
    """A published trip that the leg may have been.

    `day`: "same", "night" (a day apart, but the run goes over midnight) or "unknown". `where`: "close" (same
    carriage; on a plane within NEAR_ROWS rows), "apart" (another one, both known) or "unknown".
    """

    trip: Trip
    number: str
    day: str
    where: str


_ORDER = {"same": 0, "night": 1, "unknown": 2, "close": 0, "apart": 2}


def merge(trips: Iterable[Trip]) -> list[Trip]:
    """Repeats made one with all their sources, and `also` filled from runs that bear several numbers anywhere.

    Two rows repeat one another if run, days, carriages and rows are the same and neither station contradicts:
    one name begins with the other (合肥, 合肥南站). A row without a carriage is never merged into one that has
    it, for it may be somebody else in another carriage. Independent of the order of the rows.
    """
    given = list(trips)
    runs = _runs(given)
    groups: dict[tuple[object, ...], list[Trip]] = defaultdict(list)
    for trip in given:
        run = runs[trip.mode, trip.numbers[0]]
        groups[trip.mode, run, trip.dates, trip.carriages, trip.rows].append(trip)
    merged = []
    for members in groups.values():
        for same in _same_ride(members):
            one = _one(same)
            run = runs[one.mode, one.numbers[0]]
            merged.append(replace(one, also=tuple(sorted(set(run) - set(one.numbers)))))
    return sorted(
        merged, key=lambda trip: (trip.dates, trip.mode, trip.numbers, trip.carriages, trip.start, trip.key)
    )


def _runs(trips: Sequence[Trip]) -> dict[tuple[str, str], tuple[str, ...]]:
    """(mode, number) → all numbers that rows join with it, directly or by way of another."""
    together: dict[tuple[str, str], set[str]] = defaultdict(set)
    for trip in trips:
        for number in trip.numbers:
            together[trip.mode, number].update(trip.numbers)
    parent = {name: name for name in together}

    def root(name: tuple[str, str]) -> tuple[str, str]:
        while parent[name] != name:
            name = parent[name]
        return name

    for (mode, number), others in together.items():
        for other in others:
            first, second = sorted((root((mode, number)), root((mode, other))))
            parent[second] = first
    members: dict[tuple[str, str], set[str]] = defaultdict(set)
    for name in together:
        members[root(name)].add(name[1])
    return {name: tuple(sorted(members[root(name)])) for name in together}


def _same_ride(members: list[Trip]) -> list[list[Trip]]:
    """Members in groups whose stations do not contradict, in an order of their own."""
    groups: list[list[Trip]] = []
    for trip in sorted(
        members, key=lambda one: (-len(one.start + one.end), one.start, one.end, one.numbers, one.sources)
    ):
        home = next((group for group in groups if all(_alike(trip, other) for other in group)), None)
        if home is None:
            groups.append([trip])
        else:
            home.append(trip)
    return groups


def _alike(one: Trip, other: Trip) -> bool:
    return _station_alike(one.start, other.start) and _station_alike(one.end, other.end)


def _station_alike(one: str, other: str) -> bool:
    first, second = one.removesuffix("站"), other.removesuffix("站")
    return first.startswith(second) or second.startswith(first)


def _one(same: list[Trip]) -> Trip:
    numbers = tuple(sorted({number for trip in same for number in trip.numbers}))
    return replace(
        same[0],
        numbers=numbers,
        overnight=any(trip.overnight for trip in same),
        start=max((trip.start for trip in same), key=lambda name: (len(name), name)),
        end=max((trip.end for trip in same), key=lambda name: (len(name), name)),
        sources=tuple(sorted({source for trip in same for source in trip.sources})),
        notes=tuple(sorted({note for trip in same for note in trip.notes})),
    )


class Index:
    """Trips by number, for checking legs."""

    def __init__(self, trips: Iterable[Trip]) -> None:
        self.trips = tuple(trips)
        self._by_number: dict[tuple[str, str], list[Trip]] = defaultdict(list)
        for trip in self.trips:
            for number in (*trip.numbers, *trip.also):
                self._by_number[trip.mode, number].append(trip)

    def check(self, leg: Leg) -> list[Hit]:
        """The trips that the leg may have been, the likeliest first; each trip once."""
        found: dict[int, Hit] = {}
        for vehicle in leg_vehicles(leg):
            for number in vehicle.numbers:
                for trip in self._by_number.get((vehicle.mode, number), ()):
                    day = _day_of(trip, leg.day)
                    if day is not None and id(trip) not in found:
                        found[id(trip)] = Hit(trip, number, day, _where(trip, vehicle, leg))
        return sorted(found.values(), key=_rank)


def _rank(hit: Hit) -> tuple[object, ...]:
    where = _ORDER[hit.where] if hit.where != "unknown" else 1
    return (_ORDER[hit.day], where, hit.trip.dates, hit.trip.numbers, hit.trip.carriages, hit.trip.key)


def leg_vehicles(leg: Leg) -> list[Vehicle]:
    """What the leg's number may mean: each vehicle of it under each mode that its word may stand for."""
    mode = leg.mode if leg.mode in MODES else mode_of(leg.mode)
    vehicles: list[Vehicle] = []
    for tried in _MAY_BE.get(mode or "", (mode,)):
        vehicles.extend(read_vehicles(leg.number, tried).vehicles)
    if mode == "other":
        vehicles.extend(read_vehicles(leg.number).vehicles)
    return list(dict.fromkeys(vehicles))


def _day_of(trip: Trip, day: date | None) -> str | None:
    if day is None:
        return "unknown"
    if day in trip.dates:
        return "same"
    beside = any(day + timedelta(days=step) in trip.dates for step in (-1, 1))
    return "night" if trip.overnight and beside else None


def _where(trip: Trip, vehicle: Vehicle, leg: Leg) -> str:
    if trip.mode == "train":
        said = {*vehicle.carriages, *read_carriages(leg.carriage), *read_carriages(leg.seat)}
        if not said or not trip.carriages:
            return "unknown"
        return "close" if said & set(trip.carriages) else "apart"
    if trip.mode == "flight":
        rows = {*vehicle.rows, *read_rows(leg.seat), *read_rows(leg.carriage)}
        if not rows or not trip.rows:
            return "unknown"
        near = any(abs(row - other) <= NEAR_ROWS for row in rows for other in trip.rows)
        return "close" if near else "apart"
    return "unknown"


def as_data(trip: Trip) -> dict[str, Any]:
    """A trip as JSON, as phones keep it."""
    return {
        "key": trip.key,
        "mode": trip.mode,
        "numbers": list(trip.numbers),
        "also": list(trip.also),
        "dates": [day.isoformat() for day in trip.dates],
        "overnight": trip.overnight,
        "carriages": list(trip.carriages),
        "rows": list(trip.rows),
        "from": trip.start,
        "to": trip.end,
        "sources": list(trip.sources),
        "notes": list(trip.notes),
    }


def from_data(data: dict[str, Any]) -> Trip:
    """The trip that `as_data` wrote."""
    return Trip(
        mode=data["mode"], numbers=tuple(data["numbers"]), also=tuple(data["also"]),
        dates=tuple(date.fromisoformat(day) for day in data["dates"]), overnight=data["overnight"],
        carriages=tuple(data["carriages"]), rows=tuple(data["rows"]), start=data["from"], end=data["to"],
        sources=tuple(data["sources"]), notes=tuple(data["notes"]),
    )  # fmt: skip

"""From the addresses of people to compounds, buildings and doors: what a run's lists lead to.

Nothing is ever lost: a door that exists keeps its id, a door made by hand keeps everything. A door that the newest
lists do not name any more stays, with nobody behind it, until somebody says that it is none.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

import polars as pl
from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from lianfang.kernel import bulk
from lianfang.territory.models import Building, Compound, Dwelling, Placed
from lianfang.territory.rules import common_path, floor_of

#: A compound with so many registered people in areas exists; without them, one with so many people at all. Fewer are
#: a misspelt name, or an address out of town.
REGISTERED, REAL_COMPOUND = 3, 20
#: Doors written between two words of how far it is.
DOORS_AT_ONCE = 20_000
#: Longer parts are remarks, not addresses.
LONGEST = {"compound": 40, "building": 20, "unit": 10, "room": 20}
PARTS = ("compound", "building", "unit", "room")
_WHY = "a run's people live wherever they live"
#: 石桥村1组: houses of a village are numbered group by group (rules.compound_and_group).
_GROUP = r"^(.{2,}?)(\d+组)$"
_KEY = pl.concat_str(*PARTS, separator="|").alias("key")
P = TypeVar("P", bound=Placed)


def settle(doors: pl.DataFrame, *, tell: Callable[[float], None] = lambda share: None) -> pl.DataFrame:
    """Make what is missing of the doors that people live behind; compound, building, unit, room → dwelling.

    `doors`: compound, building, unit, room (texts; null where not given), path, people, registered; a row for each
    door and path. The answer: PARTS as given ("" for no unit), `dwelling` and `house` (ids of dwelling and
    building). Doors of misspelt names and addresses out of town are not in it.
    """
    with transaction.atomic():
        believed = _believed(doors)
        tell(0.1)
        clear, vague = _by_clarity(believed, _known())
        tell(0.2)
        _make(clear, lambda share: tell(0.2 + 0.6 * share))
        tell(0.8)
        count_doors()
        tell(0.9)
        known = _known()
    exact = clear.select(PARTS).join(known, on=PARTS)
    only = known.group_by("compound", "building", "room").agg(pl.col("dwelling", "house").first(), n=pl.len())
    likely = vague.select(PARTS).join(only.filter(pl.col("n") == 1), on=["compound", "building", "room"])
    return pl.concat([part.select(*PARTS, "dwelling", "house") for part in (exact, likely)])


def _believed(doors: pl.DataFrame) -> pl.DataFrame:
    """One row a door with the path of most of its people, in compounds that are known or likely to exist."""
    whole = doors.drop_nulls(["compound", "building", "room"]).with_columns(pl.col("unit").fill_null(""))
    short = [
        (pl.col(name).str.len_chars() <= most) & ~pl.col(name).str.contains("|", literal=True)
        for name, most in LONGEST.items()
    ]
    known = list(Compound.objects.unscoped(reason=_WHY).values_list("key", flat=True))
    named = whole.filter(*short).with_columns(
        estate=pl.col("compound").str.replace(_GROUP, "${1}"),
        house_name=pl.col("compound").str.extract(_GROUP, 2).fill_null("") + pl.col("building"),
    )
    placed = pl.when(pl.col("path") != "").then("registered").sum().over("estate") >= REGISTERED
    size = pl.col("people").sum().over("estate")
    real = named.filter(placed | (size >= REAL_COMPOUND) | pl.col("estate").is_in(known))
    ranked = real.sort("people", "path", descending=[True, False])
    return ranked.group_by(*PARTS, "estate", "house_name", maintain_order=True).agg(
        pl.col("path").first(), pl.col("people").sum()
    )


def _by_clarity(doors: pl.DataFrame, known: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Doors, and doors whose unit was left out in a building that has units: they may be any of several."""
    house = ["compound", "building"]
    units = pl.concat([frame.filter(pl.col("unit") != "").select(house) for frame in (doors, known)])
    without = doors.filter(pl.col("unit") == "")
    vague = without.join(units.unique(), on=house, how="semi")
    return doors.join(vague, on=PARTS, how="anti"), vague


def _make(doors: pl.DataFrame, tell: Callable[[float], None]) -> None:
    """Compounds, buildings and dwellings that are not there yet; derived ones move to where their people are."""
    paths = doors.filter(pl.col("path") != "").group_by("estate").agg(pl.col("path").unique())
    areas = {estate: common_path(some) for estate, some in paths.iter_rows()}
    estates = doors["estate"].unique(maintain_order=True).to_list()
    compounds = _compounds({estate: areas.get(estate, "") for estate in estates})
    most = doors.group_by("estate", "house_name", "path", maintain_order=True).agg(pl.col("people").sum())
    first = most.sort("people", "path", descending=[True, False], maintain_order=True).unique(
        ["estate", "house_name"], keep="first", maintain_order=True
    )
    rows = first.select("estate", "house_name", "path").iter_rows()
    tell(0.1)
    houses = _buildings({(compounds[estate], name): path for estate, name, path in rows})
    tell(0.2)
    ids = [
        houses[compounds[estate], name] for estate, name in doors.select("estate", "house_name").iter_rows()
    ]
    _dwellings(
        doors.with_columns(building_id=pl.Series(ids, dtype=pl.Int64)), lambda share: tell(0.2 + 0.8 * share)
    )


def _compounds(wanted: Mapping[str, str]) -> dict[str, int]:
    """Ids of the compounds by key; `wanted`: key → path."""
    known = {one.key: one for one in Compound.objects.unscoped(reason=_WHY).defer("geometry")}
    Compound.objects.bulk_create(
        Compound(key=key, name=key, path=path, derived=True)
        for key, path in wanted.items()
        if key not in known
    )
    _replace([(known[key], path) for key, path in wanted.items() if key in known])
    return dict(Compound.objects.unscoped(reason=_WHY).values_list("key", "pk"))


def _buildings(wanted: Mapping[tuple[int, str], str]) -> dict[tuple[int, str], int]:
    """Ids of the buildings by compound and name; `wanted`: the same → path."""
    everything = Building.objects.unscoped(reason=_WHY).defer("geometry")
    known = {(one.compound_id, one.name): one for one in everything}
    missing = [
        Building(compound_id=compound, name=name, path=path, derived=True)
        for (compound, name), path in wanted.items()
        if (compound, name) not in known
    ]
    Building.objects.bulk_create(missing, batch_size=1000)
    _replace([(known[key], path) for key, path in wanted.items() if key in known])
    rows = Building.objects.unscoped(reason=_WHY).values_list("compound", "name", "pk")
    return {(compound, name): pk for compound, name, pk in rows}


def _replace(found: list[tuple[P, str]]) -> None:
    """Derived rows go where their people are now; what somebody placed by hand stays there."""
    moved = []
    for one, path in found:
        if one.derived and path and one.path != path:
            one.path = path
            moved.append(one)
    if moved:
        type(moved[0]).objects.unscoped(reason=_WHY).bulk_update(moved, ["path"], batch_size=500)


def _dwellings(doors: pl.DataFrame, tell: Callable[[float], None]) -> None:
    floors = [floor_of(room) for room in doors["room"]]
    frame = doors.with_columns(_KEY, floor=pl.Series(floors, dtype=pl.Int16))
    known = _known()
    new = frame.join(known, on=PARTS, how="anti")
    if new.height:
        row = new.select("key", "building_id", "unit", "room", "floor", "path").with_columns(
            derived=pl.lit(True), removed_at=pl.lit(None, dtype=pl.String)
        )
        for start in range(0, row.height, DOORS_AT_ONCE):
            tell(start / row.height)
            bulk.insert(Dwelling, row.slice(start, DOORS_AT_ONCE))
    there = frame.join(known.filter("derived").rename({"path": "was"}), on=PARTS)
    moved = there.filter((pl.col("path") != pl.col("was")) & (pl.col("path") != ""))
    changed = [Dwelling(pk=pk, path=path) for pk, path in moved.select("dwelling", "path").iter_rows()]
    Dwelling.objects.unscoped(reason=_WHY).bulk_update(changed, ["path"], batch_size=500)


def count_doors(*buildings: int) -> None:
    """Write down how many doors each of these buildings has; of all when none is named."""
    there = Dwelling.objects.unscoped(reason=_WHY).filter(removed_at=None, building=OuterRef("pk"))
    count = there.order_by().values("building").annotate(n=Count("pk")).values("n")
    rows = Building.objects.unscoped(reason=_WHY)
    if buildings:
        rows = rows.filter(pk__in=buildings)
    rows.update(doors=Coalesce(Subquery(count), 0))


def _known() -> pl.DataFrame:
    """Every door there is: PARTS, dwelling, house, path, derived."""
    rows = Dwelling.objects.unscoped(reason=_WHY).values_list("key", "pk", "building_id", "path", "derived")
    schema = {
        "key": pl.String, "dwelling": pl.Int64, "house": pl.Int64, "path": pl.String, "derived": pl.Boolean,
    }  # fmt: skip
    frame = pl.DataFrame(list(rows), schema=schema, orient="row")
    parts = pl.col("key").str.splitn("|", 4).struct.rename_fields(list(PARTS))
    return frame.with_columns(parts.alias("parts")).unnest("parts")

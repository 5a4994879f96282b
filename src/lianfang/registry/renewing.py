"""What a run of all lists says becomes the registry: new people come, known ones are renewed, vanished ones go."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl
from django.db import connection, transaction
from django.db.models import F, Q

from lianfang.kernel import audit, bulk
from lianfang.kernel.actor import Actor
from lianfang.kernel.permissions import Permission
from lianfang.kernel.scoping import ScopedQuerySet
from lianfang.registry import rows
from lianfang.registry.keys import NEEDED, search_keys
from lianfang.registry.loading import (
    PEOPLE,
    PEOPLE_AT_ONCE,
    PORTION,
    add_people,
    publish,
    said_of,
    without_taken,
)
from lianfang.registry.models import Identifier, Person, PersonKey, Residence, Reviewed
from lianfang.registry.rules import frame_of

_WHY = "the registry is renewed as a whole"
_WHERE = ("person_id", "path", "place", "address")
#: Makes people live where rows of Residence say.
_Move = Callable[[pl.DataFrame, datetime], None]


@dataclass(frozen=True)
class Renewal:
    """What a run says otherwise than the registry, worked out before the run becomes current.

    `known`: columns of PEOPLE, and uid. `digests`: id, digest of these as they were; `changed` are the ids of whom
    something else is said now; `before` the uids that the lists gave until now, `new` how many are staged.
    """

    known: pl.DataFrame
    descriptions: pl.LazyFrame
    before: pl.Series
    new: int
    digests: pl.DataFrame
    changed: pl.Series


def plan(
    *,
    known: pl.DataFrame,
    descriptions: pl.LazyFrame,
    before: pl.Series,
    new: int,
    now: datetime,
    tell: Callable[[float], None] = lambda share: None,
) -> Renewal:
    """Looks who of `known` has changed; writes nothing. The arguments are described at Renewal."""
    mine = known.rename({"uid": "id"})
    digests, met = _digests(mine["id"]), _met(mine["id"])
    changed = [pl.Series(dtype=pl.Int64)]
    for start in range(0, mine.height, PEOPLE_AT_ONCE):
        tell(start / mine.height)
        some = mine.slice(start, PEOPLE_AT_ONCE)
        changed.append(_changed(some, _said(some, said_of(some, descriptions), met), digests, now)["id"])
    return Renewal(known, descriptions, before, new, digests, pl.concat(changed))


def renew(*, actor: Actor, now: datetime, renewal: Renewal) -> None:
    """Makes the registry say what a run says, whose new people have been staged (loading.stage_people).

    Of those in `renewal.before` who are not in `known`, all leave the registry whom nobody has met; of the others only
    what was said at the meeting is left. Whoever was changed by somebody since the plan is looked at again. Raises
    forbidden without person.register everywhere.
    """
    actor.require(Permission.PERSON_REGISTER, "")
    known = renewal.known.rename({"uid": "id"})
    with transaction.atomic():
        gone = _forget(renewal.before.filter(~renewal.before.is_in(known["id"].implode())), now)
        touched = _digests(known["id"]).join(renewal.digests, on=["id", "digest"], how="anti")["id"]
        due = pl.concat([renewal.changed, touched]).unique()
        changed = _refresh(known.filter(pl.col("id").is_in(due.implode())), renewal.descriptions, now)
        publish()
        audit.record(
            actor=actor, action="people.renewed", now=now, kind="person",
            details={"new": renewal.new, "changed": changed, "gone": gone},
        )  # fmt: skip


def _digests(ids: pl.Series) -> pl.DataFrame:
    """id, digest of these people (and of others, where they are many)."""
    stored = _among(ids).values_list("pk", "digest")
    return pl.DataFrame(list(stored), schema={"id": pl.Int64, "digest": pl.Int64}, orient="row")


def drop_staged(now: datetime, tell: Callable[[float], None] = lambda share: None) -> None:
    """Takes away whom a run staged that never became current; who has been met since stays with what he said."""
    everybody = Person.objects.unscoped(reason=_WHY)
    staged = everybody.filter(pending=True)
    if staged.exists() and not everybody.filter(Q(pending=False) | ~Q(met=[])).exists():
        _drop_everybody()
        return
    uids = pl.Series(list(staged.values_list("pk", flat=True)), dtype=pl.Int64)
    for done, portion in enumerate(uids.to_frame("uid").iter_slices(PORTION)):
        tell(done * PORTION / len(uids))
        with transaction.atomic():
            _forget(portion["uid"], now)
    publish()


def _drop_everybody() -> None:
    """Nobody is there but those who were staged: the tables are emptied, which takes no time."""
    names = [
        connection.ops.quote_name(one._meta.db_table) for one in (PersonKey, Identifier, Residence, Person)
    ]
    # SQLite empties a table at once only while it looks after no references; whoever is referred to goes as well.
    at_once = connection.constraint_checks_disabled() if connection.vendor == "sqlite" else nullcontext()
    with at_once, transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            connection.check_constraints()  # a table with checks still to come cannot be emptied
            cursor.execute(f"TRUNCATE {', '.join(names)}")
        else:
            for name in names:
                cursor.execute(f"DELETE FROM {name}")


def regroup(
    *,
    actor: Actor,
    now: datetime,
    people: pl.DataFrame,
    descriptions: pl.LazyFrame,
    merged: Mapping[int, int],
    split: Iterable[int],
) -> pl.DataFrame:
    """A few people who are now one, or two: `people` and `descriptions` as for `renew`; answers person, uid.

    merged: uid -> the uid that takes its place; it keeps its number and comes back as it was when it is among `people`
    again. split: uids that only a split gave and that nobody has any more. Raises forbidden as `renew` does.
    """
    actor.require(Permission.PERSON_REGISTER, "")
    known = people.drop_nulls("uid")
    new = people.filter(pl.col("uid").is_null()).select(*PEOPLE)
    with transaction.atomic():
        _forget(pl.Series(list(split), dtype=pl.Int64), now)
        away = pl.Series(list(merged), dtype=pl.Int64)
        _drop_keys(away)
        for uid, heir in merged.items():
            _among(away).filter(pk=uid).update(merged_into=heir, digest=0)
        _refresh(known.rename({"uid": "id"}), descriptions, now, move=_move_for_now)
        _among(known["uid"]).update(merged_into=None)
        found = known.select("person", "uid")
        if len(new):
            loaded = add_people(now=now, people=new, descriptions=descriptions)
            found = pl.concat([found, loaded.select("person", uid="id")])
    return found


def merged_into(uids: Iterable[int]) -> dict[int, int]:
    """uid -> whom it is found under now, of those merged into these."""
    rows = Person.objects.unscoped(reason=_WHY).filter(merged_into__in=list(uids))
    return {uid: heir for uid, heir in rows.values_list("pk", "merged_into") if heir is not None}


def _forget(gone: pl.Series, now: datetime) -> int:
    """Takes away what lists alone said; answers how many people left the registry."""
    left = 0
    for portion in gone.to_frame("uid").iter_slices(PORTION):
        here = Person.objects.unscoped(reason=_WHY).filter(pk__in=portion["uid"].to_list())
        _drop_keys(portion["uid"])
        met = here.exclude(met=[])
        ids = pl.Series(list(met.values_list("pk", flat=True)), dtype=pl.Int64)
        left += here.filter(met=[]).delete()[1].get(Person._meta.label, 0)
        met.update(descriptions=F("met"), version=F("version") + 1, digest=0)
        _homes(ids).filter(listed=True).update(until=now)
        _identify(_met(ids))
    return left


def _refresh(
    known: pl.DataFrame, descriptions: pl.LazyFrame, now: datetime, move: _Move | None = None
) -> int:
    """Renews those of whom something else is said than before; answers how many. `known`: id and PEOPLE."""
    if known.is_empty():
        return 0
    digests, met = _digests(known["id"]), _met(known["id"])
    slices = known.iter_slices(PEOPLE_AT_ONCE)
    return sum(
        _refresh_some(some, _said(some, said_of(some, descriptions), met), digests, now, move or _move)
        for some in slices
    )


def _said(known: pl.DataFrame, listed: pl.DataFrame, met: pl.DataFrame) -> pl.DataFrame:
    """What lists say of these people, and what they said when somebody met them."""
    mine = met.join(known, left_on="person", right_on="id", how="semi", maintain_order="left")
    return pl.concat([listed, mine], how="diagonal_relaxed").select(listed.columns)


def _changed(known: pl.DataFrame, said: pl.DataFrame, digests: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """Rows of Person of those of whom something else is said than `digests` tell."""
    fresh = rows.persons(known, said, now)
    stored = digests.rename({"digest": "old"})
    return fresh.join(stored, on="id").filter(pl.col("digest") != pl.col("old")).drop("old")


def _refresh_some(
    known: pl.DataFrame, said: pl.DataFrame, digests: pl.DataFrame, now: datetime, move: _Move
) -> int:
    changed = _changed(known, said, digests, now)
    for portion in changed.iter_slices(PORTION):
        people = known.join(portion, on="id", how="semi")
        mine = said.join(portion, left_on="person", right_on="id", how="semi", maintain_order="left")
        _drop_keys(portion["id"])
        bulk.update(Person, portion.drop("created_at", "version", "met"))
        Person.objects.unscoped(reason=_WHY).filter(pk__in=portion["id"].to_list()).update(
            version=F("version") + 1
        )
        move(rows.residences(people, mine, now), now)
        _identify(mine)
    return changed.height


def _among(ids: pl.Series) -> ScopedQuerySet[Person]:
    """These people; of so many that a query cannot name them, everybody."""
    people = Person.objects.unscoped(reason=_WHY)
    return people.filter(pk__in=ids.to_list()) if len(ids) <= PORTION else people


def _met(ids: pl.Series) -> pl.DataFrame:
    """person and descriptions (NEEDED and whatever was said) of those of `ids` whom somebody met."""
    people = _among(ids).exclude(met=[]).values_list("pk", "met")
    wanted = set(ids.to_list())
    said = [{"person": pk, **_typed(one)} for pk, met in people for one in met if pk in wanted]
    needed = pl.DataFrame(schema={"person": pl.Int64, **dict.fromkeys(NEEDED, pl.String), "birth": pl.Date})
    return (
        pl.concat([needed, pl.DataFrame(said, infer_schema_length=None)], how="diagonal") if said else needed
    )


def _typed(description: dict[str, Any]) -> dict[str, Any]:
    birth = description.get("birth")
    return {**description, "birth": date.fromisoformat(birth) if birth else None}


def _drop_keys(ids: pl.Series) -> None:
    """Takes away the keys of these people, made anew from what is stored: the table has no index by person."""
    people = Person.objects.unscoped(reason=_WHY).filter(pk__in=ids.to_list())
    made = search_keys(frame_of(dict(people.values_list("pk", "descriptions"))))
    bulk.delete(PersonKey, made.join(_paths(ids), on="person").select("key", "path", "person").unique())
    Identifier.objects.filter(person__in=ids.to_list()).delete()


def _identify(said: pl.DataFrame) -> None:
    """Identifiers and keys of people who have none."""
    if said.is_empty():
        return
    bulk.insert(Identifier, without_taken(rows.identifiers(said)))
    bulk.insert(PersonKey, rows.keys(said, _paths(said["person"].unique())))


def _homes(ids: pl.Series) -> Any:
    homes = Residence.objects.unscoped(reason=_WHY)
    return homes.filter(person__in=ids.to_list(), until=None)


def _paths(ids: pl.Series) -> pl.DataFrame:
    """person, path: every area where these people live now."""
    found = list(_homes(ids).values_list("person_id", "path"))
    return pl.DataFrame(found, schema={"person": pl.Int64, "path": pl.String}, orient="row").unique()


def _move(fresh: pl.DataFrame, now: datetime) -> None:
    """Whoever lives elsewhere now: the former residence ends, the new one begins.

    Where the door is the same and only lies in another area, nobody has moved: the areas have changed.
    """
    _put_elsewhere(fresh)
    homes, left, come = _moved(fresh)
    homes.filter(pk__in=left).update(until=now)
    bulk.insert(Residence, come)


def _put_elsewhere(fresh: pl.DataFrame) -> None:
    """Residences behind the same door get the area in which it lies now."""
    homes = _homes(fresh["person_id"]).filter(listed=True)
    door = [name for name in _WHERE if name != "path"]
    stays = (
        _stored(homes, fresh).join(fresh, on=door, suffix="_now").filter(pl.col("path") != pl.col("path_now"))
    )
    # Only where one door stands for one: somebody with two homes of one address keeps both as they are.
    once = stays.filter(pl.col("pk").is_unique())
    for path, some in once.group_by("path_now"):
        homes.filter(pk__in=some["pk"].to_list()).update(path=path[0])


def _move_for_now(fresh: pl.DataFrame, now: datetime) -> None:
    """Decisions have it that people live elsewhere: what was there stands aside, and comes back when they go."""
    homes, left, come = _moved(fresh)
    homes.filter(pk__in=left, review=Reviewed.MADE).delete()
    homes.filter(pk__in=left).update(until=now, review=Reviewed.ENDED)
    aside = Residence.objects.unscoped(reason=_WHY).filter(
        person__in=come["person_id"].to_list(), review=Reviewed.ENDED
    )
    stored = _stored(aside, fresh)
    back = stored.join(come, on=_WHERE, how="semi")
    aside.filter(pk__in=back["pk"].to_list()).update(until=None, review="")
    bulk.insert(
        Residence, come.join(stored, on=_WHERE, how="anti").with_columns(review=pl.lit(Reviewed.MADE.value))
    )


def _moved(fresh: pl.DataFrame) -> tuple[Any, list[int], pl.DataFrame]:
    """Where these people live by the lists' word; which of it they have left; rows of where they live instead."""
    homes = _homes(fresh["person_id"]).filter(listed=True)
    old = _stored(homes, fresh)
    return (
        homes,
        old.join(fresh, on=_WHERE, how="anti")["pk"].to_list(),
        fresh.join(old, on=_WHERE, how="anti"),
    )


def _stored(homes: Any, fresh: pl.DataFrame) -> pl.DataFrame:
    schema: dict[str, Any] = {"pk": pl.Int64, **{name: fresh.schema[name] for name in _WHERE}}
    return pl.DataFrame(list(homes.values_list("pk", *_WHERE)), schema=schema, orient="row")

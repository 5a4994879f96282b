"""A finished run comes into the database. What can be worked out before is worked out before the transaction."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Count

from lianfang.kernel import audit
from lianfang.kernel import bulk as tables
from lianfang.kernel.actor import Actor, system
from lianfang.kernel.errors import CONFLICT, ProblemError
from lianfang.kernel.scoping import ScopedManager
from lianfang.linkage import bulk, corrections, doors, identity, models, run_rows
from lianfang.linkage.changes import compare, standing
from lianfang.linkage.changes.models import RunChange
from lianfang.linkage.models import (
    Regrouped,
    Run,
    RunFigure,
    RunFinding,
    RunGround,
    RunList,
    RunPart,
)
from lianfang.linkage.prepared import Prepared
from lianfang.linkage.review import cases
from lianfang.linkage.review.catching_up import catch_up
from lianfang.linkage.work import figures, found_in, inherit
from lianfang.linkage.work.figures import moment
from lianfang.registry.loading import PEOPLE
from lianfang.registry.renewing import drop_staged, renew
from lianfang.registry.rows import moment as written

#: Told what is being written and how much of it is, 0 … 1.
Watcher = Callable[[str, float], None]

#: How many earlier runs are kept beside the current one, to be compared with it.
KEPT = 1
#: Rows written in one transaction: on SQLite nobody else waits longer.
ROWS_AT_ONCE = 20_000
_WHY = "a run belongs to the whole territory"


@dataclass(frozen=True)
class Staged:
    """A run whose rows are all there, and that nobody sees yet."""

    run: Run
    former: Run | None
    found: identity.Identities
    changes: pl.DataFrame | None
    records: int


def store(
    *,
    actor: Actor,
    now: datetime,
    prepared: Prepared,
    title: str,
    kept: int = KEPT,
    tell: Watcher = lambda step, share: None,
) -> Run:
    """Put a prepared run into the database, all or nothing: it is the current one from then on."""
    with (
        staged(actor=actor, now=now, prepared=prepared, title=title, tell=tell) as waiting,
        transaction.atomic(),
    ):
        activate(actor=actor, now=now, waiting=waiting, kept=kept)
    return waiting.run


@contextmanager
def staged(
    *, actor: Actor, now: datetime, prepared: Prepared, title: str, tell: Watcher = lambda step, share: None
) -> Iterator[Staged]:
    """Write all that nobody sees yet, in many short transactions: on SQLite others write between them.

    `activate` makes it the current run. Whatever is raised in between, nothing is left; a process that was killed
    leaves rows that the next call takes away.
    """
    tell("clear", 0.0)
    clear_leftovers(now, lambda share: tell("clear", 0.05 * share))
    tell("compare", 0.05)
    former = Run.objects.filter(current=True).first()
    before = standing.of_run(former)
    run = _begun(actor, now, prepared, title)
    try:
        with bulk.roomy():
            found, last = _placed(prepared, before, former, now, tell)
            _fill(run, prepared, last, tell)
        tell("changes", 0.9)
        after = standing.of_frames(prepared.frames, prepared.sources, found.uids) if former else None
        changes = compare.changes(before, after) if after else None
        del before, after
        tell("activate", 0.98)
        yield Staged(run, former, found, changes, prepared.heights["RunRecord"])
    except BaseException:
        clear_leftovers(now)
        raise
    clear_leftovers(now)
    _analyse()


def activate(*, actor: Actor, now: datetime, waiting: Staged, kept: int = KEPT) -> None:
    """Make a staged run the current one, inside the caller's transaction. Permissions are for the caller.

    What it changes against the run before is noted; of the runs before, `kept` stay. Raises conflict when another run
    became current meanwhile.
    """
    run = waiting.run
    if Run.objects.filter(current=True).first() != waiting.former:
        raise ProblemError(CONFLICT)
    renew(actor=system("load"), now=now, renewal=waiting.found.renewal)
    inherit.catch_up(run, since=now)
    Run.objects.filter(current=True).update(current=False)
    Run.objects.filter(pk=run.pk).update(current=True, complete=True)
    run.refresh_from_db()
    corrections.carry_over(run)
    catch_up(run, now)
    if waiting.changes is not None:
        _note(run, waiting.changes)
    _forget(kept)
    audit.record(
        actor=actor, action="run.loaded", now=now, kind="run", object_id=run.pk,
        details={"records": waiting.records, "people": waiting.found.uids.height},
    )  # fmt: skip


def clear_leftovers(now: datetime, tell: Callable[[float], None] = lambda share: None) -> None:
    """Takes away the rows of runs that nobody sees: forgotten ones, and those whose loading was killed with the people
    whom they staged."""
    _remove(
        list(Run.objects.filter(complete=False).values_list("pk", flat=True)), lambda share: tell(share / 2)
    )
    drop_staged(now, lambda share: tell(0.5 + share / 2))


#: What is done with a portion of a table just before it is written: only the database knows it.
Last = Mapping[str, Callable[[pl.DataFrame], pl.DataFrame]]


def _placed(
    prepared: Prepared, before: compare.Standing, former: Run | None, now: datetime, tell: Watcher
) -> tuple[identity.Identities, Last]:
    """What only the database knows of every table: numbers of people, doors, how findings stand."""
    tell("people", 0.1)
    persons = prepared.frames["RunPerson"].select(*dict.fromkeys((*_LIVED, *PEOPLE))).collect()
    tell("people", 0.11)
    found = identity.stage(
        now=now,
        before=before.records.select("key", "uid").drop_nulls(),
        persons=persons,
        records=prepared.frames["RunRecord"].select("person", "key").collect(),
        descriptions=prepared.descriptions,
        tell=lambda share: tell("people", 0.1 + 0.4 * share),
    )
    tell("doors", 0.5)
    behind = doors.behind(
        persons.select(_LIVED), prepared.addresses.collect(), lambda share: tell("doors", 0.5 + 0.05 * share)
    )
    stood = inherit.Stood.of(former, now)
    return found, {
        "RunPerson": lambda rows: run_rows.numbered(rows, found.uids).join(
            behind.dwellings, on="person", how="left", maintain_order="left"
        ),
        "RunFinding": stood.taken_over,
        "RunReview": lambda rows: cases.opened(rows, now),
        "RunBuilding": lambda rows: behind.buildings,
    }


#: Of a person, by what his door is found.
_LIVED = ("person", "path", "on_register", "sources", "conflicts")


def _fill(run: Run, prepared: Prepared, last: Last, tell: Watcher) -> None:
    """Every table, a portion at a time."""
    nothing = pl.LazyFrame({"building": [0]})  # the one table that the run does not make
    total, done = sum(prepared.heights[name] for name in prepared.frames) or 1, 0
    for name, frame in {**prepared.frames, "RunBuilding": nothing}.items():
        height = prepared.heights.get(name, 1)
        portions = height if name in _WHOLE else ROWS_AT_ONCE
        for start in range(0, height, max(portions, 1)):
            tell("rows", 0.55 + 0.35 * done / total)
            rows = frame.slice(start, portions).collect()
            done += rows.height
            with transaction.atomic():
                bulk.insert(getattr(models, name), last.get(name, _as_it_is)(rows), run=run.pk)
    found_in.store(run, prepared.frames["RunFinding"])
    with transaction.atomic():
        _count_ages(run)
        figures.count_settled(run)


def _count_ages(run: Run) -> None:
    """How many findings are known since when, by area: only now it is known how old each is."""
    rows = RunFinding.objects.unscoped(reason=_WHY).filter(run=run).order_by()
    ages = rows.values_list("path", "since").annotate(n=Count("pk"))
    RunFigure.objects.bulk_create(
        RunFigure(run=run, measure="since", a=moment(since), path=path, n=n) for path, since, n in ages
    )


#: Tables that are small, and looked at as a whole.
_WHOLE = frozenset({"RunReview", "RunBuilding"})


def _as_it_is(rows: pl.DataFrame) -> pl.DataFrame:
    return rows


def _begun(actor: Actor, now: datetime, prepared: Prepared, title: str) -> Run:
    """The run and its lists; not complete yet."""
    with transaction.atomic():
        run = Run.objects.create(
            title=title[:120],
            as_of=prepared.as_of,
            loaded_at=now,
            loaded_by=actor.user_id,
            problems=prepared.problems,
            summary=prepared.summary,
            complete=False,
        )
        RunList.objects.bulk_create(_lists(run, prepared))
        RunGround.objects.create(run=run, people=prepared.people, kept=prepared.ground)
    return run


def _note(run: Run, changes: pl.DataFrame) -> None:
    found = changes.drop("person")
    short = [pl.col(name).str.slice(0, 120) for name in ("community", "grid")]
    at = pl.lit(written(run.loaded_at))
    tables.insert(RunChange, found.with_columns(*short, run=pl.lit(run.pk), at=at))


def _forget(kept: int) -> None:
    """Earlier runs hold personal data; what they changed stays noted. Their rows go when the transaction is over."""
    earlier = Run.objects.filter(current=False, complete=True).order_by("-id")
    old = list(earlier.values_list("pk", flat=True)[kept:])
    Run.objects.filter(pk__in=old).update(complete=False)


def _remove(runs: Sequence[int], tell: Callable[[float], None]) -> None:
    if not runs:
        return
    kinds = [*RunPart.__subclasses__(), *Regrouped.__subclasses__()]
    parts = [part for part in kinds if not part._meta.abstract]
    for done, model in enumerate(parts):
        manager: ScopedManager[RunPart] = model.objects
        rows = manager.unscoped(reason=_WHY).filter(run__in=runs).order_by("pk")
        gone = 0
        while ids := list(rows.values_list("pk", flat=True)[:ROWS_AT_ONCE]):
            gone += 1
            tell((done + gone / (gone + 5)) / len(parts))  # how many are left would take long to count
            rows.filter(pk__gte=ids[0], pk__lte=ids[-1]).order_by().delete()
    with transaction.atomic():
        RunList.objects.filter(run__in=runs).delete()
        Run.objects.filter(pk__in=runs).delete()


def _lists(run: Run, prepared: Prepared) -> list[RunList]:
    return [
        RunList(
            run=run,
            number=number,
            label=one.label,
            source=one.source,
            kind=one.kind.value,
            records=prepared.read.get(number, 0),
            rejected=prepared.refused.get(one.label, 0),
            encoding=one.encoding,
            header_row=one.header_row,
            columns=list(one.columns),
            notes=list(one.notes),
        )
        for number, one in enumerate(prepared.lists)
    ]


#: Apps whose tables a load fills.
_FILLED = ("linkage", "registry", "territory")


def _analyse() -> None:
    """Tell the planner what has just been filled; without this the first screens are slow.

    By name: without names PostgreSQL looks at the tables that all databases of a server share as well, and waits there
    for whoever does the same in another database, until his transaction ends.
    """
    models = [model for app in _FILLED for model in apps.get_app_config(app).get_models()]
    tables = [connection.ops.quote_name(model._meta.db_table) for model in models]
    # Outside a transaction the dead rows go as well, and indexes answer without looking into the table.
    whole = connection.vendor == "postgresql" and not connection.in_atomic_block
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"{'VACUUM (ANALYZE)' if whole else 'ANALYZE'} {', '.join(tables)}")
        else:
            cursor.execute("ANALYZE")

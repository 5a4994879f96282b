"""What changed since a run: one count for page, message and export. A look into access first, as everywhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from lianfang.kernel.actor import Actor
from lianfang.kernel.clock import local_date
from lianfang.kernel.permissions import Permission
from lianfang.kernel.scoping import ScopedQuerySet
from lianfang.linkage import access
from lianfang.linkage.changes.compare import ChangeKind
from lianfang.linkage.changes.models import RunChange
from lianfang.linkage.changes.standing import fetch
from lianfang.linkage.findings.catalogue import CATALOGUE
from lianfang.linkage.models import Run
from lianfang.linkage.rules import harmless

KINDS: tuple[str, ...] = tuple(kind.value for kind in ChangeKind)
_SCHEMA = {
    "run": pl.Int64(), "kind": pl.String(), "uid": pl.Int64(), "key": pl.Int64(), "code": pl.String(),
    "community": pl.String(), "grid": pl.String(),
}  # fmt: skip
#: Kinds that take one another back: whoever came new and went again changed nothing.
_OPPOSITE = {
    ChangeKind.PERSON_NEW.value: ChangeKind.PERSON_GONE.value,
    ChangeKind.FINDING_NEW.value: ChangeKind.FINDING_CLOSED.value,
}


@dataclass(frozen=True)
class Span:
    """From the state after run `since` to that after run `until`; days as people in China call them."""

    since: int
    until: int
    at: datetime | None


def changes(actor: Actor, span: Span) -> ScopedQuerySet[RunChange]:
    """Changes inside the actor's area."""
    scope = actor.require(Permission.RUN_VIEW)
    found: ScopedQuerySet[RunChange] = RunChange.objects.within(scope)
    return found.filter(run__gt=span.since, run__lte=span.until)


def span(actor: Actor, *, since: int | None, now: datetime) -> Span:
    """Since a run; without one, since the last state before today, or before the newest changes if today has none.

    Raises not_found while nothing has been loaded.
    """
    current = access.current(actor)
    if since is None:
        today = local_date(now)
        states = [run for run, at in steps() if local_date(at) < today]
        since = states[0] if states else 0
        if since >= current.pk:
            since = max((run for run, _ in steps() if run < current.pk), default=0)
    at = next((at for run, at in steps() if run == since), None)
    return Span(since=since, until=current.pk, at=at)


def steps() -> list[tuple[int, datetime]]:
    """Runs, newest first, that changes are counted from: those there are, and those whose changes are noted."""
    runs = dict(Run.objects.filter(complete=True).values_list("pk", "loaded_at"))
    noted = RunChange.objects.unscoped(reason="when runs were loaded, nobody's data").values_list("run", "at")
    runs.update(dict(noted.distinct().order_by()))
    return sorted(runs.items(), reverse=True)


def figures(actor: Actor, chosen: Span) -> dict[str, Any]:
    """Totals by kind, the same by community and grid, and by kind of finding."""
    found = _net(fetch(changes(actor, chosen).values_list(*_SCHEMA), _SCHEMA))
    places = found.group_by("community", "grid", "kind").len().sort("community", "grid")
    rows: dict[tuple[str, str], dict[str, int]] = {}
    for community, grid, kind, count in places.iter_rows():
        rows.setdefault((community, grid), dict.fromkeys(KINDS, 0))[kind] = count
    codes = found.filter(pl.col("code") != "").group_by("code", "kind").len()
    by_code: dict[str, dict[str, int]] = {}
    for code, kind, count in codes.sort("code").iter_rows():
        by_code.setdefault(code, {"new": 0, "closed": 0})[kind.removeprefix("finding.")] = count
    totals = dict.fromkeys(KINDS, 0) | dict(found.group_by("kind").len().iter_rows())
    return {
        "totals": totals,
        "places": [{"community": c, "grid": g, "counts": counts} for (c, g), counts in rows.items()],
        "findings": [{"code": code, **counts} for code, counts in by_code.items()],
    }


def _net(found: pl.DataFrame) -> pl.DataFrame:
    """Each person and finding at most once a kind, without what was taken back within the span."""
    if found["run"].n_unique() > 1:
        for kind, opposite in _OPPOSITE.items():
            on = "uid" if kind.startswith("person") else "key"
            there, back = (found.filter(pl.col("kind") == one).select(on) for one in (kind, opposite))
            both = there.join(back, on=on, how="semi").get_column(on)
            found = found.filter(~pl.col(on).is_in(both.implode()).fill_null(value=False))
        new = found.filter(pl.col("kind") == ChangeKind.PERSON_NEW.value)["uid"]
        lesser = [ChangeKind.PERSON_CAME.value, ChangeKind.PERSON_LEFT.value, ChangeKind.PERSON_CHANGED.value]
        known_as_new = pl.col("kind").is_in(lesser) & pl.col("uid").is_in(new.implode())
        found = found.filter(~known_as_new.fill_null(value=False))
    return found.unique(["kind", "uid", "key"], keep="last", maintain_order=True)


def export_rows(actor: Actor, chosen: Span) -> Iterator[list[str]]:
    """One line a place, header first."""
    yield ["community", "grid", *KINDS]
    for place in figures(actor, chosen)["places"]:
        counts = [str(place["counts"][kind]) for kind in KINDS]
        yield [harmless(place["community"]), harmless(place["grid"]), *counts]


def people(
    actor: Actor, chosen: Span, *, kind: str, community: str | None, grid: str | None, page: int, size: int
) -> dict[str, Any]:
    """Who it is, as far as the actor may see persons and as they still are on a list."""
    actor.require(Permission.PERSON_VIEW)
    rows = changes(actor, chosen).filter(kind=kind, uid__isnull=False)
    if community is not None:
        rows = rows.filter(community=community)
    if grid is not None:
        rows = rows.filter(grid=grid)
    start = (page - 1) * size
    shown = list(rows.order_by("community", "grid", "uid")[start : start + size])
    run = access.current(actor)
    known = access.people(actor, run).filter(uid__in=[one.uid for one in shown])
    names: dict[int | None, tuple[int | None, str | None]] = {
        uid: (person, name) for uid, person, name in known.values_list("uid", "person", "name")
    }
    items = [
        {
            "uid": one.uid, "person": names.get(one.uid, (None, None))[0],
            "name": names.get(one.uid, (None, None))[1],
            "community": one.community, "grid": one.grid, "at": one.at,
        }
        for one in shown
    ]  # fmt: skip
    return {"items": items, "total": rows.count(), "page": page, "size": size, "run": run.pk}


def message(found: dict[str, Any], chosen: Span, now: datetime) -> dict[str, str]:
    """The same figures as a text to send on, in both languages; no names."""
    totals = found["totals"]
    day, before = local_date(now), local_date(chosen.at) if chosen.at else None
    new, gone, moved, changed = (totals[f"person.{one}"] for one in ("new", "gone", "came", "changed"))
    opened, closed = totals["finding.new"], totals["finding.closed"]
    zh = [
        f"【每日更新】{day:%Y年%m月%d日}" + (f"，与{before:%m月%d日}相比：" if before else "："),
        f"新增{new}人，不再出现{gone}人，换网格{moved}人，信息有变{changed}人；新问题{opened}个，消除{closed}个。",
    ]
    en = [
        f"[Daily update] {day}" + (f", compared with {before}:" if before else ":"),
        f"{new} new people, {gone} gone, {moved} moved, {changed} changed; {opened} new findings, {closed} closed.",
    ]
    for code in sorted(found["findings"], key=lambda one: -one["new"])[:3]:
        kind = CATALOGUE.get(code["code"])
        if kind is not None and code["new"]:
            zh.append(f"· {kind.title_zh}：+{code['new']} −{code['closed']}")
            en.append(f"· {kind.title_en}: +{code['new']} −{code['closed']}")
    return {"zh": "\n".join(zh), "en": "\n".join(en)}

"""What a batch would change, as figures and a few examples. Numbers in the examples are masked."""

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from lianfang.linkage.changes import compare
from lianfang.linkage.fields import FIELD_NAMES
from lianfang.linkage.importing import composition, streams
from lianfang.linkage.importing.models import Import, ImportKind, ListVersion
from lianfang.linkage.models import Run, RunRecord
from lianfang.linkage.prepared import Prepared, compared
from lianfang.linkage.rules import masked_value

EXAMPLES = 20
_WHY = "an import shows what it would change, to whoever may import"


def told(
    batch: Import, prepared: Prepared, tell: Callable[[float], None] = lambda share: None
) -> dict[str, Any]:
    """first, nothing, lists, people, regrouped, findings, reviews, examples. JSON; see
    api.importing_schemas.DifferenceOut."""
    before, after = compared(prepared, tell)
    tell(0.8)
    found = compare.changes(before, after)
    rows = compare.rows(before, after)
    moved = rows.filter((pl.col("new") > 0) | (pl.col("vanished") > 0) | (pl.col("changed") > 0))
    run = Run.objects.filter(current=True).first()
    people, reviews = _people(before, after, found), _reviews(before, after)
    regrouped = compare.regrouped(before, after)
    same = moved.is_empty()
    if batch.kind == ImportKind.RENEW:  # of the same rows something else may follow
        same = same and found.is_empty() and not (people["placed"] or regrouped or reviews["new"])
        same = same and reviews["before"] == reviews["after"]
        same = same and composition.taught(batch) == composition.taught()
    return {
        "first": run is None,
        "nothing": run is not None and same,
        "lists": _lists(batch, rows),
        "people": people,
        "regrouped": regrouped,
        "findings": _findings(before, after, found),
        "reviews": reviews,
        "examples": _examples(run, prepared, before, after, found),
    }


def _reviews(before: compare.Standing, after: compare.Standing) -> dict[str, int]:
    return {
        "before": compare.ordered(before.reviews).height,
        "after": compare.ordered(after.reviews).height,
        "new": compare.new_reviews(before, after),
    }


def _lists(batch: Import, rows: pl.DataFrame) -> list[dict[str, Any]]:
    counts = {row["source"]: row for row in rows.to_dicts()}
    coming = {version.pk for version in composition.coming(batch)}
    after = composition.after(batch)
    shown: list[dict[str, Any]] = []
    for key, versions in _by_source(after).items():
        counted = counts.pop(key, dict.fromkeys(rows.columns, 0))
        shown.append(
            {
                "source": versions[-1].source.name if versions[-1].source else "",
                "file": versions[-1].file_name,
                "kind": composition.kind_of(versions[-1]).value,
                "coming": any(version.pk in coming for version in versions),
                "going": False,
                **_figures(counted),
            }
        )
    recorded = streams.names()
    shown += [
        {
            "source": recorded.get(key, key), "file": "", "kind": "other", "coming": False,
            "going": key not in recorded, **_figures(counted),
        }
        for key, counted in counts.items()
    ]  # fmt: skip
    return shown


def _by_source(versions: Sequence[ListVersion]) -> dict[str, list[ListVersion]]:
    found: dict[str, list[ListVersion]] = {}
    for version in versions:
        found.setdefault(version.source.key if version.source else version.file_name, []).append(version)
    return found


def _figures(counted: dict[str, Any]) -> dict[str, int]:
    names = ("rows", "before", "new", "changed", "vanished", "unchanged")
    return {name: int(counted[name]) for name in names}


def _people(before: compare.Standing, after: compare.Standing, found: pl.DataFrame) -> dict[str, int]:
    counts = dict(found.group_by("kind").len().iter_rows())
    kinds = compare.ChangeKind
    return {
        "before": before.people.height,
        "after": after.people.height,
        "new": counts.get(kinds.PERSON_NEW, 0),
        "gone": counts.get(kinds.PERSON_GONE, 0),
        "moved": counts.get(kinds.PERSON_CAME, 0),
        "changed": counts.get(kinds.PERSON_CHANGED, 0),
        "placed": compare.placed(before, after),
    }


def _findings(before: compare.Standing, after: compare.Standing, found: pl.DataFrame) -> dict[str, Any]:
    kinds = compare.ChangeKind
    by_code = {
        kind: dict(found.filter(pl.col("kind") == kind.value).group_by("code").len().iter_rows())
        for kind in (kinds.FINDING_NEW, kinds.FINDING_CLOSED)
    }
    new, closed = by_code[kinds.FINDING_NEW], by_code[kinds.FINDING_CLOSED]
    codes = sorted(new.keys() | closed.keys(), key=lambda code: -(new.get(code, 0) + closed.get(code, 0)))
    return {
        "before": before.findings.height,
        "after": after.findings.height,
        "new": sum(new.values()),
        "closed": sum(closed.values()),
        "by_code": [{"code": code, "new": new.get(code, 0), "closed": closed.get(code, 0)} for code in codes],
    }


def _examples(
    run: Run | None,
    prepared: Prepared,
    before: compare.Standing,
    after: compare.Standing,
    found: pl.DataFrame,
) -> dict[str, Any]:
    def some(kind: compare.ChangeKind, people: pl.DataFrame, on: str) -> list[dict[str, Any]]:
        chosen = found.filter(pl.col("kind") == kind.value).head(EXAMPLES).select(on)
        return [_shown(row) for row in people.join(chosen, on=on, how="semi").head(EXAMPLES).to_dicts()]

    kinds = compare.ChangeKind
    return {
        "new": some(kinds.PERSON_NEW, after.people, "person"),
        "gone": some(kinds.PERSON_GONE, before.people, "uid"),
        "changed": _changed(before, after),
        "rows": _rows(run, prepared, before, after),
    }


def _shown(person: dict[str, Any]) -> dict[str, Any]:
    names = ("name", "sex", "id_number", "phone", "address", "community", "grid")
    return {name: masked_value(name, person[name]) for name in names}


def _changed(before: compare.Standing, after: compare.Standing) -> list[dict[str, Any]]:
    values = compare.changed_values(before, after).head(EXAMPLES)
    named = values.join(after.people.select("uid", "name"), on="uid", how="left")
    return [
        {
            "name": masked_value("name", row["name"]),
            "field": row["field"],
            "old": masked_value(row["field"], row["old"]),
            "new": masked_value(row["field"], row["new"]),
        }
        for row in named.to_dicts()
    ]


def _rows(
    run: Run | None, prepared: Prepared, before: compare.Standing, after: compare.Standing
) -> list[dict[str, Any]]:
    """Rows that were changed in a list, with what they said before."""
    pairs = compare.changed_rows(before, after).head(EXAMPLES)
    if run is None or pairs.is_empty():
        return []
    old = {
        row["key"]: row
        for row in RunRecord.objects.unscoped(reason=_WHY)
        .filter(run=run, key__in=pairs["key_before"].to_list())
        .values("key", "row", *FIELD_NAMES)
    }
    records = prepared.frames["RunRecord"].filter(pl.col("key").is_in(pairs["key"].to_list()))
    shown = records.select("key", "row", "list", *FIELD_NAMES).collect()
    new = {row["key"]: row for row in shown.to_dicts()}
    labels = [one.label for one in prepared.lists]
    return [
        {
            "file": labels[new[key]["list"]],
            "row": new[key]["row"],
            "name": masked_value("name", new[key]["name"] or old[was]["name"]),
            "values": _values(old[was], new[key]),
        }
        for _, was, key in pairs.iter_rows()
        if was in old and key in new
    ]


def _values(old: dict[str, Any], new: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"field": name, "old": masked_value(name, old[name]), "new": masked_value(name, new[name])}
        for name in FIELD_NAMES
        if (old[name] or "") != (new[name] or "")
    ]

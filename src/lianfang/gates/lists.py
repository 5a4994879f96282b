"""Passes for a whole list, by a job: 490 outsiders in a minute. What has been issued stays when it is cancelled."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from lianfang.gates import budgets, errors, holders, issuing
from lianfang.gates.holders import For
from lianfang.gates.issuing import Ground, Order
from lianfang.gates.models import IssueBatch, Pass
from lianfang.kernel import audit, jobs
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import ProblemError

KIND = "gates.issue"
MOST = 20_000
PORTION = 100
_OWN = "the job's own list"
#: Words of headers: what each column of a list means.
COLUMNS = {
    "name": ("姓名", "名字", "持证人", "name"),
    "phone": ("电话", "手机", "手机号", "联系电话", "手机号码", "phone", "mobile"),
    "plate": ("车牌", "车牌号", "车号", "plate"),
    "employer": ("单位", "工作单位", "公司", "employer", "company"),
    "remarks": ("备注", "事由", "remarks", "note"),
}

Tell = Callable[[str, float], None]
Finishing = Callable[[], AbstractContextManager[dict[str, object]]]


def read_csv(text: str) -> list[For]:
    """Holders in a table with a header, separated by commas, semicolons or tabs. Raises pass.list, pass.many."""
    plain = text.replace("，", ",")
    rows = list(csv.reader(io.StringIO(plain), delimiter=max(",;\t", key=plain[:2000].count)))
    header = [cell.strip().strip("\ufeff").lower() for cell in rows[0]] if rows else []
    where = {name: header.index(word) for name, words in COLUMNS.items() for word in words if word in header}
    if "name" not in where:
        raise ProblemError(errors.LIST)
    found = [
        {name: row[at].strip() for name, at in where.items() if at < len(row)}
        for row in rows[1:]
        if any(cell.strip() for cell in row)
    ]
    if not found:
        raise ProblemError(errors.LIST)
    if len(found) > MOST:
        raise ProblemError(errors.MANY, most=MOST)
    return [_row(one) for one in found]


def _row(one: dict[str, str]) -> For:
    more = {name: one[name] for name in ("employer", "remarks") if one.get(name)}
    return For(one.get("name", ""), one.get("phone", ""), plate=one.get("plate", ""), more=more)


@transaction.atomic
def start(*, actor: Actor, now: datetime, order: Order, to: Sequence[For], title: str) -> IssueBatch:
    """Begin to issue passes for a list; what cannot be is refused row by row, and told.

    Raises what `issuing.ground_of` raises, pass.nobody, pass.many, pass.no_budget.
    """
    if not to:
        raise ProblemError(errors.NOBODY)
    if len(to) > MOST:
        raise ProblemError(errors.MANY, most=MOST)
    ground = issuing.ground_of(actor, order, now)
    budgets.demand(ground.kind, ground.path, len(to), now)
    kept = {"order": _plain(order), "to": [vars(one) for one in to]}
    batch = IssueBatch.objects.create(
        path=ground.path, code=order.code, title=title.strip()[:120], compound=order.compounds[0],
        order=json.dumps(kept, ensure_ascii=False), total=len(to), made_at=now, made_by_name=actor.name[:150],
    )  # fmt: skip
    job = jobs.start(
        actor=actor, now=now, kind=KIND, title=KIND, title_params={"count": len(to)}, params={"batch": batch.pk},
        path=ground.path,
    )  # fmt: skip
    IssueBatch.objects.unscoped(reason=_OWN).filter(pk=batch.pk).update(job=job.pk)
    batch.job = job.pk
    return batch


def _plain(order: Order) -> dict[str, Any]:
    return {**vars(order), "first_on": order.first_on.isoformat() if order.first_on else None}


def run(*, actor: Actor, number: int, now: Callable[[], datetime], tell: Tell, finishing: Finishing) -> None:
    """Issue what the list still lacks, a portion a transaction: begun again after a kill, nobody gets two."""
    batch = IssueBatch.objects.unscoped(reason=_OWN).get(pk=number)
    kept = json.loads(batch.order)
    told = kept["order"]
    first = datetime.fromisoformat(told["first_on"]).date() if told["first_on"] else None
    order = Order(
        **{**told, "compounds": tuple(told["compounds"]), "gates": tuple(told["gates"]), "first_on": first}
    )
    to = [For(**one) for one in kept["to"]]
    done = set(Pass.objects.unscoped(reason=_OWN).filter(batch=batch).values_list("row", flat=True))
    done |= {one["row"] for one in batch.rejected}
    left = [(row, one) for row, one in enumerate(to, 1) if row not in done]
    for portion in _portions(left):
        tell("gates.issue", (len(to) - len(left) + portion[0][0] - 1) / len(to) if left else 1.0)
        ground = issuing.ground_of(actor, order, now())
        _issue(actor, now(), batch, ground, portion)
    with finishing() as outcome:
        rows = IssueBatch.objects.unscoped(reason=_OWN).filter(pk=number)
        rows.update(done_at=now(), order="")
        batch.refresh_from_db()
        outcome |= {"batch": number, "issued": batch.issued, "rejected": len(batch.rejected)}
        audit.record(
            actor=actor, action="pass.list_issued", now=now(), kind="pass_list", object_id=number, path=batch.path,
            details={"code": batch.code, "issued": batch.issued, "rejected": len(batch.rejected)},
        )  # fmt: skip


def _portions(rows: Sequence[tuple[int, For]]) -> Iterator[Sequence[tuple[int, For]]]:
    for start_ in range(0, len(rows), PORTION):
        yield rows[start_ : start_ + PORTION]


@transaction.atomic
def _issue(
    actor: Actor, now: datetime, batch: IssueBatch, ground: Ground, portion: Sequence[tuple[int, For]]
) -> None:
    named: list[tuple[int, For]] = []
    rejected: list[dict[str, object]] = []
    for row, one in portion:
        try:
            named.append((row, holders.demand(ground.kind, one)))
        except ProblemError as problem:
            rejected.append({"row": row, "code": problem.code})
    held = issuing.held_already(ground, [one for _, one in named], now)
    twice = _twice(named)
    rejected += [
        {"row": row, "code": errors.HELD} for at, (row, _) in enumerate(named) if at in held or at in twice
    ]
    fresh = [pair for at, pair in enumerate(named) if at not in held and at not in twice]
    if fresh:
        try:
            with transaction.atomic():
                budgets.spend(ground.kind, ground.path, len(fresh), now)
                issuing.write(actor, now, ground, [one for _, one in fresh], batch, [row for row, _ in fresh])
        except ProblemError as problem:
            rejected += [{"row": row, "code": problem.code} for row, _ in fresh]
            fresh = []
    rows = IssueBatch.objects.unscoped(reason=_OWN).filter(pk=batch.pk)
    batch.rejected = [*batch.rejected, *rejected]
    rows.update(issued=F("issued") + len(fresh), held=F("held") + len(held), rejected=batch.rejected)


def _twice(named: Sequence[tuple[int, For]]) -> set[int]:
    """Places of those who stand in the portion a second time."""
    seen, found = set(), set()
    for at, (_, one) in enumerate(named):
        key = one.plate or one.person or (one.name, one.phone)
        if key in seen:
            found.add(at)
        seen.add(key)
    return found

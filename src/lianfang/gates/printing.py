"""What stands on a printed pass, as plain values; `documents` puts it on paper."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from lianfang.gates import access, errors, queries
from lianfang.gates.kinds import kind_at, quotas_at
from lianfang.gates.models import Pass
from lianfang.gates.own import token_of
from lianfang.gates.quota import Policy
from lianfang.gates.rules import PassState
from lianfang.gates.where import Where
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.clock import local_date
from lianfang.kernel.errors import NOT_FOUND, ProblemError

MOST = 1000
_PER = {
    "person": ("每人", "each person"),
    "household": ("每户", "each household"),
    "vehicle": ("每车", "each vehicle"),
}


@dataclass(frozen=True)
class Card:
    """`who`: masked name or plate. `compound`: with the gates it is limited to, or further compounds. `url`: of the
    pass's own page. Days as they are printed.
    """

    text: str
    url: str
    kind_zh: str
    kind_en: str
    colour: str
    who: str
    compound: str
    door: str
    number: str
    hours: str
    rule_zh: str
    rule_en: str
    print_zh: str
    print_en: str
    since: str
    until: str


def cards(
    *, actor: Actor, now: datetime, passes: Sequence[int], batch: int | None, address: Callable[[str], str]
) -> list[Card]:
    """Of passes by number, or of all of a list, that still count. That they are printed is kept.

    Raises forbidden, not_found, pass.nobody, pass.many.
    """
    rows = access.passes(actor, access.ISSUE)
    if batch is not None:
        rows = rows.filter(batch=access.batch(actor, batch).pk)
    else:
        rows = rows.filter(pk__in=list(passes)[: MOST + 1])
        if rows.count() < len(set(passes)):
            raise ProblemError(NOT_FOUND)
    found = list(
        rows.filter(state=PassState.VALID.value, valid_until__gt=now).order_by("row", "pk")[: MOST + 1]
    )
    if not found:
        raise ProblemError(errors.NOBODY)
    if len(found) > MOST:
        raise ProblemError(errors.MANY, most=MOST)
    with transaction.atomic():
        access.passes(actor, access.ISSUE).filter(pk__in=[one.pk for one in found]).update(printed_at=now)
        audit.record(
            actor=actor, action="pass.printed", now=now, kind="pass", object_id=found[0].pk, path=found[0].path,
            details={"passes": len(found), "batch": batch},
        )  # fmt: skip
    lines = queries.lines(found, now)
    return [_card(one, line, address(token_of(one))) for one, line in zip(found, lines, strict=True)]


def _card(one: Pass, line: Mapping[str, Any], url: str) -> Card:
    kind = kind_at(one.path, one.code)
    zh, en = said(quotas_at(one.path)[one.quota].policy)
    last = local_date(one.valid_until - timedelta(seconds=1))
    place = Where(line["gates"], line["further"]).line(one.compound_name)
    if one.whole_area:
        place = f"{one.compound_name}等 全社区"
    return Card(
        one.text, url, kind.zh, kind.en, kind.colour, one.plate or one.name, place,
        line["door"],
        " ".join(one.serial[at : at + 4].upper() for at in range(0, 16, 4)),
        ", ".join(f"{a}–{b}" for a, b in kind.hours), zh, en, kind.print_zh, kind.print_en,
        f"{local_date(one.valid_from):%Y-%m-%d}", f"{last:%Y-%m-%d}",
    )  # fmt: skip


def said(policy: Policy) -> tuple[str, str]:
    """A quota in words, Chinese and English."""
    if not policy.exits and not policy.entries:
        return "出入次数不限", "No limit on crossings"
    zh_per, en_per = _PER[policy.per]
    zh_days = "每天" if policy.window_days == 1 else f"每{policy.window_days}天"
    en_days = "a day" if policy.window_days == 1 else f"in {policy.window_days} days"
    zh = [f"出{policy.exits}次"] * bool(policy.exits) + [f"进{policy.entries}次"] * bool(policy.entries)
    en = [_times(policy.exits, "exit", "exits")] * bool(policy.exits)
    en += [_times(policy.entries, "entry", "entries")] * bool(policy.entries)
    outside = policy.minutes_outside
    return (
        f"{zh_per}{zh_days}{'、'.join(zh)}" + (f"，每次不超过{outside}分钟" if outside else ""),
        f"{en_per.capitalize()}: {' and '.join(en)} {en_days}"
        + (f", {outside} minutes outside" if outside else ""),
    )


def _times(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"

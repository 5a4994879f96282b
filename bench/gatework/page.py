"""The page of results, from what was measured on both databases."""

import json
from pathlib import Path
from typing import Any

BAR_SINGLE, BAR_BATCHES = 200, 5_000  # milliseconds (p99); crossings a second
HEAD = """# How many crossings the server takes

`python bench/gates.py` starts `lianfang serve` with its worker on a database of its own: 64 compounds with a gate,
a guard, a phone and 700 households with a pass each. When every phone has sent one scan: single scans, each in a
request of its own, due at fixed moments whether or not the ones before have been answered; one in twenty is sent
twice. Then batches of 200 from eight phones at a time; one in ten is sent twice at the same moment. Each request comes
on a connection of its own. Every crossing is a signed fact: signature checked, kept sealed, judged, written into the
register; quotas that were used twice are found, fevers told. Afterwards everything is counted. The same crossings then
go to a plain Django endpoint (`bench/gatework/plain.py`) with as many processes and threads: one table, two indexes,
`bulk_create`, no signatures, users, quotas or alerts.
Load, server and database share the machine. `python tests/postgres.py python bench/gates.py` does it on PostgreSQL;
`--page` writes this page.

The bar: 200 single scans a second with 99 % within 200 ms, 5,000 crossings a second in batches, each exactly once.

| | | single scans: median, 99 %, longest | processor each | in batches | processor for 200 |
|---|---|---|---|---|---|
"""


def written(folder: Path) -> str:
    """The page. Raises FileNotFoundError when neither database was measured."""
    found = [
        json.loads(file.read_text("utf-8"))
        for name in ("postgresql", "sqlite")
        if (file := folder / f"{name}.json").exists()
    ]
    if not found:
        raise FileNotFoundError(folder / "postgresql.json")
    rows = [_row(one, who) for one in found for who in ("ours", "plain")]
    return (
        HEAD
        + "\n".join(rows)
        + "\n\n"
        + "\n".join(f"- {line}" for one in found for line in lines(one))
        + "\n"
    )


def _row(one: dict[str, Any], who: str) -> str:
    got, title = one[who], {"ours": "**Lianfang**", "plain": "plain Django"}[who]
    times = ", ".join(f"{got['singles'][name]:.0f} ms" for name in ("median", "p99", "longest"))
    return (
        f"| {one['database']} | {title} | {times} | {got['processor_single']:.1f} ms | {got['rate']:,} a second "
        f"| {got['processor_batch']:.0f} ms |"
    )


def lines(one: dict[str, Any]) -> list[str]:
    """What stands below the table about one run."""
    ours, load = one["ours"], one["load"]
    return [
        f"{one['database']}: {one['date']}, {one['processors']} processors, load average {load[0]} before and "
        f"{load[-1]} after; {one['rate']} single scans a second for {one['seconds']} s, {one['batches']} batches of "
        f"{one['batch']}. 99 % of the single scans within {ours['singles']['p99']:.0f} ms, {ours['rate']:,} crossings "
        f"a second in batches, {ours['rate'] / one['plain']['rate']:.2f} times the plain endpoint. "
        f"{'The bars hold' if holds(one) else 'THE BARS DO NOT HOLD'}.",
        f"sent {_counts(one['wanted'])}; kept {_counts(one['kept'])}; answers: {_counts(ours['told'])}.",
    ]


def _counts(told: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in told.items())


def holds(one: dict[str, Any]) -> bool:
    """Whether the bars hold and nothing is lost, doubled or overlooked."""
    return bool(
        one["kept"] == one["wanted"]
        and one["ours"]["singles"]["p99"] <= BAR_SINGLE
        and one["ours"]["rate"] >= BAR_BATCHES
    )

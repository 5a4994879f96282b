"""The page of results, from what was measured on both databases."""

import json
from pathlib import Path
from typing import Any

from deskwork.screens import UNMEASURED

ROLES = {
    "grid_worker": "grid worker", "secretary": "secretary", "data_centre": "data centre",
    "administrator": "administrator", "auditor": "auditor",
    "first": "first administrator, appointed everywhere",
}  # fmt: skip
HEAD = """# How long the desk takes

`python bench/desk.py --people {people} --database sqlite|postgresql` opens every screen of the desk as people who see
only their own area, through the server that `lianfang serve` starts: a grid worker in one grid, the secretary of one
community, the data centre over the subdistrict. What a screen asks when it opens is asked at
once, as a browser does; the time until the last byte of the last answer counts. Each round is for another person,
building or text where there are several. Milliseconds: median / 95th percentile (median of the quickest third: what
is left of the median where other work on the machine disturbed the rest).
"""


def written(folder: Path) -> str:
    """The page. Raises FileNotFoundError when neither database was measured."""
    told = [
        json.loads(file.read_text("utf-8"))
        for name in ("sqlite", "postgresql")
        if (file := folder / f"{name}.json").exists()
    ]
    if not told:
        raise FileNotFoundError(folder / "sqlite.json")
    parts = [HEAD.format(people=told[0]["people"]), *map(_when, told)]
    if UNMEASURED:
        parts.append(f"- Not measured: {', '.join(sorted(UNMEASURED))}.")
    for role, title in ROLES.items():
        table = _table(told, role)
        if table:
            parts.append(f"\n## {title.capitalize()}\n\n{table}")
    return "\n".join(parts) + "\n"


def _when(one: dict[str, Any]) -> str:
    slow = [row for row in one["rows"] if row["median"] > 200]
    over = "; ".join(f"{row['role']} {row['screen']} {row['what']}".strip() for row in slow)
    calm = sum(row["calm"] > 200 for row in slow)
    return (
        f"- {one['database']}: {one['date']}, {one['processors']} processors, load average {one['load'][0]} before and "
        f"{one['load'][1]} after (other work on the machine included; bench and server at nice "
        f"{one['nice']}); {len(one['rows'])} rows of {one['rounds']} rounds, "
        f"{len(slow)} with a median over 200 ms, {calm} of them in the quickest third as well"
        f"{': ' + over if over else ''}."
    )


def _cell(row: dict[str, Any]) -> str:
    return f"{row['median']:.0f} / {row['p95']:.0f} ({row['calm']:.0f})"


def _table(told: list[dict[str, Any]], role: str) -> str:
    cells: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for one in told:
        for row in one["rows"]:
            if row["role"] == role:
                cells.setdefault((row["screen"], row["what"]), {})[one["database"]] = row
    if not cells:
        return ""
    names = [one["database"] for one in told]
    lines = [f"| screen | | {' | '.join(names)} | kB |", f"|---|---|{'---:|' * len(names)}---:|"]
    for (screen, what), by in cells.items():
        times = [_cell(by[name]) if name in by else "" for name in names]
        size = next(iter(by.values()))["kilobytes"]
        lines.append(f"| {screen} | {what} | {' | '.join(times)} | {size:,.1f} |")
    return "\n".join(lines)

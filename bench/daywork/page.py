"""The page of results, from what was measured on both databases."""

import json
import textwrap
from pathlib import Path
from typing import Any

_HEAD = """# One day at the gates

`python bench/gateday.py --people {people} --database sqlite|postgresql` plays one day of the demo's subdistrict:
everybody has a pass and goes out and comes back, to work in two peaks, for errands, at night; households of which one
may go out in two days, people with one exit and one entry a day, cars, suppliers with hours, visitors, returnees,
fevers, forgotten documents, passes withdrawn or over, codes that were altered, people at a wrong gate. At each gate a
phone, a process of its own, judges with what it knows (the server's snapshot and its own crossings), writes the fact
down and sends it, in batches of up to 200, through a network that loses 4 % of the requests and 8 % of the answers.
Some phones are out of touch for hours and send later; some clocks are wrong. The server with its worker, and phones,
are killed by SIGKILL at random moments.

The day is cut into seven parts; in each the phones work as fast as they can, so that a day takes minutes, and at its
end those in touch have sent everything and ask what is new. So it is certain what each phone knows, and
`src/lianfang/demo/gateday` says by itself, with nothing of the program's rules, what each must answer. Afterwards
everything is compared: each fact once, every decision and its reasons, the register of every compound hour by hour,
by day and night, who is out (four times), every double use and that both gates were told of it, every alert. People
and doors are written straight into the tables; areas, gates, keys, budgets, passes, withdrawals and phones come from
the program's own actions. The clock of server, worker and phones is the bench's.
"""


_FOUND = """
## What it found

- Double uses were shown at the desk only: now the phones of both gates say so.
- Suppliers who had left a compound counted as residents who are out.
- Whenever a phone asked what is new, the list of a community's passes was made again, by reading all passes of the
  subdistrict. Now three indexes answer, and a phone that has the list is told so without it: among 476,000 passes 0.07
  to 0.09 s of processor time, where making the list takes 0.24 s.
- Not mended: a gate's phone that asks after an hour or more gets all crossings of its community since the day before
  anew. At the full size one round of all phones took 28 to 207 s, more as the day went on.
- Not mended: a clock that is more than two minutes wrong is corrected by the moment at which its request arrives. A
  request that waits, as 5 to 6 s were seen while a killed server started, moves its crossings by as much.

## The full size

`--people 470000` makes 110 places (64 compounds, 16 villages, 30 dormitories) with 176 gates and 476,088 passes, all
issued by the program's job; with people and doors that took 400 s on PostgreSQL and 513 s on SQLite. Its day has
994,191 tries. {whole}
"""
_NOT_YET = "It has not been played to its end yet."
_DONE = "The results are above."
FULL = 470_000


def written(folder: Path) -> str:
    """The page, the largest day first. Raises FileNotFoundError when none was measured."""
    told = [json.loads(file.read_text("utf-8")) for file in sorted(folder.glob("*.json"))]
    if not told:
        raise FileNotFoundError(folder)
    told.sort(key=lambda one: -one["people"])
    found = _FOUND.format(whole=_DONE if told[0]["people"] >= FULL else _NOT_YET)
    return "\n".join([_HEAD.format(people=told[0]["people"]), *map(_one, told), found])


def _one(told: dict[str, Any]) -> str:
    counts = told["counts"]
    rate = (
        told.get("worked", counts["crossings"]) / told["work_seconds"]
    )  # a day that was gone on with knows less
    rows = [
        ("people, places with gates, gates and phones", f"{told['people']:,}, {told['compounds']}, {told['gates']}"),
        ("phones out of touch for a time; with a wrong clock", f"{told['out_of_touch']}; {told['wrong_clocks']}"),
        ("killed: server with worker; phones", f"{told['server_kills']}; {told['phone_kills']}"),
        ("crossings", f"{counts['crossings']:,}"),
        ("let in or out; refused; gone through all the same",
         f"{counts.get('admitted', 0):,}; {counts.get('refused', 0):,}; {counts.get('forced', 0):,}"),
        *((name, f"{count:,}") for name, count in counts.items() if name.startswith("refused or warned")),
        ("double uses", f"{counts['double uses']:,}"),
        *((name, f"{count:,}") for name, count in counts.items() if name.startswith("alerts")),
        ("out at midnight", f"{counts['out at midnight']:,}"),
        ("work at the gates and sending, phones and server on the same processors",
         f"{told['work_seconds']:,.0f} s, {rate:,.0f} crossings a second"),
        ("phones asking what is new, after each part", f"{told['fetch_seconds']:,.0f} s"),
        ("facts lost, twice or refused; wrong answers; faults of any kind", str(sum(told["faults"].values()))),
    ]  # fmt: skip
    table = "\n".join(f"| {name} | {value} |" for name, value in rows)
    before, after = told["load"]
    when = f"{told['processors']} processors, load {before} before and {after} after (with the bench in it"
    title = f"{told['people']:,} people, {told['database']}, {told['date']}"
    return (
        f"\n## {title}\n\n{when} and other work on the machine), nice {told['nice']}.\n\n"
        f"| | |\n|---|---|\n{table}\n\n{textwrap.fill(told.get('note', ''), 118)}\n"
    )

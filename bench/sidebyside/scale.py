# ruff: noqa: E501 -- prose
"""docs/develop/scale.md: what a city and a province need, worked out from the measured cost of a row."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PLACES = (("a city", 12_000_000), ("a province", 60_000_000))
#: Machines and clusters that the page works out. Cores of one machine; executors × cores each.
MACHINE_CORES = 32
EXECUTORS, EXECUTOR_CORES = 20, 8
HOUR = 3600


@dataclass(frozen=True)
class Costs:
    """Measured at one size: people, rows, seconds from files to clusters, processor seconds, peak bytes."""

    people: int
    rows: int
    seconds: float
    processor: float
    peak: float


def costs(entry: Mapping[str, Any]) -> Costs:
    """Our costs at one size of the results."""
    ours = entry["contenders"]["ours"]
    return Costs(
        entry["people"],
        entry["rows"],
        ours["median_seconds"],
        ours["median_processor_seconds"],
        ours["peak_gigabytes"] * 1e9,
    )


def growth(small: Costs, large: Costs) -> float:
    """The exponent by which processor time grows with rows between two sizes; 1 is in proportion."""
    return math.log(large.processor / small.processor) / math.log(large.rows / small.rows)


def processor_seconds(small: Costs, large: Costs, rows: float) -> tuple[float, float]:
    """Processor seconds for `rows`: in proportion to the larger size, and with the growth seen (never less)."""
    times = rows / large.rows
    return large.processor * times, large.processor * times ** max(1.0, growth(small, large))


def memory(small: Costs, large: Costs, rows: float) -> float:
    """Peak bytes for `rows`, on the line through both sizes."""
    per_row = (large.peak - small.peak) / (large.rows - small.rows)
    return large.peak + per_row * (rows - large.rows)


def chosen(results: Mapping[str, Any]) -> tuple[Costs, Costs] | None:
    """The two largest sizes of profile `field` that our engine was measured at."""
    found = [
        costs(entry)
        for key, entry in results["sizes"].items()
        if key.startswith("field") and "median_seconds" in entry["contenders"].get("ours", {})
    ]
    found.sort(key=lambda each: each.people)
    return (found[-2], found[-1]) if len(found) > 1 else None


def text(results: Mapping[str, Any]) -> str | None:
    """The page in Markdown; None where fewer than two sizes were measured."""
    pair = chosen(results)
    if pair is None:
        return None
    small, large = pair
    return (
        "\n\n".join(
            [HEAD, measured(small, large), wanted(small, large), on_one(small, large), on_spark(small, large)]
        )
        + "\n"
    )


HEAD = """# Outgrowing one machine

Made by `python bench/linkage.py` from bench-linkage.json; do not edit. The first table is measured; **everything below it is
extrapolated** from it by the arithmetic that is written out, and nothing of that size has been run."""


def measured(small: Costs, large: Costs) -> str:
    """The table of measured costs."""
    lines = [
        "## Measured",
        "",
        "| people | rows | seconds | processor seconds | processor µs a row | peak memory, GB | bytes a row |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for each in (small, large):
        lines.append(
            f"| {each.people:,} | {each.rows:,} | {each.seconds:.1f} | {each.processor:.1f} |"
            f" {each.processor / each.rows * 1e6:.0f} | {each.peak / 1e9:.2f} | {each.peak / each.rows:,.0f} |"
        )
    per_row = (large.peak - small.peak) / (large.rows - small.rows)
    lines += [
        "",
        f"From {small.rows:,} to {large.rows:,} rows processor time grows with the power {growth(small, large):.2f} of the rows,"
        f" and memory by {per_row:,.0f} bytes a row. Rows with one key are compared only while the key's group is small (`largest` in"
        " the model file), so a row meets a bounded number of others however large the town; what may still grow is sorting, and"
        " caches that hold a smaller part. Below a power of 1, part of the cost is fixed, and the rows alone are counted.",
    ]
    return "\n".join(lines)


def wanted(small: Costs, large: Costs) -> str:
    """Rows and work of a city and a province."""
    share = large.rows / large.people
    lines = [
        "## A city and a province",
        "",
        f"{share:.2f} rows a person, as in the lists measured. Processor hours from in proportion to the rows (low) to the growth seen (high):",
        "",
        "| | people | rows | processor hours | memory if held at once, GB |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, people in PLACES:
        low, high = processor_seconds(small, large, people * share)
        lines.append(
            f"| {name} | {people:,} | {people * share / 1e6:,.0f} million | {span(low / HOUR, high / HOUR)} |"
            f" {memory(small, large, people * share) / 1e9:,.0f} |"
        )
    return "\n".join(lines)


def on_one(small: Costs, large: Costs) -> str:
    """One big machine."""
    share = large.rows / large.people
    lines = [
        "## On one big machine",
        "",
        f"| | memory | if one core did it | if the work spread over {MACHINE_CORES} cores |",
        "|---|---:|---:|---:|",
    ]
    for name, people in PLACES:
        low, high = processor_seconds(small, large, people * share)
        lines.append(
            f"| {name} | {memory(small, large, people * share) / 1e9:,.0f} GB | {span(low / 60, high / 60)} min |"
            f" {span(low / MACHINE_CORES / 60, high / MACHINE_CORES / 60)} min |"
        )
    lines += [
        "",
        "The last column is a bound that would be reached only if every step ran on all cores, which it does not. Records are"
        " numbered with 32 bits, so 4,294 million rows are the most that one run can hold.",
        "",
        "A city does not have to be one run. People are looked for mostly where they live: lists by district, and a run over"
        " what is left without a person and over those who moved, need the memory of the largest district at a time.",
    ]
    return "\n".join(lines)


def on_spark(small: Costs, large: Costs) -> str:
    """A Spark cluster."""
    share = large.rows / large.people
    cores = EXECUTORS * EXECUTOR_CORES
    lines = [
        "## On Spark",
        "",
        f"The same model runs on Apache Spark (`--engine spark`). {EXECUTORS} executors of {EXECUTOR_CORES} cores, {cores} cores; if Spark costs"
        " nothing, and if it costs four times the processor time (a guess: rows cross the network for every block, and pass between the JVM"
        " and Python):",
        "",
        "| | rows an executor | memory for an executor's rows | ideal | at four times the cost |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, people in PLACES:
        rows = people * share / EXECUTORS
        low, high = processor_seconds(small, large, people * share)
        held = rows * large.peak / large.rows
        lines.append(
            f"| {name} | {rows / 1e6:,.1f} million | {held / 1e9:,.1f} GB | {span(low / cores / 60, high / cores / 60)} min |"
            f" {span(4 * low / cores / 60, 4 * high / cores / 60)} min |"
        )
    lines += [
        "",
        "What has not been measured at that size, and decides: keys that are common in a whole province (a name alone) exceed `largest`"
        " more often and are passed over, so some people who moved and changed their number stay apart; the groups of linked rows must"
        " be resolved together wherever their rows are kept; and the weights learned from a sample hold only if the districts are alike.",
    ]
    return "\n".join(lines)


def span(low: float, high: float) -> str:
    """One number where both round to the same, else both."""
    one, other = (f"{value:.0f}" if value >= 10 else f"{value:.1f}" for value in (low, high))
    return one if one == other else f"{one}–{other}"

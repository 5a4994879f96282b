# ruff: noqa: E501 -- prose
"""docs/develop/bench-linkage.md from the results: `text` is the page, `write` puts it and its pictures beside them.

Every figure on the page comes from the results; the words that do not change are `words.md`.
"""

import json
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sidebyside import pictures, scale
from sidebyside.pictures import NAMES

Results = Mapping[str, Any]
WORDS = Path(__file__).with_name("words.md")
QUALITY = (
    ("F1", "f1"),
    ("precision", "precision"),
    ("recall", "recall"),
    ("B-cubed precision", "bcubed_precision"),
    ("B-cubed recall", "bcubed_recall"),
    ("B-cubed F1", "bcubed_f1"),
    ("F1 within one list", "within_f1"),
    ("unseen F1", "claimed_f1"),
    ("unseen F1, clusters alone", "unseen_f1"),
)
PICTURES = {"reliability": "Reliability", "curve": "Precision and recall"}


def text(results: Results) -> str:
    """The page in Markdown."""
    parts = [WORDS.read_text(encoding="utf-8").rstrip(), conditions(results)]
    parts += [size(entry, key) for key, entry in ordered(results)]
    shown = pictured(results)
    if shown is not None:
        parts.append(pictures_part(shown))
    if results.get("english"):
        parts.append(english(results["english"]))
    if results.get("incremental"):
        parts.append(incremental(results["incremental"]))
    return "\n\n".join(parts) + "\n"


def ordered(results: Results) -> list[tuple[str, Results]]:
    """Sizes, `field` before `rural`, small before large."""
    return sorted(results["sizes"].items(), key=lambda item: (item[0].split()[0], item[1]["people"]))


def conditions(results: Results) -> str:
    """Machine and versions."""
    machine, versions = results["machine"], results["versions"]
    memory = f", {machine['memory_gigabytes']} GB of memory" if machine["memory_gigabytes"] else ""
    told = ", ".join(f"{name} {version}" for name, version in versions.items())
    return (
        f"Machine: {machine['cores']} cores{memory}, {machine['system']} ({machine['machine']}). Versions: {told}. "
        f"Seed of the lists: {results['seed']}."
    )


def size(entry: Results, key: str) -> str:
    """One table: figures in rows, contenders in columns."""
    names = [name for name in NAMES if name in entry["contenders"]]
    kept = entry["contenders"]
    head = f"## {entry['people']:,} people, {entry['rows']:,} rows ({key.split()[0]})"
    lines = ["| | " + " | ".join(NAMES[name] for name in names) + " |", "|---|" + "---:|" * len(names)]
    for label, figure in QUALITY:
        values = [kept[name].get("figures", {}).get(figure) for name in names]
        lines.append(row(label, values, "{:.4f}"))
    lines.append(
        row("seconds, files to clusters", [kept[name].get("median_seconds") for name in names], "{:.1f}")
    )
    lines.append(
        row(
            "of these, reading and standardising (last run)", [common(kept[name]) for name in names], "{:.1f}"
        )
    )
    lines.append(row("seconds ÷ ours (median of rounds)", [ratio(kept, name) for name in names], "{:.2f}"))
    lines.append(
        row("processor seconds", [kept[name].get("median_processor_seconds") for name in names], "{:.1f}")
    )
    lines.append(row("load average at the ends of its runs", [busy(kept[name]) for name in names], "{:.1f}"))
    lines.append(row("peak memory, GB", [kept[name].get("peak_gigabytes") for name in names], "{:.2f}"))
    notes = [f"{NAMES[name]}: {kept[name]['note']}." for name in names if kept[name]["note"]]
    return "\n".join([head, "", told(entry), "", *lines, *(["", *notes] if notes else [])])


def told(entry: Results) -> str:
    """When, how often, how busy the machine was, where the peers joined."""
    loads = [load for kept in entry["contenders"].values() for load in kept.get("load", [])]
    rounds = (
        "one run" if entry["rounds"] == 1 else f"medians of {entry['rounds']} rounds, contenders by turns"
    )
    text = (
        f"{entry['date']}; {rounds}; load average at the ends of runs {min(loads):.1f} to {max(loads):.1f}."
    )
    best = [
        f"{NAMES[name]} from 2^{kept['threshold']:.1f}"
        for name, kept in entry["contenders"].items()
        if kept["threshold"] is not None
    ]
    return f"{text} Best thresholds (odds), chosen with the truth: {', '.join(best)}." if best else text


def busy(entry: Mapping[str, Any]) -> float | None:
    """How much else the machine did: the mean load at the ends of a contender's runs."""
    return statistics.mean(entry["load"]) if entry.get("load") else None


def common(entry: Mapping[str, Any]) -> float | None:
    """Seconds of the steps that are ours for every contender."""
    steps = entry.get("steps")
    return steps["read"] + steps["standardise"] if steps else None


def ratio(kept: Mapping[str, Any], name: str) -> float | None:
    """How many times as long as ours, by rounds: the median of the rounds' ratios."""
    theirs, ours = kept[name].get("seconds"), kept.get("ours", {}).get("seconds")
    if not theirs or not ours:
        return None
    return float(statistics.median(a / b for a, b in zip(theirs, ours, strict=False)))


def row(label: str, values: Sequence[float | None], form: str) -> str:
    """A line of a table; a dash for what is not known."""
    return (
        f"| {label} | " + " | ".join("–" if value is None else form.format(value) for value in values) + " |"
    )


def pictured(results: Results) -> Results | None:
    """The size the pictures show: the largest for which our own curve was drawn, else the largest."""
    sizes = [entry for key, entry in ordered(results) if key.startswith("field") and entry.get("calibration")]
    curved = [entry for entry in sizes if "ours" in entry["curves"]]
    shown = curved or sizes
    return shown[-1] if shown else None


def pictures_part(entry: Results) -> str:
    """Pictures with their captions, and the bins of the reliability plot as a table."""
    lines = [
        "## Are the probabilities true?",
        "",
        f"{entry['people']:,} people. ![Probability given against share that was right](bench-linkage-reliability.svg)",
        "",
        "| probability | rows joined | mean given | share right |",
        "|---|---:|---:|---:|",
    ]
    for each in entry["calibration"]:
        lines.append(
            f"| {each['low']:g}–{each['high']:g} | {each['rows']:,} | {each['predicted']:.4f} | {each['right']:.4f} |"
        )
    lines += [
        "",
        "| probability | cases for review | mean given | share one person |",
        "|---|---:|---:|---:|",
    ]
    for each in entry["review_calibration"]:
        lines.append(
            f"| {each['low']:g}–{each['high']:g} | {each['rows']:,} | {each['predicted']:.4f} | {each['right']:.4f} |"
        )
    lines += [
        "",
        "## Precision and recall along the threshold",
        "",
        f"{entry['people']:,} people. ![Precision against recall](bench-linkage-curve.svg)",
    ]
    return "\n".join(lines)


def english(rows: Sequence[Mapping[str, Any]]) -> str:
    """Public data with English (and, RLdata, German) names."""
    lines = [
        "## Lists in other languages",
        "",
        "Our engine with the shipped `english.toml`, through `lianfang link`, without knowledge of the truth; Splink set up for each",
        "data set, at its best threshold, chosen with the truth.",
        "",
        "| data | rows | ours F1 | precision | recall | Splink F1 | precision | recall | ours s | Splink s |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for each in rows:
        ours, splink = each["ours"], each["splink"]
        told = [f"{who[name]:.4f}" for who in (ours, splink) for name in ("f1", "precision", "recall")]
        times = [f"{who['seconds']:.1f}" for who in (ours, splink)]
        lines.append(f"| {each['data']} | {each['rows']:,} | " + " | ".join(told + times) + " |")
    return "\n".join(lines)


def incremental(entry: Mapping[str, Any]) -> str:
    """A new list against what is known."""
    return "\n".join(
        [
            "## A new list against what is known",
            "",
            f"{entry['date']}: {entry['new_rows']:,} new rows against {entry['people']:,} people ({entry['known_rows']:,} rows):"
            f" {entry['median_seconds']:.2f} s until the clusters are up to date (median of {entry['rounds']}),"
            f" peak memory {entry['peak_gigabytes']:.2f} GB. {entry['agreement']:.2%} of the new rows get the person that a full run"
            " gives them.",
        ]
    )


def drawn(results: Results) -> dict[str, str]:
    """The pictures by the last word of their file's name, as SVG."""
    entry = pictured(results)
    if entry is None:
        return {}
    points = {name: kept["figures"] for name, kept in entry["contenders"].items() if "figures" in kept}
    specs = {
        "reliability": pictures.reliability(entry["calibration"], entry["review_calibration"]),
        "curve": pictures.precision_recall(entry["curves"], points),
    }
    return {name: pictures.svg(spec) for name, spec in specs.items()}


def write(results_file: Path) -> None:
    """Write bench-linkage.md and its pictures beside the results."""
    results = json.loads(results_file.read_text(encoding="utf-8"))
    results_file.with_suffix(".md").write_text(text(results), encoding="utf-8")
    scaled = scale.text(results)
    if scaled is not None:
        results_file.with_name("scale.md").write_text(scaled, encoding="utf-8")
    for name, picture in drawn(results).items():
        results_file.with_name(f"{results_file.stem}-{name}.svg").write_text(picture, encoding="utf-8")

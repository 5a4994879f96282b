"""report.html: figures, plots and examples on one page that opens without a network. Values in it are
masked."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from lianfang.linkage.findings.audit import Findings
from lianfang.linkage.findings.catalogue import SEVERITY_ZH, Kind
from lianfang.linkage.findings.households import ADULT_YEARS, GENERATION_YEARS
from lianfang.linkage.findings.sentences import Found, findings_table
from lianfang.linkage.findings.values import OLDEST_YEARS, SHARED_BY, SHARED_HOMES, SHARED_SURNAMES
from lianfang.linkage.findings.worklist import OLD_POINTS, OLD_YEARS, TRAVEL_DAYS, TRAVEL_POINTS
from lianfang.linkage.outputs.plots import plots
from lianfang.linkage.outputs.summary import Summary

#: Examples shown of every kind of finding.
EXAMPLES = 3

_HOW = {
    "shared_by": SHARED_BY,
    "shared_homes": SHARED_HOMES,
    "shared_surnames": SHARED_SURNAMES,
    "oldest": OLDEST_YEARS,
    "adult": ADULT_YEARS,
    "generation": GENERATION_YEARS,
    "travel_days": TRAVEL_DAYS,
    "travel_points": TRAVEL_POINTS,
    "old_years": OLD_YEARS,
    "old_points": OLD_POINTS,
}


@dataclass(frozen=True)
class Section:
    """A kind of finding with a few masked examples."""

    kind: Kind
    severity_zh: str
    count: int
    examples: tuple[tuple[str, str], ...]  # (Chinese, English)


def write_report(target: Path, summary: Summary, findings: Findings, *, made_at: datetime) -> None:
    """Render the page. `made_at` is printed; the figures are those of `summary`."""
    environment = Environment(
        loader=PackageLoader(__package__ or "", "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["n"] = lambda number: f"{number:,}"
    page = environment.get_template("report.html.j2").render(
        summary=summary,
        totals=summary.totals,
        sections=[_section(found, findings) for found in findings.found if len(found)],
        plots={name: {k: Markup(svg) for k, svg in pair.items()} for name, pair in plots(summary).items()},
        how=_HOW,
        made_at=made_at.strftime("%Y-%m-%d %H:%M"),
        seconds=sum(summary.seconds.values()),
    )
    target.write_text(page, encoding="utf-8")


def _section(found: Found, findings: Findings) -> Section:
    few = Found(found.kind, found.frame.head(EXAMPLES))
    table = findings_table(few, findings.evidence, mask=True)
    examples = tuple(table.select("reason_zh", "reason_en").iter_rows())
    return Section(found.kind, SEVERITY_ZH[found.kind.severity], len(found), examples)

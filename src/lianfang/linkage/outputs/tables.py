"""links.csv, people.csv, findings.csv, rejected.csv.

links.csv is read by programs: UTF-8 without a byte order mark. The others are opened in Excel, which takes
a CSV
without the mark for GBK: UTF-8 with it.
"""

import codecs
from pathlib import Path

import polars as pl

from lianfang.linkage.findings.audit import Findings
from lianfang.linkage.findings.evidence import Evidence, person_id
from lianfang.linkage.findings.sentences import findings_table
from lianfang.linkage.outputs.cells import neutralised


def write_links(target: Path, evidence: Evidence) -> None:
    """`file,row,person_id,probability,rule`: one line for every record, in the order of input."""
    rows = evidence.rows.select(
        "file",
        "row",
        person_id(pl.col("person"), evidence.persons).alias("person_id"),
        "probability",
        "rule",
    )
    neutralised(rows).write_csv(target, float_precision=4)


def write_people(target: Path, findings: Findings) -> None:
    """One line per person."""
    neutralised(findings.people_csv).write_csv(target, include_bom=True)


def write_findings(target: Path, findings: Findings, *, mask: bool = False) -> None:
    """Kind after kind, errors first: Excel shows a million rows, and what it cuts off must be the least
    severe."""
    with target.open("wb") as file:
        file.write(codecs.BOM_UTF8)
        for place, found in enumerate(findings.found):
            if len(found) or not place:
                table = neutralised(findings_table(found, findings.evidence, mask=mask))
                table.write_csv(file, include_header=not place)


def write_rejected(target: Path, evidence: Evidence) -> None:
    """The rows that could not be read, whole, with the reason."""
    neutralised(evidence.rejected).write_csv(target, include_bom=True)

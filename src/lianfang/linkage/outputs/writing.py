"""All results of a run into one folder."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import perf_counter

from lianfang.linkage.findings.audit import Findings
from lianfang.linkage.findings.worklist import WorkList
from lianfang.linkage.outputs.report import write_report
from lianfang.linkage.outputs.staging import prepare_directory, published
from lianfang.linkage.outputs.summary import Summary, write_summary
from lianfang.linkage.outputs.tables import write_findings, write_links, write_people, write_rejected
from lianfang.linkage.outputs.workbook import write_worklist

FILES: tuple[str, ...] = (
    "links.csv",
    "people.csv",
    "findings.csv",
    "rejected.csv",
    "worklist.xlsx",
    "report.html",
    "summary.json",
)


def write_results(
    out: Path,
    findings: Findings,
    work: WorkList,
    summary: Summary,
    *,
    made_at: datetime,
    mask: bool = False,
    texts: Mapping[str, str] | None = None,
    step: Callable[[str], None] = lambda _: None,
) -> Summary:
    """Write FILES and `texts` (file name → content) into `out`; they appear together when all are written.

    `mask` hides names, numbers and doors in findings.csv. `step` is told each file's name before it is
    written. Returns
    the summary with the seconds of writing and the names of the files. Raises OutputError.
    """
    evidence, texts = findings.evidence, texts or {}
    made = f"基准日 {summary.as_of}，{made_at:%Y-%m-%d %H:%M} 生成。"
    began = perf_counter()
    with published(prepare_directory(out)) as draft:
        writers: dict[str, Callable[[Path], None]] = {
            "links.csv": lambda target: write_links(target, evidence),
            "people.csv": lambda target: write_people(target, findings),
            "findings.csv": lambda target: write_findings(target, findings, mask=mask),
            "rejected.csv": lambda target: write_rejected(target, evidence),
            "worklist.xlsx": lambda target: write_worklist(target, work, made=made),
        }
        for name, write in writers.items():
            step(name)
            write(draft / name)
        for name, text in texts.items():
            (draft / name).write_text(text, encoding="utf-8")
        step("report.html")
        seconds = {**summary.seconds, "write": perf_counter() - began}
        summary = replace(summary, seconds=seconds, files=(*FILES, *texts))
        write_report(draft / "report.html", summary, findings, made_at=made_at)
        write_summary(draft / "summary.json", summary)
    return summary

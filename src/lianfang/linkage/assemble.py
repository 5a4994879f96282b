"""From what readers, engine and findings give to the one value that is kept and loaded. No Django."""

import polars as pl

from lianfang.linkage.findings.audit import Findings
from lianfang.linkage.findings.evidence import person_id
from lianfang.linkage.findings.sentences import findings_table
from lianfang.linkage.findings.worklist import WorkList
from lianfang.linkage.readers import Reading, SheetReading
from lianfang.linkage.result import ListAccount, RunResult


def assemble(
    reading: Reading,
    standard: pl.DataFrame,
    findings: Findings,
    work: WorkList,
    summary: dict[str, object] | None = None,
) -> RunResult:
    """The finished run. `standard` is the engine's table of standardised columns, `summary` what summary.json says.

    Raises nothing of its own; `result.keep` writes the value, `actions.load_result` takes it as it is.
    """
    evidence = findings.evidence
    code = person_id(pl.col("person"), evidence.persons).alias("person_id")
    told = [findings_table(found, evidence) for found in findings.found]
    return RunResult(
        as_of=evidence.as_of,
        lists=tuple(_account(sheet) for sheet in reading.sheets),
        records=reading.records,
        pinyin=standard.select("record", "name_py"),
        links=evidence.rows.select(pl.col("file").cast(pl.String), "row", code, "probability", "rule"),
        people=findings.people_csv,
        findings=pl.concat(told, how="vertical_relaxed"),
        reviews=evidence.reviews,
        rejected=evidence.rejected,
        tasks=work.doors,
        problems=[
            {"file": one.file, "row": one.row, "code": one.code, "zh": one.zh, "en": one.en}
            for one in reading.errors
        ],
        summary=summary or {},
    )


def _account(sheet: SheetReading) -> ListAccount:
    return ListAccount(
        label=sheet.label,
        kind=sheet.kind,
        encoding=sheet.encoding or "",
        header_row=sheet.header_rows[-1] if sheet.header_rows else None,
        columns=[{"header": one.header, "field": one.field, "why": one.how} for one in sheet.columns],
        notes=[{"zh": note.zh, "en": note.en} for note in sheet.notes],
    )

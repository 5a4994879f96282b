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
    pinyin: pl.DataFrame,
    findings: Findings,
    work: WorkList,
    summary: dict[str, object] | None = None,
) -> RunResult:
    """The finished run, for `result.keep` or `actions.load_result`.

    `pinyin` holds record and name_py of the engine's table, `summary` is what summary.json says.
    """
    evidence = findings.evidence
    code = person_id(pl.col("person"), evidence.persons).alias("person_id")
    told = [findings_table(found, evidence) for found in findings.found]
    return RunResult(
        as_of=evidence.as_of,
        lists=tuple(_account(sheet) for sheet in reading.sheets),
        records=reading.records,
        pinyin=pinyin,
        links=evidence.rows.select(pl.col("file").cast(pl.String), "row", code, "probability", "rule"),
        people=findings.people_csv.with_columns(work.areas_of(findings.people).alias("area")),
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

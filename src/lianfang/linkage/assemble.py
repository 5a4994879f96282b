"""From what readers, engine and findings give to the one value that is kept and loaded. No Django."""

from dataclasses import replace

import polars as pl
from polars import selectors

from lianfang.linkage.engine.stranger import COLUMNS
from lianfang.linkage.fields import ListKind
from lianfang.linkage.findings.audit import Findings
from lianfang.linkage.findings.evidence import Evidence, person_id
from lianfang.linkage.findings.ground import Ground
from lianfang.linkage.findings.sentences import findings_table
from lianfang.linkage.findings.worklist import WorkList
from lianfang.linkage.readers import Reading, SheetReading
from lianfang.linkage.result import ListAccount, RunResult

#: What of the engine's table is used here.
SPOKEN: tuple[str, ...] = ("record", "compound_given", *COLUMNS)
#: What a carrier's row says of whoever uses the number, not only of the registrant.
_OF_A_NUMBER = frozenset({"phone", "phone2", "phone_text", "phone_form", "cell_area"})
#: Different descriptions kept of one person: what the engine compares of a person as well.
DESCRIPTIONS = 6
#: Persons whose descriptions are compared at once.
AT_ONCE = 40_000


def assemble(
    reading: Reading,
    standard: pl.DataFrame,
    findings: Findings,
    work: WorkList,
    summary: dict[str, object] | None = None,
    looks: pl.DataFrame | None = None,
) -> RunResult:
    """The finished run, for `result.keep` or `actions.load_result`.

    `standard` is the engine's table (SPOKEN of it is enough), `summary` is what summary.json says, `looks` the engine's
    sample for a second look.
    """
    lists = tuple(_account(sheet) for sheet in reading.sheets)
    problems: list[dict[str, object]] = [
        {"file": one.file, "row": one.row, "code": one.code, "zh": one.zh, "en": one.en}
        for one in reading.errors
    ]
    whole = put_together(reading.records, lists, standard, findings, work)
    return replace(whole, looks=looks, problems=problems, summary=summary or {})


def put_together(
    records: pl.DataFrame,
    lists: tuple[ListAccount, ...],
    standard: pl.DataFrame,
    findings: Findings,
    work: WorkList,
) -> RunResult:
    """The tables of a run, or of a part of one whose records are numbered from 0."""
    evidence = findings.evidence
    code = person_id(pl.col("person"), evidence.persons).alias("person_id")
    told = [findings_table(found, evidence) for found in findings.found]
    portions = _descriptions(standard, evidence, code)
    return RunResult(
        as_of=evidence.as_of,
        lists=lists,
        records=records,
        pinyin=standard.select("record", "name_py"),
        descriptions=pl.concat(portions),
        portions=portions,
        links=evidence.rows.select(pl.col("file").cast(pl.String), "row", code, "probability", "rule"),
        people=findings.people_csv.with_columns(work.areas_of(findings.people).alias("area")),
        findings=pl.concat(told, how="vertical_relaxed"),
        reviews=evidence.reviews,
        rejected=evidence.rejected,
        tasks=work.doors,
        ground=Ground(findings.usual, work.own_sheet, _slips(standard), work.newest),
    )


def _slips(standard: pl.DataFrame) -> tuple[tuple[str, str], ...]:
    """Compounds as read and as meant, where the two differ."""
    slips = standard.filter(pl.col("compound") != pl.col("compound_given"))
    return tuple(slips.select("compound_given", "compound").unique().sort("compound_given").rows())


def _descriptions(standard: pl.DataFrame, evidence: Evidence, code: pl.Expr) -> list[pl.LazyFrame]:
    """What is said of each person, once each; not what a carrier says of the registrant, unless nobody else speaks.

    A frame for every AT_ONCE persons, in their order: comparing what is said of all of them at once takes much room.
    """
    own = pl.col("kind") != ListKind.CARRIER.value
    whose = evidence.rows.select("person", "record", own=own | ~own.any().over("person"))
    said = standard.lazy().select("record", *COLUMNS).with_columns(selectors.enum().cast(pl.String))
    starts = range(0, max(evidence.persons, 1), AT_ONCE)
    mine = (whose.filter(pl.col("person").is_between(start, start + AT_ONCE - 1)) for start in starts)
    return [_distinct(said, some.lazy()).select(code, *COLUMNS) for some in mine]


def _distinct(said: pl.LazyFrame, whose: pl.LazyFrame) -> pl.LazyFrame:
    contract = [pl.when("own").then(column).alias(column) for column in COLUMNS if column not in _OF_A_NUMBER]
    return (
        said.join(whose, on="record", how="inner", maintain_order="left")
        .with_columns(contract)
        .unique(["person", *COLUMNS], keep="first", maintain_order=True)
        .filter(pl.int_range(pl.len()).over("person") < DESCRIPTIONS)
    )


def _account(sheet: SheetReading) -> ListAccount:
    return ListAccount(
        label=sheet.label,
        kind=sheet.kind,
        encoding=sheet.encoding or "",
        header_row=sheet.header_rows[-1] if sheet.header_rows else None,
        columns=[{"header": one.header, "field": one.field, "why": one.how} for one in sheet.columns],
        notes=[{"zh": note.zh, "en": note.en} for note in sheet.notes],
        source=sheet.source,
    )

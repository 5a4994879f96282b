"""How a list is read, as the JSON that is kept, shown, corrected by hand and remembered. No Django.

A sheet: sheet (name or null), skip, kind, said (kind and header row by hand), encoding, header_rows, records, rejected,
columns, notes, problems. A column: letter, header, field, how, hand (said by a person), samples (long numbers masked).
"""

from collections import Counter
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from lianfang.linkage.fields import FIELD_NAMES, ListKind
from lianfang.linkage.readers import FileError, Limits, ListMapping, Mapping, Note, Source
from lianfang.linkage.readers.preview import ColumnPreview, SheetPreview, preview
from lianfang.linkage.rules import MASKED_FIELDS, mask_text
from lianfang.registry.rules import mask

Sheet = dict[str, Any]


def read_sheets(
    source: Source, remembered: Dict[str, Any] | None = None, kind: ListKind | None = None
) -> tuple[list[Sheet], list[dict[str, Any]]]:
    """The sheets of a file and what is wrong with the file as a whole.

    `remembered` (heading → field and headings to ignore, as `remember` gives it) and `kind` are of its source.
    """
    found, problems = preview(source)
    said = _followed(found, remembered or {}, kind)
    if said.lists:
        found, problems = preview(replace(source, mapping=said))
    told = [_sheet(one, said.find("", one.sheet)) for one in found]
    return told, [_told(problem) for problem in problems]


def read_as_told(source: Source) -> tuple[list[Sheet], list[dict[str, Any]]]:
    """The sheets of a file as `source.kind` and `source.mapping` say that it is read, kept as said by hand."""
    found, problems = preview(source)
    told = []
    for one in found:
        said = source.mapping.find(source.title, one.sheet) if source.mapping else None
        if source.kind is not None and (said is None or said.kind is None):
            said = replace(said or ListMapping(), kind=source.kind)
        told.append(_sheet(one, said))
    return told, [_told(problem) for problem in problems]


def reread(
    source: Source, sheets: Sequence[Sheet], limits: Limits | None = None
) -> tuple[list[Sheet], list[dict[str, Any]]]:
    """The same file as it is read with what `sheets` say, so that everybody sees what was asked for."""
    said = mapping_of(sheets)
    found, problems = preview(replace(source, mapping=said), limits)
    before = {sheet["sheet"]: sheet for sheet in sheets}
    again = [_sheet(one, said.find("", one.sheet), before.get(one.sheet)) for one in found]
    return again, [_told(problem) for problem in problems]


def mapping_of(sheets: Sequence[Sheet]) -> Mapping:
    """What the run is told about the file: what somebody said; the rest is found again as it was found before."""
    return Mapping(tuple(_entry(sheet) for sheet in sheets))


def skipped(sheets: Sequence[Sheet]) -> frozenset[str]:
    """Names of the sheets that the run passes over."""
    return frozenset(sheet["sheet"] for sheet in sheets if sheet["skip"] and sheet["sheet"] is not None)


def usable(sheets: Sequence[Sheet]) -> bool:
    """Whether there is at least one sheet with people in it."""
    return any(sheet["records"] and not sheet["skip"] for sheet in sheets)


def corrected(sheets: Sequence[Sheet], said: Sequence[Dict[str, Any]]) -> tuple[list[Sheet], list[str]]:
    """The sheets with what somebody said of them, and the names of what does not fit.

    `said`: index, and any of skip, kind, columns (letter → field, "" for none), header_row (0: there is none).
    """
    sheets, wrong = [dict(sheet) for sheet in sheets], []
    for one in said:
        index = one["index"]
        if not 0 <= index < len(sheets):
            wrong.append(f"sheets.{index}")
            continue
        sheet = sheets[index]
        letters = {column["letter"] for column in sheet["columns"]}
        fields: Dict[str, str] = one.get("columns") or {}
        wrong += [letter for letter in fields if letter not in letters]
        wrong += [field for field in fields.values() if field and field not in FIELD_NAMES]
        sheet["skip"] = bool(one.get("skip", sheet["skip"]))
        sheet["said"] = dict(sheet["said"])
        if one.get("kind"):
            sheet["kind"] = sheet["said"]["kind"] = one["kind"]
        if one.get("header_row") is not None:
            sheet["said"]["header_row"] = [one["header_row"]] if one["header_row"] else []
        sheet["columns"] = [
            {**column, "field": fields[column["letter"]] or None, "hand": True}
            if column["letter"] in fields
            else column
            for column in sheet["columns"]
        ]
    return sheets, wrong


def remember(sheets: Sequence[Sheet], before: Dict[str, Any]) -> dict[str, Any]:
    """What was said by hand, by heading, for the next list; what was said before stays unless it was changed."""
    columns: dict[str, str] = dict(before.get("columns", {}))
    ignore: list[str] = list(before.get("ignore", []))
    for sheet in sheets:
        for heading, column in _by_heading(sheet).items():
            if column["hand"]:
                columns.pop(heading, None)
                ignore = [one for one in ignore if one != heading]
                if column["field"]:
                    columns[heading] = column["field"]
                else:
                    ignore.append(heading)
    kinds = {sheet["said"]["kind"] for sheet in sheets if not sheet["skip"] and "kind" in sheet["said"]}
    kind = {"kind": kinds.pop()} if len(kinds) == 1 else {k: v for k, v in before.items() if k == "kind"}
    return {"columns": columns, "ignore": ignore, **kind}


def headings(sheets: Sequence[Sheet]) -> list[str]:
    """The headings of all sheets that are read, by which the next list of the source is recognised."""
    return sorted(
        {column["header"] for sheet in sheets if not sheet["skip"] for column in sheet["columns"]} - {None}
    )


def _entry(sheet: Sheet) -> ListMapping:
    said, by_hand = sheet["said"], [column for column in sheet["columns"] if column["hand"]]
    header = said.get("header_row")
    return ListMapping(
        sheet=sheet["sheet"],
        kind=ListKind(said["kind"]) if "kind" in said else None,
        header_row=None if header is None else tuple(header),
        encoding=said.get("encoding"),
        columns={f"@{column['letter']}": column["field"] for column in by_hand if column["field"]},
        ignore=tuple(f"@{column['letter']}" for column in by_hand if not column["field"]),
    )


def _followed(found: Sequence[SheetPreview], remembered: Dict[str, Any], kind: ListKind | None) -> Mapping:
    """What is remembered, as far as these sheets have such headings."""
    entries = []
    for sheet in found:
        there = {column.header for column in sheet.columns}
        columns = {h: field for h, field in remembered.get("columns", {}).items() if h in there}
        ignore = tuple(heading for heading in remembered.get("ignore", []) if heading in there)
        if columns or ignore or kind:
            entries.append(ListMapping(sheet=sheet.sheet, kind=kind, columns=columns, ignore=ignore))
    return Mapping(tuple(entries))


def _by_heading(sheet: Sheet) -> dict[str, dict[str, Any]]:
    """Columns whose heading is theirs alone; "@" begins a letter in a mapping, not a heading."""
    counts = Counter(column["header"] for column in sheet["columns"])
    return {
        column["header"]: column
        for column in sheet["columns"]
        if column["header"] and counts[column["header"]] == 1 and not column["header"].startswith("@")
    }


def _sheet(one: SheetPreview, said: ListMapping | None, before: Sheet | None = None) -> Sheet:
    told: dict[str, Any] = {}
    if said is not None and said.kind is not None:
        told["kind"] = said.kind.value
    if said is not None and said.header_row is not None:
        told["header_row"] = list(said.header_row)
    if said is not None and said.encoding is not None:
        told["encoding"] = said.encoding
    by_hand = {*said.columns, *said.ignore} if said is not None else set()
    return {
        "sheet": one.sheet,
        "skip": before["skip"] if before is not None else not one.records,
        "kind": told.get("kind") or (one.kind.value if one.kind else None),
        "said": told,
        "encoding": one.encoding,
        "header_rows": list(one.header_rows),
        "records": one.records,
        "rejected": one.rejected,
        "columns": [_column(column, by_hand) for column in one.columns],
        "notes": [_note(note) for note in one.notes],
        "problems": [_told(problem) for problem in one.problems],
    }


def _column(column: ColumnPreview, by_hand: set[str]) -> dict[str, Any]:
    hide = mask if column.field in MASKED_FIELDS else mask_text
    return {
        **asdict(column),
        "header": mask_text(column.header) if column.header else None,
        "hand": f"@{column.letter}" in by_hand or column.header in by_hand,
        "samples": [hide(cell) if cell else None for cell in column.samples],
    }


def _note(note: Note) -> dict[str, str]:
    return {"zh": mask_text(note.zh), "en": mask_text(note.en)}


def _told(problem: FileError) -> dict[str, Any]:
    return {
        "row": problem.row,
        "code": problem.code,
        "zh": mask_text(problem.zh),
        "en": mask_text(problem.en),
    }

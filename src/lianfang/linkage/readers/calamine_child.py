"""A program of its own: reads a workbook from stdin with bounded memory, writes its sheets to stdout.

A few damaged bytes in an old binary workbook can make the parser ask for all memory there is, which ends the
process that asks. So XLS, XLSB and ODS are parsed here, where only this process ends (see workbook.py).
"""

import io
import pickle
import sys

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

try:
    import resource
except ImportError:  # Windows has no such limit; the time limit holds there too
    resource = None  # type: ignore[assignment]


Corner = tuple[int, int]
#: Name, whether users see it, rows of cells, merged ranges.
Sheet = tuple[str, bool, list[list[object]], list[tuple[Corner, Corner]]]


def sheets(raw: bytes) -> list[Sheet]:
    """All worksheets. Raises what calamine raises."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    found = []
    for place, about in enumerate(book.sheets_metadata):
        if about.typ == SheetTypeEnum.WorkSheet:
            sheet = book.get_sheet_by_index(place)
            rows: list[list[object]] = sheet.to_python(skip_empty_area=False)  # type: ignore[assignment]
            shown = about.visible == SheetVisibleEnum.Visible
            found.append((about.name, shown, rows, list(sheet.merged_cell_ranges or [])))
    return found


def main(memory: int) -> None:
    """Answers ("sheets", …), or (error code, detail) as the catalogue of messages has it."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    answer: tuple[str, object]
    try:
        answer = "sheets", sheets(sys.stdin.buffer.read())
    except PasswordError:
        answer = "workbook.encrypted", ""
    except (CalamineError, MemoryError) as error:
        answer = "workbook.broken", str(error)[:200]
    pickle.dump(answer, sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    main(int(sys.argv[1]))

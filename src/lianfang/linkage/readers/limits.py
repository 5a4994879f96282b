"""Bounds that keep one bad file from taking the machine's memory or time."""

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Limits:
    """All sizes in bytes. The defaults hold a workbook of a million rows."""

    file: int = 2_000 * MEGABYTE
    unpacked: int = 2_000 * MEGABYTE  # of a workbook
    ratio: int = 200  # unpacked to packed, looked at above `ratio_from`
    ratio_from: int = 50 * MEGABYTE
    cells: int = 60_000_000  # of the rectangle that a sheet spans; 32 bytes each while it is read
    memory: int = 3_000 * MEGABYTE  # that parsing an XLS, XLSB or ODS may take
    seconds: int = 120  # that it may last
    columns: int = 2_000  # of a CSV row; what stands behind goes into the last cell
    multiline: int = 30  # lines of one quoted CSV record; more means a stray quotation mark

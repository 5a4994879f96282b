"""Looks into a workbook's container before it is parsed: passwords, macros, zip bombs, cells far out."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

from lianfang.linkage.readers.grid import column_letter
from lianfang.linkage.readers.limits import MEGABYTE, Limits
from lianfang.linkage.readers.messages import Unreadable

_CHUNK = 1 << 20
_LAST_ROW = re.compile(rb'<row[^>]*? r="(\d+)"')
_WIDE = re.compile(rb' r="([A-Z]{2,3})\d')
_CELL = re.compile(rb"<c[ />]")


def check_zip(raw: bytes, limits: Limits) -> None:
    """Raises Unreadable for an archive that is no workbook, has macros, unpacks to too much, or spans too
    much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
        raise Unreadable("workbook.broken", detail=str(error)[:200]) from error
    names = {member.filename.lower() for member in members}
    if any(member.flag_bits & 1 for member in members):
        raise Unreadable("workbook.encrypted")
    if any(name.endswith("vbaproject.bin") for name in names):
        raise Unreadable("workbook.macro")
    if not any(name.startswith(("xl/", "content.xml")) for name in names):
        word = any(name.startswith("word/") for name in names)
        raise Unreadable("file.word") if word else Unreadable("file.archive", kind="zip")
    _check_sizes([member.file_size for member in members], len(raw), limits)
    _unpack(raw, members, limits)


def _check_sizes(sizes: list[int], packed: int, limits: Limits) -> None:
    unpacked = sum(sizes)
    ratio = unpacked // max(1, packed)
    if unpacked > limits.unpacked or (unpacked > limits.ratio_from and ratio > limits.ratio):
        raise Unreadable("workbook.bomb", size=unpacked // MEGABYTE, ratio=ratio)


def _unpack(raw: bytes, members: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Unpacks piece by piece, keeping nothing: the sizes that an archive states of itself may be lies."""
    total = 0
    for member in members:
        sheet = member.filename.lower().startswith("xl/worksheets/") and member.filename.endswith(".xml")
        span = _Span()
        tail = b""
        for piece in _pieces(raw, member):
            total += len(piece)
            _check_sizes([total], len(raw), limits)
            if sheet:
                span.look(tail + piece, len(tail))
                tail = piece[-64:]
        if sheet:
            span.check(member.filename, limits)


def _pieces(raw: bytes, member: zipfile.ZipInfo) -> Iterator[bytes]:
    start = member.header_offset
    if raw[start : start + 4] != b"PK\x03\x04":
        raise Unreadable("workbook.broken", detail=member.filename)
    name, extra = struct.unpack("<HH", raw[start + 26 : start + 30])
    begin = start + 30 + name + extra
    packed = memoryview(raw)[begin : begin + member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        yield bytes(packed)
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise Unreadable("workbook.broken", detail=f"{member.filename}: compression {member.compress_type}")
    inflate = zlib.decompressobj(-15)
    rest: bytes | memoryview = packed
    try:
        while rest and not inflate.eof:
            yield inflate.decompress(rest, _CHUNK)
            rest = inflate.unconsumed_tail
    except zlib.error as error:
        raise Unreadable("workbook.broken", detail=f"{member.filename}: {error}") from error


class _Span:
    """The rectangle that the cells of a sheet span; calamine would hold all of it in memory."""

    def __init__(self) -> None:
        self.rows, self.column, self.cells = 0, 26, 0

    def look(self, xml: bytes, seen: int) -> None:
        rows = _LAST_ROW.findall(xml)
        if rows:
            self.rows = max(self.rows, int(rows[-1][:9]))
        for letters in set(_WIDE.findall(xml)):
            self.column = max(self.column, _column_number(letters))
        self.cells += len(_CELL.findall(xml, max(0, seen - 2)))

    def check(self, sheet: str, limits: Limits) -> None:
        area = self.rows * self.column
        if area > limits.cells and area > 20 * self.cells:
            column = column_letter(self.column - 1)
            raise Unreadable(
                "workbook.far_cell", sheet=sheet.rsplit("/", 1)[-1], last_row=self.rows, column=column
            )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def check_ole(raw: bytes) -> None:
    """Raises Unreadable if an OLE container (XLS, or a locked XLSX) is encrypted, has macros, or is a
    Word file.
    """
    entries = raw if len(raw) < 4 * MEGABYTE else raw[: 2 * MEGABYTE] + raw[-2 * MEGABYTE :]

    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in entries

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        raise Unreadable("workbook.encrypted")
    if holds("_VBA_PROJECT"):
        raise Unreadable("workbook.macro")
    if holds("WordDocument"):
        raise Unreadable("file.word")

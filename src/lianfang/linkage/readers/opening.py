"""From a path to grids: what kind of file it is, told by its first bytes, never by its name alone."""

import stat
from pathlib import Path

from lianfang.linkage.readers.delimited import read_delimited
from lianfang.linkage.readers.grid import Grid
from lianfang.linkage.readers.html_table import looks_like_html, read_html
from lianfang.linkage.readers.limits import MEGABYTE, Limits
from lianfang.linkage.readers.messages import Unreadable
from lianfang.linkage.readers.workbook import read_workbook

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_KINDS: tuple[tuple[bytes, str, dict[str, str]], ...] = (
    (b"%PDF", "file.pdf", {}),
    (b"\x89PNG", "file.image", {}),
    (b"\xff\xd8\xff", "file.image", {}),
    (b"GIF8", "file.image", {}),
    (b"II*\x00", "file.image", {}),
    (b"BM", "file.image", {}),
    (b"Rar!", "file.archive", {"kind": "rar"}),
    (b"7z\xbc\xaf", "file.archive", {"kind": "7z"}),
    (b"\x1f\x8b", "file.archive", {"kind": "gzip"}),
    (b"{\\rtf", "file.word", {}),
    (b"MIME-Version:", "file.other_kind", {"kind": "MHTML"}),
    (b"SQLite format 3", "file.other_kind", {"kind": "SQLite"}),
    (b"\x7fELF", "file.other_kind", {"kind": "program"}),
    (b"MZ", "file.other_kind", {"kind": "program"}),
)


def open_grids(path: Path, limits: Limits, encoding: str | None = None) -> list[Grid]:
    """All sheets of a file; a CSV has one. Raises Unreadable for whatever is wrong with it."""
    raw = _bytes(path, limits)
    if not raw:
        raise Unreadable("file.empty")
    if raw.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLE)) or _is_old_excel(raw):
        return read_workbook(raw, limits)
    for magic, code, params in _OTHER_KINDS:
        if raw.startswith(magic) and not (len(magic) == 2 and _is_text(raw)):
            raise Unreadable(code, None, **params)
    head = raw[:2000].lstrip(b"\xef\xbb\xbf \r\n\t")
    if head.startswith(b"<?xml") and b"urn:schemas-microsoft-com:office:spreadsheet" in raw[:4000]:
        raise Unreadable("workbook.xml2003")
    if looks_like_html(raw):
        return read_html(raw, limits)
    if _is_binary(raw):
        raise Unreadable("file.other_kind", kind=path.suffix or "binary")
    return [read_delimited(raw, limits, encoding)]


def _bytes(path: Path, limits: Limits) -> bytes:
    try:
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            raise Unreadable("file.directory", path=path)
        if about.st_size > limits.file:
            raise Unreadable("file.too_large", size=about.st_size // MEGABYTE, limit=limits.file // MEGABYTE)
        if not stat.S_ISREG(about.st_mode):
            raise Unreadable("file.other_kind", kind="device")  # a pipe would wait for ever
        return path.read_bytes()
    except FileNotFoundError as error:
        raise Unreadable("file.missing", path=path) from error
    except PermissionError as error:
        raise Unreadable("file.no_permission", path=path) from error
    except OSError as error:
        raise Unreadable("file.unreadable", path=path, detail=error.strerror or error) from error


def _is_old_excel(raw: bytes) -> bool:
    # BIFF2 to BIFF5 without a container, as very old systems write.
    return raw[:2] in (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08") and raw[2:4] in (
        b"\x04\x00",
        b"\x06\x00",
        b"\x08\x00",
        b"\x10\x00",
    )


def _is_text(raw: bytes) -> bool:
    return not any(byte < 32 and byte not in b"\t\r\n" for byte in raw[:200])


def _is_binary(raw: bytes) -> bool:
    """Many zero bytes, and not in the places where UTF-16 and UTF-32 have them."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        return False
    head = raw[:4096]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    return head.count(0) > len(head) // 20 and not (odd > 4 * even or even > 4 * odd)

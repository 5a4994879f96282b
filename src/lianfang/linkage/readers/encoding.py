"""From the bytes of a text file to UTF-8, whatever it came in; bad bytes become U+FFFD and are told."""

import codecs
import re
from dataclasses import dataclass

from lianfang.linkage.readers.messages import Unreadable

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_DAMAGED = "\ufffd".encode()
_EVERYDAY = 0.6  # share of everyday characters from which a text is Chinese
_MOST_DAMAGED = 0.3  # share of rows; above, the encoding is not what it seemed


@dataclass(frozen=True)
class Text:
    """UTF-8 without a byte order mark, rows separated by \\n. `damaged`: it holds U+FFFD."""

    data: bytes
    encoding: str
    damaged: bool
    mixed: tuple[
        int, ...
    ] = ()  # rows, from 1, that are in another encoding than the rest and were read in theirs


def decode(raw: bytes, encoding: str | None = None) -> Text:
    """Finds the encoding (unless given) and turns the text into UTF-8. Raises Unreadable if nothing fits."""
    if encoding is not None:
        return _checked(raw, encoding)
    for mark, name in _BOMS:
        if raw.startswith(mark):
            return _checked(raw[len(mark) :] if name in ("utf-8-sig", "gb18030") else raw, name)
    wide = _utf16_without_mark(raw)
    if wide:
        return _checked(raw, wide)
    if _is_utf8(raw):
        return _lines(raw, "utf-8")
    return _mixed(raw) or _checked(raw, _guess(raw))


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _utf16_without_mark(raw: bytes) -> str | None:
    """UTF-16 has a zero byte in every second place where commas, digits and line ends are."""
    head = raw[:4096]
    if head.count(0) < max(2, len(head) // 50):
        return None
    # Stray zero bytes in a UTF-8 file stand anywhere; in UTF-16 one stands beside nearly every comma and line end.
    marks = head.count(b",") + head.count(b"\n")
    for encoding, pairs in (("utf-16-le", (b",\0", b"\n\0")), ("utf-16-be", (b"\0,", b"\0\n"))):
        if sum(head.count(pair) for pair in pairs) > 0.6 * marks:
            return encoding
    return None


def _guess(raw: bytes) -> str:
    """The 8-bit encoding that damages the fewest places and reads like Chinese, or like Western text."""
    head = raw[:200_000]
    tries = {name: head.decode(name, errors="replace") for name in ("utf-8", "gb18030", "big5", "cp1252")}
    bad = {name: text.count("\ufffd") for name, text in tries.items()}
    wide = max(1, sum(byte >= 0x80 for byte in head))
    if bad["utf-8"] <= 0.1 * wide:
        return "utf-8"
    gb = _everyday_gb(tries["gb18030"])
    if bad["gb18030"] <= 0.1 * wide and gb >= _EVERYDAY:
        return "gb18030"
    if bad["big5"] <= 0.02 * wide and _everyday_big5(tries["big5"]) > gb:
        return "big5"
    letters = len(re.findall(r"[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z]", head[:50_000].decode("latin-1")))
    if letters > 0.5 * wide and gb < _EVERYDAY:
        return "cp1252"
    return "gb18030"


#: Chinese characters and their punctuation, as UTF-8 has them: rarely bytes of another encoding by chance.
_CHINESE_UTF8 = re.compile(
    rb"(?:[\xe4-\xe9][\x80-\xbf]{2}|\xe3[\x80-\x81][\x80-\xbf]|\xef[\xbc-\xbf][\x80-\xbf])+"
)
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
#: Share of the rows with Chinese in them that have to be clear; else the file is damaged, not glued together.
_CLEAR = 0.9


def _mixed(raw: bytes) -> Text | None:
    """A file that was glued together of GB 18030 and UTF-8, each row read in its own; None for any other file."""
    if not _CHINESE_UTF8.search(raw):
        return None
    lines = raw.split(b"\n")
    kinds = [_kind_of_line(line) for line in lines]
    utf8, gb, unclear = (kinds.count(kind) for kind in ("utf-8", "gb18030", "unclear"))
    if not utf8 or not gb or unclear > (1 - _CLEAR) * (utf8 + gb + unclear):
        return None
    main, other = ("utf-8", "gb18030") if utf8 >= gb else ("gb18030", "utf-8")
    read = b"\n".join(
        line.decode(kind if kind in (main, other) else main, errors="replace").encode()
        for line, kind in zip(lines, kinds, strict=True)
    )
    text = _lines(read, main)
    return Text(
        text.data, main, text.damaged, tuple(row for row, kind in enumerate(kinds, 1) if kind == other)
    )


def _kind_of_line(line: bytes) -> str:
    """utf-8, gb18030, unclear, or "" for a row of ASCII."""
    if not _BEYOND_ASCII.search(line):
        return ""
    if _is_utf8(line):
        return "utf-8" if not _BEYOND_ASCII.search(_CHINESE_UTF8.sub(b"", line)) else "unclear"
    try:
        text = line.decode("gb18030")
    except UnicodeDecodeError:
        return "unclear"
    return "gb18030" if _everyday_gb(text) >= _EVERYDAY else "unclear"


def _everyday_gb(text: str) -> float:
    """The share of Chinese characters that are among the 3,755 everyday ones of GB 2312, level 1."""
    chinese = [char for char in text if "\u3400" <= char <= "\u9fff" or "\ue000" <= char <= "\uf8ff"][:5000]
    return sum(_level_one(char) for char in chinese) / len(chinese) if chinese else 0.0


def _everyday_big5(text: str) -> float:
    """The share of Chinese characters that are among the 5,401 everyday ones of Big5."""
    chinese = [char for char in text if "\u3400" <= char <= "\u9fff" or "\ue000" <= char <= "\uf8ff"][:5000]
    coded = [char.encode("big5", errors="ignore") for char in chinese]
    return sum(len(c) == 2 and 0xA4 <= c[0] <= 0xC6 for c in coded) / len(coded) if coded else 0.0


def _level_one(char: str) -> bool:
    coded = char.encode("gb2312", errors="ignore")
    return len(coded) == 2 and 0xB0 <= coded[0] <= 0xD7


def _checked(raw: bytes, encoding: str) -> Text:
    try:
        text = _lines(raw.decode(encoding, errors="replace").encode("utf-8", errors="replace"), encoding)
    except LookupError as error:
        raise Unreadable("file.other_kind", kind=encoding) from error
    if text.damaged:
        rows = text.data.splitlines()
        share = sum(_DAMAGED in row for row in rows) / max(1, len(rows))
        if share > _MOST_DAMAGED and len(rows) > 3:
            raise Unreadable("encoding.unknown", share=f"{share:.0%}")
    return text


def _lines(data: bytes, encoding: str) -> Text:
    returns = data.count(b"\r")
    if returns and returns != data.count(b"\r\n"):
        # A lone CR ends a row too, as old Macintosh programs write; files glued together have both.
        data = data.replace(b"\r\r\n", b"\n").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return Text(data, encoding, _DAMAGED in data)

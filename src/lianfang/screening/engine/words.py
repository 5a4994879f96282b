"""Text before meaning: width, case, dashes and Chinese numerals. Standard library only, and every rule can be
written alike in TypeScript (web/field has a twin of what reads vehicle numbers).
"""

import re
import unicodedata

#: Cells are cut here; no honest cell of a published list is longer.
LONGEST = 2_000

_DASHES = re.compile(r"[‐‑‒–—―−﹣－─~～〜∼]+")
_SPACES = re.compile(r"\s+")
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
#: Characters that a Chinese numeral below one hundred is written with.
NUMERALS = "零〇一二两三四五六七八九十"


def clean(text: str) -> str:
    """Half width, one kind of dash, single spaces, stripped. Letters keep their case."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST])
    return _SPACES.sub(" ", _DASHES.sub("-", plain)).strip()


def numeral(text: str) -> int | None:
    """ "四" → 4, "十六" → 16, "二十" → 20, "06" → 6; None if it is no number below 100,000."""
    if text.isascii():
        return int(text) if text.isdigit() and len(text) <= 5 else None
    if not text or any(char not in NUMERALS for char in text) or text.count("十") > 1:
        return None
    if "十" not in text:
        return int("".join(str(_DIGITS[char]) for char in text)) if len(text) <= 5 else None
    tens, _, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1:
        return None
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)

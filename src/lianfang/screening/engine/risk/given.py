"""What readers of risk areas share: what counts where a list says nothing, results, reasons, words of levels."""

import re
from dataclasses import dataclass
from datetime import date

from lianfang.screening.engine.risk.areas import RiskArea
from lianfang.screening.engine.words import clean

_LEVEL_OF = (
    ("high", re.compile(r"^高$|高风险|高危|封控区|^HIGH$", re.IGNORECASE)),
    ("medium", re.compile(r"^中$|中风险|管控区|^(?:MEDIUM|MID|MODERATE)$", re.IGNORECASE)),
    ("low", re.compile(r"^低$|低风险|防范区|^LOW$", re.IGNORECASE)),
    ("key", re.compile(r"重点(?:疫区|地区|关注地区|区域)?|疫区|^KEY$", re.IGNORECASE)),
)


@dataclass(frozen=True)
class Unread:
    """What gave no area: row or line, text as it was, why (a code of `WORDS`), and the codes it might have meant."""

    source: str
    row: int
    text: str
    code: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """Areas, what could not be read, and which column was taken for what."""

    areas: tuple[RiskArea, ...]
    unread: tuple[Unread, ...]
    columns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Given:
    """What counts where a list says nothing: the year of dates, the level, the first day; `home` is the code of
    one's own place, whose surroundings are meant before others of the same name.
    """

    source: str
    year: int | None = None
    level: str | None = None
    first: date | None = None
    home: str = ""


#: Why something gives no area: code → (Chinese, English).
WORDS: dict[str, tuple[str, str]] = {
    "place.missing": ("没有地点", "no place"),
    "place.unknown": ("地点无法识别", "the place is not known"),
    "place.ambiguous": (
        "同名地点不止一处，请写明省市",
        "several places bear this name; say which province and city",
    ),
    "place.except": (
        "“除……外”无法自动识别，请分别列出",
        "exceptions cannot be read; list the places one by one",
    ),
    "level.missing": ("没有风险等级", "no level"),
    "level.unknown": ("风险等级无法识别", "the level is not known"),
    "period.missing": ("没有日期", "no date"),
    "period.unreadable": ("日期无法识别", "the date cannot be read"),
}


def level_of(text: str) -> str | None:
    """The level that a word names; None if it names none."""
    plain = clean(text)
    return next((level for level, pattern in _LEVEL_OF if pattern.search(plain)), None)

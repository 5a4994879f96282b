"""What the cells of a column look like, for columns whose heading does not say."""

import re
from collections.abc import Callable, Sequence

import polars as pl

from lianfang.linkage.readers.vocabulary import (
    DOUBLE_SURNAMES,
    RELATION_WORDS,
    SURNAMES,
    normalise_text,
)

_CJK = r"[\u3400-\u9fff\u{20000}-\u{2ebef}]"
_NAME = (
    rf"^(?:(?:{'|'.join(DOUBLE_SURNAMES)}){_CJK}{{1,2}}"
    rf"|[{SURNAMES}](?:{_CJK}{{1,3}}|[*×xX○某]{{1,2}}{_CJK}?)|[小老阿][{SURNAMES}])$"
)
_DIGIT_DATE = r"(?:(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))"
_PLATES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"

#: Regular expressions for one cell, after full-width characters became half-width.
PATTERNS: dict[str, str] = {
    "id_number": rf"^(?:[1-9]\d{{5}}{_DIGIT_DATE}\d{{3}}[\dXx]"  # 18 digits
    rf"|[1-9]\d{{7}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{{3}}"  # 15 digits
    r"|[1-9]\d{2,13}[*×xX]{3,}[\dXx]{0,4}|[1-8]\.\d+[eE]\+1[467]"  # masked, ruined
    r"|[EGDPSHMegdpshm][A-Za-z]?\d{7,8}|[1-9]\d{16}[\dXx])$",  # passports and permits, mistyped
    "phone": r"^(?:(?:\+|00)?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}[- ]?\d{4}|[*×]{4}\d{2,4})$|^0\d{2,3}[- ]?\d{7,8}$",
    "sex": r"^(?:男|女|男性|女性|[MFmf]|male|female|Male|Female)$",
    "date": r"^(?:(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?"
    r"|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d\d|\d{1,2}月\d{1,2}[日号]?|"
    rf"{_DIGIT_DATE})(?:[ T]*\d{{1,2}}[:时点].*)?$",
    "time": r"^(?:[上下]午)?\d{1,2}[:：点时]",
    "vehicle": rf"^(?:[GDCZTKLYgdcztk]\d{{1,4}}(?:次)?"
    rf"|[A-Z0-9]{{2}}\d{{3,4}}|[{_PLATES}][A-Z]·?[A-Z0-9]{{5,6}})$",
    "temperature": r"^3[4-9]\.\d(?:\d)?(?:℃|°C|度)?$",
    "address": r"\d\s*(?:号楼|幢|栋|座|室|单元|号|弄|组|村)|小区|公寓|花园|家园|新村|嘉苑"
    r"|(?:^|[\u4e00-\u9fff])\d{1,3}[-#]\d{1,2}[-#]\d{2,4}$|[\u4e00-\u9fff]{2,}\d{1,3}[-#]\d{2,4}$"
    r"|(?:[Rr]oad|[Ss]treet|[Bb]uilding)",
    "cell_area": r"基站|LAC|CGI|^460[-0-9]|扇区|位置区|宏站|微站",
    "name": _NAME,
    "room": r"^\d{1,2}0?\d{1,2}[A-Za-z室]?$",
    "building": r"^\d{1,3}(?:幢|栋|号楼|号|座|#)?$|^[A-Z]座?$",
    "unit": r"^(?:\d{1,2}|[一二三四五六七八九])(?:单元)?$",
    "age": r"^(?:\d{1,2}|1[01]\d)岁?$",
    "household": r"^(?:[A-Za-z]{0,4}-?\d{1,8}|第?\d+户)$",
    "relation": "^(?:" + "|".join(map(re.escape, RELATION_WORDS)) + ")$",
    "employer": r"公司|厂$|学校|医院|局$|中心$|大学|集团|中学|小学|幼儿园|店$|超市",
}
#: Content so particular that it may give a column its meaning without a heading, strongest first.
STRONG: tuple[str, ...] = (
    "id_number",
    "phone",
    "sex",
    "date",
    "temperature",
    "cell_area",
    "relation",
    "vehicle",
    "address",
    "name",
)
_SAMPLE = 1000
_PYTHON = {
    field: re.compile(re.sub(r"\\u\{(\w+)\}", lambda m: chr(int(m.group(1), 16)), pattern))
    for field, pattern in PATTERNS.items()
}


def sample(column: pl.Series) -> pl.Series:
    """Up to 1000 cells that hold something, spread over the column, half-width."""
    filled = column.drop_nulls()
    if len(filled) > _SAMPLE:
        filled = filled.gather_every(len(filled) // _SAMPLE)
    return filled.str.slice(0, 200).str.normalize("NFKC")


def share(cells: pl.Series, field: str) -> float:
    """The share of `cells` (see `sample`) that look like `field`; 0 for no cells or a field without a
    pattern.
    """
    if not len(cells) or field not in PATTERNS:
        return 0.0
    return float(cells.str.contains(PATTERNS[field]).mean() or 0.0)  # type: ignore[arg-type]


def shares(column: pl.Series, fields: Sequence[str] = STRONG) -> dict[str, float]:
    """How much of the column looks like each of `fields`, from 0 to 1."""
    cells = sample(column)
    return {field: share(cells, field) for field in fields}


def looks_like(text: str, field: str) -> bool:
    """Whether one cell looks like `field`."""
    return bool(_PYTHON[field].search(_half_width(text)))


#: A longer cell is neither a heading nor one value; patterns would only take long to say so.
_LONGEST = 200


def looks_like_data(text: str) -> bool:
    """Whether a cell is a value rather than a heading: an ID number, phone, date, number, sex or name."""
    if len(text) > _LONGEST:
        return True
    checks: tuple[Callable[[str], bool], ...] = (
        lambda cell: any(looks_like(cell, field) for field in ("id_number", "phone", "date", "temperature")),
        lambda cell: cell.replace(".", "").replace("-", "").isdigit(),
        lambda cell: cell in ("男", "女"),
        lambda cell: looks_like(cell, "name"),
        lambda cell: looks_like(cell, "address") and any(c.isdigit() for c in cell),
    )
    return any(check(_half_width(text)) for check in checks)


def _half_width(text: str) -> str:
    return (
        normalise_text(text).upper()
        if text.isascii()
        else "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)
    )


def strongest(column: pl.Series, among: Sequence[str], least: float = 0.8) -> str | None:
    """The field of `among` that at least `least` of the cells look like, the most telling one first."""
    found = shares(column, among)
    for field in among:
        if found[field] >= least and (field != "name" or _varied(column)):
            return field
    return None


def _varied(column: pl.Series) -> bool:
    # Names differ; a column of 已核实 or 浙江 with few distinct values is something else.
    filled = column.drop_nulls()
    return len(filled) < 8 or filled.n_unique() > max(3, min(50, len(filled) // 10))

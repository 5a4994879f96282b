"""Characters before meaning: width, variants, controls, Chinese numerals, and how a column is standardised
once per value.

Everything works on whole Polars columns. Traditional characters come from OpenCC's dictionary; `GLYPHS` adds
what registers and keyboards in the field also write for the same character (and only glyph variants: 喆 is
not 哲,
堃 is not 坤 in a name).
"""

from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib.resources import files
from typing import Any, TypeVar

import numpy as np
import polars as pl

from lianfang.linkage.engine.unique import once

Values = TypeVar("Values", pl.Series, pl.DataFrame)
#: Distinct values that are read at once.
PORTION = 200_000
#: Cells are cut here before anything is parsed; no honest name, number or address is longer.
LONGEST = 200

#: Pairs "variant, standard" that OpenCC's table lacks, or maps to a character that no keyboard offers.
GLYPHS = (
    "髙高淸清靑青敎教旣既戸户吴吴呉吴黒黑徳德恵惠毎每郷乡鄊乡静静寳宝珤宝寶宝冨富栢柏皐皋煇辉訢欣"
    "埜野龢和荘庄桒桑僊仙濶阔凖准况况決决勅敕畧略畱留畆亩睠眷棊棋碁棋竝并笋笋筍笋縂总羗羌聨联聡聪"
    "聴听臯皋艶艳葢盖蘂蕊蘓苏虗虚衞卫覩睹贒贤躭耽輭软遯遁郞郎鎌镰隂阴霊灵韮韭顕显髯髯鬪斗鴈雁黙默"
    "祕秘邨村峯峰羣群眞真晧皓戶户强强內内凃涂脩修昻昂寕宁甯宁寗宁亷廉槑梅淼淼喦岩巗岩嵒岩"
    "恊协愼慎慱博斉齐斎斋曻升暎映曽曾楽乐歩步毓毓氷冰沢泽浄净涙泪渓溪瀬濑焔焰猟猎瑠琉畄留疎疏発发"
    "県县総总緑绿縁缘繋系穏稳竜龙篭笼粛肃経经継继絵绘続续聖圣声声荅答蓆席蔵藏薬药覚觉訳译読读譲让豊丰"
    "賛赞転转軽轻辺边逓递遅迟遙遥鉄铁銕铁鋭锐録录関关陥陷険险雑杂頼赖騒骚験验鶏鸡麺面歯齿齢龄亜亚仏佛"
    "仮假伝传価价倹俭児儿円圆剣剑労劳勲勋勧劝単单厳严収收団团囲围図图圧压塁垒壊坏壌壤壱壹売卖変变奨奖"
    "奥奥姉姊嬢娘実实対对専专将将尭尧岳岳巌岩帯带広广廃废応应恋恋悦悦悩恼恒恒戦战抜拔択择拝拜拠据挙举"
)

#: OpenCC entries that would merge two characters which names keep apart.
_KEPT_APART = frozenset("乾著")


@cache
def simplified() -> dict[str, str]:
    """Character → what replaces it. Read once from OpenCC's table of traditional characters."""
    table: dict[str, str] = {}
    path = files("opencc") / "dictionary" / "TSCharacters.txt"
    for line in path.read_text(encoding="utf-8").splitlines():
        key, _, values = line.partition("\t")
        table[key] = values.split(" ")[0]
    table.update(zip(GLYPHS[::2], GLYPHS[1::2], strict=True))
    return {key: value for key, value in table.items() if key != value and key not in _KEPT_APART}


def replace_characters(values: pl.Series, table: Mapping[str, str], end: str = "") -> pl.Series:
    """Each character that the table knows replaced by its entry and `end`."""
    # A matcher of the characters that occur is built and run several times as fast as one of all that there are.
    occurring = set(values.str.join("").item() or "")
    used = {char: table[char] + end for char in occurring if char in table}
    return values.str.replace_many(list(used), list(used.values())) if used else values


#: The column that steps are written on.
X = pl.col("x")
#: A change of X, or a change and the condition on X under which rows need it (others are not even looked at).
Step = pl.Expr | tuple[pl.Expr, pl.Expr]


def steps(values: pl.Series, *changes: Step) -> pl.Series:
    """The values after each change in turn. One at a time, because nested expressions would be computed
    many times.
    """
    values = values.alias("x")
    for change in changes:
        if isinstance(change, tuple):
            change, condition = change
            values = changed_where(values, condition, partial(_select, change=change))
        else:
            values = _select(values, change)
    return values


def _select(values: pl.Series, change: pl.Expr) -> pl.Series:
    return values.to_frame().select(change.alias("x"))["x"]


def changed_where(
    values: pl.Series, condition: pl.Expr, change: Callable[[pl.Series], pl.Series]
) -> pl.Series:
    """The values, those changed that meet a condition on X; the others are not even looked at."""
    values = values.alias("x")
    rows = np.flatnonzero(_select(values, condition.fill_null(False)).to_numpy())
    if not len(rows):
        return values
    changed = change(values[rows]).alias("x")
    if len(rows) == len(values):
        return changed
    place = np.arange(len(values))
    place[rows] = np.arange(len(values), len(values) + len(rows))
    return pl.concat([values, changed])[place]


NOT_BLANK = pl.when(X != "").then(X)


def clean(values: pl.Series) -> pl.Series:
    """Cut at LONGEST, full width to half width, no invisible characters, single spaces, stripped; ""
    becomes null.
    """
    plain = r"[^\x21-\x7e\x{4e00}-\x{9fff}]"
    odd = X.str.contains(plain)
    return steps(
        values,
        (X.str.slice(0, LONGEST), X.str.len_bytes() > LONGEST),
        (X.str.normalize("NFKC").str.slice(0, LONGEST), odd),
        (X.str.replace_all(r"[\p{Cf}\x{FE00}-\x{FE0F}\x{E0100}-\x{E01EF}]", ""), odd),
        (X.str.replace_all(r"[\p{Cc}\p{Z}\s]+", " ").str.strip_chars(), odd),
        NOT_BLANK,
    )


def simplify(values: pl.Series) -> pl.Series:
    """Traditional and variant characters to simplified ones, character by character."""
    return replace_characters(values, simplified())


def blank_to_null(column: pl.Expr) -> pl.Expr:
    return column.replace("", None)


# ── Chinese numerals ────────────────────────────────────────────────────────────────────────────────────────
#: What a number in an address or date may be written with.
NUMERAL = "0-9零〇○一二三四五六七八九十百两"
_DIGITS = {"零": 0, "〇": 0, "○": 0, "两": 2} | {
    char: value for value, char in enumerate("一二三四五六七八九", start=1)
}


def read_numeral(text: str) -> str:
    """ "五零一" → "501", "二十三" → "23", "一百零二" → "102", "三a" → "3a", "007" → "7"."""
    letters_before = text[: len(text) - len(text.lstrip("abcdefghijklmnopqrstuvwxyz"))]
    letters_after = text[len(text.rstrip("abcdefghijklmnopqrstuvwxyz")) :] if letters_before != text else ""
    core = text[len(letters_before) : len(text) - len(letters_after)]
    total, current, positional = 0, "", False
    for char in core:
        if char in "十百":
            positional = True
            total += int(current or "1") * (10 if char == "十" else 100)
            current = ""
        else:
            current += char if char.isascii() else str(_DIGITS.get(char, 0))
    number = str(total + int(current or "0")) if positional else current.lstrip("0") or current[-1:]
    return letters_before + number + letters_after


def numerals(column: pl.Series) -> pl.Series:
    """A column of captured numbers in plain digits; each distinct value is read once."""
    distinct = column.drop_nulls().unique()
    odd = distinct.filter(distinct.str.contains(r"[^0-9]|^0")).to_list()
    if not odd:
        return column
    return column.replace(odd, [read_numeral(value) for value in odd])


# ── one value, one computation ──────────────────────────────────────────────────────────────────────────────
def per_distinct(column: pl.Series, parse: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
    """`parse` applied to the distinct non-null values, its columns spread back over the rows (nulls stay
    null).
    """
    known = np.flatnonzero(column.is_not_null().to_numpy())
    values = column if len(known) == len(column) else column.gather(known)
    first, place = once(values.hash(seed=1).to_numpy())
    parsed = _in_portions(values.gather(first), parse)
    if len(known) == len(column):
        return parsed[place]
    spread = pl.Series([None], dtype=pl.UInt32).new_from_index(0, len(column))
    return parsed.select(pl.all().gather(spread.scatter(known, place)))


def per_distinct_row(rows: pl.DataFrame, parse: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """`parse` applied to the distinct rows, its columns spread back over all of them."""
    mixed = np.zeros(len(rows), np.uint64)
    for column in rows:
        if column.null_count() < len(column):
            mixed = (mixed ^ column.hash(seed=1).to_numpy()) * np.uint64(0x9E3779B97F4A7C15)
            mixed ^= mixed >> np.uint64(29)
    first, place = once(mixed)
    return _in_portions(rows[first], parse)[place]


def _in_portions(values: Values, parse: Callable[[Values], pl.DataFrame]) -> pl.DataFrame:
    """`parse` with room for what its steps leave in between of one portion only."""
    portions = (values.slice(start, PORTION) for start in range(0, max(len(values), 1), PORTION))
    return pl.concat([parse(portion) for portion in portions], how="vertical_relaxed", rechunk=True)


def one_row(frame: pl.DataFrame) -> Mapping[str, Any]:
    """The only row of a frame as a mapping, for the functions that standardise one value."""
    return frame.row(0, named=True)

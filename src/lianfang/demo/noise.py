"""What writers do to names, numbers and telephones: misheard, mistyped, shortened, masked."""

from collections import Counter
from functools import cache

import numpy as np
import polars as pl
from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

from lianfang.demo.names import surname_table, text_of
from lianfang.demo.tables import Bools, Codes, Digits, Ints, chance, table

_LOOKALIKES = (
    "末未 玟玫 昊吴 杨扬 锋峰 晴睛 睿瑞 钰珏 淇琪 彬斌 梁粱 候侯 洋详 佳住 芳方 萍苹 莹萤 婷停 "
    "祥详 宇字 浩洁 刚钢 涛焘 彦颜 傅付 萧肖 闫阎 戴代 沈沉 曲屈 余佘 洪供 昌晶 欣欢 怡恰 妍研 "
    "茜西 萱宣 馨磬 梓样 桐铜 辰晨 泽择 铭名 烨华 炜伟 玮伟 琳林 珊栅 瑶遥 娜那 建健 志智 永水 "
    "玉王 大太 天夫 力刀 己已 土士 千干 贵贯 庆厌 厉历 雯文 媛缓 嫣焉 冰水 凯剀 "
)
_SURNAME_SLIPS = (
    "张章 陈程 王汪 李黎 刘柳 余于 徐许 付傅 肖萧 江姜 何贺 石施 严颜 齐祁 周邹 郑曾 孙宋 钟仲 "
    "戴代 闫严 吕鲁 "
)
_NEAR = (
    ("zh", "z"),
    ("ch", "c"),
    ("sh", "s"),
    ("ing", "in"),
    ("eng", "en"),
    ("ang", "an"),
    ("l", "n"),
    ("h", "f"),
)


class Slips:
    """For each character the characters it is taken for; replacement for many rows at once."""

    def __init__(self, groups: dict[str, str]) -> None:
        flat = "".join(groups.values())
        self._flat = np.array([ord(c) for c in flat] or [0], dtype=np.uint32)
        self._start = np.zeros(0x11000, dtype=np.int64)
        self._count = np.zeros(0x11000, dtype=np.int64)
        position = 0
        for character, others in groups.items():
            self._start[ord(character)] = position
            self._count[ord(character)] = len(others)
            position += len(others)

    def replace(self, rng: np.random.Generator, codes: Codes) -> Codes:
        """Another character for each; the same one where nothing is known."""
        count = self._count[codes]
        pick = self._start[codes] + (rng.random(codes.shape) * count).astype(np.int64)
        return np.where(count > 0, self._flat[np.minimum(pick, len(self._flat) - 1)], codes).astype(np.uint32)


@cache
def name_characters() -> str:
    """Every character of the demo's surnames and given names, once."""
    given = table("given")
    parts = [given["tail"], *(text for era in given["era"] for text in era.values() if isinstance(text, str))]
    surnames = text_of(surname_table()[0])
    return "".join(dict.fromkeys(c for c in "".join([*surnames, *parts]) if not c.isspace()))


@cache
def _commonness() -> Counter[str]:
    """In how many of the tables a character stands: what a writer thinks of first."""
    eras = table("given")["era"]
    return Counter(c for era in eras for text in era.values() if isinstance(text, str) for c in set(text))


def _by_sound(near: bool) -> dict[str, str]:
    characters = name_characters()
    sounds = [lazy_pinyin(c, style=Style.NORMAL)[0] for c in characters]
    keys = [_blurred(s) for s in sounds] if near else sounds
    groups: dict[str, list[int]] = {}
    for i, key in enumerate(keys):
        groups.setdefault(key, []).append(i)
    tones = [lazy_pinyin(c, style=Style.TONE3, neutral_tone_with_five=True)[0][-1] for c in characters]
    common = _commonness()

    def weight(i: int, j: int) -> int:
        if j == i or (near and sounds[j] == sounds[i]):
            return 0
        return (1 + min(8, common[characters[j]])) * (3 if tones[i] == tones[j] else 1)

    return {
        c: "".join(characters[j] * weight(i, j) for j in groups[keys[i]]) for i, c in enumerate(characters)
    }


def _blurred(sound: str) -> str:
    for exact, plain in _NEAR:
        if exact in ("zh", "ch", "sh", "l", "h"):
            sound = plain + sound[len(exact) :] if sound.startswith(exact) else sound
        elif sound.endswith(exact):
            sound = sound[: -len(exact)] + plain
    return sound


def _pairs(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in text.split():
        left, right = pair[0], pair[1]
        found[left] = found.get(left, "") + right
        found[right] = found.get(right, "") + left
    return found


@cache
def slips(kind: str) -> Slips:
    """homophone, nearsound, lookalike, variant, surname."""
    if kind == "homophone":
        return Slips(_by_sound(near=False))
    if kind == "nearsound":
        return Slips(_by_sound(near=True))
    if kind == "lookalike":
        return Slips(_pairs(_LOOKALIKES))
    if kind == "surname":
        return Slips(_pairs(_SURNAME_SLIPS))
    convert = OpenCC("s2t").convert
    return Slips({c: t for c in name_characters() if (t := convert(c)) != c and len(t) == 1})


def outcomes(rng: np.random.Generator, rates: dict[str, float], n: int) -> dict[str, Ints]:
    """Rows that each error falls on; no row gets two of them."""
    roll = rng.random(n)
    found: dict[str, Ints] = {}
    since = 0.0
    for kind, rate in rates.items():
        found[kind] = np.flatnonzero((roll >= since) & (roll < since + rate))
        since += rate
    return found


def rates_of(list_name: str, field: str) -> dict[str, float]:
    """The rates of one table of data/errors.toml; none where the list has no such table."""
    rates: dict[str, float] = table("errors")[list_name].get(field, {})
    return rates


def spoil_characters(rng: np.random.Generator, codes: Codes, length: Ints, falls: dict[str, Ints]) -> Codes:
    """Replace one character of a name by one that sounds or looks alike; `length` of the surname per row."""
    out = codes.copy()
    for kind in ("homophone", "nearsound", "lookalike", "variant"):
        rows = falls.get(kind, np.zeros(0, dtype=np.int64))
        if not len(rows):
            continue
        total = (out[rows] > 0).sum(axis=1)
        place = length[rows] + (rng.random(len(rows)) * np.maximum(1, total - length[rows])).astype(np.int64)
        in_surname = chance(rng, 0.5 if kind == "variant" else 0.08, len(rows))
        place = np.where(in_surname, 0, np.minimum(place, codes.shape[1] - 1))
        for chosen, source in (
            (in_surname, "variant" if kind == "variant" else "surname"),
            (~in_surname, kind),
        ):
            r, p = rows[chosen], place[chosen]
            out[r, p] = slips(source).replace(rng, out[r, p])
    dropped = falls.get("dropped", np.zeros(0, dtype=np.int64))
    last = (out[dropped] > 0).sum(axis=1) - 1
    long = last >= 2
    out[dropped[long], last[long]] = 0
    return out


def spoil_digits(rng: np.random.Generator, digits: Digits, falls: dict[str, Ints], first: int = 0) -> Digits:
    """Typed wrongly (typo), two neighbours exchanged (swapped), one left out (short); from place `first`
    on."""
    out = digits.copy()
    width = digits.shape[1]
    for kind, rows in falls.items():
        if not len(rows) or kind not in ("typo", "swapped", "short"):
            continue
        place = rng.integers(first, width - 1, len(rows))
        old, after = out[rows, place], out[rows, place + 1]
        if kind == "typo":
            out[rows, place] = 48 + (old - 48 + rng.integers(1, 10, len(rows)).astype(np.uint8)) % 10
        elif kind == "swapped":
            fine = (after >= 48) & (after <= 57)
            out[rows, place] = np.where(fine, after, old)
            out[rows, place + 1] = np.where(fine, old, after)
        else:
            for row, at in zip(rows.tolist(), place.tolist(), strict=True):
                out[row, at:-1] = out[row, at + 1 :]
                out[row, -1] = 0
    return out


def digits_text(digits: Digits) -> pl.Series:
    """Rows of ASCII digits as text."""
    width = digits.shape[1]
    raw = np.ascontiguousarray(digits).view(f"S{width}").ravel()
    return pl.Series("", raw.astype(f"U{width}").tolist(), dtype=pl.String)


def phone_styles(rng: np.random.Generator, text: pl.Series) -> pl.Series:
    """A few numbers written as 138-1234-5678, 138 1234 5678 or +86 in front."""
    roll = rng.random(len(text))
    parts = [text.str.slice(0, 3), text.str.slice(3, 4), text.str.slice(7)]
    ways = (
        parts[0] + "-" + parts[1] + "-" + parts[2],
        parts[0] + " " + parts[1] + " " + parts[2],
        "+86" + text,
    )
    each = table("errors")["style"]["phone"] / len(ways)
    for number, way in enumerate(ways):
        rows = (roll >= each * number) & (roll < each * (number + 1))
        text = put(text, rows, way.filter(pl.Series(rows)))
    return text


def put(text: pl.Series, rows: Ints | Bools, values: pl.Series | str | None) -> pl.Series:
    """`text` with other values in some rows (one value, or one for each of these rows)."""
    index = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
    if not len(index):
        return text
    new = values if isinstance(values, pl.Series) else pl.Series([values] * len(index), dtype=pl.String)
    return text.scatter(pl.Series(index), new)

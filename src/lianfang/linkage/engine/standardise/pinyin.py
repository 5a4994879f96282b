"""Toneless pinyin of whole columns, syllables joined by one space; surnames have their own readings."""

from functools import cache

import polars as pl

from lianfang.linkage.engine.standardise.surnames import COMPOUND_SURNAMES, READINGS, SURNAMES
from lianfang.linkage.engine.standardise.text import replace_characters

_TONES = dict(zip("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ", "aaaaeeeeiiiioooouuuuvvvvvnnnm", strict=True))
#: Readings that names use where the dictionary's first one is another word.
_IN_NAMES = {
    "长": "chang",
    "乐": "le",
    "曾": "zeng",
    "重": "chong",
    "薄": "bo",
    "柏": "bai",
    "茜": "qian",
    "仔": "zi",
    "晟": "sheng",
}


@cache
def readings() -> dict[str, str]:
    """Character → toneless syllable, ü written v; ten thousands of characters, built once."""
    # The package loads its phrases as well, for most of a second: processes that read no names go without.
    from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415

    strip = str.maketrans({**_TONES, "\u0300": "", "\u0301": "", "\u0302": "", "\u0304": "", "\u030c": ""})
    table = {chr(code): tones.split(",")[0].translate(strip) for code, tones in pinyin_dict.items()}
    return {char: syllable for char, syllable in table.items() if syllable.isascii()} | _IN_NAMES


@cache
def _spaced_readings() -> dict[str, str]:
    return {char: f"{syllable} " for char, syllable in readings().items()}


def pinyin(column: pl.Series) -> pl.Series:
    """ "建国" → "jian guo"; characters without a reading stay as they are."""
    return replace_characters(column, _spaced_readings()).str.strip_chars_end(" ")


def surname_pinyin(surnames: pl.Series) -> pl.Series:
    """Like `pinyin`, with the readings that surnames have: 单 shan, 尉迟 yu chi."""
    return pinyin(surnames.replace(list(READINGS), list(READINGS.values())))


def folded(syllables: pl.Expr) -> pl.Expr:
    """Pinyin as a guard may hear it: zh=z, ch=c, sh=s, n=l at the start; ang=an, eng=en, ing=in at the
    end.
    """
    text = syllables.str.replace_all(r"\b([zcs])h", "$1").str.replace_all(r"\bn([aeiouv])", "l$1")
    return text.str.replace_all(r"([aei])ng\b", "${1}n")


@cache
def syllable_pattern() -> str:
    """A regular expression for one syllable of Latin-script pinyin, longest first so that zhangwei is
    zhang-wei.
    """
    syllables = {
        s for s in readings().values() if s[0] in "abcdefghjklmnopqrstwxyz" and any(v in s for v in "aeiouv")
    }
    spelled = syllables | {s.replace("v", "u") for s in syllables} | {s.replace("v", "yu") for s in syllables}
    return "(?:" + "|".join(sorted(spelled, key=lambda s: (-len(s), s))) + ")"


@cache
def surname_syllables() -> frozenset[str]:
    """The spellings of all surnames in Latin script, compound ones written together."""
    compound = {"".join(readings()[c] for c in s) for s in COMPOUND_SURNAMES if s not in READINGS}
    special = {reading.replace(" ", "") for reading in READINGS.values()}
    plain = {readings()[c] for c in SURNAMES if c not in READINGS} | compound | special
    return frozenset(plain | {s.replace("v", "yu") for s in plain})

"""Toneless pinyin of whole columns, syllables joined by one space; surnames have their own readings."""

from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path

import polars as pl

from lianfang.linkage.engine.standardise.surnames import COMPOUND_SURNAMES, READINGS, SURNAMES
from lianfang.linkage.engine.standardise.text import X, replace_characters, steps

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
    first = {chr(code): tones.partition(",")[0] for code, tones in _pinyin_dict().items()}
    strip = str.maketrans({**_TONES, "\u0300": "", "\u0301": "", "\u0302": "", "\u0304": "", "\u030c": ""})
    plain = {tones: tones.translate(strip) for tones in set(first.values())}
    told = {tones: syllable for tones, syllable in plain.items() if syllable.isascii()}
    return {char: told[tones] for char, tones in first.items() if tones in told} | _IN_NAMES


def _pinyin_dict() -> dict[int, str]:
    """Code point → its readings, commonest first, from pypinyin's table.

    That file alone is read: the package would load its table of phrases too, which takes as long as a whole list.
    """
    package = find_spec("pypinyin")
    assert package is not None
    assert package.submodule_search_locations
    file = Path(package.submodule_search_locations[0]) / "pinyin_dict.py"
    found = spec_from_file_location("_readings_of_pypinyin", file)
    assert found is not None
    assert found.loader is not None
    module = module_from_spec(found)
    found.loader.exec_module(module)
    return dict(module.pinyin_dict)


def pinyin(column: pl.Series) -> pl.Series:
    """ "建国" → "jian guo"; characters without a reading stay as they are."""
    return replace_characters(column, readings(), " ").str.strip_chars_end(" ")


def surname_pinyin(surnames: pl.Series) -> pl.Series:
    """Like `pinyin`, with the readings that surnames have: 单 shan, 尉迟 yu chi."""
    return pinyin(surnames.replace(list(READINGS), list(READINGS.values())))


def fold(syllables: pl.Series) -> pl.Series:
    """Pinyin as a guard may hear it: zh=z, ch=c, sh=s, n=l at the start; ang=an, eng=en, ing=in at the
    end.
    """
    text = X.str.replace_all(r"\b([zcs])h", "$1").str.replace_all(r"\bn([aeiouv])", "l$1")
    return steps(syllables, text.str.replace_all(r"([aei])ng\b", "${1}n"))


@cache
def syllable_pattern() -> str:
    """A regular expression for one syllable of Latin-script pinyin, longest first so that zhangwei is
    zhang-wei.
    """
    every = set(readings().values())
    syllables = {s for s in every if s[0] in "abcdefghjklmnopqrstwxyz" and any(v in s for v in "aeiouv")}
    spelled = syllables | {s.replace("v", "u") for s in syllables} | {s.replace("v", "yu") for s in syllables}
    return "(?:" + "|".join(sorted(spelled, key=lambda s: (-len(s), s))) + ")"


@cache
def surname_syllables() -> frozenset[str]:
    """The spellings of all surnames in Latin script, compound ones written together."""
    compound = {"".join(readings()[c] for c in s) for s in COMPOUND_SURNAMES if s not in READINGS}
    special = {reading.replace(" ", "") for reading in READINGS.values()}
    plain = {readings()[c] for c in SURNAMES if c not in READINGS} | compound | special
    return frozenset(plain | {s.replace("v", "yu") for s in plain})

"""What headings mean: `header_words.toml` and the normalisation that makes one word of many spellings."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

_DATA: dict[str, Any] = tomllib.loads(
    resources.files(__package__).joinpath("header_words.toml").read_text("utf-8")
)
_SIMPLIFIED = str.maketrans(_DATA["traditional"]["from"], _DATA["traditional"]["to"])
_BRACKETS = re.compile(r"[(\[【{〔<《「]([^()\[\]【】{}〔〕<>《》「」]*)[)\]】}〕>》」]")
_NUMBERING = re.compile(
    r"^\s*(?:[(]?\d{1,3}[)]?\s*[.、:)]|[(]?[一二三四五六七八九十]{1,3}[)]?\s*[、.)]|q\d{1,3}\s*[.:、]?)\s*"
)
_TRAILING_NUMBER = re.compile(r"(?<=\D)\d{1,2}$")
_PUNCTUATION = re.compile(r"[\s\W_]+")
_MEANINGLESS = re.compile(_DATA["strip"]["meaningless"])


@dataclass(frozen=True)
class Meaning:
    """What a heading says. No fields: a known heading that gives none, `role` says why."""

    fields: tuple[str, ...]
    rank: int = 1
    fallback: bool = False
    default: str | None = None
    instead: str | None = None
    join: str | None = None
    role: str | None = None


@dataclass(frozen=True)
class KindEvidence:
    kind: str
    names: tuple[str, ...]
    headings: frozenset[str]
    fields: tuple[str, ...]


UNKNOWN = Meaning((), role="unknown")
EMPTY = Meaning((), role="empty")


def normalise_text(text: str) -> str:
    """Half-width, simplified, lower case."""
    return unicodedata.normalize("NFKC", text).translate(_SIMPLIFIED).lower()


def _squash(text: str) -> str:
    return _PUNCTUATION.sub("", text)


def normalise_heading(text: str) -> str:
    """A heading without numbering, fillers, hints in brackets, spaces and punctuation.

    "1.您的姓名(必填):*" -> "姓名"; "Phone No." -> "phoneno". The content of a bracket that is no hint stays.
    """
    text = _NUMBERING.sub("", normalise_text(text).strip())
    text = _BRACKETS.sub(_bracket, text)
    for filler in _FILLERS:
        text = text.replace(filler, "")
    return _squash(text)


def _bracket(match: re.Match[str]) -> str:
    inside = match.group(1).strip()
    hint = not inside or inside[0].isdigit() or any(_hints(inside, word) for word in _HINTS)
    return "" if hint or any(word in inside for word in _FILLERS) else inside


def _hints(inside: str, word: str) -> bool:
    return inside == word or (inside.startswith(word) and (len(word) > 2 or not word.isascii()))


def _keys(text: str) -> tuple[str, ...]:
    """Spellings to look up, from the most to the least literal."""
    whole = normalise_heading(text)
    bare = _squash(_BRACKETS.sub("", _NUMBERING.sub("", normalise_text(text).strip())))
    keys = [whole, bare]
    for key in (whole, bare):
        keys.append(_TRAILING_NUMBER.sub("", key))
        keys.extend(_stripped(_TRAILING_NUMBER.sub("", key)))
    return tuple(dict.fromkeys(key for key in keys if key))


def _stripped(key: str) -> list[str]:
    found = []
    for _ in range(3):
        shorter = next((key[len(p) :] for p in _PREFIXES if key.startswith(p) and len(key) > len(p)), key)
        shorter = next(
            (shorter[: -len(s)] for s in _SUFFIXES if shorter.endswith(s) and len(shorter) > len(s)), shorter
        )
        shorter = shorter.removeprefix("的")
        if shorter == key:
            break
        found.append(key := shorter)
    return found


@lru_cache(maxsize=4096)
def meaning_of(heading: str, group: str = "") -> Meaning:
    """What `heading` means below the group heading `group` (the upper line of a two-line header, or "")."""
    if group and group != heading:
        above = normalise_heading(group)
        if _speaks_of_others(above):
            return Meaning((), role="other_person")
        joined = _WORDS.get(normalise_heading(group + heading))
        if joined:
            return joined
    keys = _keys(heading)
    if not keys:
        return EMPTY
    for key in keys[:2]:
        if key in _WORDS:
            return _WORDS[key]
    if _speaks_of_others(keys[0]):
        return Meaning((), role="other_person")
    if any(keys[0].startswith(word) for word in _OTHER_THINGS):
        return Meaning((), role="known")
    return next((_WORDS[key] for key in keys if key in _WORDS), None) or _by_part(keys[0])


def _by_part(key: str) -> Meaning:
    """A longer heading by the telling word in it: 返回车次或航班 is a vehicle, 是否乘坐航班 is not."""
    if (
        len(key) > 30
        or any(word in key for word in _CONTAINS_NOT)
        or any(word in key for word in _OTHERS_ANYWHERE)
    ):
        return UNKNOWN
    field = next((field for word, field in _CONTAINS if word in key), "")
    return Meaning((field,), rank=3) if field else UNKNOWN


def _speaks_of_others(key: str) -> bool:
    return key not in _EXCEPT and any(key.startswith(word) for word in _OTHERS)


def is_meaningless(heading: str | None) -> bool:
    """True for no heading at all and for those that programs invent: 列1, Column1, F1, Unnamed: 3."""
    if heading is None:
        return True
    squashed = _squash(normalise_text(heading))
    return not squashed or bool(_MEANINGLESS.match(squashed))


def _words() -> dict[str, Meaning]:
    table: dict[str, Meaning] = {}
    for entry in _DATA["meaning"]:
        words = entry["words"]
        rest = {key: value for key, value in entry.items() if key not in ("words", "fields")}
        meaning = Meaning(tuple(entry["fields"]), **rest)
        for word in words:
            table.setdefault(_squash(normalise_text(word)) or word, meaning)
    return table


_FILLERS: tuple[str, ...] = tuple(
    sorted((normalise_text(w) for w in _DATA["strip"]["fillers"]), key=len, reverse=True)
)
_HINTS: tuple[str, ...] = tuple(_DATA["strip"]["bracket_hints"])
_PREFIXES: tuple[str, ...] = tuple(sorted(map(_squash, _DATA["strip"]["prefixes"]), key=len, reverse=True))
_SUFFIXES: tuple[str, ...] = tuple(sorted(map(_squash, _DATA["strip"]["suffixes"]), key=len, reverse=True))
_OTHERS: tuple[str, ...] = tuple(_squash(normalise_text(w)) for w in _DATA["other_person"]["words"])
_EXCEPT = frozenset(_squash(w) for w in _DATA["other_person"]["except"])
_OTHERS_ANYWHERE: tuple[str, ...] = tuple(w for w in _OTHERS if not w.isascii() and len(w) >= 3)
_CONTAINS: tuple[tuple[str, str], ...] = tuple((word, field) for word, field in _DATA["contains"]["words"])
_CONTAINS_NOT: tuple[str, ...] = tuple(_DATA["contains"]["not"])
_OTHER_THINGS: tuple[str, ...] = tuple(_squash(w) for w in _DATA["other_thing"]["words"])
_WORDS = _words()

KINDS: tuple[KindEvidence, ...] = tuple(
    KindEvidence(
        entry["kind"],
        tuple(normalise_text(w) for w in entry["names"]),
        frozenset(_squash(normalise_text(w)) for w in entry["headings"]),
        tuple(entry["fields"]),
    )
    for entry in _DATA["kind"]
)
HEAD_WORDS: tuple[str, ...] = tuple(_DATA["relation"]["head"])
RELATION_WORDS: tuple[str, ...] = tuple(_DATA["relation"]["words"])
SURNAMES: str = _DATA["surnames"]["single"]
DOUBLE_SURNAMES: tuple[str, ...] = tuple(_DATA["surnames"]["double"])

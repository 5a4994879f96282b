"""What kind of list a sheet is, guessed from its name, title, headings and fields, with the reason in
words.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from lianfang.linkage.fields import ListKind
from lianfang.linkage.readers.vocabulary import KINDS, normalise_heading, normalise_text

_NAME_WEIGHT, _TITLE_WEIGHT, _HEADING_WEIGHT = 3.0, 3.0, 1.5
_FIELD_WEIGHT = {
    "cell_area": 3.0,
    "vehicle": 2.5,
    "seat": 1.5,
    "temperature": 1.5,
    "household": 1.0,
    "relation": 1.0,
}
_LEAST = 1.5
_WORDS = {
    ListKind.REGISTER: ("居民底册", "resident register"),
    ListKind.CARRIER: ("运营商名单", "carrier list"),
    ListKind.TRANSPORT: ("交通或公安名单", "transport or police list"),
    ListKind.GATE: ("卡口登记", "gate book"),
    ListKind.VISIT: ("入户走访表", "household visit form"),
    ListKind.SELF_REPORT: ("自主申报", "self-reports"),
    ListKind.OTHER: ("其他名单", "other list"),
}


@dataclass(frozen=True)
class KindGuess:
    kind: ListKind
    zh: str
    en: str


def given_kind(kind: ListKind, by_mapping: bool) -> KindGuess:
    """The kind that the user gave, on the command line or in the mapping."""
    zh, en = _WORDS[kind]
    where_zh, where_en = (
        ("--map 指定", "given in --map") if by_mapping else ("命令行指定", "given on the command line")
    )
    return KindGuess(kind, f"{zh}：{where_zh}", f"{en}: {where_en}")


def guess_kind(
    file: str,
    sheet: str | None,
    title: str,
    headings: Iterable[str],
    fields: Iterable[str],
    household_pattern: bool,
) -> KindGuess:
    """The kind with the most evidence; OTHER if there is too little. `title` is the text above the header."""
    found = {heading: normalise_heading(heading) for heading in headings}
    mine = set(fields)
    best = KindGuess(ListKind.OTHER, "其他名单：看不出种类", "other list: nothing tells its kind")
    most = _LEAST - 0.01
    for evidence in KINDS:
        score, zh, en = 0.0, [], []
        for place, place_zh, place_en, weight in (
            (file, "文件名", "file name", _NAME_WEIGHT),
            (sheet or "", "工作表名", "sheet name", _NAME_WEIGHT),
            (title, "标题", "title", _TITLE_WEIGHT),
        ):
            word = next((word for word in evidence.names if word in normalise_text(place)), None)
            if word:
                score += weight
                zh.append(f"{place_zh}含“{word}”")
                en.append(f"the {place_en} contains '{word}'")
        words = [heading for heading, key in found.items() if key in evidence.headings]
        if words:
            score += min(_HEADING_WEIGHT * len(words), 4.5)
            zh.append("表头有" + "".join(f"“{word}”" for word in words[:3]))
            en.append("it has the heading " + ", ".join(f"'{word}'" for word in words[:3]))
        score += sum(_FIELD_WEIGHT.get(field, 0.4) for field in evidence.fields if field in mine)
        if household_pattern and evidence.kind == "visit":
            score += 1.5
            zh.append("户号和地址只写在每户第一行")
            en.append("household and address stand only on each household's first row")
        if score > most:
            kind = ListKind(evidence.kind)
            most = score
            shown = [field for field in evidence.fields if field in mine]
            zh_text = "，".join(zh) or "有" + "、".join(shown) + "等列"
            en_text = "; ".join(en) or "it has columns for " + ", ".join(shown)
            best = KindGuess(kind, f"{_WORDS[kind][0]}：{zh_text}", f"{_WORDS[kind][1]}: {en_text}")
    return best

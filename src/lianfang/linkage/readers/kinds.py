"""What kind of list a sheet is, guessed from its name, title, headings and fields, with the reason in
words.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from lianfang.linkage.fields import FIELDS, ListKind
from lianfang.linkage.readers.vocabulary import KINDS, KindEvidence, normalise_heading, normalise_text

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
_FIELD_ZH = {field.name: field.zh for field in FIELDS}
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


@dataclass
class _Case:
    """The evidence found for one kind."""

    score: float
    zh: list[str]
    en: list[str]

    def add(self, weight: float, zh: str, en: str) -> None:
        self.score += weight
        self.zh.append(zh)
        self.en.append(en)


def guess_kind(
    file: str,
    sheet: str | None,
    title: str,
    headings: Iterable[str],
    fields: Iterable[str],
    household_pattern: bool,
) -> KindGuess:
    """The kind with the most evidence; OTHER if there is too little. `title` is the text above the header."""
    keys = {heading: normalise_heading(heading) for heading in headings}
    mine = set(fields)
    places = (
        (file, "文件名", "file name", _NAME_WEIGHT),
        (sheet or "", "工作表名", "sheet name", _NAME_WEIGHT),
        (title, "标题", "title", _TITLE_WEIGHT),
    )
    best = KindGuess(ListKind.OTHER, "其他名单：看不出种类", "other list: nothing tells its kind")
    most = _LEAST - 0.01
    for evidence in KINDS:
        case = _weigh(evidence, places, keys, mine)
        if household_pattern and evidence.kind == ListKind.VISIT:
            en = "household and address stand only on each household's first row"
            case.add(1.5, "户号和地址只写在每户第一行", en)
        if case.score > most:
            most = case.score
            shown = [field for field in evidence.fields if field in mine]
            zh_text = "，".join(case.zh) or "有" + "、".join(_FIELD_ZH[field] for field in shown) + "列"
            en_text = "; ".join(case.en) or "it has columns for " + ", ".join(shown)
            zh, en = _WORDS[ListKind(evidence.kind)]
            best = KindGuess(ListKind(evidence.kind), f"{zh}：{zh_text}", f"{en}: {en_text}")
    return best


def _weigh(
    evidence: KindEvidence,
    places: Iterable[tuple[str, str, str, float]],
    keys: dict[str, str],
    mine: set[str],
) -> _Case:
    case = _Case(0.0, [], [])
    for place, zh, en, weight in places:
        word = next((word for word in evidence.names if word in normalise_text(place)), None)
        if word:
            case.add(weight, f"{zh}含“{word}”", f"the {en} contains '{word}'")
    words = [heading for heading, key in keys.items() if key in evidence.headings]
    if words:
        zh, en = "".join(f"“{word}”" for word in words[:3]), ", ".join(f"'{word}'" for word in words[:3])
        case.add(min(_HEADING_WEIGHT * len(words), 4.5), f"表头有{zh}", f"it has the heading {en}")
    case.score += sum(_FIELD_WEIGHT.get(field, 0.4) for field in evidence.fields if field in mine)
    return case

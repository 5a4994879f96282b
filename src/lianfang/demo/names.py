"""Names by real frequencies: surnames by province of origin, given names by sex and year of birth."""

from typing import Any

import numpy as np

from lianfang.demo.tables import Bools, Codes, Floats, Ints, chance, draw, falling, table, weighted

WIDTH = 4  # a Han name has at most two characters of surname and two given ones


def codes_of(texts: list[str], width: int) -> Codes:
    """Texts as rows of code points, padded with 0."""
    return np.array(texts, dtype=f"<U{width}").view(np.uint32).reshape(len(texts), width).copy()


def text_of(codes: Codes) -> list[str]:
    """The inverse of codes_of; zeros at the end are dropped."""
    width = codes.shape[1]
    found: list[str] = np.ascontiguousarray(codes).view(f"<U{width}").ravel().tolist()
    return found


def surname_table() -> tuple[Codes, Floats]:
    """Surnames (n, 2) and their share of the population."""
    raw = table("surnames")
    names, percent = weighted(raw["percent"])
    tail = [c for c in dict.fromkeys("".join(raw["tail"].split())) if c not in names]
    rank = np.arange(len(names), len(names) + len(tail))
    compound, ratio = weighted(raw["compound"])
    weights = np.concatenate([percent / 100, 0.16 / 100 * (rank / len(names)) ** -1.9])
    weights *= (1 - raw["compound_share"]) / weights.sum()
    weights = np.concatenate([weights, raw["compound_share"] * ratio / ratio.sum()])
    return codes_of(names + tail + compound, 2), weights


def draw_surnames(rng: np.random.Generator, province: Ints) -> Codes:
    """A surname (n, 2) for each person, given the first two digits of his ID number as a number."""
    names, weights = surname_table()
    index = {name: i for i, name in enumerate(text_of(names))}
    out = np.zeros((len(province), 2), dtype=np.uint32)
    regional = table("surnames")["regional"]
    for code in np.unique(province):
        rows = np.flatnonzero(province == code)
        local = weights.copy()
        for name, factor in zip(*weighted(regional.get(f"{code}", "")), strict=True):
            local[index[name]] *= factor
        out[rows] = names[draw(rng, local, len(rows))]
    return out


def draw_given(rng: np.random.Generator, male: Bools, year: Ints) -> Codes:
    """Given names (n, 2) by sex and year of birth; 0 in the second place for names of one character."""
    out = np.zeros((len(male), 2), dtype=np.uint32)
    since = 0
    for era in table("given")["era"]:
        for sex, is_male in (("male", True), ("female", False)):
            rows = np.flatnonzero((male == is_male) & (year > since) & (year <= era["until"]))
            out[rows] = _era_names(rng, era, sex, len(rows))
        since = era["until"]
    return out


def _era_names(rng: np.random.Generator, era: dict[str, Any], sex: str, n: int) -> Codes:
    tail = "".join(table("given")["tail"].split())
    first = _character(rng, era[f"{sex}_first"], tail, n)
    second = _character(rng, era[f"{sex}_second"], tail, n)
    out = np.stack([first, second], axis=1)
    known = codes_of(era[f"{sex}_names"].split(), 2)
    rows = np.flatnonzero(chance(rng, era["known"], n))
    out[rows] = known[draw(rng, falling(len(known), 14.0), len(rows))]
    rows = np.flatnonzero(chance(rng, era["single"], n))
    out[rows, 0] = _character(rng, era[f"{sex}_single"], tail, len(rows))
    out[rows, 1] = 0
    return out


def _character(rng: np.random.Generator, frequent: str, tail: str, n: int) -> Codes:
    """Frequent characters with a weight that falls with rank, one in seven from the long tail."""
    every = list(dict.fromkeys(frequent))
    rest = [c for c in dict.fromkeys(tail) if c not in every]
    weights = np.concatenate(
        [
            0.86 * falling(len(every), 6.0, 0.9),
            0.14 * falling(len(rest), 60.0, 0.8),
        ]
    )
    codes = codes_of(every + rest, 1)[:, 0]
    return codes[draw(rng, weights, n)]


def join_names(surname: Codes, given: Codes) -> Codes:
    """Surname (n, 2) + given name (n, 2) -> whole name (n, 4) without a gap."""
    out = np.zeros((len(surname), WIDTH), dtype=np.uint32)
    double = surname[:, 1] > 0
    out[:, 0] = surname[:, 0]
    out[~double, 1:3] = given[~double]
    out[double, 1] = surname[double, 1]
    out[double, 2:4] = given[double]
    return out


_UYGHUR_M = [
    "阿卜杜拉",
    "买买提",
    "艾力",
    "吐尔逊",
    "玉素甫",
    "依明",
    "阿不都热合曼",
    "艾合买提",
    "库尔班",
    "热合曼",
    "亚森",
    "努尔买买提",
]
_UYGHUR_F = [
    "古丽娜尔",
    "阿依古丽",
    "热依汗",
    "帕提古丽",
    "阿米娜",
    "努尔古丽",
    "祖丽皮亚",
    "玛依拉",
    "再努尔",
    "阿依努尔",
    "米热古丽",
]
_TIBETAN_A = [
    "扎西",
    "多吉",
    "丹增",
    "洛桑",
    "次仁",
    "旦增",
    "格桑",
    "索朗",
    "尼玛",
    "达瓦",
    "边巴",
    "普布",
    "嘎玛",
    "仁青",
]
_TIBETAN_B = ["次仁", "卓玛", "顿珠", "平措", "旺堆", "央金", "曲珍", "罗布", "拉姆", "巴桑", "加措", "德吉"]
_YI = ["阿木", "吉克", "沙马", "阿苏", "曲比", "马海", "吉木", "勒伍", "阿尔", "俄木"]
_YI_B = ["尔古", "拉合", "阿依", "子哈", "木果", "伍呷", "日木", "友古", "阿支", "尔体", "作石", "古者"]
_MONGOL = [
    "巴特尔",
    "乌兰",
    "其其格",
    "娜仁托娅",
    "苏日娜",
    "宝音",
    "阿拉坦",
    "格日勒",
    "萨仁高娃",
    "朝鲁",
    "乌云",
    "巴雅尔",
]


def minority_name(rng: np.random.Generator, province: int, male: bool) -> str:
    """A name that is not Han: Uyghur from Xinjiang, Tibetan, Mongol, else Yi."""

    def one(names: list[str]) -> str:
        return names[int(rng.integers(len(names)))]

    if province == 65:
        return f"{one(_UYGHUR_M if male else _UYGHUR_F)}·{one(_UYGHUR_M)}"
    if province in (54, 63):
        return one(_TIBETAN_A) + one(_TIBETAN_B)
    if province == 15:
        return one(_MONGOL)
    return one(_YI) + one(_YI_B)


_NATIONS = {
    "韩国": (
        "KIM LEE PARK CHOI JUNG KANG CHO YOON",
        "MINSU JIHOON SEOYEON YUNA HYUNWOO JIWON EUNJI DONGHYUN",
        "M",
    ),
    "日本": (
        "SATO SUZUKI TAKAHASHI TANAKA WATANABE ITO",
        "HIROSHI KENJI YUKI AIKO TAKASHI NAOMI SATOSHI",
        "T",
    ),
    "美国": (
        "SMITH JOHNSON WILLIAMS BROWN MILLER DAVIS WILSON",
        "JAMES JOHN EMILY MICHAEL SARAH DAVID LAURA",
        "5",
    ),
    "印度": ("KUMAR SINGH SHARMA PATEL GUPTA KHAN", "RAHUL PRIYA AMIT ANJALI VIKRAM SUNITA ARJUN", "Z"),
    "巴基斯坦": ("KHAN AHMED ALI HUSSAIN MALIK", "MUHAMMAD USMAN AISHA BILAL FATIMA HASSAN", "AB"),
    "法国": ("MARTIN BERNARD DUBOIS LAURENT MOREAU", "PIERRE CAMILLE JULIEN SOPHIE ANTOINE", "1"),
    "俄罗斯": ("IVANOV PETROV SMIRNOV KUZNETSOV POPOV", "ALEKSEI DMITRII OLGA SERGEI ELENA", "7"),
    "尼日利亚": ("OKAFOR ADEYEMI BALOGUN EZE OKONKWO", "CHINEDU EMEKA NGOZI TUNDE IFEOMA", "A"),
    "德国": ("MUELLER SCHMIDT SCHNEIDER FISCHER WEBER", "THOMAS ANNA STEFAN JULIA MARKUS", "C"),
}
_MIDDLE = ["ANN", "LEE", "JAMES", "MARIE", "RAY", "JOSEPH", "ROSE", "PAUL", "GRACE"]


def foreigner(rng: np.random.Generator) -> tuple[str, str, str]:
    """(Latin name with the family name first, passport number, nationality)."""
    nation = list(_NATIONS)[int(rng.integers(len(_NATIONS)))]
    family, given, prefix = (part.split() for part in _NATIONS[nation])
    name = f"{family[int(rng.integers(len(family)))]} {given[int(rng.integers(len(given)))]}"
    if rng.random() < 0.3:
        name += f" {_MIDDLE[int(rng.integers(len(_MIDDLE)))]}"
    digits = 9 - len(prefix[0])
    return name, f"{prefix[0]}{int(rng.integers(10**digits)):0{digits}d}", nation

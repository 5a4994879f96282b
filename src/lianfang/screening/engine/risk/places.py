"""Names of places → codes of GB/T 2260: provinces, prefectures, counties, and what is left below them in words.

"杭州市西湖区翠苑街道" is 330106 and "翠苑街道"; "鼓楼区" alone may be four districts and is refused, unless a
context (the place named before it, or one's own city) says which.
"""

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from lianfang.screening.engine.words import clean

_PEOPLES = (
    "土家族|苗族|朝鲜族|藏族|羌族|彝族|布依族|侗族|哈尼族|壮族|傣族|白族|景颇族|傈僳族|回族|蒙古族|蒙古|哈萨克|柯尔克孜|满族|"
    "瑶族|仡佬族|黎族|土族|撒拉族|维吾尔|佤族|拉祜族|纳西族|畲族|各族|达斡尔族|鄂温克族|毛南族|水族|仫佬族|裕固族|保安族|东乡族|"
    "锡伯|塔吉克"
)
_ENDINGS = re.compile(rf"(?:(?:{_PEOPLES})*(?:自治州|自治县|自治区)|特别行政区|地区|林区|[省市盟县区旗])$")
_WHOLE = re.compile(r"^(?:及其?周边|全境|全域|全市|全省|全区|[市城]?区|地区)$")
_DIVISION = re.compile(r"^[省市州县区](?![\u4e00-\u9fff]{0,3}(?:街道|镇|乡|社区|村))")
#: What stands between a name and its division and says nothing of where it lies.
_FILLING = re.compile(r"^(?:生产建设兵团|市辖区|第[一二三四五六七八九十]+师|的| )+")
#: Endings of places below counties.
BELOW = re.compile(
    r"(?:街道|镇|乡|社区|村|小区|花园|家园|公寓|苑|园|里|弄|路|号|栋|幢|楼|单元|室|市场|酒店|大厦|广场|医院|监狱)"
)

#: Countries and regions abroad that lists name: Chinese → ISO 3166-1.
ABROAD = {
    "美国": "US", "英国": "GB", "法国": "FR", "德国": "DE", "意大利": "IT", "西班牙": "ES", "伊朗": "IR",
    "韩国": "KR", "日本": "JP", "泰国": "TH", "新加坡": "SG", "马来西亚": "MY", "越南": "VN", "缅甸": "MM",
    "老挝": "LA", "柬埔寨": "KH", "菲律宾": "PH", "印度尼西亚": "ID", "印度": "IN", "巴基斯坦": "PK",
    "孟加拉国": "BD", "尼泊尔": "NP", "俄罗斯": "RU", "瑞士": "CH", "荷兰": "NL", "比利时": "BE",
    "奥地利": "AT", "瑞典": "SE", "挪威": "NO", "丹麦": "DK", "葡萄牙": "PT", "土耳其": "TR",
    "加拿大": "CA", "巴西": "BR", "澳大利亚": "AU", "新西兰": "NZ", "埃及": "EG", "南非": "ZA",
    "尼日利亚": "NG", "安哥拉": "AO", "哈萨克斯坦": "KZ", "沙特阿拉伯": "SA", "沙特": "SA", "阿联酋": "AE",
    "卡塔尔": "QA", "以色列": "IL", "伊拉克": "IQ", "墨西哥": "MX", "智利": "CL", "阿根廷": "AR",
    "蒙古国": "MN",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """`code`: six digits, or two letters for a country abroad. `detail`: what is named below the county."""

    code: str
    detail: str = ""

    @property
    def name(self) -> str:
        """The full name, from the province down."""
        return full_name(self.code) + self.detail


@dataclass(frozen=True)
class Unplaced:
    """Why a text gives no place: place.unknown or place.ambiguous (then with the codes that it may be)."""

    code: str
    candidates: tuple[str, ...] = ()


@cache
def divisions() -> dict[str, str]:
    """Code → name."""
    text = (files("lianfang.screening.engine.risk") / "divisions.csv").read_text(encoding="utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(text.splitlines())}


@cache
def _names() -> dict[str, tuple[str, ...]]:
    """Name or short name → codes, provinces first. A short county name has two characters at least."""
    found: dict[str, list[str]] = defaultdict(list)
    for code, name in sorted(divisions().items()):
        found[name].append(code)
        short = "内蒙古" if name == "内蒙古自治区" else _ENDINGS.sub("", name)
        if short != name and len(short) >= 2:
            found[short].append(code)
    for name, code in ABROAD.items():
        found[name].append(code)
    return {name: tuple(sorted(set(codes), key=_rank)) for name, codes in found.items()}


def _rank(code: str) -> tuple[int, str]:
    return level(code), code


def level(code: str) -> int:
    """0 province (or a country abroad), 1 prefecture, 2 county."""
    return 0 if not code.isdigit() or code.endswith("0000") else 1 if code.endswith("00") else 2


def stem(code: str) -> str:
    """The digits that everything inside the division begins with: 420000 → 42, 420100 → 4201."""
    return code[: 2 * (level(code) + 1)] if code.isdigit() else code


def parents(code: str) -> tuple[str, ...]:
    """The code and the divisions that it lies in, the innermost first."""
    if not code.isdigit():
        return (code,)
    chain = (code, code[:4] + "00", code[:2] + "0000")
    return tuple(one for one in dict.fromkeys(chain) if one in divisions())


def full_name(code: str) -> str:
    """ "330106" → "浙江省杭州市西湖区"; a country abroad by its Chinese name; the code itself if unknown."""
    if not code.isdigit():
        return next((name for name, country in ABROAD.items() if country == code), code)
    return "".join(divisions()[one] for one in reversed(parents(code))) or code


def find_place(text: str, *, within: str = "") -> Place | Unplaced:
    """The place that a text names. `within`: code of a place whose surroundings are meant before others."""
    plain = clean(text).replace(" ", "")
    plain = re.sub(r"^(?:中国|中华人民共和国)", "", plain)
    found: str | None = None
    rest = plain
    while step := _step(rest, found, within):
        if isinstance(step, Unplaced):
            return step
        name = rest[: len(rest) - len(step[1])]
        found, rest = step
        if name != divisions().get(found):
            # A short name, and its division as it was called once or is called for short: 恩施州, 长垣县.
            rest = _DIVISION.sub("", rest)
        rest = _FILLING.sub("", rest)
    if found is None:
        return _below(plain, within)
    said_already = _WHOLE.match(rest) or full_name(found).startswith(rest)
    return Place(found, "" if said_already else rest)


def _below(plain: str, within: str) -> Place | Unplaced:
    """A street or compound without its county lies in the county named before it."""
    if plain and within and level(within) == 2 and BELOW.search(plain):
        return Place(within, plain)
    return Unplaced("place.unknown")


def _step(rest: str, found: str | None, within: str) -> tuple[str, str] | Unplaced | None:
    """One division further in: its code and the text behind its name; None if no division follows."""
    for length in range(min(len(rest), 15), 1, -1):
        codes = [code for code in _names().get(rest[:length], ()) if found is None or _inside(code, found)]
        if not codes:
            continue
        if found is not None or len(codes) == 1:
            chosen: str | None = codes[0] if _sure(rest[:length], codes[0], found, within) else None
        else:
            chosen = _choose(codes, within)
            if chosen is None:
                return Unplaced("place.ambiguous", tuple(codes))
        if chosen:
            return chosen, rest[length:]
    return None


def _inside(code: str, outer: str) -> bool:
    return code != outer and code.startswith(stem(outer)) and level(code) > level(outer)


def _sure(name: str, code: str, found: str | None, within: str) -> bool:
    """A short name of a county ("西湖") is taken for it only where the text before has led there, or where the
    county is a city ("洪湖").
    """
    full = divisions().get(code)
    if full is None or name == full or level(code) < 2:
        return True
    return full.endswith("市") or found is not None or (bool(within) and code.startswith(stem(within)))


def _choose(codes: list[str], within: str) -> str | None:
    """The one that lies nearest to the context; a province or prefecture before counties of the same name."""
    for outer in parents(within) if within else ():
        inside = [code for code in codes if code == outer or _inside(code, outer)]
        if len(inside) == 1:
            return inside[0]
    outermost = [code for code in codes if level(code) == level(codes[0])]
    return outermost[0] if level(codes[0]) < 2 and len(outermost) == 1 else None


def contains(area: Place, place: Place) -> str | None:
    """Whether a place lies in an area: "in", "maybe" (the place is named less exactly than the area), or None."""
    if area.code.isdigit() != place.code.isdigit():
        return None
    if place.code.startswith(stem(area.code)):
        if not area.detail or area.detail in place.detail:
            return "in"
        return "maybe" if not place.detail or place.detail in area.detail or level(place.code) < 2 else None
    return "maybe" if area.code.startswith(stem(place.code)) and not place.detail else None

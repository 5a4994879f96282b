"""The patterns by which an address is read: house, stair and door marks, and what stands before a compound."""

from lianfang.linkage.engine.standardise.text import NUMERAL

NUMBER = f"[{NUMERAL}]{{1,5}}"
BUILDING = rf"(?:[a-z]?{NUMBER}[a-z]?|[a-z])"
HOUSE = r"(?:号楼|幢楼?|栋楼?|座|#楼?|号幢|号院)"
STAIR = r"(?:单元|单|门|梯)"
DOOR = r"(?:号?[室房户]|号)?"
_STORY = rf"(?:(?P<floor>{NUMBER})(?:楼|层)-?)?"
#: Trailing words are let go, but never the mark of a part that the pattern does not know.
_REST = r"(?:[^0-9单楼层门梯幢栋座组队弄期号][^0-9]{0,11})?$"
HAN = r"\p{Han}"
#: Tried in this order on the text behind 省市区街道社区; named groups compound, building, unit, floor, room.
PATTERNS = tuple(
    p + _REST
    for p in (
        rf"^(?P<compound>.*?)-?(?P<building>{BUILDING}){HOUSE}-?(?:(?P<unit>{NUMBER}|[a-z]){STAIR}-?)"
        rf"?{_STORY}(?P<room>[a-z]?{NUMBER}[a-z]?){DOOR}",
        rf"^(?P<compound>.*?)-?(?P<building>{BUILDING}){HOUSE}-?(?P<unit>{NUMBER}|[a-z])-(?P<room>[a-z]?{NUMBER}[a-z]?)"
        rf"{DOOR}",
        rf"^(?P<compound>.*?)-?(?P<building>{BUILDING}){HOUSE}-?(?:(?P<unit>{NUMBER}|[a-z]){STAIR})?-?{_STORY}",
        rf"^(?P<compound>.*村)(?P<building>{NUMBER})(?:村民小?组|小?组|队|社)-?(?P<room>{NUMBER})?(?:号|室)?",
        rf"^(?P<compound>[^0-9]*?)-?(?P<building>{NUMBER})(?:村民小?组|小?组|队)-?(?P<room>{NUMBER})?(?:号|室)?",
        rf"^(?P<compound>[^0-9]*?)-?(?P<building>{BUILDING})(?:号楼?|幢|栋|座|#)?-(?P<unit>{NUMBER}|"
        rf"[a-z])(?:单元|门)?-(?:(?P<floor>{NUMBER})-)?(?P<room>[a-z]?{NUMBER}[a-z]?){DOOR}",
        rf"^(?P<compound>[^0-9]*?)-?(?P<building>{BUILDING})(?:号楼?|幢|栋|座|#)?-(?P<room>[a-z]?[{NUMERAL}]{{3,5}}[a-z]?)"
        rf"{DOOR}",
        rf"^(?P<compound>[^0-9]*?村)-?(?P<building>{NUMBER})-(?P<room>{NUMBER}){DOOR}",
        rf"^(?P<compound>[^0-9]*?)-?(?P<building>{BUILDING})-(?P<unit>[{NUMERAL}]{{1,2}})",
        rf"^(?P<compound>.*(?:路|街|道|巷|弄|里|胡同|村))(?P<building>{NUMBER})号-?(?:(?P<unit>{NUMBER}|"
        rf"[a-z]){STAIR}-?)?{_STORY}(?P<room>[a-z]?{NUMBER}[a-z]?)?{DOOR}",
        rf"^(?P<compound>.*?)-?(?P<building>{BUILDING})楼-?(?:(?P<unit>{NUMBER}|[a-z]){STAIR}-?)?(?P<room>[a-z]?{NUMBER}[a-z]?)"
        rf"(?:号?[室房户]|号)?",
        rf"^(?P<compound>.*?)-?(?P<building>{NUMBER})号-?(?:(?P<unit>{NUMBER}|[a-z]){STAIR}-?)?{_STORY}(?P<room>[a-z]?{NUMBER}[a-z]?)"
        rf"?{DOOR}",
        rf"^(?P<compound>.*?)-?(?P<unit>{NUMBER}|[a-z])(?:单元|门)-?{_STORY}(?P<room>[a-z]?{NUMBER}[a-z]?)?{DOOR}",
        rf"^(?P<compound>{HAN}*?)-?(?P<floor>{NUMBER})(?:楼|层)(?P<room>{NUMBER})?{DOOR}",
        rf"^(?P<compound>{HAN}*)-?(?P<room>[a-z]?\d{{3,4}}[a-z]?)(?:室|房|号房)?",
        rf"^(?P<compound>{HAN}*?)-?(?P<room>[{NUMERAL}]{{1,5}})[室房]",
        rf"^(?P<compound>{HAN}{{2,12}}[a-z]?(?:区|期)?)",
    )
)

_CITY = (
    rf"(?:(?:{HAN}{{2,7}}?(?:省|自治区|特别行政区))?(?:成都|昌都|[盐宣晋聊运白塔邹项]城|{HAN}{{0,4}}[^城都夜超菜\P{{Han}}])"
    rf"市|{HAN}{{2,7}}?(?:省|自治区))"
)
_DISTRICT = rf"(?:{HAN}{{0,5}}?[^小宅园社活属舍\P{{Han}}][区县旗]|{HAN}{{2,4}}市)"
_STREET = rf"(?:{HAN}{{2,7}}?(?:街道(?:办事处)?|镇|乡))"
COMMUNITY = rf"{HAN}{{2,8}}?(?:社区(?:居委会)?|居委会)"
PREFIX = rf"^(?:中国)?(?:{_CITY}{_DISTRICT}?{_STREET}?|{_DISTRICT}{_STREET}|{HAN}{{2,7}}?街道(?:办事处)?)"
NOTHING = r"^(?:无|不详|未知|不清楚|不知道|待补|未登记|未提供|拒绝.*|同上|暂无|空|null|none|n/?a|[\W_]*)$"
FILLER = (
    r"^(?:[我本人]*(?:现|暂|家|居)?(?:居?住|住址|地址|住所|家庭住址|现住址|居住地址)(?:在|"
    r"于|地)?|家在|地址)[:：\-]*"
)

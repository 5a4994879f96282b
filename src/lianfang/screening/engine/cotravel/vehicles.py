"""What a published list, or a worker at a door, writes for a vehicle: numbers, carriages, seats.

"K446/K447" is one train under two numbers, "G98、G512" are two trains, "G28(四车厢)" carries its carriage along,
"SC/CA4786" is one flight sold by two airlines, "0Q2330" begins with a letter O. A twin in TypeScript lives in
web/field; contracts/vectors/cotravel.json holds both to the same answers.
"""

import re
from dataclasses import dataclass, field

from lianfang.screening.engine.words import NUMERALS, clean, numeral

#: Means of transport in normal form. A leg of a visit may say "other" or nothing for what it does not know.
MODES = ("train", "flight", "coach", "bus", "ship", "metro", "car", "other")

_MODE_WORDS = (
    ("flight", r"航班|飞机|民航|机票|^(?:PLANE|FLIGHT|AIR|AIRPLANE)$"),
    ("metro", r"地铁|轨道交通|轻轨|\d+号线|^(?:METRO|SUBWAY)$"),
    ("ship", r"轮船|客船|邮轮|渡轮|渡船|游轮|客轮|货轮|船|^(?:SHIP|FERRY|BOAT|CRUISE)$"),
    ("coach", r"客车|大巴|长途|班车|中巴|客运|汽车站|^COACH$"),
    ("bus", r"公交|公共汽车|\d+路|^BUS$"),
    ("car", r"出租|网约|的士|滴滴|私家|自驾|小车|轿车|专车|^(?:CAR|TAXI)$"),
    ("train", r"火车|列车|动车|高铁|城际|车厢|次|^(?:TRAIN|RAIL)$"),
)
_WORDED = tuple((mode, re.compile(pattern)) for mode, pattern in _MODE_WORDS)

_RUN = re.compile(r"(?<![A-Z0-9/.-])([GDCZTKYLSX]?\d{1,4}(?:/[GDCZTKYLSX]?\d{1,4})*)(?![A-Z0-9.-])")
_ALONE = re.compile(r"^[^0-9A-Z]*\d{1,4}(?:/\d{1,4})*[^0-9A-Z]*$")
_AIRLINES = r"(?:[A-Z][A-Z0-9]|[0-9][A-Z])"
_FLIGHT = re.compile(
    rf"(?<![A-Z0-9])({_AIRLINES}(?:/{_AIRLINES})*|[A-Z]{{3}})[ -]?0*([1-9]\d{{0,3}})([A-Z]?)(?![A-Z0-9])"
)
_PLATE = re.compile(
    r"([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼])([A-Z])[ ·.\-]?([A-Z0-9]{5,6})(?![A-Z0-9])"
)
_BUS = re.compile(r"([A-Z]{0,2}\d{1,4}|[\u4e00-\u9fff]{1,4}?\d{1,3})路")
_METRO = re.compile(r"([\u4e00-\u9fff]{0,3}?)(\d{1,2}|S\d|[一二三四五六七八九十]{1,3})号线")
_NUMBER = rf"(?:(?<![A-Z0-9])[A-Z]?\d{{1,2}}|[{NUMERALS}]{{1,3}})"
_CARRIAGES = re.compile(
    rf"第?({_NUMBER}(?:号|节|#)?(?:(?: ?[、,;/和及与] ?|-|至|到|(?<=[号节]))第?{_NUMBER}(?:号|节|#)?)*)"
    r"(?:号|节|#)? ?车[厢箱廂]"
)
_ONE_CARRIAGE = re.compile(rf"^第?{_NUMBER}(?:(?:[、,;/和及与]|-|至|到){_NUMBER})*(?:号|节|#|车)*$")
_RANGE = re.compile(rf"({_NUMBER})(?:号|节|#)?(?:-|至|到)第?({_NUMBER})")
_ANY_NUMBER = re.compile(_NUMBER)
_SEATS = re.compile(r"(?<![A-Z0-9])(\d{1,2})([A-L])(?![A-Z0-9])|(\d{1,2}) ?[排行]")
_SPLIT = re.compile(r"[、,;，。|+&\n]|和|及|与|换乘|转乘|转|→|->|以及")
_SHIP_NAME = re.compile(r"^(.{2,16}?)号.*$")
_UNKNOWN = re.compile(
    r"^(?:未知|不详|不明|不清楚|不记得|无|待查|待核实|UNKNOWN|N/?A|-+|\?+|/+)(?:车次|航班|班次)?$"
)

#: ICAO designators of airlines in Chinese lists → IATA.
ICAO = {
    "CCA": "CA", "CSN": "CZ", "CES": "MU", "CHH": "HU", "CSZ": "ZH", "CXA": "MF", "CSC": "3U", "CDG": "SC",
    "CSH": "FM", "CQH": "9C", "DKH": "HO", "LKE": "8L", "GCR": "GS", "CBJ": "JD", "HXA": "G5", "OKA": "BK",
    "CUA": "KN", "JYH": "9H", "EPA": "DZ", "CQN": "OQ", "CGZ": "GY", "QDA": "QW", "CDC": "GJ", "HBH": "NS",
}  # fmt: skip


@dataclass(frozen=True)
class Vehicle:
    """One vehicle as written: `numbers` are names of the same run (paired train numbers, shared flights)."""

    mode: str
    numbers: tuple[str, ...]
    carriages: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Reading:
    """The vehicles of one field, or why there are none: a code of `REASONS`. Notes are codes as well."""

    vehicles: tuple[Vehicle, ...] = ()
    code: str | None = None
    notes: tuple[str, ...] = field(default=())


def mode_of(text: str | None) -> str | None:
    """The mode that a word or a header cell names ("动车", "plane"); None if it names none."""
    plain = clean(text or "").upper()
    if not plain:
        return None
    if plain.lower() in MODES:
        return plain.lower()
    return next((mode for mode, pattern in _WORDED if pattern.search(plain)), None)


def read_vehicles(text: str, mode: str | None = None) -> Reading:
    """All vehicles of one field. `mode` is what another column says, None if nothing does."""
    plain = clean(text).upper()
    if not plain:
        return Reading(code="number.missing")
    if _UNKNOWN.match(plain):
        return Reading(code="number.unknown")
    said = mode if mode in MODES and mode != "other" else None
    for tried in _modes_to_try(plain, said):
        vehicles, notes = _of_mode(plain, tried)
        if vehicles:
            changed = ("mode.corrected",) if said and tried != said else ()
            return Reading(vehicles, notes=(*changed, *notes))
    if said == "flight" and re.search(r"\d{3,4}", plain):
        return Reading(code="number.no_airline")
    return Reading(code="number.unreadable")


def _modes_to_try(plain: str, said: str | None) -> list[str]:
    """The stated mode first, then what the words say, then what the shape says."""
    without = _CARRIAGES.sub(" ", plain)
    words = [mode for mode, pattern in _WORDED if pattern.search(plain)]
    shapes = []
    if re.search(r"(?<![A-Z0-9])[GDCZTKYLSX]\d{1,4}(?![A-Z0-9])", without):
        shapes.append("train")
    if re.search(rf"(?<![A-Z0-9])(?:{_AIRLINES}|[A-Z]{{3}})[ -]?\d{{3,4}}(?!\d)", without):
        shapes.append("flight")
    if _PLATE.search(plain):
        shapes.append("car")
    if said:
        # Another mode only where the number says so by its shape, never from a bare number.
        return [said, *(shape for shape in shapes if shape != said)]
    return list(dict.fromkeys([*words, *shapes]))


def _of_mode(plain: str, mode: str) -> tuple[tuple[Vehicle, ...], tuple[str, ...]]:
    if mode == "train":
        return _trains(plain), ()
    if mode == "flight":
        return _flights(plain)
    return _others(plain, mode), ()


def _trains(plain: str) -> tuple[Vehicle, ...]:
    found: list[Vehicle] = []
    for part in _parts(plain):
        carriages = _carriages_within(part)
        runs = _train_runs(_CARRIAGES.sub(" ", part))
        found.extend(Vehicle("train", numbers, carriages) for numbers in runs)
        if not runs and carriages and found:
            last = found[-1]
            found[-1] = Vehicle("train", last.numbers, _sorted({*last.carriages, *carriages}))
    return tuple(found)


def _parts(plain: str) -> list[str]:
    """The field cut between vehicles, but not between the numbers of its carriages ("4、6、13号车厢")."""
    kept = _CARRIAGES.sub(lambda found: re.sub(r"[、,;和及与]", "\0", found.group()), plain)
    return [part.replace("\0", "、") for part in _SPLIT.split(kept) if part.strip()]


def _train_runs(part: str) -> list[tuple[str, ...]]:
    """The runs of one part: "K446/7次" is one run with two names, "G98 G512" are two. A bare number counts
    only where nothing else stands beside it ("4605次"), for it may as well be a year or a seat.
    """
    runs: list[tuple[str, ...]] = []
    for written in _RUN.findall(part):
        names = written.split("/")
        prefix = names[0][0] if names[0][0].isalpha() else ""
        if not prefix and not _ALONE.match(part):
            continue
        numbers: list[str] = []
        for name in names:
            digits = name if name.isdigit() else name[1:]
            if numbers and len(digits) < len(names[0]) - len(prefix):
                digits = names[0][len(prefix) : len(names[0]) - len(digits)] + digits
            numbers.append((prefix if name.isdigit() else name[0]) + (digits.lstrip("0") or "0"))
        runs.append(tuple(dict.fromkeys(numbers)))
    return runs


def _flights(plain: str) -> tuple[tuple[Vehicle, ...], tuple[str, ...]]:
    found, notes = [], []
    for part in _parts(plain):
        numbers: list[str] = []
        for piece in _FLIGHT.finditer(_CARRIAGES.sub(" ", part)):
            for airline in piece.group(1).split("/"):
                code = ICAO.get(airline, airline)
                if len(code) != 2:
                    continue
                if code[0] == "0":
                    code = "O" + code[1]
                    notes.append("number.zero_for_o")
                numbers.append(code + piece.group(2) + piece.group(3))
        if numbers:
            found.append(
                Vehicle("flight", tuple(dict.fromkeys(numbers)), rows=read_rows(_FLIGHT.sub(" ", part)))
            )
    return tuple(found), tuple(dict.fromkeys(notes))


def _others(plain: str, mode: str) -> tuple[Vehicle, ...]:
    """Coaches, buses, ships, metro and cars: by plate, line or name."""
    plates = ["".join(groups) for groups in _PLATE.findall(plain)]
    if plates and mode in ("coach", "car", "bus"):
        return tuple(Vehicle(mode, (plate,)) for plate in dict.fromkeys(plates))
    if mode == "bus":
        return tuple(Vehicle(mode, (line + "路",)) for line in dict.fromkeys(_BUS.findall(plain)))
    if mode == "metro":
        lines = [
            f"{city}{numeral(line) or line}号线" for city, line in _METRO.findall(plain.replace("地铁", ""))
        ]
        return tuple(Vehicle(mode, (line,)) for line in dict.fromkeys(lines))
    if mode == "ship":
        names = [_ship(part) for part in _parts(plain)]
        return tuple(Vehicle(mode, (name,)) for name in dict.fromkeys(names) if len(name) > 1)
    if mode == "coach":
        codes = re.findall(r"(?<![A-Z0-9])([A-Z]{0,2}\d{2,5})(?![A-Z0-9])", plain)
        return tuple(Vehicle(mode, (code,)) for code in dict.fromkeys(codes))
    return ()


def _ship(part: str) -> str:
    """The name of a ship, without "号" and what it is: "长航朝天门2号邮轮" → "长航朝天门2"."""
    name = re.sub(r"[^A-Z0-9\u4e00-\u9fff]|轮船|客船|邮轮|渡轮|渡船|游轮|客轮|货轮|船名|乘坐", "", part)
    return re.sub(r"[号轮船]+$", "", _SHIP_NAME.sub(r"\1", name))


def read_carriages(text: str | None) -> tuple[str, ...]:
    """ "4、6、13号车厢" → 4, 6, 13; "5-8号车厢" → 5…8; "第四节车厢" → 4; "06" → 6; () if none is written."""
    plain = clean(text or "").upper()
    return _carriages_within(plain) or (_numbers_of([plain]) if _ONE_CARRIAGE.match(plain) else ())


def _carriages_within(plain: str) -> tuple[str, ...]:
    return _numbers_of([found.group(1) for found in _CARRIAGES.finditer(plain)])


def _numbers_of(phrases: list[str]) -> tuple[str, ...]:
    carriages: set[str] = set()
    for phrase in phrases:
        for first, last in _RANGE.findall(phrase):
            low, high = numeral(first), numeral(last)
            if low is not None and high is not None and low <= high <= 30:
                carriages.update(str(number) for number in range(low, high + 1))
        for written in _ANY_NUMBER.findall(_RANGE.sub(" ", phrase)):
            number = numeral(written)
            carriages.add(written if number is None else str(number))
    return _sorted(carriages)


def read_rows(text: str | None) -> tuple[int, ...]:
    """Rows of seats on a plane: "7E、7F" → 7; "15排" → 15; () if none is written."""
    plain = clean(text or "").upper()
    return tuple(sorted({int(seat or row) for seat, _, row in _SEATS.findall(plain)}))


def _sorted(carriages: set[str]) -> tuple[str, ...]:
    return tuple(
        sorted(carriages, key=lambda name: (not name.isdigit(), int(name) if name.isdigit() else 0, name))
    )

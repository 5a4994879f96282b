"""Risk areas from announcements in words: "3月1日至3月14日 武汉市、黄冈市；杭州市西湖区翠苑街道 高风险"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lianfang.screening.engine.dates import Period, read_period
from lianfang.screening.engine.risk.areas import RiskArea
from lianfang.screening.engine.risk.given import Given, Reading, Unread, level_of
from lianfang.screening.engine.risk.places import Place, Unplaced, find_place
from lianfang.screening.engine.words import clean

_LEVEL = re.compile(
    r"(?:由[高中低]风险(?:地区|区域|区)?)?(?:均)?(?:调整|列|升级|降|划定|确定|定)?(?:为|成)?"
    r"(高风险|中风险|低风险|封控区|管控区|防范区|重点疫区|重点关注地区|重点地区|疫区)(?:地区|区域|区)?(?:共?\d+个)?"
)
_NOISE = re.compile(
    r"将|新增|现有|全国|共\d+个|以下|如下|包括|名单|公布|以及|及其|其中|等地|等(?=$|[、,;。 ])|:|（|）"
)
_SEPARATORS = re.compile(r"[、,，|]|以及|及|和|与")
_EXCEPT = re.compile(r"除.*外|不含|除外")


@dataclass
class _Clause:
    """A part of an announcement about which one period and one level are said."""

    line: int
    period: Period | str | None = None
    level: str | None = None
    leading: bool = False
    places: list[str] = field(default_factory=list)


def read_announcement(text: str, given: Given) -> Reading:
    areas: list[RiskArea] = []
    unread: list[Unread] = []
    for clause in _clauses(text, given):
        within = given.home
        for named in clause.places:
            found = _named(named, within, clause, given)
            if isinstance(found, Unplaced):
                unread.append(Unread(given.source, clause.line, named, found.code, found.candidates))
                continue
            areas.append(found)
            within = found.place.code
    return Reading(tuple(areas), tuple(unread))


def _named(named: str, within: str, clause: _Clause, given: Given) -> RiskArea | Unplaced:
    if _EXCEPT.search(named):
        return Unplaced("place.except")
    place = find_place(named, within=within)
    if isinstance(place, Unplaced):
        return place
    if clause.level is None:
        return Unplaced("level.missing")
    if not isinstance(clause.period, Period):
        return Unplaced(clause.period or "period.missing")
    return RiskArea(place, clause.level, clause.period.first, clause.period.last, (given.source,))


def _clauses(text: str, given: Given) -> Iterator[_Clause]:
    """Clauses with what they leave unsaid filled in: a period holds until another is named; a level that leads
    ("高风险：A、B；C") holds on, one that trails ("A、B；C 高风险") holds backwards.
    """
    period: Period | str | None = Period(given.first, None) if given.first else None
    for number, line in enumerate(text.splitlines(), start=1):
        clauses: list[_Clause] = []
        for part in re.split(r"[;；。！!]", clean(line)):
            clauses.extend(_parted(part, number, given.year))
        for clause in clauses:
            period = clause.period or period
            clause.period = period
        for place, clause in enumerate(clauses):
            if clause.level is None:
                before = clauses[place - 1] if place else None
                after = next(
                    (one.level for one in clauses[place + 1 :] if one.level and not one.leading), None
                )
                carried = before.level if before is not None and before.leading else None
                clause.level, clause.leading = carried or after or given.level, carried is not None
        yield from clauses


def _parted(part: str, line: int, year: int | None) -> list[_Clause]:
    period = read_period(part, year)
    dated: Period | str | None = period
    rest = period.rest if period else part
    if period is None and re.search(r"\d\s?[月./-]\s?\d", part):
        dated = "period.unreadable"
    levels = list(_LEVEL.finditer(rest))
    if not levels:
        return [_Clause(line, dated, None, False, _places(rest))] if rest.strip() or period else []
    leading = not _places(rest[: levels[0].start()])
    clauses, begin = [], 0
    for number, found in enumerate(levels):
        level = level_of(found.group(1))
        if leading:
            end = levels[number + 1].start() if number + 1 < len(levels) else len(rest)
            piece = rest[found.end() : end]
        else:
            piece = rest[begin : found.start()]
            begin = found.end()
        clauses.append(_Clause(line, dated, level, leading, _places(piece)))
    if not leading and _places(rest[begin:]):
        clauses.append(_Clause(line, dated, None, False, _places(rest[begin:])))
    return clauses


def _places(text: str) -> list[str]:
    """The places that a piece of text names, brackets opened: "杭州市(西湖区、余杭区)" → two."""
    opened = re.sub(
        r"([^、,，;()\s]+)\(([^()]*)\)",
        lambda found: "、".join(
            found[1] + inner.strip() for inner in _SEPARATORS.split(found[2]) if inner.strip()
        ),
        text,
    )
    if _EXCEPT.search(text):
        return [text.strip()]
    pieces: list[str] = []
    for group in _SEPARATORS.split(_NOISE.sub(" ", opened)):
        pieces.extend(_spaced(group))
    return [piece for piece in pieces if re.search(r"[\u4e00-\u9fff]", piece)]


def _spaced(group: str) -> list[str]:
    """Words between spaces belong to one place if each lies in the one before ("浙江省 杭州市 西湖区")."""
    words = group.split()
    pieces: list[str] = []
    for word in words:
        joined = find_place(pieces[-1] + word) if pieces else Unplaced("place.missing")
        inside = isinstance(joined, Place) and isinstance(find_place(word), Unplaced | Place)
        before = find_place(pieces[-1]) if pieces else None
        deeper = (
            inside and isinstance(before, Place) and isinstance(joined, Place) and joined.code != before.code
        )
        if deeper or (inside and isinstance(find_place(word), Unplaced)):
            pieces[-1] += word
        else:
            pieces.append(word)
    return pieces

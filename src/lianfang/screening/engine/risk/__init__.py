"""Risk areas: places, periods and levels, from tables, from text, and from case figures.

reading = read_text("3月1日至3月14日 武汉市、黄冈市；杭州市西湖区翠苑街道 高风险", Given("notice", year=2020))
met = exposures(reading.areas, Stay(find_place("武汉"), left=date(2020, 3, 5)), on=date(2020, 3, 6), days_back=14)
print(sentence(met[0], "zh"))
"""

from lianfang.screening.engine.risk.areas import (
    LEVEL_WORDS,
    LEVELS,
    Exposure,
    RiskArea,
    Stay,
    as_data,
    exposures,
    history,
    level_on,
    merge,
    sentence,
)
from lianfang.screening.engine.risk.figures import (
    DayLevel,
    Figures,
    Rule,
    derive_areas,
    levels_by_day,
    read_figures,
)
from lianfang.screening.engine.risk.given import WORDS, Given, Reading, Unread, level_of
from lianfang.screening.engine.risk.places import Place, Unplaced, contains, find_place, full_name
from lianfang.screening.engine.risk.reading import read_file, read_text

__all__ = [
    "LEVELS",
    "LEVEL_WORDS",
    "WORDS",
    "DayLevel",
    "Exposure",
    "Figures",
    "Given",
    "Place",
    "Reading",
    "RiskArea",
    "Rule",
    "Stay",
    "Unplaced",
    "Unread",
    "as_data",
    "contains",
    "derive_areas",
    "exposures",
    "find_place",
    "full_name",
    "history",
    "level_of",
    "level_on",
    "levels_by_day",
    "merge",
    "read_figures",
    "read_file",
    "read_text",
    "sentence",
]

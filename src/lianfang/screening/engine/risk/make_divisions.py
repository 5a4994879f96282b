"""Makes divisions.csv from the tables of modood/Administrative-divisions-of-China (WTFPL), state of 2023.

    python -m lianfang.screening.engine.risk.make_divisions FOLDER > src/lianfang/screening/engine/risk/divisions.csv

FOLDER holds provinces.csv, cities.csv and areas.csv. What they lack and published lists name is added below.
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

#: Levels that only group ("市辖区", "省直辖县级行政区划"); nobody calls a place so.
_GROUPS = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")

#: Not in those tables: regions without divisions there, and districts that lists of 2020 name and that were
#: merged in 2021 (Hangzhou: State Council approval of 11 March 2021).
_ADDED = {
    "710000": "台湾省",
    "810000": "香港特别行政区",
    "820000": "澳门特别行政区",
    "330103": "下城区",
    "330104": "江干区",
}


def rows(folder: Path) -> Iterator[tuple[str, str]]:
    """(code of six digits, name) of provinces, prefectures and counties."""
    for name in ("provinces.csv", "cities.csv", "areas.csv"):
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                if row["name"] not in _GROUPS:
                    yield row["code"].ljust(6, "0"), row["name"]
    yield from _ADDED.items()


if __name__ == "__main__":
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("code", "name"))
    writer.writerows(sorted(rows(Path(sys.argv[1]))))

"""Files to the table that Splink links, as its users write it: `rowwise.py OUT FILE…`, in the environment of the peers.

pandas reads the six lists, functions of Python standardise them row by row: pypinyin for names, regular expressions for
addresses, ID numbers with their check digit, phones, dates. What comes back often (names, addresses, dates) is
remembered with functools.cache. Knows nothing of lianfang; the columns are those that `splink_chinese.py` asks for.
"""

import argparse
import re
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
from child import Report
from opencc import OpenCC
from pypinyin import lazy_pinyin

AS_OF = date(2020, 3, 15)
#: The columns of each list by what they hold; `at` is an address, or what of it the list gives.
COLUMNS = {
    "register": {"name": "户籍人口姓名", "id": "公民身份号码", "phone": "联系电话", "at": "现住址", "sex": "性别",
                 "birth": "出生日期", "community": "社区"},
    "carrier": {"name": "机主姓名", "id": "证件号", "phone": "手机号码", "cell_area": "常驻基站区域"},
    "transport": {"name": "旅客姓名", "id": "证件号码", "phone": "联系方式"},
    "gate": {"name": "姓名", "phone": "手机", "at": "所在楼栋"},
    "visits": {"name": "姓名", "id": "身份证号", "phone": "联系电话", "at": "门牌号", "sex": "性别", "age": "年龄",
               "household": "户编号"},
    "self_reports": {"name": "您的姓名", "id": "证件号", "phone": "联系方式", "at": "居住地址"},
}  # fmt: skip
KINDS = {"visits": "visit", "self_reports": "self_report"}
COMPOUND_SURNAMES = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "夏侯",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "司徒",
    "东方",
)
SURNAME_READINGS = {
    "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "曾": "zeng", "区": "ou", "任": "ren", "盖": "ge",
    "尉迟": "yu chi",
}  # fmt: skip
TITLE = re.compile(r"(先生|女士|小姐|阿姨|叔叔|大爷|大妈|师傅|老师|医生|奶奶|爷爷|哥|姐|总|工)$")
SIMPLIFIED = OpenCC("t2s")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
NUMERALS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
N = "[0-9零〇一二三四五六七八九十百两]+"
HOUSE = rf"(?P<building>[a-z]?{N}[a-z]?)(?:号楼|幢|栋|座|#楼?|号院)"
ADDRESSES = [
    re.compile(p)
    for p in (
        rf"^(?P<compound>.*?)-?{HOUSE}-?(?:(?P<unit>{N})(?:单元|门|梯)-?)?(?:{N}[楼层])?(?P<room>{N}[a-z]?)(?:室|房|户|号)?$",
        rf"^(?P<compound>.*?)-?{HOUSE}-?(?P<unit>{N})-(?P<room>{N}[a-z]?)(?:室|房|户|号)?$",
        rf"^(?P<compound>.*?)-?{HOUSE}(?:-?(?P<unit>{N})(?:单元|门|梯))?$",
        rf"^(?P<compound>[^0-9]*?)-?(?P<building>{N})-(?P<unit>{N})-(?P<room>{N}[a-z]?)(?:室|房|户|号)?$",
        rf"^(?P<compound>[^0-9]*?)-?(?P<building>{N})-(?P<room>{N}[a-z]?)(?:室|房|户|号)?$",
        r"^(?P<compound>[^0-9]{2,12})$",
    )
]
PREFIX = re.compile(r"^(?:.{2,3}省)?(?:.{2,3}市)?(?:.{1,3}区)?(?:.{2,4}街道)?(?:.{2,4}社区)?")
Row = dict[str, object]


@cache
def name_of(text: str) -> Row:
    """name_form, name, surname, given, and their pinyin, plain and as it is misheard."""
    name = SIMPLIFIED.convert(re.sub(r"[\s·()（）0-9]+", "", text)).replace("某", "*")
    bare = TITLE.sub("", name)
    if not re.search(r"[\u4e00-\u9fff]", name) or len(name) > 6:
        return {"name_form": "none"}
    surname = bare[:2] if bare[:2] in COMPOUND_SURNAMES else bare[:1]
    row: Row = {"name": bare, "surname": surname, "given": bare[len(surname) :] or None, "name_form": "full"}
    if "*" in bare:
        row["name_form"] = "masked"
    elif bare != name or len(bare) == 1 or re.match(r"^[小老阿]", bare):
        row["name_form"] = "nickname"
        row["surname"] = surname = bare.lstrip("小老阿")[:1]
    row["surname_py"] = SURNAME_READINGS.get(surname) or " ".join(lazy_pinyin(surname))
    given = row["given"]
    if isinstance(given, str) and "*" not in given:
        row["given_py"] = " ".join(lazy_pinyin(given))
    if row["name_form"] == "full":
        row["name_py"] = f"{row['surname_py']} {row.get('given_py') or ''}".strip()
    for part in ("surname", "given"):
        if row.get(f"{part}_py"):
            row[f"{part}_pyf"] = misheard(str(row[f"{part}_py"]))
    return row


def misheard(syllables: str) -> str:
    """zh as z, n as l, ang as an."""
    text = re.sub(r"\b([zcs])h", r"\1", syllables)
    return re.sub(r"([aei])ng\b", r"\1n", re.sub(r"\bn(?=[aeiouv])", "l", text))


def identity_of(text: str) -> Row:
    """id_form, id_text, id18, what shows of the number, and the birth and sex that it tells."""
    plain = re.sub(r"[^0-9X*]", "", text.upper().replace("x", "*")) if text else ""
    if len(plain) < 6:
        return {"id_form": "none"}
    if "*" in plain:
        head, tail = plain.partition("*")[0], plain.rpartition("*")[2]
        return {"id_form": "masked", "id_text": plain, "id_head": head or None, "id_tail": tail or None}
    whole = f"{plain[:6]}19{plain[6:]}" if len(plain) == 15 else plain
    row: Row = {"id_form": "malformed", "id_text": plain, "id_head": plain[:6], "id_tail": plain[-4:]}
    if not re.match(r"^\d{17}[\dX]?$", whole):
        return row
    check = "10X98765432"[sum(int(d) * w for d, w in zip(whole, WEIGHTS, strict=False)) % 11]
    born = day_of(whole[6:14])
    row["id_form"] = "checksum"
    if born is not None and whole[17:] in ("", check):
        row.update(
            id_form="valid", id18=whole[:17] + check, birth=born, sex="M" if int(whole[16]) % 2 else "F"
        )
    return row


def phone_of(text: str) -> str | None:
    """A mobile or a landline as digits."""
    digits = re.sub(r"^(?:86|0086)(?=1\d{10})", "", re.sub(r"[^0-9]", "", re.split(r"[/、,;]", text)[0]))
    return digits if re.match(r"^1[3-9]\d{9}$|^0?\d{7,11}$", digits) else None


@cache
def number_of(text: str | None) -> str | None:
    """十二 is 12."""
    if text is None or text.isascii():
        return text.lstrip("0") if text else text
    if "十" in text:
        tens, _, ones = text.partition("十")
        return str(NUMERALS.get(tens, 1) * 10 + NUMERALS.get(ones, 0))
    return "".join(str(NUMERALS.get(c, c)) for c in text)


@cache
def address_of(text: str) -> Row:
    """compound, building, unit and room of the first pattern that fits."""
    plain = re.sub(r"[\s,，。()（）]+", "", SIMPLIFIED.convert(text).lower())
    plain = PREFIX.sub("", re.sub(r"[—–－_/]+", "-", plain))
    for pattern in ADDRESSES:
        if found := pattern.match(plain):
            parts = found.groupdict()
            compound = re.sub(r"(小区|住宅区)$", "", parts.get("compound") or "").strip("-")
            numbers = {part: number_of(parts.get(part)) for part in ("building", "unit", "room")}
            return {"compound": compound or None, **numbers}
    return {}


@cache
def day_of(text: str) -> date | None:
    """1990-01-02, 1990.1.2, 19900102, 1990年1月2日."""
    found = re.match(r"^(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?$", text.strip())
    try:
        born = date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
    return born if born and date(1880, 1, 1) <= born <= AS_OF else None


@cache
def year_of(age: str) -> int | None:
    """The year of birth by an age, or a year given as one."""
    found = re.match(r"^(\d+)", age.strip())
    number = int(found[1]) if found else -1
    if 1880 <= number <= AS_OF.year:
        return number
    return AS_OF.year - number if 0 <= number <= 120 else None


def row_of(kind: str, cells: dict[str, str]) -> Row:
    """One row, standardised."""
    row: Row = {**name_of(cells.get("name", "")), **identity_of(cells.get("id", ""))}
    row.update(address_of(cells.get("at", "")), phone=phone_of(cells.get("phone", "")))
    row["kind"] = KINDS.get(kind, kind)
    for word, sex in (("男", "M"), ("女", "F")):
        if word in cells.get("sex", ""):
            row["sex"] = sex
    row["birth"] = day_of(cells.get("birth", "")) or row.get("birth")
    born = row["birth"]
    row["birth_year"] = born.year if isinstance(born, date) else year_of(cells.get("age", ""))
    row["community"] = re.sub(r"(社区|居委会)$", "", cells.get("community", "")) or None
    row["cell_area"] = re.sub(r"(基站|附近|小区|社区)+$", "", cells.get("cell_area", "")) or None
    return row


def rows_of(path: Path) -> list[Row]:
    """All rows of one list; a household's address stands in its first row."""
    kind = path.stem
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig", skip_blank_lines=False)
    found: list[Row] = []
    given = {field: table[column].tolist() for field, column in COLUMNS[kind].items()}
    at = ""
    for number, values in enumerate(zip(*given.values(), strict=True), start=2):
        cells = dict(zip(given, values, strict=True))
        if "household" in cells:
            at = cells["at"] = cells["at"] or ("" if cells["household"] else at)
        if any(values):
            found.append({**row_of(kind, cells), "file": path.name, "row": number})
    return found


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    report = Report("rowwise")
    rows = [row for path in given.files for row in rows_of(path)]
    report.done("standardise")
    wanted = ["kind", "name_form", "name", "surname", "given", "surname_py", "given_py", "name_py", "surname_pyf",
              "given_pyf", "id18", "id_form", "id_text", "id_head", "id_tail", "sex", "birth", "birth_year", "phone",
              "compound", "building", "unit", "room", "community", "cell_area", "file", "row"]  # fmt: skip
    table = pd.DataFrame(rows, columns=wanted).reset_index(names="record").assign(name_sex=None)
    text = [c for c in wanted if c not in ("birth", "birth_year", "row")]
    table[[*text, "name_sex"]] = table[[*text, "name_sex"]].astype("string")
    table["birth_year"] = table["birth_year"].astype("Int16")
    report.done("read")
    report.finish(given.out / "report.json")
    table.to_parquet(given.out / "standard.parquet", row_group_size=122_880)


if __name__ == "__main__":
    main()

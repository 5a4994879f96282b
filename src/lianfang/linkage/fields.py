"""The vocabulary that readers, engine, findings and outputs share: kinds of list and fields of a record.

A record is one data row of a person list as received. Readers deliver every field as text (or null) as the
spreadsheet shows it; what a value *means* is decided by `lianfang.linkage.engine.standardise`, nowhere else.
"""

from dataclasses import dataclass
from enum import StrEnum

import polars as pl


class ListKind(StrEnum):
    """What a person list is, because that decides what its columns say about a person."""

    REGISTER = "register"  # the resident register: the list that "should" hold everybody
    CARRIER = "carrier"  # mobile carrier: the person meant uses the phone; the name is the registrant's
    TRANSPORT = "transport"  # police, railway, airline: name, ID number, vehicle, date
    GATE = "gate"  # hand-kept gate book: heard names, nicknames, half an address
    VISIT = "visit"  # household visit form: the household's first row carries its number and address
    SELF_REPORT = "self_report"  # a resident's own report: free-text address, the family's phone
    OTHER = "other"


#: A person's lists as one number: the bits of their kinds. A new kind comes last.
KIND_BITS = {kind: 1 << at for at, kind in enumerate(ListKind)}


@dataclass(frozen=True)
class Field:
    name: str
    zh: str
    en: str


FIELDS: tuple[Field, ...] = (
    Field("name", "姓名", "name"),
    Field("id_number", "证件号码", "ID number"),
    Field("phone", "电话", "phone"),
    Field("sex", "性别", "sex"),
    Field("birth", "出生日期", "date of birth"),
    Field("age", "年龄", "age"),
    Field("address", "地址", "address"),
    Field("compound", "小区", "compound"),
    Field("building", "楼栋", "building"),
    Field("unit", "单元", "unit"),
    Field("room", "室", "room"),
    Field("community", "社区", "community"),
    Field("grid", "网格", "grid"),
    Field("household", "户号", "household number"),
    Field("relation", "与户主关系", "relation to head"),
    Field("date", "日期", "date"),
    Field("vehicle", "车次/航班/车牌", "vehicle"),
    Field("seat", "车厢座位", "carriage or seat"),
    Field("origin", "来自", "where from"),
    Field("cell_area", "基站区域", "cell area"),
    Field("temperature", "体温", "temperature"),
    Field("employer", "单位", "employer"),
    Field("nationality", "国籍", "nationality"),
    Field("remark", "备注", "remark"),
)
FIELD_NAMES: tuple[str, ...] = tuple(field.name for field in FIELDS)

#: Columns of the table of records that readers hand to the engine, in this order.
RECORD_SCHEMA: dict[str, pl.DataType] = {
    "record": pl.UInt32(),  # 0, 1, 2 … over all lists of a run; the key of every later table
    "list": pl.UInt16(),  # index into the run's tuple of PersonList
    "row": pl.UInt32(),  # the row number that a spreadsheet shows
    **{name: pl.String() for name in FIELD_NAMES},
}


@dataclass(frozen=True)
class PersonList:
    """One list of people: a CSV file, or one sheet of a workbook."""

    index: int
    label: str  # what links.csv calls `file`: "name.csv", or "name.xlsx#sheet" if several sheets hold people
    kind: ListKind

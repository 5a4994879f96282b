"""A builder of small runs: lists, rows and who they belong to, already standardised. The minimum for each
test."""

from datetime import date
from itertools import count
from typing import Any

import polars as pl

from lianfang.linkage.engine.standardise import STANDARD_SCHEMA
from lianfang.linkage.fields import FIELD_NAMES, RECORD_SCHEMA, ListKind, PersonList
from lianfang.linkage.findings.audit import Findings, audit
from lianfang.linkage.findings.evidence import REVIEW_SCHEMA, Evidence, gather
from lianfang.linkage.findings.sentences import findings_table

AS_OF = date(2020, 3, 1)
#: Valid numbers: a man born 1987-05-20, a woman born 1990-01-02, a boy born 2012-06-15, a man born
#: 1960-03-03.
MAN, WOMAN, BOY, OLD = "330106198705200018", "330106199001020021", "330106201206150030", "330106196003030019"


class Town:
    """Collects rows. `who` says which person a row belongs to, as the engine would have found."""

    def __init__(self) -> None:
        self.lists: dict[str, PersonList] = {}
        self.records: list[dict[str, Any]] = []
        self.standard: list[dict[str, Any]] = []
        self.who: list[str] = []
        self.reviews: list[dict[str, Any]] = []
        self.rejected: pl.DataFrame | None = None
        self._rows: dict[str, count[int]] = {}

    def row(self, file: str, who: str, **given: Any) -> int:
        """Add a row to `<kind>.csv` (`register.csv`, `gate_2.csv` …); returns its record number.

        Keys are columns of records (text) or of standardised records; home=("云滨湾", "3", "2", "501") sets
        the
        address; a valid `id18` sets all that follows from it; `name` is taken as full unless name_form says
        otherwise.
        """
        kind = ListKind(
            next(k.value for k in sorted(ListKind, key=len, reverse=True) if file.startswith(k.value))
        )
        one = self.lists.setdefault(file, PersonList(len(self.lists), file, kind))
        number = len(self.records)
        row = next(self._rows.setdefault(file, count(2)))
        values = _derived({"name": who, **given})
        record = {"record": number, "list": one.index, "row": row}
        self.records.append({**record, **{k: v for k, v in values["given"].items() if k in FIELD_NAMES}})
        self.standard.append(
            {**record, **{k: v for k, v in values["standard"].items() if k in STANDARD_SCHEMA}}
        )
        self.who.append(who)
        return number

    def review(self, a: int, b: int, probability: float = 0.6) -> None:
        """A doubtful link between two records."""
        self.reviews.append(
            {
                "record_a": a,
                "record_b": b,
                "probability": probability,
                "reason_zh": "同音。",
                "reason_en": "alike.",
            }
        )

    def frames(self) -> tuple[pl.DataFrame, list[PersonList], pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """records, lists, standard, links, reviews, as readers and engine deliver them."""
        records = pl.DataFrame(self.records, schema=RECORD_SCHEMA)
        standard = pl.DataFrame(self.standard, schema=STANDARD_SCHEMA)
        first = {who: self.who.index(who) for who in self.who}
        links = pl.DataFrame(
            {
                "record": range(len(self.who)),
                "person": [first[who] for who in self.who],
                "probability": [1.0] * len(self.who),
                "rule": ["id"] * len(self.who),
            },
            schema={"record": pl.UInt32, "person": pl.UInt32, "probability": pl.Float32, "rule": pl.String},
        )
        return (
            records,
            list(self.lists.values()),
            standard,
            links,
            pl.DataFrame(self.reviews, schema=REVIEW_SCHEMA),
        )

    def evidence(self) -> Evidence:
        records, lists, standard, links, reviews = self.frames()
        return gather(records, lists, standard, links, reviews=reviews, rejected=self.rejected, as_of=AS_OF)

    def audit(self) -> Findings:
        return audit(self.evidence())

    def found(self, code: str) -> list[dict[str, Any]]:
        """The findings of that kind as rows of findings.csv."""
        findings = self.audit()
        return findings_table(findings.of(code), findings.evidence).to_dicts()


def _derived(values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    given: dict[str, Any] = dict(values)
    standard: dict[str, Any] = {"name_form": "full", "id_form": "none", "phone_form": "none", **values}
    for text in ("birth", "date"):  # as written; what it means is birth_given, day
        standard.pop(text, None)
    name = values.get("name")
    standard["surname"] = name[0] if name else None
    standard.setdefault("surname_pyf", standard["surname"])
    standard.setdefault("given_pyf", name[1:] if name else None)
    if id18 := values.get("id18"):
        given.setdefault("id_number", id18)
        sex = "M" if int(id18[16]) % 2 else "F"
        day = date(int(id18[6:10]), int(id18[10:12]), int(id18[12:14]))
        standard |= {"id_text": id18, "id_form": "valid", "id_sex": sex, "id_birth": day}
        standard = {"sex": sex, "birth": day, **standard}
    if "sex_given" in values:
        standard["sex"] = values["sex_given"]
    if "birth_given" in values:
        standard["birth"] = values["birth_given"]
        given.setdefault("birth", str(values["birth_given"]))
    if standard.get("birth"):
        standard.setdefault("birth_year", standard["birth"].year)
    if "phone" in values and "phone_form" not in values:
        standard["phone_form"] = "mobile"
    if home := values.get("home"):
        compound, building, unit, room = home
        text = f"{compound}小区{building}幢{unit or ''}{'单元' if unit else ''}{room}室"
        given["address"] = text
        standard |= dict(zip(("compound", "building", "unit", "room"), home, strict=True))
        standard |= {"address": text, "place": "|".join(p or "" for p in home), "address_form": "room"}
    if "day" in values:
        given["date"], standard["date"] = str(values["day"]), values["day"]
    for key in ("phone_form", "name_form", "id_form"):
        given.pop(key, None)
    return {"given": {k: v if v is None else str(v) for k, v in given.items()}, "standard": standard}

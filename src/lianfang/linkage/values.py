"""Values as clerks type them and as lists give them, in one form, with what is odd about them. No Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from lianfang.linkage.engine.standardise.dates import days
from lianfang.linkage.engine.standardise.identity import id_number, identities
from lianfang.linkage.engine.standardise.phones import phones
from lianfang.linkage.engine.standardise.small import relations, sexes

#: What may be corrected, with the characters that a value may have.
CORRECTABLE: Mapping[str, int] = {
    "name": 80, "sex": 4, "birth": 20, "id_number": 40, "phone": 40, "address": 200, "household": 80,
    "relation": 20, "employer": 120, "nationality": 60,
}  # fmt: skip
#: What a person must have.
_NEVER_EMPTY = frozenset({"name"})
_OLDEST = 115  # years; older people are real, and typing mistakes more often


@dataclass(frozen=True)
class Reading:
    """A typed value in its form, or `problem`, a code; `doubts`: codes of what is odd but may be right."""

    text: str
    problem: str = ""
    doubts: tuple[str, ...] = ()


def read_value(field: str, typed: str, shown: Mapping[str, str], as_of: date) -> Reading:
    """What somebody typed for `field` of a person of whom `shown` is known. Never raises: see `problem`.

    problem: field, empty, long, date, sex, relation. doubts: id.checksum, id.form, id.birth, id.sex, phone.form,
    birth.age, birth.id, sex.id, name.characters.
    """
    text = " ".join(typed.split())
    if field not in CORRECTABLE:
        return Reading("", "field")
    if not text:
        return Reading("", "empty" if field in _NEVER_EMPTY else "")
    if len(text) > CORRECTABLE[field]:
        return Reading("", "long")
    special = {"birth": _birth, "sex": _sex, "id_number": _id, "phone": _phone, "relation": _relation}
    if field in special:
        return special[field](text, shown, as_of)
    odd = field == "name" and not any(sign.isalpha() for sign in text)
    return Reading(text, doubts=("name.characters",) if odd else ())


def standard(field: str, given: Sequence[str], as_of: date) -> list[tuple[str, bool]]:
    """(form, valid) of each value as received, to tell which mean the same; the value itself where it has no form."""
    column = pl.Series("value", list(given), dtype=pl.String)
    if field == "id_number":
        found = identities(column, as_of)
        texts, valid = found["id_text"], found["id_form"].is_in(["valid", "foreign"])
    elif field == "phone":
        found = phones(column)
        texts, valid = found["phone"], found["phone_form"] == "mobile"
    elif field == "birth":
        texts = days(column, as_of, birth=True)["day"].dt.to_string("%Y-%m-%d")
        valid = texts.is_not_null()
    elif field == "sex":
        texts = sexes(column)
        valid = texts.is_not_null()
    elif field == "relation":
        texts = relations(column)
        valid = texts.is_not_null()
    else:
        return [(" ".join(value.split()), True) for value in given]
    pairs = zip(texts.to_list(), valid.to_list(), given, strict=True)
    return [(text or raw, bool(fit)) for text, fit, raw in pairs]


def _birth(text: str, shown: Mapping[str, str], as_of: date) -> Reading:
    day = days(pl.Series("date", [text]), as_of, birth=True)["day"].item()
    if day is None:
        return Reading("", "date")
    doubts = ["birth.age"] if as_of.year - day.year > _OLDEST else []
    known = id_number(shown.get("id_number") or None, as_of)
    if known.id_birth and known.id_form == "valid" and known.id_birth != day:
        doubts.append("birth.id")
    return Reading(day.isoformat(), doubts=tuple(doubts))


def _sex(text: str, shown: Mapping[str, str], as_of: date) -> Reading:
    sex = sexes(pl.Series("sex", [text])).item()
    if sex is None:
        return Reading("", "sex")
    known = id_number(shown.get("id_number") or None, as_of)
    differs = known.id_form == "valid" and known.id_sex != sex
    return Reading(sex, doubts=("sex.id",) if differs else ())


def _relation(text: str, shown: Mapping[str, str], as_of: date) -> Reading:
    found = relations(pl.Series("relation", [text])).item()
    return Reading(found, "" if found else "relation")


def _id(text: str, shown: Mapping[str, str], as_of: date) -> Reading:
    found = id_number(text, as_of)
    number = found.id_text or text.upper()
    doubts = []
    if found.id_form == "checksum":
        doubts.append("id.checksum")
    elif found.id_form not in ("valid", "foreign"):
        doubts.append("id.form")
    if found.id_form == "valid":
        if shown.get("birth") and str(found.id_birth) != shown["birth"]:
            doubts.append("id.birth")
        if shown.get("sex") and found.id_sex != shown["sex"]:
            doubts.append("id.sex")
    return Reading(number, doubts=tuple(doubts))


def _phone(text: str, shown: Mapping[str, str], as_of: date) -> Reading:
    found = phones(pl.Series("phone", [text])).row(0, named=True)
    fine = found["phone_form"] in ("mobile", "landline")
    return Reading(found["phone"] or found["phone_text"] or text, doubts=() if fine else ("phone.form",))

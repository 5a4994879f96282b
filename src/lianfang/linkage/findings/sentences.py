"""From typed values to sentences: a finding's template filled for a whole table at once, in Polars.

A `Found` holds one kind and a frame with one row per finding: `record` (or `file` and `row`), `person`, perhaps
`other_record`, and the values that the templates name. Sentences are written only when somebody wants to read
them, so that millions of findings cost little until then.
"""

from dataclasses import dataclass
from functools import cache
from string import Formatter
from typing import Literal

import polars as pl

from lianfang.linkage.fields import FIELDS
from lianfang.linkage.findings.catalogue import Kind
from lianfang.linkage.findings.evidence import Evidence, person_id

Language = Literal["zh", "en"]

FINDING_COLUMNS: tuple[str, ...] = (
    "file", "row", "code", "severity", "person_id", "field", "values", "reason_zh", "reason_en",
    "action_zh", "action_en", "other_file", "other_row",
)  # fmt: skip

_SEX = {"M": ("男", "male"), "F": ("女", "female")}
_RELATION = {
    "head": ("户主", "head"),
    "spouse": ("配偶", "spouse"),
    "child": ("子女", "child"),
    "parent": ("父母", "parent"),
    "grandchild": ("孙辈", "grandchild"),
    "sibling": ("兄弟姐妹", "sibling"),
    "relative": ("亲属", "relative"),
    "tenant": ("租户", "tenant"),
    "other": ("其他", "other"),
}
_PROBLEM = {
    "length": ("位数不是15或18位", "it has neither 15 nor 18 characters"),
    "characters": ("含有不该有的字符", "it holds characters that do not belong there"),
    "province": ("开头不是任何省份的代码", "it begins with the code of no province"),
    "date": ("其中的出生日期不存在", "the date of birth in it does not exist"),
}
_WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "sex": _SEX,
    "relation": _RELATION,
    "problem": _PROBLEM,
    "now": {"together": ("按一人计", "one person"), "apart": ("按两人计", "two people")},
    "fields": {field.name: (field.zh, field.en) for field in FIELDS}
    | {
        "holder": (
            "机主姓名（使用人可能是别人）",
            "the contract holder's name (somebody else may use the phone)",
        )
    },
}
_EMPTY: dict[Language, str] = {"zh": "（空）", "en": "(empty)"}
_NOTHING_EQUAL: dict[Language, str] = {
    "zh": "没有一项完全相同，但各项相近",
    "en": "nothing exactly, but the values resemble one another",
}
_NO_NAME: dict[Language, str] = {"zh": "（未写姓名的人）", "en": "(somebody without a name)"}
_NO_DAY: dict[Language, str] = {"zh": "无日期", "en": "no date"}
#: A sentence quotes at most this many characters of what a list has for a name.
LONGEST_NAME = 40
_LOOKED_UP = ("file", "row", "name")


@dataclass(frozen=True)
class Found:
    """All findings of one kind, values only. Columns: see the module."""

    kind: Kind
    frame: pl.DataFrame

    def __len__(self) -> int:
        return self.frame.height


def findings_table(found: Found, evidence: Evidence, *, mask: bool = False) -> pl.DataFrame:
    """The findings as rows of findings.csv: FINDING_COLUMNS, all text but `row` and `other_row`.

    With `mask`, names, ID numbers, phones and rooms are hidden in sentences and values.
    """
    kind, frame = found.kind, placed(found, evidence)
    number = pl.col("person") if "person" in frame.columns else pl.lit(None, dtype=pl.UInt32)
    other = "other_file" in frame.columns
    return frame.select(
        "file",
        "row",
        pl.lit(kind.code).alias("code"),
        pl.lit(kind.severity.value).alias("severity"),
        person_id(number, evidence.persons).alias("person_id"),
        pl.lit(kind.field).alias("field"),
        _values(kind, mask).alias("values"),
        sentence(kind.zh, "zh", frame, mask=mask).alias("reason_zh"),
        sentence(kind.en, "en", frame, mask=mask).alias("reason_en"),
        pl.lit(kind.action_zh).alias("action_zh"),
        pl.lit(kind.action_en).alias("action_en"),
        (pl.col("other_file") if other else pl.lit(None, dtype=pl.String)).alias("other_file"),
        (pl.col("other_row") if other else pl.lit(None, dtype=pl.UInt32)).alias("other_row"),
    )


def placed(found: Found, evidence: Evidence) -> pl.DataFrame:
    """The frame with `file`, `row`, `name` (as written there) of its records, and their `other_` twins."""
    frame, rows = found.frame, evidence.rows
    for prefix in ("", "other_"):
        if f"{prefix}record" in frame.columns:
            at = rows.select("file", "row", name="name_given")[frame.get_column(f"{prefix}record")]
            new = [pl.Series(f"{prefix}{c}", at.get_column(c)) for c in _LOOKED_UP]
            frame = frame.with_columns(s for s in new if s.name not in found.frame.columns)
    return frame


def sentence(template: str, language: Language, frame: pl.DataFrame, *, mask: bool) -> pl.Expr:
    """One text per row of `frame`: the template with its values written in that language."""
    parts: list[pl.Expr] = []
    for literal, column, spec in _parsed(template):
        if literal:
            parts.append(pl.lit(literal))
        if column:
            parts.append(_written(column, spec, frame.schema[column], language, mask))
    return pl.concat_str(parts)


@cache
def _parsed(template: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((text, name or "", spec or "") for text, name, spec, _ in Formatter().parse(template))


def _written(column: str, spec: str, dtype: pl.DataType, language: Language, mask: bool) -> pl.Expr:
    value = pl.col(column)
    if spec == "percent":
        return pl.concat_str((value * 100).round(0).cast(pl.Int32).cast(pl.String), pl.lit("%"))
    if spec in _WORDS:
        words = {code: pair[0 if language == "zh" else 1] for code, pair in _WORDS[spec].items()}
        if isinstance(dtype, pl.List):
            return _joined(value.list.eval(pl.element().replace(words)), language, _NOTHING_EQUAL[language])
        return value.replace(words).fill_null(_EMPTY[language])
    if isinstance(dtype, pl.List):
        items = value.list.eval(masked(pl.element(), "name")) if mask and spec == "names" else value
        return _joined(items, language, _EMPTY[language])
    text = value.cast(pl.String)
    if spec == "day":
        return text.fill_null(_NO_DAY[language])
    if spec == "name":
        text = (
            pl.when(text.str.len_chars() > LONGEST_NAME)
            .then(text.str.slice(0, LONGEST_NAME) + "…")
            .otherwise(text)
        )
        return (masked(text, spec) if mask else text).fill_null(_NO_NAME[language])
    return (masked(text, spec) if mask else text).fill_null(_EMPTY[language])


def _joined(value: pl.Expr, language: Language, empty: str) -> pl.Expr:
    text = value.list.join("、" if language == "zh" else ", ")
    return pl.when(text != "").then(text).otherwise(pl.lit(empty))


def masked(text: pl.Expr, spec: str) -> pl.Expr:
    """Hide what identifies a person: the middle of numbers, all but the first character of a name, the
    room."""
    if spec == "name":
        return pl.concat_str(text.str.slice(0, 1), pl.lit("**"))
    if spec in ("id", "phone"):
        return pl.concat_str(text.str.slice(0, 3), pl.lit("****"), text.str.tail(2))
    if spec == "address":
        return text.str.replace(r"[0-9A-Za-z一二三四五六七八九十]+\s*[室号房]?$", "***")
    if spec == "free":  # somebody else's sentence: nobody can say what stands in it
        return pl.lit("…")
    return text


def _values(kind: Kind, mask: bool) -> pl.Expr:
    """The values named by the Chinese template as JSON object text, except those with a column of their
    own."""
    own = {"file", "row", "other_file", "other_row"}
    named = {column: spec for _, column, spec in _parsed(kind.zh) if column and column not in own}
    if not named:
        return pl.lit("{}")
    return pl.struct(_hidden(c, spec, mask).alias(c) for c, spec in named.items()).struct.json_encode()


def _hidden(column: str, spec: str, mask: bool) -> pl.Expr:
    value = pl.col(column)
    if not mask or spec not in ("name", "names", "id", "phone", "address", "free"):
        return value
    return value.list.eval(masked(pl.element(), "name")) if spec == "names" else masked(value, spec)

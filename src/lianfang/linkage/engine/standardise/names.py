"""Names: full ones, nicknames (小王, 王阿姨), masked ones (王*伟), names in Latin script, companies, and
descriptions.

Order matters: characters → remarks cut off → what kind of name it is → surname and given name → pinyin.
"""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from lianfang.linkage.engine.standardise import name_words as words
from lianfang.linkage.engine.standardise.latin import latin_columns
from lianfang.linkage.engine.standardise.pinyin import fold, pinyin, surname_pinyin
from lianfang.linkage.engine.standardise.surnames import ALSO_GIVEN, COMPOUND_SURNAMES, SURNAMES
from lianfang.linkage.engine.standardise.text import blank_to_null, clean, one_row, per_distinct, simplify

_HAN = words.HAN
_COMPOUND = "|".join(COMPOUND_SURNAMES)
_SURNAME = f"(?:{_COMPOUND}|[{''.join(sorted(SURNAMES))}])"


@dataclass(frozen=True)
class Name:
    """What one name cell says; see `standardise` for the columns."""

    name: str | None
    name_form: str
    surname: str | None
    given: str | None
    surname_py: str | None
    given_py: str | None
    name_py: str | None
    surname_pyf: str | None
    given_pyf: str | None
    name_sex: str | None
    name_age: str | None
    name_of: str | None


def name(value: str | None) -> Name:
    """One name, exactly as `names` reads it inside a column."""
    return Name(**one_row(names(pl.Series("name", [value], dtype=pl.String))))


def names(column: pl.Series) -> pl.DataFrame:
    """The columns of `Name` for a column of cells, row for row; a null cell has form "none"."""
    frame = per_distinct(column, _parse)
    return frame.with_columns(pl.col("name_form").fill_null("none")).select(*Name.__dataclass_fields__)


def _parse(values: pl.Series) -> pl.DataFrame:
    frame = simplify(clean(values)).to_frame("text")
    text = pl.col("text")
    frame = frame.with_columns(text.str.contains(_HAN).fill_null(False).alias("han")).with_columns(
        pl.when("han").then(_without_remarks(text)).alias("core")
    )
    frame = frame.with_columns(_kind().alias("kind"))
    frame = frame.with_columns(
        (_is_person() & pl.col("core").str.contains(words.titled(_SURNAME))).alias("titled"),
        _titles_off().alias("bare"),
    ).with_columns(_sex_hint(), _age_hint())
    frame = frame.with_columns(_form().alias("name_form")).with_columns(_name().alias("name"))
    return _latin(
        _readings(frame.with_columns(_surname().alias("surname")).with_columns(_given().alias("given")))
    )


def _without_remarks(text: pl.Expr) -> pl.Expr:
    """Brackets, labels, numbers, Latin letters and separators go; of two names in one cell the first
    stays.
    """
    core = text.str.replace_all(r"[(\[{【〔〈《<「](?:[^)\]}】〕〉》>」]*)(?:[)\]}】〕〉》>」]|$)", "")
    core = pl.when(core.str.contains(_HAN)).then(core).otherwise(text)
    core = core.str.replace(words.LABEL_BEFORE, "").str.replace(words.LABEL_AFTER, "")
    core = core.str.replace_all(r"[✕✖╳×●○■□◆★☆#_?＊﹡∗※xX]", "*").str.replace_all(
        r"[0-9a-wyzA-WYZ@.\-:：'’`~]+", " "
    )
    core = core.str.strip_chars(" 、,，;；/|\\·•")
    first = core.str.extract(rf"^({_HAN}{{2,4}})\s*[、,;/|\\和及&]\s*{_HAN}{{2,}}")
    two = core.str.extract(rf"^({_SURNAME}{_HAN}{{1,2}})\s+{_SURNAME}{_HAN}{{1,2}}$")
    core = pl.coalesce(first, pl.when(~core.str.contains(rf"^(?:{_COMPOUND})\s")).then(two), core)
    core = core.str.replace_all("某", "*", literal=True)
    return blank_to_null(
        core.str.replace_all(r"[^*\x{3007}\x{3400}-\x{9fff}\x{f900}-\x{faff}\x{20000}-\x{3ffff}]", "")
    )


def _kind() -> pl.Expr:
    """Everything that is not simply a person's own name, decided before titles are looked at."""
    text, core = pl.col("text"), pl.col("core")
    return (
        pl.when(text.is_null() | text.str.to_lowercase().str.contains(words.NOBODY)).then(pl.lit("none"))
        .when(core.str.contains(words.COMPANY)).then(pl.lit("company"))
        .when(~pl.col("han") & text.str.contains(r"\p{L}")).then(pl.lit("latin"))
        .when(core.is_null() | core.str.contains(words.NOBODY_HAN)).then(pl.lit("none"))
        .when(core.str.contains(words.RELATIVE) & ~core.str.contains(words.CHILD)).then(pl.lit("relative"))
        .when(core.str.contains("*", literal=True)).then(pl.lit("masked"))
        .otherwise(pl.lit("person"))
    )  # fmt: skip


def _is_person() -> pl.Expr:
    return pl.col("kind").is_in(["person", "masked"])


def _either(column: pl.Expr, patterns: tuple[str, str], values: tuple[str, str]) -> pl.Expr:
    """The first value where the first pattern fits, else the second where the second does."""
    first = pl.when(column.str.contains(patterns[0])).then(pl.lit(values[0]))
    return first.when(column.str.contains(patterns[1])).then(pl.lit(values[1]))


def _sex_hint() -> pl.Expr:
    core, values = pl.col("core"), ("F", "M")
    own = pl.when("titled").then(_either(core, (words.FEMALE, words.MALE), values))
    relative = _either(core, (words.FEMALE_RELATIVE, words.MALE_RELATIVE), values)
    return own.when(pl.col("kind") == "relative").then(relative).alias("name_sex")


def _age_hint() -> pl.Expr:
    core = pl.col("core")
    grown = _either(core, (words.OLD, words.YOUNG), ("old", "young"))
    hint = pl.when(core.str.contains(words.CHILD)).then(pl.lit("child")).otherwise(grown)
    return pl.when("titled").then(hint).alias("name_age")


def _titles_off() -> pl.Expr:
    """The name without 先生, 阿姨, 师傅 …; titles of one character only after a bare surname."""
    core = pl.col("core")
    long = core.str.replace(words.TITLE, "")
    short = long.str.replace(rf"^((?:小|老|大|阿)?{_SURNAME})(?:{words.SHORT_TITLE})$", "$1")
    of_old = short.str.replace(rf"^老({_SURNAME})头$", "老$1").str.replace(rf"^({_SURNAME})老$", "$1")
    return pl.when(_is_person()).then(of_old)


def _form() -> pl.Expr:
    bare, kind = pl.col("bare"), pl.col("kind")
    only_surname = bare.str.contains(rf"^(?:{_COMPOUND}|{_HAN})?$")
    prefixed = bare.str.contains(rf"^(?:[小老大阿]{_HAN}|[小老大](?:{_COMPOUND}))$")
    return (
        pl.when(kind != "person").then(kind)
        .when(only_surname | prefixed).then(pl.lit("nickname"))
        .otherwise(pl.lit("full"))
    )  # fmt: skip


def _name() -> pl.Expr:
    form, bare = pl.col("name_form"), pl.col("bare")
    without_prefix = bare.str.replace(rf"^[小老大阿]((?:{_COMPOUND})|{_HAN})$", "$1")
    # 小王伟: nobody is called 小, so the rest is the name (and 小林光一 has four characters)
    full = bare.str.replace(rf"^[小老]({_SURNAME}{_HAN})$", "$1")
    return (
        pl.when(form == "nickname").then(blank_to_null(without_prefix))
        .when(form == "full").then(full)
        .when(form == "masked").then(bare)
        .when(form == "company").then(pl.col("core"))
        .when(form == "relative").then(pl.col("core"))
    )  # fmt: skip


def _surname() -> pl.Expr:
    form, name, bare = pl.col("name_form"), pl.col("name"), pl.col("bare")
    compound = name.str.extract(rf"^({_COMPOUND})")
    given_like = bare.str.contains(rf"^(?:阿{_HAN}|[小大][{''.join(sorted(ALSO_GIVEN))}])$")
    known = name.str.extract(rf"^({_SURNAME})")
    # five characters and more without a compound surname are a transcribed name: no part of it is a surname
    full = pl.when(name.str.len_chars() <= 4).then(name.str.slice(0, 1))
    return (
        pl.when(form == "full").then(pl.coalesce(compound, full))
        .when((form == "nickname") & ~given_like).then(known)
        .when((form == "masked") & ~name.str.starts_with("*")).then(pl.coalesce(compound, name.str.head(1)))
    )  # fmt: skip


def _given() -> pl.Expr:
    form, name, surname = pl.col("name_form"), pl.col("name"), pl.col("surname")
    rest = blank_to_null(name.str.slice(surname.str.len_chars().fill_null(0)))
    hidden = rest.str.contains(r"^\**$")
    return (
        pl.when(form == "full").then(rest)
        .when((form == "nickname") & surname.is_null()).then(name)
        .when((form == "masked") & ~hidden).then(rest)
    )  # fmt: skip


def _readings(frame: pl.DataFrame) -> pl.DataFrame:
    spelled = frame.select(
        pl.when(~pl.col("given").str.contains("*", literal=True)).then(pl.col("given")).alias("x")
    )["x"]
    frame = frame.with_columns(
        _once(frame["surname"], surname_pinyin).alias("surname_py"),
        _once(spelled, pinyin).alias("given_py"),
        pl.when(pl.col("kind") == "relative")
        .then(pl.col("core").str.extract(words.RELATIVE))
        .alias("name_of"),
    )
    whole = pl.concat_str("surname_py", "given_py", separator=" ", ignore_nulls=True)
    return frame.with_columns(pl.when(pl.col("name_form") == "full").then(whole).alias("name_py"))


def _once(column: pl.Series, read: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """`read` applied to the distinct values: many people share a surname or a given name."""
    return per_distinct(column, lambda distinct: read(distinct).alias("x").to_frame())["x"]


def _latin(frame: pl.DataFrame) -> pl.DataFrame:
    """Fill the names in Latin script in, and the readings as they may be misheard."""
    is_latin = pl.col("name_form") == "latin"
    if frame.select(is_latin.any()).item():
        found = latin_columns(frame.select(pl.when(is_latin).then(pl.col("text")).alias("text")))
        frame = frame.with_columns(
            pl.coalesce(pl.col(column), found[column]).alias(column)
            for column in ("name", "surname_py", "given_py", "name_py", "name_sex")
        )
    return frame.with_columns(
        _once(frame["surname_py"], fold).alias("surname_pyf"),
        _once(frame["given_py"], fold).alias("given_pyf"),
    ).select(*Name.__dataclass_fields__)

"""The table of records in, the table of standardised values out."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import date

import polars as pl

from lianfang.linkage.engine.clock import Tell, silent
from lianfang.linkage.engine.standardise.addresses import PARTS, addresses
from lianfang.linkage.engine.standardise.compounds import compound_counts, misspelt, respelt
from lianfang.linkage.engine.standardise.dates import ages, days
from lianfang.linkage.engine.standardise.identity import identities
from lianfang.linkage.engine.standardise.names import names
from lianfang.linkage.engine.standardise.phones import phones
from lianfang.linkage.engine.standardise.small import areas, households, relations, sexes, vehicles
from lianfang.linkage.fields import ListKind, PersonList

_SEX = pl.Enum(["M", "F"])
#: Columns of the standardised table, in this order. Words of a closed list are Enums: a byte a row, not sixteen.
STANDARD_SCHEMA: dict[str, pl.DataType] = {
    "record": pl.UInt32(),
    "list": pl.UInt16(),
    "name": pl.String(),
    "name_form": pl.Enum(["full", "nickname", "masked", "company", "latin", "relative", "none"]),
    **dict.fromkeys(["surname", "given", "surname_py", "given_py", "name_py"], pl.String()),
    **dict.fromkeys(["surname_pyf", "given_pyf"], pl.String()),
    "name_sex": _SEX,
    "name_age": pl.Enum(["child", "young", "old"]),
    **dict.fromkeys(["id18", "id_text", "id_mask"], pl.String()),
    "id_form": pl.Enum(["valid", "checksum", "malformed", "masked", "ruined", "foreign", "none"]),
    "id_birth": pl.Date(),
    "id_sex": _SEX,
    "sex": _SEX,
    "sex_given": _SEX,
    "birth": pl.Date(),
    "birth_given": pl.Date(),
    "birth_year": pl.Int16(),
    "birth_year_from": pl.Enum(["birth", "id", "age"]),
    "date_doubt": pl.Boolean(),
    "birth_doubt": pl.Boolean(),
    **dict.fromkeys(["phone", "phone2", "phone_text"], pl.String()),
    "phone_form": pl.Enum(["mobile", "landline", "malformed", "none"]),
    **dict.fromkeys(
        ["compound", "compound_given", "building", "unit", "room", "place", "address"], pl.String()
    ),
    "address_form": pl.Enum(["room", "building", "compound", "text", "none"]),
    **dict.fromkeys(["community", "household"], pl.String()),
    "relation": pl.Enum(
        ["head", "spouse", "child", "parent", "grandchild", "sibling", "relative", "tenant", "other"]
    ),
    "cell_area": pl.String(),
    "date": pl.Date(),
    "vehicle": pl.String(),
}


def standardise(
    records: pl.DataFrame,
    lists: Sequence[PersonList],
    as_of: date,
    spelling: pl.DataFrame | None = None,
    tell: Tell = silent,
) -> pl.DataFrame:
    """One row per record, sorted by record, with the columns of STANDARD_SCHEMA; unknown values are null.

    `records` has the columns of `fields.RECORD_SCHEMA` (missing text columns count as null); `as_of` is
    the day of the run: dates without a year and ages refer to it, later births are not believed. `spelling`
    (`spelling_of` earlier lists) is what compounds were called before. Never raises on a value.

    - name: simplified, without titles and remarks; "*" where masked; of a nickname what is left
      (surname, or a fragment of the given name); name_form full, nickname, masked, company, latin,
      relative (王建国妻子: the person named is somebody else) or none. surname and given in
      characters; *_py in toneless pinyin (ü is v); name_py only for whole names: "surname given" for
      Chinese and pinyin ones, sorted ASCII tokens for other Latin ones. surname_pyf and given_pyf fold
      what is misheard (zh=z, n=l, ang=an …). Names of five characters and more without a compound
      surname are transcribed: no surname, all of it in given. name_sex and name_age are hints from
      titles.
    - id18 valid numbers only; id_text all that is visible; id_form valid, checksum (shape, province and
      date right), malformed, masked, ruined (scientific notation, or the last digits turned to 000),
      foreign, none. id_mask: 18 places with "*" where unknown, for whatever has 18 places; id_birth and
      id_sex from any number where those places show and are possible, valid or not.
    - sex: sex_given (the column), else from a valid id. birth: birth_given, else from a valid id;
      birth_year also from half a date or an age (then one year off is usual: birth_year_from is birth,
      id or age). birth_doubt: the birth can be read several ways; date_doubt: the birth or the date can.
    - phone, phone2 (a second number in the cell); phone_text the digits given; phone_form mobile,
      landline (also service and foreign numbers), malformed, none.
    - compound (misspelt rare names corrected; as read: compound_given), building, unit, room; place
      "compound|building|unit|room" where compound, building and room are known (unit may be empty);
      address the whole text; address_form room, building, compound, text or none.
    - community from its column, else from the address; household as given; relation head, spouse, child,
      parent, grandchild, sibling, relative, tenant, other; cell_area; date; vehicle.
    """
    table = read_rows(records, as_of, tell)
    return spelt(table, misspelt(spelling_of(table, lists), spelling))


def read_rows(records: pl.DataFrame, as_of: date, tell: Tell = silent) -> pl.DataFrame:
    """`standardise` but for the spelling of compounds, which depends on all rows; every other value is its row's."""
    cells = _complete(records)
    # most of the time one expression runs on one core, so two kinds of value are read at once, the longest first
    pool = ThreadPoolExecutor(max_workers=2)
    try:
        kinds = [
            pool.submit(lambda: _narrow(names(cells["name"]))),
            pool.submit(lambda: _narrow(identities(cells["id_number"], as_of))),
            pool.submit(lambda: _narrow(addresses(cells), "address_community")),
            pool.submit(lambda: _narrow(phones(cells["phone"]))),
            pool.submit(lambda: _small(cells, as_of)),
        ]
        for done, _ in enumerate(as_completed(kinds)):
            tell(0.2 * done)
    finally:
        pool.shutdown(cancel_futures=True)
    parts = [kind.result() for kind in kinds]
    parts[2] = parts[2].with_columns(compound_given="compound", place=pl.lit(None, dtype=pl.String))
    parts.append(cells.select("record", "list"))
    table = _person_facts(pl.concat(parts, how="horizontal"), as_of)
    return table.select(pl.col(name).cast(dtype) for name, dtype in STANDARD_SCHEMA.items())


def _narrow(values: pl.DataFrame, *besides: str) -> pl.DataFrame:
    """The columns that the table keeps, and `besides`, in the least room."""
    kept = [
        pl.col(name).cast(STANDARD_SCHEMA[name]) if name in STANDARD_SCHEMA else pl.col(name)
        for name in values.columns
        if name in STANDARD_SCHEMA or name in besides
    ]
    return values.select(kept)


def _small(cells: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Dates, age, and the values from closed vocabularies."""
    event, born = days(cells["date"], as_of), days(cells["birth"], as_of, birth=True)
    return pl.DataFrame(
        {
            "sex_given": sexes(cells["sex"]),
            "community_given": areas(cells["community"]),
            "household": households(cells["household"]),
            "relation": relations(cells["relation"]),
            "cell_area": areas(cells["cell_area"]),
            "vehicle": vehicles(cells["vehicle"]),
            "date": event["day"],
            "date_doubt": event["doubt"],
            "birth_given": born["day"],
            "given_year": born["year"],
            "birth_doubt": born["doubt"],
            "age": ages(cells["age"]),
        }
    )


def _complete(records: pl.DataFrame) -> pl.DataFrame:
    wanted = (
        "name",
        "id_number",
        "phone",
        "address",
        *PARTS,
        "community",
        "sex",
        "household",
        "relation",
        "cell_area",
        "vehicle",
        "date",
        "birth",
        "age",
    )
    nothing = pl.lit(None, dtype=pl.String)
    ordered = records if records["record"].is_sorted() else records.sort("record")
    return ordered.select(
        "record",
        "list",
        *(
            pl.col(name).cast(pl.String) if name in records.columns else nothing.alias(name)
            for name in wanted
        ),
    )


def spelling_of(table: pl.DataFrame, lists: Sequence[PersonList]) -> pl.DataFrame:
    """How often each compound is named, for `standardise` to spell those of later lists: name, seen, in_register."""
    registers = [person_list.index for person_list in lists if person_list.kind is ListKind.REGISTER]
    return compound_counts(table["compound_given"], table["list"].is_in(registers))


def spelt(table: pl.DataFrame, slips: pl.DataFrame) -> pl.DataFrame:
    """Rows as read with misspelt compounds (see `misspelt`) put right, and with `place`."""
    right = respelt(table["compound_given"], slips).alias("compound")
    known = right.is_not_null() & table["building"].is_not_null() & table["room"].is_not_null()
    place = pl.concat_str("compound", "building", pl.col("unit").fill_null(""), "room", separator="|")
    return table.with_columns(right).with_columns(pl.when(known).then(place).alias("place"))


def _person_facts(table: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Sex, birth and birth year from the columns that say them, else from a valid ID number, else from the
    age.
    """
    valid = pl.col("id_form") == "valid"
    id_birth = pl.when(valid).then(pl.col("id_birth"))
    sex = pl.coalesce(pl.col("sex_given").cast(_SEX), pl.when(valid).then(pl.col("id_sex")))
    by_age = pl.col("date").dt.year().fill_null(as_of.year) - pl.col("age")
    table = table.with_columns(
        sex.alias("sex"),
        pl.coalesce("community_given", "address_community").alias("community"),
        pl.when(~pl.col("birth_doubt")).then(pl.coalesce("birth_given", id_birth)).alias("birth"),
        pl.col("date_doubt") | pl.col("birth_doubt"),
    )
    from_birth = pl.coalesce(pl.col("birth_given").dt.year().cast(pl.Int16), pl.col("given_year"))
    from_id = id_birth.dt.year().cast(pl.Int16)
    return table.with_columns(
        pl.coalesce(from_birth, from_id, by_age.cast(pl.Int16)).alias("birth_year"),
        pl.when(from_birth.is_not_null()).then(pl.lit("birth"))
        .when(from_id.is_not_null()).then(pl.lit("id"))
        .when(by_age.is_not_null()).then(pl.lit("age")).alias("birth_year_from"),
    )  # fmt: skip

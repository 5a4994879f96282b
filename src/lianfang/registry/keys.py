"""From descriptions of people to the keys by which they are recognised and found. No Django."""

import re
import unicodedata

import polars as pl

#: What of a description the keys are made of (columns of the standardised table).
NEEDED: tuple[str, ...] = (
    "name", "name_form", "name_py", "given_py", "id18", "id_text", "birth", "phone", "phone2", "compound",
    "building", "unit", "room", "place",
)  # fmt: skip
#: Keys of more characters say no more.
LONGEST = 40
#: A token of a search with fewer characters of an alphabet, or digits, finds too many to be of use.
SHORTEST = 2
_DOOR = re.compile(r"号楼|栋|幢|座|单元|号|#|室|楼|—|–")
#: What may be the number of a room, which too many people have to be a key.
ROOM = re.compile(r"\d{2,4}[a-z]?")
_HAN = re.compile(r"[\u3400-\u9fff]")


def identifiers(people: pl.DataFrame) -> pl.DataFrame:
    """person, kind, value: by what each may be recognised. `people`: person and the columns of NEEDED.

    A name alone recognises nobody; together with a place, a date of birth or the end of an ID number it may.
    """
    col = pl.col
    name = pl.when(col("name_form").is_in(["full", "latin"])).then(col("name_py"))
    tail = pl.when(col("id_text").str.len_chars() >= 6).then(col("id_text").str.tail(4))
    door = pl.concat_str(col("compound"), col("building"), col("room"), separator="|")
    made: dict[str, list[pl.Expr]] = {
        "id_number": [col("id18")],
        "id_text": [pl.when(col("id18").is_null()).then("id_text")],
        "phone": [col("phone"), col("phone2")],
        "name_place": [pl.concat_str(name, door, separator="@")],
        "name_birth": [pl.concat_str(name, col("birth"), separator="*")],
        "name_id_tail": [pl.concat_str(name, tail, separator="#")],
    }
    parts = [
        people.select("person", kind=pl.lit(kind), value=value.str.slice(0, 160))
        for kind, values in made.items()
        for value in values
    ]
    return pl.concat(parts).drop_nulls("value").filter(pl.col("value") != "").unique(maintain_order=True)


def search_keys(people: pl.DataFrame) -> pl.DataFrame:
    """person, key: beginnings that somebody may type. `people` as for `identifiers`.

    Of 王建国, 330106198001015219, 13800138000, 云滨湾3幢2单元501: the name and what follows its first character,
    wangjianguo, jianguo, wjg; the number, from its date of birth, its last four; the same of the phone from its
    fourth digit; 云滨湾3-2-501 and 3-2-501; 王501 and 云滨湾501.
    """
    col = pl.col
    sounds = col("name_py").str.replace_all(" ", "")
    initials = col("name_py").str.replace_all(r"(\S)\S*\s*", "$1")
    door = pl.concat_str(
        col("building"),
        pl.when(col("unit") != "").then("unit"),
        col("room"),
        separator="-",
        ignore_nulls=True,
    )
    known = col("building").is_not_null() & col("room").is_not_null()
    made = [
        col("name"),
        col("name").str.slice(1),
        sounds,
        col("given_py").str.replace_all(" ", ""),
        initials,
        col("id_text"),
        col("id_text").str.slice(6),
        col("id_text").str.tail(4),
        *(
            end
            for phone in ("phone", "phone2")
            for end in (col(phone), col(phone).str.slice(3), col(phone).str.tail(4))
        ),
        pl.when(known).then(col("compound") + door).otherwise("compound"),
        pl.when(known).then(door),
        # "王 501" and "云滨湾 501": each word alone would find too many.
        pl.concat_str(col("name").str.slice(0, 1), "room"),
        pl.when(known).then(pl.concat_str("compound", "room")),
    ]
    written = [key.str.to_lowercase().str.slice(0, LONGEST) for key in made]
    # Each kind of key loses what is empty before the next is made: all of them at once are large.
    parts = [people.select("person", key=key).filter(pl.col("key") != "") for key in written]
    return pl.concat(parts).unique()


def tokens(text: str) -> list[str]:
    """What somebody types, in the form of the keys: "王建国 3幢2单元501室" → 王建国, 3-2-501. The longest first."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = _DOOR.sub("-", plain.replace("小区", ""))
    found = {token.strip("-")[:LONGEST] for token in re.split(r"[\s,;，；、]+", plain)}
    return sorted(
        (t for t in found if t and (len(t) >= SHORTEST or _HAN.search(t))), key=lambda t: (-len(t), t)
    )

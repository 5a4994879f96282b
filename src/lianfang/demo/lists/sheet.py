"""A list before it is a file: columns as their writer filled them, and the person each row really means."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from lianfang.demo.households import Role
from lianfang.demo.identities import digits_of
from lianfang.demo.noise import digits_text, outcomes, put, rates_of, spoil_characters, spoil_digits
from lianfang.demo.tables import Floats, Ints, chance, table
from lianfang.demo.world import World

_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Sheet:
    """`frame`: columns under their headers as text; `person`: per row. Lines above and below hold no people.
    `numbers`: rows of a column that the spreadsheet holds as a number; `dates`: ISO columns it holds as
    dates. `spans`: first row and length of each
    household whose first `merged` columns are one merged cell."""

    name: str
    frame: pl.DataFrame
    person: Ints
    titles: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    numbers: dict[str, Ints] = field(default_factory=dict)
    dates: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    merged: int = 0


@dataclass(frozen=True)
class Book:
    """A file to be: `encoding` for CSV (utf-8-sig, utf-8, gb18030); sheets without people come last, in
    `extra`."""

    file: str
    sheets: tuple[Sheet, ...]
    encoding: str = "utf-8"
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()


def repeat_some(rng: np.random.Generator, rows: Ints, rate: float) -> Ints:
    """The rows, and a share of them once more."""
    return np.concatenate([rows, rows[chance(rng, rate, len(rows))]])


def written_names(rng: np.random.Generator, world: World, person: Ints, list_name: str) -> pl.Series:
    """The people's names as the writers of a list put them down."""
    falls = outcomes(rng, rates_of(list_name, "name"), len(person))
    codes = spoil_characters(rng, world.name[person], world.surname_length[person], falls)
    text = world.names(codes, person)
    text = put(text, falls.get("blank", _NONE), None)
    if len(rows := falls.get("spaced", _NONE)):
        text = put(
            text,
            rows,
            pl.Series([t.replace("", " ").strip() if len(t) == 2 else t for t in text.gather(rows)]),
        )
    if len(rows := falls.get("masked", _NONE)):
        text = put(text, rows, pl.Series([t[0] + "*" + t[2:] for t in text.gather(rows)]))
    if len(rows := falls.get("nickname", _NONE)):
        text = put(text, rows, _nicknames(rng, world, person[rows]))
    return _foreign_names(rng, world, person, text)


def _nicknames(rng: np.random.Generator, world: World, person: Ints) -> pl.Series:
    roll = rng.random(len(person))
    found: list[str] = []
    for who, r in zip(person.tolist(), roll.tolist(), strict=True):
        length = int(world.surname_length[who])
        full = "".join(chr(c) for c in world.name[who] if c)
        surname, given = full[:length], full[length:]
        age, male = float(world.bones.age[who]), bool(world.bones.male[who])
        if r < 0.30:
            found.append(("老" if age >= 50 else "小") + surname)
        elif r < 0.50:
            found.append(surname + ("先生" if male else "女士"))
        elif r < 0.72:
            old = ("大爷" if male else "奶奶") if age >= 65 else ("师傅" if male else "阿姨")
            found.append(surname + (old if age >= 32 else ("哥" if male else "姐")))
        elif r < 0.86:
            found.append("小" + given[-1] if age < 40 else "阿" + given[-1])
        else:
            found.append(given if len(given) == 2 else surname + "某")
    return pl.Series(found, dtype=pl.String)


def _foreign_names(rng: np.random.Generator, world: World, person: Ints, text: pl.Series) -> pl.Series:
    """Latin names in the other order or in small letters, as often as not."""
    rows = np.flatnonzero(text.str.contains("^[A-Z]+ ").fill_null(False).to_numpy())
    changed: list[str] = []
    latin = table("errors")["style"]["latin"]
    for name, roll in zip(text.gather(rows).to_list(), rng.random(len(rows)).tolist(), strict=True):
        family, *given = name.split()
        roll /= latin
        if roll < 0.48:
            name = " ".join([*given, family])
        elif roll < 0.86:
            name = " ".join([*given, family]).title()
        elif roll < 1.0:
            name = f"{family} {given[0]}"
        changed.append(name)
    return put(text, rows, pl.Series(changed, dtype=pl.String))


def written_ids(
    rng: np.random.Generator, world: World, person: Ints, list_name: str
) -> tuple[pl.Series, dict[str, Ints]]:
    """The people's ID numbers as written, and which rows which error fell on (old15 only where it can be)."""
    rates = {k: v for k, v in rates_of(list_name, "id").items() if k not in ("lower_x", "present", "given")}
    falls = outcomes(rng, rates, len(person))
    own = world.id_number[person]
    text = world.ids(spoil_digits(rng, own, falls), person)
    if len(rows := falls.get("old15", _NONE)):
        old = rows[(own[rows, 6] == ord("1")) & world.id_shown.gather(person[rows]).is_null().to_numpy()]
        text = put(text, old, digits_text(np.concatenate([own[old, :6], own[old, 8:17]], axis=1)))
    text = put(text, falls.get("blank", _NONE), None)
    lower = rates_of(list_name, "id").get("lower_x", 0.0)
    if lower:
        some = pl.Series(chance(rng, lower, len(person)))
        text = pl.select(pl.when(some).then(text.str.replace("X$", "x")).otherwise(text)).to_series()
    return text, falls


def written_phones(rng: np.random.Generator, world: World, person: Ints, list_name: str) -> pl.Series:
    """The telephones given for people: their own, another one, somebody else's in the family, mistyped or
    none."""
    phones = world.phones
    falls = outcomes(
        rng, {k: v for k, v in rates_of(list_name, "phone").items() if k != "given"}, len(person)
    )
    row = phones.contact[person]
    family = falls.get("family", _NONE)
    row[family] = _family_contact(world, person[family])
    for kind in ("second", "changed"):
        rows = falls.get(kind, _NONE)
        second = phones.second[person[rows]]
        row[rows] = np.where(second >= 0, second, row[rows])
    number = phones.number[np.maximum(row, 0)]
    gone = falls.get("changed", _NONE)
    gone = gone[phones.second[person[gone]] < 0]
    number[gone] = number[gone] // 10**8 * 10**8 + rng.integers(0, 10**8, len(gone))
    text = digits_text(spoil_digits(rng, digits_of(number, 11), falls, first=3))
    text = put(text, row < 0, None)
    return put(text, falls.get("blank", _NONE), None)


def _family_contact(world: World, person: Ints) -> Ints:
    """The number of another member of the family, else the person's own."""
    bones, contact = world.bones, world.phones.contact
    head = bones.head[person]
    spouse = np.where(bones.has_spouse[person], head + 1, head)
    other = np.where(person == head, spouse, head)
    alone = np.isin(bones.role[person], (Role.MATE, Role.WORKER)) | (contact[other] < 0)
    return np.where(alone, contact[person], contact[other])


_RELATIONS = {
    Role.HEAD: ("户主", "户主"),
    Role.SPOUSE: ("丈夫", "妻子"),
    Role.CHILD: ("儿子", "女儿"),
    Role.FATHER: ("父亲", "父亲"),
    Role.MOTHER: ("母亲", "母亲"),
    Role.IN_LAW_FATHER: ("岳父", "岳父"),
    Role.IN_LAW_MOTHER: ("岳母", "岳母"),
    Role.SIBLING: ("兄弟", "姐妹"),
    Role.MATE: ("合租", "合租"),
    Role.WORKER: ("同事", "同事"),
}


def relations(world: World, person: Ints) -> pl.Series:
    """Relation to the head of the household, in words."""
    words = pl.Series([word for role in Role for word in _RELATIONS[role]])
    head_male = world.bones.male[world.bones.head[person]]
    text = words.gather(world.bones.role[person] * 2 + (~world.bones.male[person]).astype(np.int64))
    in_law = np.isin(world.bones.role[person], (Role.IN_LAW_FATHER, Role.IN_LAW_MOTHER)) & ~head_male
    own = pl.Series(
        ["公公" if male else "婆婆" for male in world.bones.male[person[in_law]].tolist()], dtype=pl.String
    )
    return put(text, in_law, own)


def sexes(rng: np.random.Generator, world: World, person: Ints, list_name: str) -> pl.Series:
    """男 or 女, now and then wrong or left blank."""
    falls = outcomes(rng, rates_of(list_name, "sex"), len(person))
    male = world.bones.male[person]
    wrong = falls.get("wrong", _NONE)
    male[wrong] = ~male[wrong]
    text = pl.Series(["女", "男"]).gather(male.astype(np.int64))
    return put(text, falls.get("blank", _NONE), None)


def temperatures(rng: np.random.Generator, n: int) -> pl.Series:
    """Body temperatures in the styles of people who write them by hand."""
    degrees: Floats = np.round(36.45 + 0.22 * rng.standard_normal(n), 1)
    degrees[chance(rng, 0.003, n)] += 1.1
    text = pl.Series(degrees).round(1).cast(pl.String)
    style = rng.random(n)
    text = put(text, style > 0.90, text.filter(pl.Series(style > 0.90)) + "℃")
    text = put(text, style < 0.03, "正常")
    return put(text, (style >= 0.03) & (style < 0.05), None)


def dates(days_since_epoch: Ints, style: str) -> pl.Series:
    """Dates as text in a strftime style."""
    return pl.Series(days_since_epoch.astype("datetime64[D]")).dt.strftime(style)

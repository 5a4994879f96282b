"""Chinese names: homophones, mishearings, nicknames, and how many people bear the name."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lianfang.linkage.engine.comparisons.base import (
    NULL,
    Columns,
    Corpus,
    Counts,
    Indices,
    Levels,
    Uncounted,
    Undecided,
    characters,
    hashed,
    stated,
)
from lianfang.linkage.engine.comparisons.phone import LATEST, latest_year

FULL, PARTIAL, UNKNOWN = 1, 2, 0
#: A name is rare when fewer than one in 100,000 bears it, unusual below one in 25,000, common above one in 6,000.
RARE, UNUSUAL, COMMON = 1 / 100_000, 1 / 25_000, 1 / 6_000
#: Background: what one more bearer would mean if this list were all we knew. Keeps small lists from calling
#: every name common (one of twenty rows is not a share of five per cent).
BACKGROUND_ROWS = 50_000
#: Who is called so is at least and at most so old (years): 小朋友 is a child, 小王 may be forty, 大爷 is not.
AGES = {"child": (0, 18), "young": (0, 55), "old": (35, 200)}


class ChineseName(Uncounted):
    """Levels from "the same rare name" to "another name"."""

    levels = (
        "exact_rare",
        "exact_unusual",
        "exact",
        "exact_common",
        "homophone_rare",
        "homophone_unusual",
        "homophone",
        "misheard",
        "called",
        "partial",
        "given_only",
        "surname_only",
        "different",
        "called_otherwise",
    )
    groups = (
        (*levels[:8], "partial", "given_only", "surname_only", "different"),
        ("called", "called_otherwise"),
    )

    def __init__(self, name: str, once: Sequence[str] = ()) -> None:
        self.name = name
        self.once = tuple(
            once
        )  # kinds of list on which everybody stands once: two of one name are two people

    def needs(self) -> Sequence[str]:
        whole = ("name", "name_form", "name_age", "given", "surname_py", "given_py", "name_py", "name_pyf")
        return (*whole, "birth_year")

    def greatest(self, standard: pl.DataFrame) -> Mapping[str, int]:
        return {LATEST: latest_year(standard)}

    def facts(self, standard: pl.DataFrame, greatest: Mapping[str, int]) -> Mapping[str, pl.DataFrame]:
        whole = standard["name_form"].is_in(["full", "latin"]).to_numpy()
        name, sound = (
            np.where(whole, hashed(standard[column]), np.uint64(0)) for column in ("name", "name_py")
        )
        once = standard["kind"].is_in(self.once).to_numpy()
        return {
            "name": stated(name),
            "name_py": stated(sound),
            "namesakes": stated(np.where(once, name, np.uint64(0))),
            "sound_alikes": stated(np.where(once, sound, np.uint64(0)), name=name),
        }

    def tally(self, table: str, facts: pl.DataFrame) -> Counts:
        """How often a name is borne; `sound_alikes`: pairs of different names that sound so."""
        if table != "sound_alikes":
            return Counts.of(facts["key"].to_numpy())
        borne = facts.group_by("key", "name").len().with_columns(pl.col("len").cast(pl.UInt64))
        pairs = (pl.col("len").sum() ** 2 - (pl.col("len") ** 2).sum()) // 2
        told = borne.group_by("key").agg(pairs.cast(pl.UInt64).alias("pairs")).sort("key")
        return Counts(told["key"].to_numpy(), told["pairs"].to_numpy())

    def by_chance(self, corpus: Corpus) -> Mapping[int, tuple[float, float]]:
        """Among all pairs of people who are listed once: of one name, and of names that sound alike."""
        namesakes, alike = corpus.tables["namesakes"], corpus.tables["sound_alikes"]
        borne = namesakes.numbers.astype(float)
        people = borne.sum()
        found: dict[int, tuple[float, float]] = {}
        for table, known, pairs, levels in (
            ("name", namesakes, borne * (borne - 1) / 2, EXACT),
            ("name_py", alike, alike.numbers.astype(float), HOMOPHONE),
        ):
            share = (corpus.tables[table].find(known.keys) / (corpus.rows + BACKGROUND_ROWS)).astype(
                np.float32
            )
            level = levels[np.searchsorted(FREQUENT, share, side="right")]
            counted = np.bincount(level, weights=pairs, minlength=len(self.levels))
            found |= {int(each): (counted[each], people * (people - 1) / 2) for each in np.unique(levels)}
        return found

    def prepare(self, standard: pl.DataFrame, corpus: Corpus) -> Columns:
        form = standard["name_form"]
        whole = form.is_in(["full", "latin"]).to_numpy()
        part = form.is_in(["nickname", "masked"]).to_numpy()
        share = corpus.rows + BACKGROUND_ROWS
        name, name_py = hashed(standard["name"]), hashed(standard["name_py"])
        now = int(corpus.tables[LATEST].numbers[0])
        return {
            "year": standard["birth_year"].fill_null(0).to_numpy(),
            "not_before": _bound(
                standard["name_age"], {age: now - most for age, (_, most) in AGES.items()}, 0
            ),
            "not_after": _bound(
                standard["name_age"], {age: now - least for age, (least, _) in AGES.items()}, now
            ),
            "form": np.select([whole, part], [FULL, PARTIAL], UNKNOWN).astype(np.uint8),
            "name": name,
            "py": name_py,
            "pyf": hashed(standard["name_pyf"]),
            "surname": hashed(standard["surname_py"]),
            "given": hashed(standard["given_py"]),
            "given_chars": characters(standard["given"], 2),
            "syllable1": hashed(standard["given_py"].str.extract(r"^(\S+) \S+")),
            "syllable2": hashed(standard["given_py"].str.extract(r"^\S+ (\S+)")),
            "share": (corpus.tables["name"].find(name) / share).astype(np.float32),
            "share_py": (corpus.tables["name_py"].find(name_py) / share).astype(np.float32),
        }

    def compare(self, columns: Columns, a: Indices, b: Indices) -> Levels:
        open_pairs = Undecided(a, b)
        form_a, form_b = open_pairs.both(columns["form"])
        open_pairs.decide((form_a == UNKNOWN) | (form_b == UNKNOWN), NULL)
        form_a, form_b = open_pairs.both(columns["form"])
        partly = (form_a == PARTIAL) | (form_b == PARTIAL)
        open_pairs.decide_with(partly, lambda a, b: _called(columns, a, b))
        for key, share, levels in (("name", "share", EXACT), ("py", "share_py", HOMOPHONE)):
            tell = partial(_by_frequency, columns[share], levels)
            open_pairs.decide_with(open_pairs.same(columns[key]), tell)
        open_pairs.decide(open_pairs.same(columns["pyf"]), LEVEL["misheard"])
        surname = open_pairs.same(columns["surname"])
        open_pairs.decide(~surname & open_pairs.same(columns["given"]), LEVEL["given_only"])
        open_pairs.decide(~open_pairs.same(columns["surname"]), LEVEL["different"])
        chars_a, chars_b = open_pairs.both(columns["given_chars"])
        shared = ((chars_a == chars_b) & (chars_a != 0)).any(axis=1)
        shared |= open_pairs.same(columns["syllable1"]) | open_pairs.same(columns["syllable2"])
        open_pairs.decide(shared, LEVEL["partial"])
        open_pairs.decide(np.ones(len(open_pairs.a), bool), LEVEL["surname_only"])
        return open_pairs.levels


def _called(columns: Columns, a: Indices, b: Indices) -> Levels:
    """Of pairs of which one side is a part of a name."""
    told = Undecided(a, b)
    called = told.same(columns["surname"]) | told.same(columns["name"])
    for one, other in ((a, b), (b, a)):
        year = columns["year"][other]
        called &= (year == 0) | (columns["not_before"][one] <= year) & (year <= columns["not_after"][one])
    return np.where(called, LEVEL["called"], LEVEL["called_otherwise"]).astype(np.uint8)


def _bound(hint: pl.Series, years: Mapping[str, int], nobody: int) -> NDArray[np.int16]:
    """A bound of the year of birth for whoever is called so; `nobody` where nothing is said."""
    bound = hint.cast(pl.String).replace_strict(years, default=nobody, return_dtype=pl.Int16)
    return bound.to_numpy()


def _by_frequency(share: NDArray[np.float32], levels: Levels, a: Indices, b: Indices) -> Levels:
    """Of pairs that bear one name."""
    found: Levels = levels[np.searchsorted(FREQUENT, share[a], side="right")]
    return found


LEVEL = {name: number for number, name in enumerate(ChineseName.levels)}
#: Levels by how many bear the name: fewer than RARE, UNUSUAL, COMMON, or more.
FREQUENT = np.array([RARE, UNUSUAL, COMMON], np.float32)
EXACT = np.array([0, 1, 2, 3], np.uint8)
HOMOPHONE = np.array([4, 5, 6, 6], np.uint8)

"""English lists as a whole: mistyped and swapped names find each other, families stay apart."""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping

import pytest

from lianfang.linkage.engine.tests.lists import link_english, persons

GIVEN = [
    "william",
    "elizabeth",
    "thomas",
    "margaret",
    "edward",
    "susan",
    "robert",
    "alice",
    "henry",
    "frances",
    "george",
    "ruth",
    "samuel",
    "helen",
    "peter",
    "dorothy",
    "walter",
    "agnes",
    "hugh",
    "clara",
    "arthur",
    "emily",
    "stephen",
    "laura",
    "martin",
    "rose",
    "philip",
    "nora",
    "andrew",
    "grace",
]
ENDS = ["ton", "ham", "ley", "ford", "well", "son", "by", "worth", "field", "man"]
STREETS = ["oak", "elm", "mill", "church", "station", "park", "high", "bridge", "chapel", "school"]
HEADERS = ("First name", "Last name", "DOB", "Address", "Zip", "Phone")
Row = tuple[str, ...]


def families(count: int, seed: int = 1) -> list[list[Row]]:
    """Homes of two to four people who share surname, address and mostly the phone."""
    chance = random.Random(seed)
    homes = []
    for _ in range(count):
        surname = "".join(
            chance.choice("bdfghklmnprst") + chance.choice("aeiou") for _ in range(2)
        ) + chance.choice(ENDS)
        address = f"{chance.randrange(1, 200)} {chance.choice(STREETS)} street"
        code, phone = f"{chance.randrange(10000, 99999)}", f"0{chance.randrange(10**9, 10**10)}"
        names = chance.sample(GIVEN, chance.randrange(2, 5))
        home: list[Row] = [(name, surname, _birth(chance), address, code, phone) for name in names]
        homes.append(home)
    return homes


def _birth(chance: random.Random) -> str:
    return f"{chance.randrange(1930, 2015)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"


def mistyped(row: Row, chance: random.Random) -> Row:
    """The same person on another list: one field is wrong."""
    cells = list(row)
    match chance.randrange(5):
        case 0:
            cells[1] = cells[1][:2] + cells[1][3:]
        case 1:
            cells[0], cells[1] = cells[1], cells[0]
        case 2:
            year, month, day = cells[2].split("-")
            cells[2] = f"{year}-{day if int(day) <= 12 else month}-{month if int(day) <= 12 else day}"
        case 3:
            cells[3], cells[4] = "1 new road", "00501"
        case _:
            cells[5] = ""
    return tuple(cells)


def as_list(rows: Iterable[Row]) -> Mapping[str, list[str | None]]:
    return {
        header: [cell or None for cell in cells]
        for header, cells in zip(HEADERS, zip(*rows, strict=True), strict=True)
    }


def test_people_find_themselves_and_not_their_families() -> None:
    people = [person for home in families(250) for person in home]
    chance = random.Random(2)
    again = [mistyped(person, chance) for person in people]
    found = persons(link_english(as_list(people), as_list(again)))
    count = len(people)
    right = sum(found[i] == found[count + i] for i in range(count))
    groups = defaultdict(set)
    for record, person in enumerate(found):
        groups[person].add(record % count)
    assert right >= 0.97 * count
    assert sum(len(group) > 1 for group in groups.values()) <= 0.005 * count


def test_a_family_listed_once_is_not_joined() -> None:
    people = [person for home in families(300, seed=3) for person in home]
    assert len(set(persons(link_english(as_list(people))))) >= 0.995 * len(people)


def test_namesakes_stay_apart_on_lists_that_hold_everybody_once() -> None:
    people = [person for home in families(150, seed=4) for person in home]
    namesakes = [("john", "smith", f"19{n}-05-01", "", "", "") for n in (40, 42, 45, 48)]
    both = [*people, *namesakes]
    found = persons(link_english(as_list(both), as_list(both)))
    assert found[: len(both)] == list(range(len(both)))
    assert found[len(both) :] == found[: len(both)]


def test_a_nickname_and_an_initial_are_the_same_person_where_the_rest_agrees() -> None:
    people = [person for home in families(100, seed=5) for person in home]
    first = [
        *people,
        ("William", "Harcourt", "1951-03-07", "", "", ""),
        ("Edith", "Pomeroy", "1949-11-30", "", "", ""),
    ]
    second = [
        *people,
        ("Bill", "Harcourt", "1951-03-07", "", "", ""),
        ("E", "Pomeroy", "1949-11-30", "", "", ""),
    ]
    found = persons(link_english(as_list(first), as_list(second)))
    count = len(first)
    assert found[count - 2] == found[2 * count - 2]
    assert found[count - 1] == found[2 * count - 1]


@pytest.mark.parametrize("given", [["Ann", "Bob", "Carl"], ["Ann", "Anna", "Anne"]])
def test_three_of_one_surname_are_three_people(given: list[str]) -> None:
    assert persons(link_english({"first name": given, "surname": ["Smith"] * 3})) == [0, 1, 2]

"""What a saved view may hold. No Django."""

from collections.abc import Mapping
from enum import StrEnum

MAX_VIEWS = 50  # of one user on one screen
MAX_ENTRIES = 30
MAX_VALUE = 400
#: What somebody typed into a search box is a name or a number of somebody; where he stood on a list is no question.
FORGOTTEN: frozenset[str] = frozenset({"text", "q", "page", "open"})


class Screen(StrEnum):
    """A table whose filters can be saved. The value is stored and sent."""

    PEOPLE = "people"
    FINDINGS = "findings"
    REVIEW = "review"
    WORK = "work"
    PLACES = "places"
    AUDIT = "audit"
    USERS = "users"


def kept(query: Mapping[str, str]) -> dict[str, str]:
    """The part of a screen's address that a view keeps: filters, order and columns, in the order of their names."""
    return {name: query[name] for name in sorted(query) if name not in FORGOTTEN and query[name]}


def fits(query: Mapping[str, str]) -> bool:
    """Whether a view may be so large."""
    return len(query) <= MAX_ENTRIES and all(
        len(name) <= 40 and len(value) <= MAX_VALUE for name, value in query.items()
    )

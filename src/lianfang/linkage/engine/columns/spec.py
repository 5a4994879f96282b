"""What a model file says of columns."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One standardised column: read from a list under one of `headers`, else made of other columns."""

    name: str
    headers: tuple[str, ...]  # the first that a list has
    sources: tuple[
        str, ...
    ]  # columns above this one; joined with spaces where the list has no value of its own
    by: tuple[str, ...]  # steps that clean what was joined
    clean: tuple[str, ...]  # steps that clean the list's own value


@dataclass(frozen=True)
class Columns:
    """All columns, in the order in which they are made."""

    columns: tuple[Column, ...]
    needed: tuple[str, ...]  # a list must have one of these
    nothing: tuple[str, ...]  # texts that mean "no value", lower case
    day_first: str  # 03/04/1980: "yes" 3 April, "no" 4 March, "auto" whatever the list's other dates show

"""Pages out of hundreds of thousands of rows: their numbers first, out of an index that holds all that is asked for.

Only the rows of the page are then read whole. A small scope is found by its path and sorted; a large one is walked in
the order of an index (`within(walked=True)`), from whichever end is nearer.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet, Sum

from lianfang.kernel.actor import Actor
from lianfang.kernel.permissions import Permission
from lianfang.linkage import access
from lianfang.linkage.models import Run

#: A scope with more rows than this is walked.
LARGE = 60_000


def figure(
    actor: Actor, run: Run, measure: str, permission: Permission, *, path: str = "", **only: object
) -> int:
    """How many people or findings lie in the actor's scope and below `path`, from the counts added up beforehand."""
    rows = access.figures(actor, run, permission).filter(measure=measure, **only)
    if path:
        rows = rows.filter(path__gte=path, path__lt=f"{path}~")
    return rows.aggregate(sum=Sum("n"))["sum"] or 0


def page_numbers(
    parts: Sequence[QuerySet[Any]], column: str, *, start: int, size: int, total: int
) -> list[int]:
    """`column` of the rows from `start` on, of `total` in these ordered parts; counted from the nearer end."""
    if start >= total:
        return []
    numbers = [part.values_list(column, flat=True) for part in parts]
    if start * 2 <= total:
        return _cut(numbers, start, size)
    last = total - start  # how many rows lie behind the beginning of the page
    back = [part.reverse() for part in reversed(numbers)]
    return _cut(back, max(0, last - size), min(size, last))[::-1]


def _cut(parts: Sequence[QuerySet[Any]], start: int, size: int) -> list[int]:
    found = list[int]()
    for part in parts:
        here = list(part[start : start + size - len(found)])
        found += here
        if len(found) == size:
            break
        start = 0 if here else start - part.count()
    return found


def in_order(rows: QuerySet[Any], column: str, numbers: Sequence[int]) -> list[Any]:
    """The rows with these numbers, in the order of the numbers."""
    found = {getattr(one, column): one for one in rows.filter(**{f"{column}__in": numbers})}
    return [found[number] for number in numbers if number in found]

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
    rows: QuerySet[Any], column: str, order: Sequence[Any], *, start: int, size: int, total: int
) -> list[int]:
    """`column` of the rows from `start` on in this order, of `total`; counted from the end where that is nearer."""
    if start >= total:
        return []
    ordered = rows.order_by(*order).values_list(column, flat=True)
    if start * 2 <= total:
        return list(ordered[start : start + size])
    last = total - start  # how many rows lie behind the beginning of the page
    if last <= 0:
        return []
    return list(ordered.reverse()[max(0, last - size) : last])[::-1]


def in_order(rows: QuerySet[Any], column: str, numbers: Sequence[int]) -> list[Any]:
    """The rows with these numbers, in the order of the numbers."""
    found = {getattr(one, column): one for one in rows.filter(**{f"{column}__in": numbers})}
    return [found[number] for number in numbers if number in found]

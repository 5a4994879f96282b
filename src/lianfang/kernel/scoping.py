"""Managers that refuse to run outside a scope. They never filter silently: a forgotten scope is an error."""

from typing import Any, Self, TypeVar

from django.db import connections, models
from django.db.models import CharField, Q, Value
from django.db.models.functions import Coalesce

from lianfang.kernel.actor import Scope

M = TypeVar("M", bound=models.Model)


class UnscopedQueryError(RuntimeError):
    """A query on scoped records ran without `within(scope)` or `unscoped(reason)`: a programming error."""


def path_condition(scope: Scope, lookup: str) -> Q:
    """The condition that `lookup` (a path column, e.g. `area__path`) lies in `scope`.

    Ranges instead of LIKE, so that both databases use the column's index. An empty scope matches nothing.
    """
    if scope.everywhere:
        return Q()
    condition = Q(pk__in=[])
    for path in scope.paths:
        condition |= Q(**{f"{lookup}__gte": path, f"{lookup}__lt": f"{path}~"})
    return condition


class ScopedQuerySet(models.QuerySet[M]):
    """Reads, updates and deletes only after `within` or `unscoped`; inserting needs neither."""

    _open = False

    def within(self, scope: Scope, *, walked: bool = False) -> Self:
        """Only what lies inside `scope`.

        `walked`: the rows will be read in the order of an index that holds the path as well. A large scope is cut
        faster so than by the path's own index and a sort. PostgreSQL knows how large a range of paths is and chooses
        by itself; SQLite does not, and is told by hiding the column from its planner.
        """
        lookup: str = self.model.scope_lookup  # type: ignore[attr-defined]  # every scoped model has it
        rows = self
        if walked and connections[self.db].vendor == "sqlite":
            rows, lookup = self.alias(_at=Coalesce(lookup, Value(""), output_field=CharField())), "_at"
        opened = rows.filter(path_condition(scope, lookup))
        opened._open = True
        return opened

    def unscoped(self, *, reason: str) -> Self:
        """Everything, for the system's own work; `reason` is there for the reader of the code."""
        if not reason:
            raise ValueError("say why this query needs no scope")
        opened = self.all()
        opened._open = True
        return opened

    def demand_scope(self) -> None:
        if not self._open and not self.query.is_empty():
            raise UnscopedQueryError(f"{self.model.__name__}: call within(scope) or unscoped(reason=…) first")

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]  # the stubs hide it
        clone._open = self._open
        return clone

    def _fetch_all(self) -> None:
        self.demand_scope()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Any:
        self.demand_scope()
        return super().iterator(*args, **kwargs)

    def count(self) -> int:
        self.demand_scope()
        return super().count()

    def exists(self) -> bool:
        self.demand_scope()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self.demand_scope()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self.demand_scope()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self.demand_scope()
        return super().delete()


class ScopedManager(models.Manager[M]):
    """For records that lie somewhere in the territory; the model names its path column in `scope_lookup`."""

    def get_queryset(self) -> ScopedQuerySet[M]:
        return ScopedQuerySet(self.model, using=self._db)

    def within(self, scope: Scope, *, walked: bool = False) -> ScopedQuerySet[M]:
        """Only what lies inside `scope`; `walked` as for the queryset."""
        return self.get_queryset().within(scope, walked=walked)

    def unscoped(self, *, reason: str) -> ScopedQuerySet[M]:
        """Everything, for the system's own work; `reason` is there for the reader of the code."""
        return self.get_queryset().unscoped(reason=reason)

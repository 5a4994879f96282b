"""A column's value is one of many: one parameter, however many there are."""

import json
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, F, Func

_KINDS = {int: "bigint[]", str: "text[]", UUID: "uuid[]"}


class _Among(Func):
    """True where the column holds one of the values."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, column: Any, values: Collection[int] | Collection[str] | Collection[UUID]) -> None:
        super().__init__(column)
        self.values = list(values)

    def as_sql(self, compiler: Any, connection: Any, *rest: Any, **extra: Any) -> tuple[str, Any]:
        if not self.values:  # of no kind: no column can be compared with nothing
            return "(1 = 0)", []
        column, parameters = compiler.compile(self.source_expressions[0])
        if connection.vendor == "postgresql":
            return f"({column} = ANY(%s::{_KINDS[type(self.values[0])]}))", [*parameters, self.values]
        told = [one.hex if isinstance(one, UUID) else one for one in self.values]
        return f"({column} IN (SELECT value FROM json_each(%s)))", [*parameters, json.dumps(told)]


def among(column: str, values: Collection[int] | Collection[str] | Collection[UUID]) -> _Among:
    """The condition, for `filter` and `Q`: numbers, texts or UUIDs."""
    return _Among(F(column), values)

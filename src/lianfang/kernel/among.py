"""A column's value is one of many: one parameter, however many there are."""

import json
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, F, Func

from lianfang.kernel.prepared import Given, Hole, Way

_KINDS = {int: "bigint[]", str: "text[]", UUID: "uuid[]"}
Values = Collection[int] | Collection[str] | Collection[UUID]


class _Among(Func):
    """True where the column holds one of the values."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, column: Any, values: Values | Given) -> None:
        super().__init__(column)
        self.values = values if isinstance(values, Given) else list(values)

    def as_sql(self, compiler: Any, connection: Any, *rest: Any, **extra: Any) -> tuple[str, Any]:
        if not self.values:  # of no kind: no column can be compared with nothing
            return "(1 = 0)", []
        column, parameters = compiler.compile(self.source_expressions[0])
        kind = self.values.kind if isinstance(self.values, Given) else type(self.values[0])
        way: Way = _listed
        condition = f"({column} IN (SELECT value FROM json_each(%s)))"
        if connection.vendor == "postgresql":
            condition, way = f"({column} = ANY(%s::{_KINDS[kind]}))", list
        told = Hole(self.values.name, way) if isinstance(self.values, Given) else way(self.values)
        return condition, [*parameters, told]


def _listed(values: Values) -> str:
    return json.dumps([one.hex if isinstance(one, UUID) else one for one in values])


def among(column: str, values: Values | Given) -> _Among:
    """The condition, for `filter` and `Q`: numbers, texts or UUIDs; `Given` in a prepared question."""
    return _Among(F(column), values)

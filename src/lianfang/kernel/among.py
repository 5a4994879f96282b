"""A column's value is one of many numbers: one parameter, however many there are."""

import json
from collections.abc import Sequence
from typing import Any

from django.db.models import BooleanField, F, Func


class _Among(Func):
    """True where the column holds one of the numbers."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, column: Any, numbers: Sequence[int]) -> None:
        super().__init__(column)
        self.numbers = list(numbers)

    def as_sql(self, compiler: Any, connection: Any, *rest: Any, **extra: Any) -> tuple[str, Any]:
        column, parameters = compiler.compile(self.source_expressions[0])
        if connection.vendor == "postgresql":
            return f"({column} = ANY(%s::bigint[]))", [*parameters, self.numbers]
        return f"({column} IN (SELECT value FROM json_each(%s)))", [*parameters, json.dumps(self.numbers)]


def among(column: str, numbers: Sequence[int]) -> _Among:
    """The condition, for `filter` and `Q`."""
    return _Among(F(column), numbers)

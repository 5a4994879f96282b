"""Reading the permission matrix (matrix.txt), and the routes that the API really has."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lianfang.accounts.roles import Role
from lianfang.api.app import api
from tests.permissions.cast import Standing

FILE = Path(__file__).with_name("matrix.txt")
#: The order of the columns, as the heading of the file says it.
ROLES = tuple(Role)
HOW = f"""
How to add a route (see the head of {FILE.name}):
1. {FILE.name}: a line `METHOD path | whole | own | other | ended | out`, expected status for each role in this order:
   {" ".join(ROLES)}. One number stands for all eight.
   Write down what each role may do, not what the program happens to answer.
2. requests.py: how to ask (body, query, which number of town.py/cast.py each {{parameter}} is), unless the
   parameters' names are those of town.py and no body is needed.
3. town.py or cast.py: the thing asked for, if it is a new kind of thing: one in each community."""


@dataclass(frozen=True)
class Row:
    """The expected statuses of one route: by role and standing, and for whoever is not signed in."""

    route: str
    cells: dict[tuple[Role, Standing], int]
    out: int


def rows() -> dict[str, Row]:
    """The matrix by route. Raises ValueError for a line that is not as the head says."""
    found: dict[str, Row] = {}
    for number, line in enumerate(FILE.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            row = _row(line)
        except ValueError as problem:
            raise ValueError(f"{FILE.name}, line {number}: {problem}{HOW}") from problem
        if row.route in found:
            raise ValueError(f"{FILE.name}, line {number}: {row.route} is there twice")
        found[row.route] = row
    return found


def _row(line: str) -> Row:
    route, *groups = (part.strip() for part in line.split("|"))
    if len(groups) != len(Standing) + 1:
        raise ValueError(f"{len(Standing)} groups and `out` are needed, not {len(groups)}")
    *standings, out = groups
    cells: dict[tuple[Role, Standing], int] = {}
    for standing, group in zip(Standing, standings, strict=True):
        numbers = [int(word) for word in group.split()]
        numbers = numbers * len(ROLES) if len(numbers) == 1 else numbers
        cells |= {(role, standing): number for role, number in zip(ROLES, numbers, strict=True)}
    return Row(" ".join(route.split()), cells, int(out))


def contract() -> dict[str, Any]:
    """The API's contract (OpenAPI)."""
    found: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/")
    return found


def routes() -> Iterator[str]:
    """Every `METHOD /path` that the API answers."""
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    yield f"{method} {prefix}{path}"

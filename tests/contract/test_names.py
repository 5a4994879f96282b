"""The contract names each shape once: of two classes of one name, one would silently stand for both."""

from collections import Counter
from collections.abc import Iterator

from ninja import Schema

from tests.permissions import matrix


def schemas(base: type[Schema] = Schema) -> Iterator[type[Schema]]:
    for one in base.__subclasses__():
        yield one
        yield from schemas(one)


def test_no_two_shapes_have_one_name() -> None:
    assert matrix.contract()["components"]["schemas"]  # every router is loaded
    ours = {(one.__name__, one.__module__) for one in schemas() if one.__module__.startswith("lianfang.")}
    twice = [name for name, n in Counter(name for name, _ in ours).items() if n > 1]
    assert twice == [], "give each a name of its own"

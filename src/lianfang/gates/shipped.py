"""The kinds of passes and quotas that come with the program (kinds.toml), without Django."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from lianfang.gates.quota import Policy
from lianfang.gates.rules import Holder


@dataclass(frozen=True)
class Kind:
    """A kind of pass as it holds in an area. `hours`: local spans ("06:00", "22:00"); none: any hour.

    `budgeted`: issued within a budget only. `at_gate`: guards may issue it.
    """

    number: int
    code: str
    zh: str
    en: str
    holder: Holder
    colour: str
    quota: int
    days: int
    budgeted: bool
    at_gate: bool
    print_zh: str
    print_en: str
    hours: tuple[tuple[str, str], ...] = ()
    path: str = ""  # of the area whose copy this is
    shipped: bool = True


@cache
def shipped() -> tuple[dict[int, Kind], dict[int, Policy]]:
    """Kinds and quotas by number."""
    read = tomllib.loads(files("lianfang.gates").joinpath("kinds.toml").read_text("utf-8"))
    kinds = [
        Kind(
            **{**one, "holder": Holder(one["holder"]), "hours": tuple(tuple(s) for s in one.get("hours", ()))}
        )
        for one in read["kind"]
    ]
    quotas = {
        one["number"]: Policy(**{k: v for k, v in one.items() if k != "number"}) for one in read["quota"]
    }
    return {one.number: one for one in kinds}, quotas

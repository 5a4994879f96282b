"""Nicknames: Bill is William, Peggy is Margaret. The table is `models/nicknames.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

import polars as pl


@cache
def formal_names() -> Mapping[str, tuple[str, ...]]:
    """Nickname (or formal name) → the formal names it may stand for, most usual first."""
    text = resources.files("lianfang.linkage.engine").joinpath("models/nicknames.toml").read_text("utf-8")
    found: dict[str, list[str]] = {}
    for formal, nicknames in tomllib.loads(text).items():
        for name in (formal, *nicknames.split()):
            found.setdefault(name, []).append(formal)
    return {name: tuple(sorted(formals, key=lambda f: f != name)) for name, formals in found.items()}


def formal_name(values: pl.Series) -> pl.Series:
    """The formal name of the first word, or the word itself."""
    word = values.str.extract(r"^(\S+)")
    return word.replace({name: formals[0] for name, formals in formal_names().items()})

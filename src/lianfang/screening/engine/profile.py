"""Disease profiles: what counts as fever, which symptoms and contacts matter, and which facts lead to which proposed
measure, each with its source. TOML files; docs/develop/profiles.md describes every key (a test compares).
"""

import re
import tomllib
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Days = Annotated[int, Field(ge=0, le=365)]
Level = Literal["low", "medium", "key", "high"]

#: What may be proposed. A human confirms or declines; nothing is done by the program.
MEASURES = (
    "observe_home", "observe_central", "isolate_home", "mosquito_isolation", "test", "refer", "notify", "vaccinate",
    "vector_control", "self_monitor", "ask", "none",
)  # fmt: skip
Measure = Literal[
    "observe_home", "observe_central", "isolate_home", "mosquito_isolation", "test", "refer", "notify", "vaccinate",
    "vector_control", "self_monitor", "ask", "none",
]  # fmt: skip
#: Which day a measure's days are counted from: day 0.
Basis = Literal["last_exposure", "last_ride", "last_contact", "last_of_all", "onset", "today"]
#: What a reason's sentence may put in.
_PLACEHOLDERS = {"days", "since", "until", "evidence"}
SHIPPED = ("covid19-2020", "influenza-like-illness", "measles", "dengue-chikungunya")


class ProfileError(ValueError):
    """A profile that cannot be used: the message says where and what is wanted."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Named(_Table):
    """Something with a code and words for people."""

    code: Code
    zh: Line
    en: Line


class Source(_Table):
    """A protocol that a number or a rule is taken from, and what it says there."""

    id: Code
    title: Line
    issued: date
    says: Line
    link: Line | None = None


class Fever(_Table):
    """From how many °C on a temperature is a fever (measured below the arm)."""

    threshold: Annotated[float, Field(ge=36, le=42)]
    source: Code


class Incubation(_Table):
    """Days from infection to onset: shortest, longest, and between which most lie."""

    shortest: Days
    longest: Days
    usual: tuple[Days, Days]
    source: Code


class Watch(_Table):
    """How somebody under observation is watched."""

    days: Days
    readings_a_day: Annotated[int, Field(ge=0, le=6)]
    source: Code


class ExposureWhen(_Table):
    """A stay in a risk area."""

    levels: Annotated[tuple[Level, ...], Field(min_length=1)]
    within_days: Days
    days_before: Days = 0
    sure: bool = True


class RideWhen(_Table):
    """A ride with a published case."""

    where: tuple[Literal["close", "unknown", "apart"], ...] = ("close", "unknown", "apart")
    day: tuple[Literal["same", "night", "unknown"], ...] = ("same", "night", "unknown")
    within_days: Days


class ContactWhen(_Table):
    """A contact of one of these kinds."""

    kinds: Annotated[tuple[Code, ...], Field(min_length=1)]
    within_days: Days


class SymptomsWhen(_Table):
    """Symptoms that were told of: at least so many of these, or all of those."""

    of: Annotated[tuple[Code, ...], Field(min_length=1)]
    at_least: Annotated[int, Field(ge=1)] = 1
    within_days: Days = 14


class AgeWhen(_Table):
    """Age in years, both ends included. Somebody of unknown age is within."""

    at_least: Annotated[int, Field(ge=0, le=150)] = 0
    at_most: Annotated[int, Field(ge=0, le=150)] = 150


class When(_Table):
    """Conditions that must all hold; `any_of`: at least one of these groups must hold besides."""

    exposure: ExposureWhen | None = None
    ride: RideWhen | None = None
    contact: ContactWhen | None = None
    symptoms: SymptomsWhen | None = None
    fever: bool | None = None
    age: AgeWhen | None = None
    doses_below: Annotated[int, Field(ge=1, le=9)] | None = None
    any_of: tuple["When", ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> "When":
        if not any(value not in (None, ()) for value in self.__dict__.values()):
            raise ValueError("at least one condition is wanted")
        return self


class Rule(_Table):
    """Facts → a proposed measure with its reason."""

    id: Code
    when: When
    unless: When | None = None
    measure: Measure
    days: Days | None = None
    counted_from: Basis = "today"
    zh: Line
    en: Line
    source: Annotated[tuple[Code, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _words_can_be_filled(self) -> "Rule":
        for text in (self.zh, self.en):
            if unknown := set(re.findall(r"\{(.*?)\}", text)) - _PLACEHOLDERS:
                raise ValueError(
                    f"no such placeholder {', '.join(sorted(unknown))}; known: {', '.join(sorted(_PLACEHOLDERS))}"
                )
        if self.days is None and any(name in self.zh + self.en for name in ("{days}", "{until}")):
            raise ValueError("{days} and {until} need days")
        return self


class Profile(_Table):
    """One disease."""

    id: Code
    zh: Line
    en: Line
    version: Line
    fever: Fever
    incubation: Incubation
    watch: Watch | None = None
    doses_needed: Annotated[int, Field(ge=1, le=9)] | None = None
    symptom: Annotated[tuple[Named, ...], Field(min_length=1)]
    contact: tuple[Named, ...] = ()
    rule: Annotated[tuple[Rule, ...], Field(min_length=1)]
    source: Annotated[tuple[Source, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _hangs_together(self) -> "Profile":
        _all_different("symptom", [one.code for one in self.symptom])
        _all_different("contact", [one.code for one in self.contact])
        _all_different("rule", [one.id for one in self.rule])
        _all_different("source", [one.id for one in self.source])
        symptoms, contacts = {one.code for one in self.symptom}, {one.code for one in self.contact}
        sources = {one.id for one in self.source}
        cited = {self.fever.source, self.incubation.source, *({self.watch.source} if self.watch else ())}
        _all_known("source", cited, sources, "the file")
        for rule in self.rule:
            _all_known("source", set(rule.source), sources, f"rule {rule.id}")
            for when in _conditions(rule.when, rule.unless):
                _all_known(
                    "symptom", set(when.symptoms.of) if when.symptoms else set(), symptoms, f"rule {rule.id}"
                )
                _all_known(
                    "contact", set(when.contact.kinds) if when.contact else set(), contacts, f"rule {rule.id}"
                )
        return self

    @property
    def reach(self) -> int:
        """How many days back any rule looks."""
        days = [self.incubation.longest]
        for rule in self.rule:
            for when in _conditions(rule.when, rule.unless):
                days.extend(
                    part.within_days
                    for part in (when.exposure, when.ride, when.contact, when.symptoms)
                    if part
                )
        return max(days)

    def cited(self, ids: tuple[str, ...]) -> tuple[Source, ...]:
        """The sources with these ids."""
        return tuple(one for one in self.source if one.id in ids)


def _conditions(*tops: When | None) -> list[When]:
    found: list[When] = []
    for when in tops:
        if when is not None:
            found.extend([when, *_conditions(*when.any_of)])
    return found


def _all_different(what: str, codes: list[str]) -> None:
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise ValueError(f"{what} {', '.join(twice)} stands there twice")


def _all_known(what: str, used: set[str], known: set[str], where: str) -> None:
    if unknown := sorted(used - known):
        raise ValueError(f"{where}: no such {what} {', '.join(unknown)}; known: {', '.join(sorted(known))}")


@cache
def shipped(name: str) -> Profile:
    """One of SHIPPED by its id. Raises ProfileError."""
    if name not in SHIPPED:
        raise ProfileError(f"no profile {name!r}; known: {', '.join(SHIPPED)}")
    file = resources.files("lianfang.screening.engine") / "profiles" / f"{name}.toml"
    return parse(file.read_text("utf-8"), name)


def load(path: Path) -> Profile:
    """A profile from a file. Raises ProfileError."""
    try:
        return parse(path.read_text("utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"profile {path.name}: cannot be read ({error})") from error


def parse(text: str, name: str) -> Profile:
    """A profile from the text of its file. Raises ProfileError with every mistake and where it stands."""
    try:
        return Profile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"profile {name}: no TOML: {error}") from error
    except ValidationError as error:
        mistakes = [f"{_where(one['loc'])}: {_said(one)}" for one in error.errors()]
        raise ProfileError(f"profile {name}: " + "; ".join(mistakes)) from error


def _where(place: tuple[int | str, ...]) -> str:
    """("rule", 2, "when", "days") → "rule 3, when, days"."""
    words: list[str] = []
    for part in place:
        if isinstance(part, int) and words:
            words[-1] += f" {part + 1}"
        else:
            words.append(str(part))
    return ", ".join(words) or "the file"


def _said(one: Any) -> str:
    return {"missing": "is missing", "extra_forbidden": "no such key"}.get(one["type"], str(one["msg"]))

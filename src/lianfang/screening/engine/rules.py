"""Facts about a person → proposed measures with reasons. Nothing is decided here: a proposal waits for a human.

proposals = propose(shipped("covid19-2020"), Facts(on=date(2020, 2, 3), rides=(Ride(hit, day, "leg 7"),)))
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from lianfang.screening.engine import cotravel, risk
from lianfang.screening.engine.cotravel import Hit
from lianfang.screening.engine.profile import Profile, Rule, When
from lianfang.screening.engine.risk import Exposure, RiskArea, Stay


@dataclass(frozen=True)
class Ride:
    """A ride that may have been with a case; `day` as the person says, else of the published trip."""

    hit: Hit
    day: date
    fact: str = ""


@dataclass(frozen=True)
class Told:
    """A stay as it was told; `fact` names where (a statement, a list)."""

    stay: Stay
    fact: str = ""


@dataclass(frozen=True)
class Contact:
    """With somebody of a kind that the profile names, on a day (None: unknown, taken as the day of telling)."""

    kind: str
    day: date
    fact: str = ""


@dataclass(frozen=True)
class Symptom:
    """A symptom since a day, or a temperature in °C measured on it (then `code` is fever if the profile says so)."""

    code: str
    day: date
    temperature: float | None = None
    fact: str = ""


@dataclass(frozen=True)
class Facts:
    """What is known of one person on a day. `age` in years and `doses` of the vaccine: None is unknown."""

    on: date
    stays: tuple[Told, ...] = ()
    rides: tuple[Ride, ...] = ()
    contacts: tuple[Contact, ...] = ()
    symptoms: tuple[Symptom, ...] = ()
    age: int | None = None
    doses: int | None = None


@dataclass(frozen=True)
class Evidence:
    """One fact that a rule rests on, in words; `fact` names where it was told."""

    kind: str  # exposure, ride, contact, symptom
    day: date
    zh: str
    en: str
    fact: str = ""


@dataclass(frozen=True)
class Proposal:
    """A measure that the profile proposes. `since` is day 0, `until` the last day (None: no period)."""

    measure: str
    rule: str
    zh: str
    en: str
    since: date | None = None
    until: date | None = None
    evidence: tuple[Evidence, ...] = ()
    sources: tuple[str, ...] = field(default=())


def propose(profile: Profile, facts: Facts, areas: Sequence[RiskArea] = ()) -> list[Proposal]:
    """The measures that the rules of a profile propose for somebody, the gravest first as the profile orders them.

    Of several rules that propose the same measure the one that lasts longest speaks. A measure whose last day
    lies before `facts.on` is not proposed. If no rule applies: one proposal "none" that says so.
    """
    found: dict[str, Proposal] = {}
    for rule in profile.rule:
        evidence = _held(rule.when, profile, facts, areas)
        if evidence is None or (rule.unless and _held(rule.unless, profile, facts, areas) is not None):
            continue
        proposal = _worded(rule, tuple(dict.fromkeys(evidence)), facts)
        if proposal.until is not None and proposal.until < facts.on:
            continue
        known = found.get(rule.measure)
        if known is None or _longer(proposal, known):
            found[rule.measure] = proposal
    return list(found.values()) or [_nothing(profile, facts)]


def _longer(one: Proposal, other: Proposal) -> bool:
    return one.until is not None and other.until is not None and one.until > other.until


def _nothing(profile: Profile, facts: Facts) -> Proposal:
    days = profile.incubation.longest
    return Proposal(
        "none",
        "none",
        f"近{days}天无已知风险地区、同乘或接触史，无症状：无需措施。",
        f"No known risk area, ride or contact within {days} days, no symptoms: no measure.",
        since=facts.on,
    )


# ── conditions ──────────────────────────────────────────────────────────────────────────────────────────────
def _held(when: When, profile: Profile, facts: Facts, areas: Sequence[RiskArea]) -> list[Evidence] | None:
    """The evidence on which all conditions hold; None if one does not."""
    evidence: list[Evidence] = []
    for wanted, found in (
        (when.exposure, _exposures(when, facts, areas)),
        (when.ride, _rides(when, facts)),
        (when.contact, _contacts(when, profile, facts)),
        (when.symptoms, _symptoms(when, profile, facts)),
        (when.fever, _fevers(profile, facts)),
    ):
        if wanted is None:
            continue
        if bool(found) == (wanted is False):
            return None
        evidence.extend(found)
    if not _of_age(when, facts) or not _unprotected(when, facts):
        return None
    if when.any_of:
        groups = [held for group in when.any_of if (held := _held(group, profile, facts, areas)) is not None]
        if not groups:
            return None
        evidence = [one for group in groups for one in group] + evidence
    return evidence


def _exposures(when: When, facts: Facts, areas: Sequence[RiskArea]) -> list[Evidence]:
    """The gravest exposure of each stay: one area speaks for all of the same stay."""
    wanted = when.exposure
    if wanted is None:
        return []
    found = []
    listed = [area for area in areas if area.level in wanted.levels]
    for told in facts.stays:
        met = risk.exposures(
            listed, told.stay, on=facts.on, days_back=wanted.within_days, days_before=wanted.days_before
        )
        met = [one for one in met if one.sure or not wanted.sure]
        if met:
            found.append(_met(met, told))
    return found


def _met(met: list[Exposure], told: Told) -> Evidence:
    latest = max(one.last_day for one in met)
    return Evidence(
        "exposure",
        latest,
        risk.sentence(met[0], "zh").rstrip("。"),
        risk.sentence(met[0], "en").rstrip("."),
        told.fact,
    )


def _rides(when: When, facts: Facts) -> list[Evidence]:
    wanted = when.ride
    if wanted is None:
        return []
    return [
        Evidence(
            "ride",
            ride.day,
            cotravel.sentence(ride.hit, "zh").rstrip("。"),
            cotravel.sentence(ride.hit, "en").rstrip("."),
            ride.fact,
        )
        for ride in facts.rides
        if ride.hit.where in wanted.where
        and ride.hit.day in wanted.day
        and _recent(ride.day, facts, wanted.within_days)
    ]


def _contacts(when: When, profile: Profile, facts: Facts) -> list[Evidence]:
    wanted = when.contact
    if wanted is None:
        return []
    words = {one.code: one for one in profile.contact}
    return [
        Evidence(
            "contact",
            contact.day,
            f"{contact.day}接触{words[contact.kind].zh}",
            f"Contact with {words[contact.kind].en} on {contact.day}",
            contact.fact,
        )
        for contact in facts.contacts
        if contact.kind in wanted.kinds and _recent(contact.day, facts, wanted.within_days)
    ]


def _symptoms(when: When, profile: Profile, facts: Facts) -> list[Evidence]:
    wanted = when.symptoms
    if wanted is None:
        return []
    found = {
        code: one
        for one in facts.symptoms
        for code in [_symptom(profile, one)]
        if code in wanted.of and _recent(one.day, facts, wanted.within_days)
    }
    return [_ill(profile, one) for one in found.values()] if len(found) >= wanted.at_least else []


def _fevers(profile: Profile, facts: Facts) -> list[Evidence]:
    found = [one for one in facts.symptoms if _symptom(profile, one) == "fever"]
    return [_ill(profile, one) for one in found if _recent(one.day, facts, profile.incubation.longest)]


def _symptom(profile: Profile, told: Symptom) -> str:
    """What was told, with a temperature at or over the threshold as fever and one below it as nothing."""
    if told.temperature is None:
        return told.code
    return "fever" if told.temperature >= profile.fever.threshold else ""


def _ill(profile: Profile, told: Symptom) -> Evidence:
    words = {one.code: one for one in profile.symptom}
    if told.temperature is not None:
        zh, en = f"体温{told.temperature:.1f}℃", f"temperature {told.temperature:.1f} °C"
    else:
        named = words.get(told.code)
        zh, en = (named.zh, named.en) if named else (told.code, told.code)
    return Evidence("symptom", told.day, f"{told.day}{zh}", f"{en} on {told.day}", told.fact)


def _recent(day: date, facts: Facts, within: int) -> bool:
    return timedelta(0) <= facts.on - day <= timedelta(days=within)


def _of_age(when: When, facts: Facts) -> bool:
    return when.age is None or facts.age is None or when.age.at_least <= facts.age <= when.age.at_most


def _unprotected(when: When, facts: Facts) -> bool:
    """Fewer doses than asked for, or nobody knows how many."""
    return when.doses_below is None or facts.doses is None or facts.doses < when.doses_below


# ── words ───────────────────────────────────────────────────────────────────────────────────────────────────
_KIND_OF = {"last_exposure": "exposure", "last_ride": "ride", "last_contact": "contact", "onset": "symptom"}


def _worded(rule: Rule, evidence: tuple[Evidence, ...], facts: Facts) -> Proposal:
    since = _day_zero(rule, evidence, facts)
    until = since + timedelta(days=rule.days) if rule.days is not None else None
    filled = {"days": rule.days, "since": since, "until": until}
    return Proposal(
        rule.measure,
        rule.id,
        rule.zh.format(evidence="；".join(one.zh for one in evidence), **filled),
        rule.en.format(evidence="; ".join(one.en for one in evidence), **filled),
        since,
        until,
        evidence,
        rule.source,
    )


def _day_zero(rule: Rule, evidence: tuple[Evidence, ...], facts: Facts) -> date:
    """The last day of the kind of evidence that the rule counts from; the first for an onset."""
    kind = _KIND_OF.get(rule.counted_from)
    days = [one.day for one in evidence if kind in (None, one.kind)]
    if rule.counted_from == "today" or not days:
        return facts.on
    return min(days) if rule.counted_from == "onset" else max(days)

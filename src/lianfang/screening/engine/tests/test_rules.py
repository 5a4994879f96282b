"""Facts → proposed measures. The cast: somebody on 3 February 2020 in Hangzhou."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lianfang.screening.engine.cotravel import Hit, Trip
from lianfang.screening.engine.profile import SHIPPED, shipped
from lianfang.screening.engine.risk import Place, RiskArea, Stay
from lianfang.screening.engine.rules import Contact, Facts, Proposal, Ride, Symptom, Told, propose

TODAY = date(2020, 2, 3)
COVID = shipped("covid19-2020")
AREAS = (
    RiskArea(Place("420000"), "key", date(2020, 1, 23), None, ("通告",)),
    RiskArea(Place("330302"), "medium", date(2020, 1, 25), None, ("通告",)),
)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


#: High enough for every profile.
FEVER = (Symptom("", TODAY, 38.6),)


def ride(where: str, day: str = "same", days_ago: int = 5) -> Ride:
    trip = Trip("train", ("G98",), (ago(days_ago),), False, ("4",), (), "汉口", "郑州东", ("某网",))
    return Ride(Hit(trip, "G98", day, where), ago(days_ago), "leg-7")


def stay(code: str, left: int) -> Told:
    return Told(Stay(Place(code), left=ago(left)), "statement-3")


def measures(facts: Facts, name: str = "covid19-2020") -> dict[str, Proposal]:
    return {one.measure: one for one in propose(shipped(name), facts, AREAS)}


def test_who_was_nowhere_and_is_well_needs_nothing() -> None:
    (one,) = propose(COVID, Facts(TODAY, stays=(stay("330100", 3),)), AREAS)

    assert (one.measure, one.until, one.evidence) == ("none", None, ())
    assert "14天" in one.zh


def test_back_from_a_key_area_is_fourteen_days_at_home_from_leaving() -> None:
    one = measures(Facts(TODAY, stays=(stay("420100", 4),)))["observe_home"]

    assert (one.since, one.until) == (ago(4), ago(4) + timedelta(days=14))
    assert one.zh == (
        "2020-01-30离开湖北省武汉市；湖北省2020-01-23起为重点地区。来源：通告；自离开之日起居家医学观察14天，至2020-02-13。"
    )
    assert one.en.endswith("watched at home for 14 days from leaving, until 2020-02-13.")
    assert [evidence.fact for evidence in one.evidence] == ["statement-3"]
    assert one.sources == ("nhc-community", "who-quarantine")


def test_back_longer_ago_than_the_incubation_needs_nothing() -> None:
    assert list(measures(Facts(TODAY, stays=(stay("420100", 15),)))) == ["none"]


def test_a_place_named_too_broadly_is_asked_for() -> None:
    assert list(measures(Facts(TODAY, stays=(stay("330300", 2),)))) == ["none"]
    areas = (RiskArea(Place("330302"), "high", date(2020, 1, 25), None, ("通告",)),)

    (one,) = propose(COVID, Facts(TODAY, stays=(stay("330300", 2),)), areas)

    assert one.measure == "ask"
    assert "需核实" in one.zh


@pytest.mark.parametrize(
    ("where", "day", "measure"),
    [
        ("close", "same", "observe_home"),
        ("unknown", "same", "observe_home"),
        ("apart", "same", "self_monitor"),
        ("close", "night", "ask"),
        ("unknown", "unknown", "ask"),
    ],
)
def test_a_ride_with_a_case_weighs_by_how_near_it_was(where: str, day: str, measure: str) -> None:
    assert list(measures(Facts(TODAY, rides=(ride(where, day),)))) == [measure]


def test_symptoms_after_a_ride_are_referred_and_reported() -> None:
    facts = Facts(
        TODAY, rides=(ride("close"),), symptoms=(Symptom("cough", ago(1)), Symptom("", TODAY, 37.3))
    )

    found = measures(facts)

    assert list(found) == ["refer", "notify", "observe_home"]
    assert "2020-02-03体温37.3℃" in found["refer"].zh
    assert "2020-02-02干咳" in found["refer"].zh


def test_a_temperature_below_the_threshold_is_no_fever() -> None:
    assert list(measures(Facts(TODAY, symptoms=(Symptom("", TODAY, 37.2),)))) == ["none"]
    assert list(measures(Facts(TODAY, symptoms=(Symptom("", TODAY, 37.3),)))) == ["refer"]


def test_of_two_rules_for_one_measure_the_longer_one_speaks() -> None:
    one = measures(Facts(TODAY, stays=(stay("420100", 9),), rides=(ride("close", days_ago=2),)))[
        "observe_home"
    ]

    assert (one.rule, one.until) == ("ride-close-to-a-case", ago(2) + timedelta(days=14))


def test_the_latest_of_several_contacts_counts() -> None:
    facts = Facts(
        TODAY, contacts=(Contact("case", ago(9)), Contact("suspected", ago(3)), Contact("returnee", ago(1)))
    )

    found = measures(facts)

    assert found["observe_central"].until == ago(3) + timedelta(days=14)
    assert "疑似病例" in found["observe_central"].zh
    assert found["self_monitor"].rule == "contact-of-a-returnee"


def test_measles_asks_for_doses_and_age() -> None:
    contact = (Contact("case", ago(2)),)

    assert list(measures(Facts(TODAY, contacts=contact, age=30, doses=2), "measles")) == ["none"]
    assert list(measures(Facts(TODAY, contacts=contact, age=30, doses=None), "measles")) == [
        "vaccinate",
        "observe_home",
    ]
    assert list(measures(Facts(TODAY, contacts=contact, age=0, doses=0), "measles")) == [
        "refer",
        "observe_home",
    ]
    unknown = measures(Facts(TODAY, contacts=contact, doses=1), "measles")
    assert list(unknown) == ["vaccinate", "refer", "observe_home"]
    assert unknown["vaccinate"].until == ago(-1)


def test_dengue_puts_nobody_under_observation_but_clears_the_surroundings() -> None:
    areas = (RiskArea(Place("440100"), "high", date(2020, 1, 1), None, ("通告",)),)
    facts = Facts(TODAY, stays=(stay("440106", 3),), symptoms=(Symptom("", TODAY, 38.6),))

    found = [one.measure for one in propose(shipped("dengue-chikungunya"), facts, areas)]

    assert found == ["test", "mosquito_isolation", "vector_control", "self_monitor"]


def test_influenza_keeps_the_ill_at_home_and_nobody_else() -> None:
    ill = Facts(TODAY, symptoms=(Symptom("", ago(1), 38.2), Symptom("cough", ago(1))), age=30)

    assert list(measures(ill, "influenza-like-illness")) == ["isolate_home"]
    child = Facts(TODAY, symptoms=ill.symptoms, age=3)
    assert list(measures(child, "influenza-like-illness")) == ["refer", "isolate_home"]
    contact = Facts(TODAY, contacts=(Contact("case", ago(1)),))
    assert list(measures(contact, "influenza-like-illness")) == ["self_monitor"]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_kind_of_contact_that_is_asked_for_leads_to_a_measure(name: str) -> None:
    for kind in shipped(name).contact:
        found = propose(shipped(name), Facts(TODAY, contacts=(Contact(kind.code, ago(1)),), symptoms=FEVER))
        told = [evidence for one in found for evidence in one.evidence if evidence.kind == "contact"]
        assert told, kind.code
        assert all(kind.zh in one.zh and kind.en in one.en for one in told), kind.code


@pytest.mark.parametrize("name", SHIPPED)
def test_every_symptom_that_is_asked_for_leads_to_a_measure(name: str) -> None:
    profile = shipped(name)
    contact = (Contact(profile.contact[0].code, ago(1)),)
    for symptom in profile.symptom:
        if symptom.code == "fever":
            continue  # measured: FEVER
        facts = Facts(TODAY, contacts=contact, symptoms=(*FEVER, Symptom(symptom.code, ago(1))))
        told = {evidence.zh for one in propose(profile, facts) for evidence in one.evidence}
        assert any(symptom.zh in one for one in told), symptom.code


def test_measles_is_looked_for_before_the_rash_and_after_somebody_elses() -> None:
    met = (Contact("rash_fever", ago(2)),)
    (watched,) = propose(shipped("measles"), Facts(TODAY, contacts=met))
    assert (watched.measure, watched.until) == ("self_monitor", ago(2) + timedelta(days=21))
    ill = Facts(TODAY, contacts=met, symptoms=(*FEVER, Symptom("red_eyes", ago(1))), doses=2)
    assert list(measures(ill, "measles")) == ["refer"]
    spots = Facts(TODAY, symptoms=(*FEVER, Symptom("koplik", ago(1))))
    assert "notify" in measures(spots, "measles")


@given(
    some.sampled_from(SHIPPED),
    some.lists(some.sampled_from(["close", "unknown", "apart"]), max_size=3),
    some.lists(some.integers(0, 30), max_size=3),
    some.lists(some.floats(35, 42), max_size=2),
    some.one_of(some.none(), some.integers(0, 100)),
)
def test_every_proposal_has_sentences_evidence_and_an_end_that_has_not_passed(
    name: str, rides: list[str], stays: list[int], temperatures: list[float], age: int | None
) -> None:
    facts = Facts(
        TODAY,
        stays=tuple(stay("420100", left) for left in stays),
        rides=tuple(ride(where, days_ago=days) for days, where in enumerate(rides)),
        symptoms=tuple(Symptom("", TODAY, value) for value in temperatures),
        age=age,
    )

    proposals = propose(shipped(name), facts, AREAS)

    assert proposals
    assert len({one.measure for one in proposals}) == len(proposals)
    for one in proposals:
        assert one.zh
        assert one.en
        assert one.until is None or one.until >= TODAY
        assert bool(one.evidence) == (one.measure != "none")
        assert not {"{", "}"} & set(one.zh + one.en)

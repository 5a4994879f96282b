"""Issuing: for people, households, vehicles and outsiders; within right and budget; keys that follow one another."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection

from lianfang.gates import budgets, holders, issuing, keys, refused
from lianfang.gates.holders import For
from lianfang.gates.kinds import add_quota, kind_at, put_kind
from lianfang.gates.models import IssuingKey, Pass
from lianfang.gates.passcode import Trust, open_pass
from lianfang.gates.quota import Policy
from lianfang.gates.rules import compound_number
from lianfang.gates.tests.town import NOW, SYSTEM, WHY, Place, worker
from lianfang.kernel.errors import ProblemError

OUTSIDER = For("赵送水", "13900001111", more={"employer": "清泉水站"})


@pytest.fixture
def key(place: Place) -> IssuingKey:
    return keys.make_key(actor=SYSTEM, now=NOW, area=place.street.pk, days=365)


def code_of(problem: pytest.ExceptionInfo[ProblemError]) -> str:
    return problem.value.code


def test_a_pass_opens_and_says_nothing_more_than_it_must(place: Place, key: IssuingKey) -> None:
    to = holders.of_people(SYSTEM, [place.people[0].pk])
    (made,) = issuing.issue(actor=SYSTEM, now=NOW, order=place.order(), to=to)
    opened = open_pass(made.text, Trust([keys.trusted(key)]))
    assert (opened.name, opened.area, opened.kind, opened.quota) == ("王*明", "330109005001", 1, 2)
    assert opened.gates == (compound_number(place.compound.pk),)
    assert opened.serial.hex() == made.serial
    assert opened.expires - opened.not_before < 30 * 86_400
    assert made.subject == f"d{place.door.pk}"  # the household shares the quota
    assert "王小明" not in made.text


def test_a_household_gets_a_card_each_or_one(place: Place, key: IssuingKey) -> None:
    each = holders.of_household(SYSTEM, kind_at(place.community.path, "resident"), place.door.pk)
    assert len(issuing.issue(actor=SYSTEM, now=NOW, order=place.order(), to=each)) == 2
    one = holders.of_household(SYSTEM, kind_at(place.community.path, "household"), place.door.pk)
    (card,) = issuing.issue(actor=SYSTEM, now=NOW, order=place.order("household"), to=one)
    assert card.dwelling == place.door.pk


def test_nobody_has_two_of_a_kind(place: Place, key: IssuingKey) -> None:
    to = holders.of_people(SYSTEM, [place.people[0].pk])
    issuing.issue(actor=SYSTEM, now=NOW, order=place.order(), to=to)
    with pytest.raises(ProblemError) as problem:
        issuing.issue(actor=SYSTEM, now=NOW, order=place.order(), to=to)
    assert code_of(problem) == "pass.held"
    later = NOW + timedelta(days=31)  # it is over by then
    assert issuing.issue(actor=SYSTEM, now=later, order=place.order(), to=to)


def test_outsiders_need_a_budget_and_it_is_kept(place: Place, key: IssuingKey) -> None:
    order = place.order("temporary")
    with pytest.raises(ProblemError) as problem:
        issuing.issue(actor=SYSTEM, now=NOW, order=order, to=[OUTSIDER])
    assert code_of(problem) == "pass.no_budget"
    budget = budgets.make_budget(
        actor=SYSTEM, now=NOW, area=place.community.pk, code="temporary", first_on=date(2020, 2, 24),
        last_on=date(2020, 3, 1), allowed=1, note="",
    )  # fmt: skip
    two = [OUTSIDER, replace(OUTSIDER, name="钱送水")]
    with pytest.raises(ProblemError) as problem:
        issuing.issue(actor=SYSTEM, now=NOW, order=order, to=two)
    assert code_of(problem) == "pass.budget_used"
    issuing.issue(actor=SYSTEM, now=NOW, order=order, to=[OUTSIDER])
    budget.refresh_from_db()
    assert budget.used == 1
    with pytest.raises(ProblemError) as problem:  # the same outsider, by name and phone
        issuing.issue(actor=SYSTEM, now=NOW, order=order, to=[OUTSIDER])
    assert code_of(problem) == "pass.held"


def test_a_vehicle_bears_its_plate_and_no_name(place: Place, key: IssuingKey) -> None:
    car = For("王小明", plate="浙a·D12345")
    (made,) = issuing.issue(actor=SYSTEM, now=NOW, order=place.order("vehicle"), to=[car])
    opened = open_pass(made.text, Trust([keys.trusted(key)]))
    assert (opened.plate, opened.name, made.subject) == ("浙AD12345", "", "v浙AD12345")
    with pytest.raises(ProblemError) as problem:
        issuing.issue(actor=SYSTEM, now=NOW, order=place.order("vehicle"), to=[For("王小明")])
    assert code_of(problem) == "pass.plate"


def test_several_compounds_or_the_whole_area(place: Place, key: IssuingKey) -> None:
    budgets.make_budget(
        actor=SYSTEM, now=NOW, area=place.street.pk, code="service", first_on=date(2020, 2, 24),
        last_on=date(2020, 3, 1), allowed=10, note="",
    )  # fmt: skip
    both = replace(place.order("service"), compounds=(place.compound.pk, place.other.pk))
    (made,) = issuing.issue(actor=SYSTEM, now=NOW, order=both, to=[OUTSIDER])
    assert made.area == "330109005"
    assert made.places == sorted(map(compound_number, both.compounds))
    whole = replace(both, compounds=(place.other.pk,), whole_area=True)
    (made,) = issuing.issue(actor=SYSTEM, now=NOW, order=whole, to=[OUTSIDER])
    assert (made.places, made.whole_area, made.area) == ([], True, "330109005002")


def test_nobody_issues_for_a_compound_elsewhere(place: Place, key: IssuingKey) -> None:
    actor = worker(7, place.community.path)
    order = replace(place.order(), compounds=(place.other.pk,))
    with pytest.raises(ProblemError) as problem:
        issuing.issue(actor=actor, now=NOW, order=order, to=[OUTSIDER])
    assert code_of(problem) == "not_found"


def test_the_next_key_signs_and_the_old_ones_passes_go_on(place: Place, key: IssuingKey) -> None:
    to = holders.of_people(SYSTEM, [one.pk for one in place.people])
    (first,) = issuing.issue(actor=SYSTEM, now=NOW, order=place.order(), to=to[:1])
    later = NOW + timedelta(days=1)
    following = keys.make_key(actor=SYSTEM, now=later, area=place.street.pk, days=365)
    (second,) = issuing.issue(actor=SYSTEM, now=later, order=place.order(), to=to[1:])
    key.refresh_from_db()
    assert (first.key_id, second.key_id) == (key.pk, following.pk)
    trust = Trust([keys.trusted(key), keys.trusted(following)])
    assert open_pass(first.text, trust)
    assert open_pass(second.text, trust)


def test_a_stolen_key_is_withdrawn_in_one_action(place: Place, key: IssuingKey) -> None:
    to = holders.of_people(SYSTEM, [one.pk for one in place.people])
    made = issuing.issue(actor=SYSTEM, now=NOW, order=place.order(), to=to)
    before, _ = refused.edition("330109005001", NOW)
    _, lost = keys.withdraw_key(actor=SYSTEM, now=NOW, key=key.pk, reason="服务器被盗")
    assert lost == 2
    assert refused.in_area("330109005001", NOW).serials == {one.serial for one in made}
    after, _ = refused.edition("330109005001", NOW)
    assert after.number > before.number
    assert (
        refused.since(after, before.number) is None
    )  # what the stolen key signed opens no more: the whole list
    assert set(Pass.objects.unscoped(reason=WHY).values_list("state", flat=True)) == {"void"}
    with pytest.raises(ProblemError) as problem:
        issuing.issue(actor=SYSTEM, now=NOW, order=place.order(), to=to)
    assert code_of(problem) == "pass.no_key"


def test_the_private_half_is_sealed(place: Place, key: IssuingKey) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT private FROM gates_issuingkey")
        kept = cursor.fetchone()[0]
    assert key.private not in kept
    assert keys.signer(IssuingKey.objects.unscoped(reason=WHY).get()).public.hex() == key.public


def test_an_area_has_rules_of_its_own(place: Place, key: IssuingKey) -> None:
    policy = Policy("person", 1, 2, 0, 0)
    quota = add_quota(actor=SYSTEM, now=NOW, area=place.community.pk, title="每天两次", policy=policy)
    assert quota.number == 100
    changed = replace(kind_at(place.community.path, "resident"), quota=100, days=7)
    put_kind(actor=SYSTEM, now=NOW, area=place.community.pk, kind=changed)
    assert kind_at(place.community.path, "resident").days == 7
    assert kind_at(place.street.path, "resident").days == 30
    to = holders.of_people(SYSTEM, [place.people[0].pk])
    (made,) = issuing.issue(actor=SYSTEM, now=NOW, order=place.order(), to=to)
    assert (made.quota, made.subject) == (100, f"p{place.people[0].pk}")

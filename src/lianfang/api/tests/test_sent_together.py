"""Facts of several phones decided in one transaction: each phone is told what it would have been told alone."""

import pytest

from lianfang.accounts import devices
from lianfang.accounts.models import Device
from lianfang.api.tests.field import Field, snapshot, start
from lianfang.api.tests.phone import Phone, Wire
from lianfang.kernel.models import AuditRecord
from lianfang.screening.models import Visit
from lianfang.sync import receiving
from lianfang.sync.envelope import Signed
from lianfang.sync.judging import Post
from lianfang.sync.models import Fact

pytestmark = [pytest.mark.django_db, pytest.mark.database]
WHY = "the test counts everything"


def fact(field: Field, phone: Phone, **said: object) -> Wire:
    door = snapshot(phone)["parts"]["work"]["data"][0]["door"]
    return phone.fact({"door": door, "channel": "door", "outcome": "no_answer", **said}, field.time.moment)


def posted(field: Field, phone: Phone, *facts: Wire) -> Post:
    bearer, now = devices.bearer_of(phone.token, now=field.time.moment), field.time.moment
    return receiving.posted(bearer, now, now, [Signed(**one) for one in facts])


def test_each_phone_is_told_its_own(field: Field) -> None:
    start(field)
    good, other, wrong = (
        fact(field, field.wu),
        fact(field, field.zheng),
        fact(field, field.zheng, outcome="asleep"),
    )
    posts = [
        posted(field, field.wu, good),
        posted(field, field.zheng, other, wrong, good),
        posted(field, field.wu, good),  # the answer was lost, and the phone was quick
    ]
    receiving.decide(posts)
    assert [[(one.verdict, one.code) for one in receiving.told(post)] for post in posts] == [
        [("accepted", "")],
        [("accepted", ""), ("rejected", "fact.body"), ("rejected", "fact.device")],
        [("duplicate", "")],
    ]
    assert Visit.objects.unscoped(reason=WHY).count() == 2
    rows = {(str(one.device), one.verdict) for one in Fact.objects.unscoped(reason=WHY)}
    assert rows == {(field.wu.id, "accepted"), (field.zheng.id, "accepted"), (field.zheng.id, "rejected")}
    assert {str(one.pk): one.last_seq for one in Device.objects.all()} == {field.wu.id: 1, field.zheng.id: 1}
    told = AuditRecord.objects.filter(action="facts.received").order_by("pk")
    assert [(one.object_id, one.details["accepted"], one.details["rejected"]) for one in told] == [
        (field.wu.id, 1, 0), (field.zheng.id, 1, 2),
    ]  # fmt: skip


def test_what_was_tried_in_vain_is_decided_anew(field: Field) -> None:
    start(field)
    post = posted(field, field.wu, *[fact(field, field.wu)] * 2)
    receiving.decide([post])
    receiving.decide([post])  # as after a failure: nothing that was said before is believed
    assert [one.verdict for one in receiving.told(post)] == ["duplicate", "duplicate"]

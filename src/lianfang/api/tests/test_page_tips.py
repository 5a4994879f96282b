"""Something reported by the residents' page, by name or without."""

from uuid import uuid4

import pytest

from lianfang.api.tests.people import call
from lianfang.api.tests.test_self_report import Compound, compound, token_of
from lianfang.incidents.models import Tip

__all__ = ["compound"]  # a fixture
pytestmark = pytest.mark.django_db
WHY = "the test counts everything"


def test_something_reported_by_the_page_reaches_the_compounds_people(compound: Compound) -> None:
    body = {"token": token_of(compound), "key": str(uuid4()), "text": "地下室有人住", "place": "3幢地下室"}
    assert call(compound.phone, "POST", "/self-report/tip", body)[0] == 204
    assert call(compound.phone, "POST", "/self-report/tip", body)[0] == 204
    tip = Tip.objects.unscoped(reason=WHY).get()
    assert (tip.channel, tip.teller, tip.place_kind, tip.place_text) == ("self", "", "compound", "3幢地下室")
    told = call(compound.desk, "GET", "/tips")[1]
    assert [one["id"] for one in told["items"]] == [tip.pk]


def test_a_withdrawn_link_takes_no_tips(compound: Compound) -> None:
    body = {"token": "y" * 22, "key": str(uuid4()), "text": "地下室有人住"}
    assert call(compound.phone, "POST", "/self-report/tip", body)[0] == 404
    assert not Tip.objects.unscoped(reason=WHY).exists()

"""What stands on printed passes: read back out of the PDF, its codes as a camera reads them."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from lianfang.documents import passes as documents
from lianfang.gates import budgets, holders, issuing, keys, lists, own, printing, queries
from lianfang.gates.models import IssuingKey, Pass
from lianfang.gates.own import token_of
from lianfang.gates.passcode import Trust, open_pass
from lianfang.gates.tests.town import NOW, SYSTEM, WHY, Place
from lianfang.gates.tests.town import built as place  # noqa: F401  # the fixture `place`
from lianfang.kernel import jobs
from lianfang.registry.models import Person
from lianfang.territory.models import Gate

PIXELS_A_POINT = 2  # as a phone sees paper: 144 dots an inch
ID_NUMBER = "330109199001015673"


def seen(page: Any) -> tuple[str, list[str]]:
    """The text of a page without blanks, and what its codes say."""
    text = "".join(page.get_textpage().get_text_range().split())
    picture = page.render(scale=PIXELS_A_POINT, grayscale=True).to_numpy()
    return text, [one.text for one in zxingcpp.read_barcodes(picture)]


@pytest.fixture
def key(place: Place) -> IssuingKey:  # noqa: F811
    return keys.make_key(actor=SYSTEM, now=NOW, area=place.street.pk, days=365)


def printed(made: list[Pass], layout: documents.Layout) -> list[tuple[str, list[str]]]:
    cards = printing.cards(
        actor=SYSTEM, now=NOW, passes=[one.pk for one in made], batch=None,
        address=lambda token: f"https://lf.example/r/#pass={token}",
    )  # fmt: skip
    return [seen(page) for page in pypdfium2.PdfDocument(documents.pdf(cards, layout))]


def holds(text: str, made: Pass, *words: str) -> None:
    """The masked name, kind and days stand there, and nothing that leads to the person."""
    for word in (made.name, "居民出入证", "2020-02-24", "2020-03-24", *words):
        assert word.replace(" ", "") in text, word
    assert made.serial.upper() in text
    text = re.sub("No[.][0-9A-F]{16}", "", text)  # random digits prove nothing
    for hidden in ("王小明", "李秀英", "小明", "秀英", ID_NUMBER, ID_NUMBER[-4:], "13066881234", "6688"):
        assert hidden not in text, hidden


def test_cards_say_what_a_guard_needs_and_no_more(place: Place, key: IssuingKey) -> None:  # noqa: F811
    Person.objects.unscoped(reason=WHY).filter(pk=place.people[0].pk).update(id_number=ID_NUMBER)
    to = holders.of_people(SYSTEM, [one.pk for one in place.people])
    made = issuing.issue(actor=SYSTEM, now=NOW, order=place.order(), to=to)
    ((text, codes),) = printed(made, "cards")
    for one in made:
        holds(text, one, place.compound.name, "3-2-501")
    assert sorted(codes) == sorted(one.text for one in made)
    trust = Trust([keys.trusted(key)])
    assert {open_pass(code, trust).serial.hex() for code in codes} == {one.serial for one in made}
    assert "王*明" in text
    assert "李*英" in text


def test_a_sheet_leads_to_its_own_page_as_well(place: Place, key: IssuingKey) -> None:  # noqa: F811
    to = holders.of_people(SYSTEM, [one.pk for one in place.people])
    made = issuing.issue(actor=SYSTEM, now=NOW, order=place.order(), to=to)
    found = printed(made, "sheets")
    assert len(found) == 2
    for (text, codes), one in zip(found, made, strict=True):
        holds(text, one, "每户每2天出1次", "Each household: 1 exit")
        assert sorted(codes) == sorted([one.text, f"https://lf.example/r/#pass={token_of(one)}"])


def test_a_pass_for_some_gates_or_several_compounds_says_so(place: Place, key: IssuingKey) -> None:  # noqa: F811
    east, west = (
        Gate.objects.create(compound=place.compound, name=name, code=name) for name in ("东门", "西门")
    )
    first, second = (holders.of_people(SYSTEM, [one.pk]) for one in place.people)
    some = replace(place.order(), gates=(east.pk, west.pk))
    made = issuing.issue(actor=SYSTEM, now=NOW, order=some, to=first)
    both = replace(place.order(), compounds=(place.compound.pk, place.other.pk))
    made += issuing.issue(actor=SYSTEM, now=NOW, order=both, to=second)
    ((text, _),) = printed(made, "cards")
    assert f"{place.compound.name}东门、西门" in text
    assert f"{place.compound.name}、{place.other.name}" in text
    shown = {one["id"]: (one["gates"], one["further"]) for one in queries.lines(made, NOW)}
    assert shown == {
        made[0].pk: (("东门", "西门"), ()), made[1].pk: ((), (place.other.name,)),
    }  # fmt: skip
    assert own.told(made[0], now=NOW)["gates"] == ("东门", "西门")


def test_a_vehicles_card_bears_its_plate(place: Place, key: IssuingKey) -> None:  # noqa: F811
    car = holders.For("王小明", "13066881234", plate="浙A·D12345")
    made = issuing.issue(actor=SYSTEM, now=NOW, order=place.order("vehicle"), to=[car])
    ((text, codes),) = printed(made, "cards")
    assert "浙AD12345" in text
    assert "王" not in text
    assert codes == [made[0].text]


def test_a_list_of_490_is_62_pages_of_cards_and_every_one_of_them_counts(
    place: Place,  # noqa: F811
    key: IssuingKey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lianfang.kernel.clock.now", lambda: NOW)
    budgets.make_budget(
        actor=SYSTEM, now=NOW, area=place.street.pk, code="temporary", first_on=date(2020, 2, 24),
        last_on=date(2020, 2, 24) + timedelta(days=7), allowed=490, note="",
    )  # fmt: skip
    rows = "\n".join(f"工人{n:03d},1390000{n:04d}" for n in range(490))
    to = lists.read_csv(f"姓名,手机\n{rows}\n")
    batch = lists.start(actor=SYSTEM, now=NOW, order=place.order("temporary"), to=to, title="490")
    jobs.drain()
    cards: Any = printing.cards(actor=SYSTEM, now=NOW, passes=[], batch=batch.pk, address=lambda token: token)
    paper = pypdfium2.PdfDocument(documents.pdf(cards, "cards"))
    assert len(paper) == 62  # eight on each
    first, last = seen(paper[0]), seen(paper[61])
    assert (len(first[1]), len(last[1])) == (8, 490 - 61 * 8)
    kept = set(Pass.objects.unscoped(reason=WHY).filter(batch=batch.pk).values_list("text", flat=True))
    assert set(first[1]) | set(last[1]) <= kept
    assert "工人000" not in first[0]

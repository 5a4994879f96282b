"""Residents report themselves through HTTP: a link, a family, an arrival, what became of it; and what is refused."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from lianfang.accounts.roles import Role
from lianfang.api.tests.conftest import Town
from lianfang.api.tests.people import Clock, call, enter, somebody
from lianfang.kernel import jobs
from lianfang.kernel.models import AuditRecord
from lianfang.registry.models import Person
from lianfang.screening.models import Leg, MeasureProposal, ScreeningTask, Statement, Visit
from lianfang.screening.selfreport import links
from lianfang.screening.selfreport.models import ReportLink, SelfReport
from lianfang.screening.selfreport.sending import PER_ADDRESS
from lianfang.territory.models import Dwelling

pytestmark = pytest.mark.django_db
WHY = "the test counts everything"


@dataclass
class Compound:
    """米 over both grids, 林 over the second alone; a door of the first grid; somebody with a phone and no account."""

    town: Town
    desk: Client
    other: Client
    door: Dwelling
    phone: Client
    time: Clock


@pytest.fixture
def compound(town: Town, time: Clock) -> Compound:
    somebody("mi", (Role.SECRETARY, town.here.parent))
    somebody("lin", (Role.SECRETARY, town.there))
    somebody("wu", (Role.GRID_WORKER, town.here))
    doors = (
        Dwelling.objects.unscoped(reason=WHY).filter(path=town.here.path).select_related("building__compound")
    )
    return Compound(town, enter("mi")[0], enter("lin")[0], doors.order_by("pk")[0], Client(), time)


def ground(world: Compound, **said: Any) -> dict[str, Any]:
    day = world.time.moment.date()
    return {
        "compound": world.door.building.compound_id, "collector": "云滨社区居委会", "contact": "0571-12345",
        "purpose": "疫情防控摸排", "legal_basis": "epidemic_law", "days": 30,
        "kept_until": str(day + timedelta(days=60)), **said,
    }  # fmt: skip


def token_of(world: Compound) -> str:
    status, made = call(world.desk, "POST", "/self-reports/links", ground(world))
    assert status == 200, made
    assert made["qr"].startswith("data:image/svg+xml")
    return str(made["url"]).rpartition("/r/")[2]


def family(world: Compound, **said: Any) -> dict[str, Any]:
    door = world.door
    return {
        "kind": "family", "building": f"{door.building.name}幢", "unit": door.unit, "room": door.room,
        "phone": "13900001111",
        "people": [
            {"name": "欧阳海", "sex": "M", "phone": "13912340001", "id_number": "330109198705200012",
             "returned_on": "2020-02-18", "from_text": "武汉", "symptoms": ["fever"],
             "legs": [{"mode": "train", "number": "G98", "date": "2020-02-18", "carriage": "4"}]},
            {"name": "欧阳小海", "age": 6},
        ],
        **said,
    }  # fmt: skip


def send(world: Compound, token: str, said: dict[str, Any], **more: Any) -> tuple[int, Any]:
    body = {"token": token, "key": str(uuid4()), "said": said, **more}
    return call(world.phone, "POST", "/self-report/send", body)


def see(world: Compound, receipt: str) -> dict[str, Any]:
    status, told = call(world.phone, "POST", "/self-report/see", {"receipt": receipt})
    assert status == 200, told
    found: dict[str, Any] = told
    return found


def test_who_collects_what_for_is_told_before_anything_is_typed(compound: Compound) -> None:
    token = token_of(compound)
    status, told = call(compound.phone, "POST", "/self-report/open", {"token": token})
    assert status == 200
    assert (told["collector"], told["purpose"], told["legal_basis"]) == (
        "云滨社区居委会",
        "疫情防控摸排",
        "epidemic_law",
    )
    assert told["kept_until"] == ground(compound)["kept_until"]
    link = ReportLink.objects.unscoped(reason=WHY).get()
    assert token not in str(ReportLink.objects.unscoped(reason=WHY).filter(pk=link.pk).values().get())


def test_unknown_withdrawn_and_expired_links_answer_alike(compound: Compound) -> None:
    token = token_of(compound)
    nonsense = call(compound.phone, "POST", "/self-report/open", {"token": "x" * 22})
    pk = ReportLink.objects.unscoped(reason=WHY).get().pk
    expired_at = compound.time.moment
    compound.time.forward(days=31)
    expired = call(compound.phone, "POST", "/self-report/open", {"token": token})
    compound.time.moment = expired_at
    enough = {"reason": "换新的"}
    assert call(compound.other, "POST", f"/self-reports/links/{pk}/withdraw", enough)[0] == 404
    assert call(compound.desk, "POST", f"/self-reports/links/{pk}/withdraw", enough)[0] == 200
    withdrawn = call(compound.phone, "POST", "/self-report/open", {"token": token})
    assert nonsense == expired == withdrawn == send(compound, token, family(compound))
    assert nonsense == (404, {"code": "not_found", "params": {}})


def test_a_family_becomes_a_visit_with_all_that_follows(compound: Compound) -> None:
    status, sent = send(compound, token_of(compound), family(compound))
    assert status == 200, sent
    assert see(compound, sent["receipt"])["state"] == "received"
    status, listed = call(compound.desk, "GET", "/self-reports?state=todo")
    assert (status, listed["total"], listed["counts"]) == (200, 1, {"received": 1})
    pk = listed["items"][0]["id"]
    status, report = call(compound.desk, "GET", f"/self-reports/{pk}")
    assert "198705200012" not in str(report)
    assert see(compound, sent["receipt"])["state"] == "looking"
    body = {"version": report["version"], "act": "take", "answer": "谢谢，已登记"}
    status, done = call(compound.desk, "POST", f"/self-reports/{pk}/decide", body)
    assert (status, done["state"]) == (200, "taken")
    jobs.drain()
    visit = Visit.objects.unscoped(reason=WHY).get()
    assert (str(visit.pk), visit.channel, visit.dwelling) == (done["visit"], "self", compound.door.pk)
    assert Statement.objects.unscoped(reason=WHY).filter(matters=True).count() == 1
    assert Leg.objects.unscoped(reason=WHY).get().number == "G98"
    assert Person.objects.unscoped(reason=WHY).filter(name="欧阳海").count() == 1
    own = see(compound, sent["receipt"])
    assert (own["state"], own["answer"], own["changeable"]) == ("taken", "谢谢，已登记", False)
    body = {"receipt": sent["receipt"], "version": own["version"]}
    assert call(compound.phone, "POST", "/self-report/withdraw", body)[1]["code"] == "self_report.handled"


def test_whoever_says_that_he_met_a_case_leads_to_a_proposal(compound: Compound) -> None:
    now = compound.time.moment
    campaign = {
        "title": "二月摸排", "kind": "household", "area": compound.town.here.parent_id, "purpose": "查清接触者",
        "legal_basis": "epidemic_law", "starts_at": now.isoformat(), "profile": "covid19-2020",
        "due_at": (now + timedelta(days=2)).isoformat(),
    }  # fmt: skip
    token = token_of(compound)
    every = call(compound.phone, "POST", "/self-report/open", {"token": token})[1]["contacts"]
    met = {"kind": "case", "name": "老同学", "on": "2020-02-16"}
    people = [{"name": "欧阳海", "contacts": [met]}]
    assert send(compound, token, family(compound, people=people))[0] == 200
    pk = call(compound.desk, "GET", "/self-reports?state=todo")[1]["items"][0]["id"]
    version = call(compound.desk, "GET", f"/self-reports/{pk}")[1]["version"]
    body = {"version": version, "act": "take", "answer": "谢谢"}
    assert call(compound.desk, "POST", f"/self-reports/{pk}/decide", body)[0] == 200
    jobs.drain()
    assert not MeasureProposal.objects.unscoped(reason=WHY).exists()  # no disease is looked for here

    assert call(compound.desk, "POST", "/screenings", campaign)[0] == 200
    jobs.drain()
    proposed = MeasureProposal.objects.unscoped(reason=WHY).get()
    assert (proposed.profile, proposed.rule) == ("covid19-2020", "contact-of-a-case")
    assert proposed.state == "open"
    asked = call(compound.phone, "POST", "/self-report/open", {"token": token})[1]["contacts"]
    assert {"code": "case", "zh": "确诊病例", "en": "confirmed case"} in asked
    assert len(asked) < len(every)  # without a campaign, those of every disease


def test_an_announced_arrival_is_due_on_its_day_and_goes_when_it_is_withdrawn(compound: Compound) -> None:
    said = family(
        compound, kind="arrival", arrives_on="2020-02-25", people=[{"name": "赵六", "from_text": "荆州"}]
    )
    receipt = send(compound, token_of(compound), said)[1]["receipt"]
    task = ScreeningTask.objects.unscoped(reason=WHY).get()
    assert task.due_at is not None
    assert (str(task.due_at.date()), task.worker_name, task.state) == ("2020-02-25", "wu先生", "open")
    assert "荆州" in task.reasons[0]["zh"]
    own = see(compound, receipt)
    later = {**own["said"], "arrives_on": "2020-02-27"}
    body = {"receipt": receipt, "version": own["version"], "said": later}
    status, own = call(compound.phone, "POST", "/self-report/correct", body)
    assert status == 200, own
    task.refresh_from_db()
    assert task.due_at is not None
    assert (str(task.due_at.date()), len(task.reasons)) == ("2020-02-27", 1)
    status, own = call(
        compound.phone, "POST", "/self-report/withdraw", {"receipt": receipt, "version": own["version"]}
    )
    assert (status, own["state"], own["said"]) == (200, "withdrawn", None)
    task.refresh_from_db()
    assert task.state == "closed"
    assert "赵六" not in str(SelfReport.objects.unscoped(reason=WHY).values().get())


def test_masked_numbers_survive_a_correction(compound: Compound) -> None:
    receipt = send(compound, token_of(compound), family(compound))[1]["receipt"]
    own = see(compound, receipt)
    assert own["said"]["people"][0]["id_number"] == "330****12"
    said = {**own["said"], "remarks": "改了名字"}
    said["people"][0]["name"] = "欧阳海洋"
    body = {"receipt": receipt, "version": own["version"], "said": said}
    assert call(compound.phone, "POST", "/self-report/correct", body)[0] == 200
    assert call(compound.phone, "POST", "/self-report/correct", body) == (
        409,
        {"code": "conflict", "params": {}},
    )
    kept = SelfReport.objects.unscoped(reason=WHY).get().body
    assert "330109198705200012" in kept
    assert "欧阳海洋" in kept


def test_sent_again_because_the_answer_was_lost_it_is_one_report(compound: Compound) -> None:
    token, key = token_of(compound), str(uuid4())
    first = send(compound, token, family(compound), key=key)[1]["receipt"]
    second = send(compound, token, family(compound), key=key)[1]["receipt"]
    assert SelfReport.objects.unscoped(reason=WHY).count() == 1
    assert see(compound, second.lower().replace("-", " "))["state"] == "received"
    assert call(compound.phone, "POST", "/self-report/see", {"receipt": first})[0] == 404


def test_a_program_that_fills_the_hidden_field_learns_nothing(compound: Compound) -> None:
    status, told = send(compound, token_of(compound), family(compound), website="http://x")
    assert (status, set(told)) == (200, {"receipt", "qr"})
    assert not SelfReport.objects.unscoped(reason=WHY).exists()


def test_too_many_from_one_address_have_to_wait(compound: Compound) -> None:
    token = token_of(compound)
    for _ in range(PER_ADDRESS):
        assert send(compound, token, family(compound))[0] == 200
    status, told = send(compound, token, family(compound))
    assert (status, told["code"]) == (429, "self_report.throttled")


def test_what_is_too_long_or_unknown_is_refused(compound: Compound) -> None:
    token = token_of(compound)
    many = family(compound, people=[{"name": "王"}] * 21)
    for said in (
        many,
        family(compound, remarks="长" * 301),
        family(compound, extra=1),
        family(compound, room=""),
    ):
        assert send(compound, token, said)[0] == 422
    past = family(compound, kind="arrival", arrives_on="2020-02-01")
    assert send(compound, token, past)[1]["code"] == "self_report.day"


def test_the_desk_sees_only_its_area_and_names_the_door(compound: Compound) -> None:
    receipt = send(compound, token_of(compound), family(compound, room="说不清"))[1]["receipt"]
    report = SelfReport.objects.unscoped(reason=WHY).get()
    assert report.dwelling is None
    assert call(compound.other, "GET", f"/self-reports/{report.pk}")[0] == 404
    body: dict[str, Any] = {"version": 1, "act": "take"}
    refused = call(compound.desk, "POST", f"/self-reports/{report.pk}/decide", body)
    assert refused[1]["code"] == "self_report.door"
    wrong = {"version": 1, "act": "wrong_door"}
    assert (
        call(compound.desk, "POST", f"/self-reports/{report.pk}/decide", wrong)[1]["code"]
        == "self_report.answer"
    )
    body["door"] = compound.door.pk
    assert call(compound.desk, "POST", f"/self-reports/{report.pk}/decide", body)[1]["state"] == "taken"
    again = {"version": 2, "act": "known"}
    assert (
        call(compound.desk, "POST", f"/self-reports/{report.pk}/decide", again)[1]["code"]
        == "self_report.handled"
    )
    assert see(compound, receipt)["state"] == "taken"


def test_a_paper_form_is_typed_in_as_a_visit(compound: Compound) -> None:
    token_of(compound)
    link = ReportLink.objects.unscoped(reason=WHY).get().pk
    body = {"link": link, "key": str(uuid4()), "said": family(compound)}
    status, typed = call(compound.desk, "POST", "/self-reports/paper", body)
    assert (status, typed["report"]["state"], typed["report"]["means"]) == (200, "taken", "paper")
    assert Visit.objects.unscoped(reason=WHY).get().channel == "paper"
    assert call(compound.desk, "POST", "/self-reports/paper", body)[0] == 200
    assert Visit.objects.unscoped(reason=WHY).count() == 1
    assert call(compound.other, "POST", "/self-reports/paper", body)[0] == 404


def test_reports_are_deleted_when_the_day_has_passed_that_people_were_told(compound: Compound) -> None:
    receipt = send(compound, token_of(compound), family(compound))[1]["receipt"]
    compound.time.forward(days=60)
    assert links.forget_old(now=compound.time.moment) == 0
    compound.time.forward(days=1)
    assert call(compound.phone, "POST", "/self-report/see", {"receipt": receipt})[0] == 404
    assert links.forget_old(now=compound.time.moment) == 1
    assert not SelfReport.objects.unscoped(reason=WHY).exists()
    assert AuditRecord.objects.filter(action="self_report.forgotten").count() == 1


def test_a_link_needs_its_ground(compound: Compound) -> None:
    soon = str(compound.time.moment.date())
    for said in ({"purpose": " "}, {"kept_until": soon}, {"kept_until": "2099-01-01"}):
        refused = call(compound.desk, "POST", "/self-reports/links", ground(compound, **said))
        assert refused[1]["code"] == "self_report.ground"
    assert call(compound.other, "POST", "/self-reports/links", ground(compound))[0] == 404
    assert call(enter("wu")[0], "POST", "/self-reports/links", ground(compound))[0] == 403

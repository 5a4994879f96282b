"""Two communities that look alike and share nothing, and a run over both.

People and places of one community bear names that the other does not have, so that such a word in an answer to
somebody of the other community is a leak.
"""

import json
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import polars as pl
from django.conf import settings

from lianfang.gates.planning import actions as gate_plans
from lianfang.gates.planning import grounds
from lianfang.gates.planning.models import GateClosure
from lianfang.gates.planning.rules import HeardBy, Stance
from lianfang.incidents import actions as tips
from lianfang.incidents.rules import TipChannel
from lianfang.kernel import clock
from lianfang.kernel.actor import system
from lianfang.kernel.clock import local_date
from lianfang.kernel.crypto import seal
from lianfang.linkage import corrections
from lianfang.linkage.actions import load_result
from lianfang.linkage.importing.models import Import, ImportState, ListVersion, Source, VersionState
from lianfang.linkage.models import Run, RunFinding, RunPerson, RunPlace, RunReview, Verdict
from lianfang.linkage.result import RunResult
from lianfang.linkage.review.actions import decide
from lianfang.linkage.tests.sample import FILES, sample
from lianfang.linkage.work import actions as work
from lianfang.screening import making
from lianfang.screening.actions import Plan, start_screening
from lianfang.screening.models import MeasureProposal, ScreeningTask, Visit, VisitConflict
from lianfang.screening.published import Kind as PublishedKind
from lianfang.screening.published import Paper, take_in
from lianfang.screening.rules import CampaignKind
from lianfang.screening.selfreport import links
from lianfang.screening.selfreport.body import Said
from lianfang.screening.selfreport.sending import send
from lianfang.sync.models import Fact, Photo
from lianfang.territory import gates
from lianfang.territory.actions import add_area
from lianfang.territory.models import Area, Building, Compound, Dwelling, Gate
from tests.permissions.passes import issue_some

NOW = datetime(2020, 2, 20, 8, 0, tzinfo=UTC)
ACTOR = system("test")
PEOPLE = 40
NONSENSE = 987654321  # nothing has this number
_WHY = "the town is made for everybody"
_NUMBER = pl.col("person_id").str.extract(r"(\d+)").cast(pl.Int64)
_HERE = _NUMBER % 2 == 1  # whoever has an odd number lives here, the others there


@dataclass
class Side:
    """One community. `ids`: what requests name, by the words of requests.py; `words`: said of nobody else."""

    community: Area
    grid: Area
    compound: str
    ids: dict[str, int | str] = field(default_factory=dict)
    words: frozenset[str] = frozenset()


@dataclass
class Town:
    run: Run
    here: Side
    there: Side


def build() -> Town:
    """The town in the database: two communities with a grid and twenty people each, one run over both."""
    street = add_area(actor=ACTOR, now=NOW, code="330109005", name="滨江街道")
    here = _side(street, "330109005001", "云滨社区", "云滨湾")
    there = _side(street, "330109005002", "江岸社区", "江岸苑")
    run = load_result(actor=ACTOR, now=NOW, result=_result(here, there), title="二月")
    for side in (here, there):
        _find(run, side)
    assert not here.words & there.words
    town = Town(run, here, there)
    _use(town)
    _decide(town)
    _receive(town)
    _screen(town)
    _hear(town)
    _plan(town)
    for side in (here, there):
        side.ids |= issue_some(side.community.pk, int(side.ids["compound"]))
    return town


def _side(street: Area, code: str, name: str, compound: str) -> Side:
    community = add_area(actor=ACTOR, now=NOW, code=code, name=name, parent=street)
    grid = add_area(actor=ACTOR, now=NOW, code=f"{code}001", name=f"{name}第1网格", parent=community)
    spare = add_area(actor=ACTOR, now=NOW, code=f"{code}002", name=f"{name}第2网格", parent=community)
    return Side(community, grid, compound, {"spare": spare.pk, "code": code})


def _find(run: Run, side: Side) -> None:
    """The numbers of one of each kind of thing on this side, and its words."""
    path = side.grid.path
    people = RunPerson.objects.unscoped(reason=_WHY).filter(run=run, path=path)
    person = people.exclude(dwelling=None).order_by("person")[0]
    assert person.dwelling is not None
    finding = RunFinding.objects.unscoped(reason=_WHY).filter(run=run, path=path).order_by("number")[0]
    compound = Compound.objects.unscoped(reason=_WHY).get(name=side.compound)
    gate = gates.add_gate(
        actor=ACTOR, now=NOW, compound=compound, plan=gates.Plan("东门", point=(120.2, 30.2))
    )
    building = Building.objects.unscoped(reason=_WHY).filter(compound=compound).order_by("pk")[0]
    dwelling = Dwelling.objects.unscoped(reason=_WHY).get(pk=person.dwelling)
    place = RunPlace.objects.unscoped(reason=_WHY).get(run=run, path=path)
    side.ids |= {
        "run": run.pk, "area": side.grid.pk, "community": side.community.pk, "path": side.community.path,
        "person": person.person, "uid": person.uid, "finding": finding.number, "place": place.number,
        "compound": compound.pk, "building": building.pk, "dwelling": dwelling.pk, "gate": gate.pk,
        "key": str(finding.key), "name": person.name or "", "base": corrections.version("", None),
    }  # fmt: skip
    side.words = frozenset({side.compound, *(one.name for one in people if one.name)})


def _use(town: Town) -> None:
    """On both sides somebody has worked: a value corrected, a finding given to the community's people."""
    for side in (town.here, town.there):
        person = RunPerson.objects.unscoped(reason=_WHY).get(run=town.run, uid=side.ids["uid"])
        seen = corrections.version(corrections.shown_in_run(person)["household"], None)
        change = corrections.Change("household", "1户", "上门核对过", seen, confirmed=True)
        patch = corrections.correct(actor=ACTOR, now=NOW, uid=person.uid, change=change)
        side.ids["patch"] = patch.pk
        chosen = [(int(side.ids["key"]), 0)]
        note = f"{side.compound}的人去"
        work.assign(actor=ACTOR, now=NOW, run=town.run, chosen=chosen, team=side.community, note=note)


def _decide(town: Town) -> None:
    """On both sides a case is open, and of another one somebody was unsure."""
    for side in (town.here, town.there):
        cases = RunReview.objects.unscoped(reason=_WHY).filter(path=side.grid.path, path_b=side.grid.path)
        first, second = cases.order_by("number")[:2]
        made = decide(actor=ACTOR, now=NOW, run=town.run, number=second.number, verdict=Verdict.UNSURE)
        side.ids |= {"case": first.number, "decision": made.pk}


def _receive(town: Town) -> None:
    """A draft with a file, and a list that is live. Lists are the whole territory's."""
    draft = Import.objects.create(created_at=NOW)
    live = Import.objects.create(created_at=NOW, state=ImportState.APPLIED, applied_at=NOW, run=town.run)
    source = Source.objects.create(name="派出所", kind="register", created_at=NOW)
    common = {"sha256": "0" * 64, "size": 1, "uploaded_at": NOW, "received_on": NOW.date()}
    file = ListVersion.objects.create(batch=draft, state=VersionState.READ, file_name="新.csv", **common)
    version = ListVersion.objects.create(
        batch=live, source=source, number=1, state=VersionState.LIVE, file_name="旧.csv", **common
    )
    for side in (town.here, town.there):
        side.ids |= {"import": draft.pk, "file": file.pk, "live": version.pk, "source": source.pk}


def _screen(town: Town) -> None:
    """On both sides a campaign goes through the community's doors."""
    for side in (town.here, town.there):
        plan = Plan(
            title=f"{side.compound}摸排", kind=CampaignKind.HOUSEHOLD, purpose="查清返乡人员", legal_basis="duty",
            starts_at=NOW, due_at=NOW + timedelta(days=2),
        )  # fmt: skip
        campaign = start_screening(actor=ACTOR, now=NOW, area=side.community, plan=plan)
        making.make(campaign, now=NOW, tell=lambda step, share: None, finishing=lambda: nullcontext({}))
        side.ids |= {"screening": campaign.pk}
        _visit(side)
        _publish(side)


def _visit(side: Side) -> None:
    """Two visits to one door that contradict one another, a photo, and a fact that was refused."""
    door = Dwelling.objects.unscoped(reason=_WHY).get(pk=side.ids["dwelling"])
    tasks = ScreeningTask.objects.unscoped(reason=_WHY)
    visits = [
        Visit.objects.create(
            pk=uuid4(), path=door.path, dwelling=door.pk, worker_name="某人", channel="door", outcome=outcome, at=NOW,
            corrected_at=NOW, received_at=NOW, body="{}",
        )
        for outcome in ("seen", "empty")
    ]  # fmt: skip
    where = {"path": door.path, "received_at": NOW}
    conflict = VisitConflict.objects.create(
        path=door.path, dwelling=door.pk, first=visits[0], second=visits[1], about=["outcome"], noticed_at=NOW
    )
    refused = Fact.objects.create(
        payload="{}", digest="0" * 64, verdict="rejected", code="fact.unreadable", **where
    )
    photo = Photo.objects.create(
        pk=uuid4(), device=uuid4(), user=1, media="image/jpeg", size=1, sha256="0", **where
    )
    file = Path(settings.LIANFANG_DATA) / "photos" / photo.pk.hex[:2] / photo.pk.hex
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(seal("", purpose="photo"), "ascii")
    side.ids |= {
        "visit": str(visits[0].pk), "contradiction": conflict.pk, "refused": refused.pk, "photo": str(photo.pk),
        "task": tasks.get(screening=int(side.ids["screening"]), dwelling=door.pk).pk,
    }  # fmt: skip


def _publish(side: Side) -> None:
    """A published list for the community, and a measure that is proposed for somebody of it."""
    paper = Paper(
        kind=PublishedKind.AREAS,
        title=f"{side.compound}通告",
        content="2月1日起 武汉市 高风险".encode(),
        year=2020,
    )
    made = take_in(actor=ACTOR, now=NOW, area=side.community, paper=paper)
    told = json.dumps(
        {"zh": f"{side.compound}：居家观察", "en": side.compound, "evidence": []}, ensure_ascii=False
    )
    measure = MeasureProposal.objects.create(
        path=side.community.path, person=side.ids["uid"], profile="covid19-2020", rule="back-from-a-risk-area",
        measure="observe_home", told=told, digest="0" * 16, made_at=NOW,
    )  # fmt: skip
    side.ids |= {"published_list": made.pk, "measure": measure.pk}


def _hear(town: Town) -> None:
    """On both sides a household has reported itself by its compound's link, and somebody has told something."""
    for side in (town.here, town.there):
        now = clock.now()
        kept = local_date(now + timedelta(days=300))
        ground = links.Ground("居委会", "0571", f"{side.compound}摸排", "duty", kept, 200)
        link, token = links.make_link(actor=ACTOR, now=now, compound=int(side.ids["compound"]), ground=ground)
        said = Said.model_validate({"kind": "family", "room": "说不清", "people": [{"name": "某人"}]})
        report, receipt = send(link=link, said=said, key=uuid4(), now=now)
        told = tips.Received(
            uuid4(), TipChannel.HOTLINE, f"{side.compound}有人回来", now, name="某人",
            place=("compound", int(side.ids["compound"])),
        )  # fmt: skip
        tip = tips.receive(actor=ACTOR, now=now, tips=[told])[0]
        side.ids |= {
            "report_link": link.pk, "report_token": token, "report": report.pk, "receipt": receipt, "tip": tip.pk,
        }  # fmt: skip


def _plan(town: Town) -> None:
    """On both sides residents are asked about a plan for the gates, and one gate is closed."""
    for side in (town.here, town.there):
        now = clock.now()
        compound = Compound.objects.unscoped(reason=_WHY).get(name=side.compound)
        house = Building.objects.unscoped(reason=_WHY).get(pk=side.ids["building"])
        house.compound = compound
        gates.place_building(actor=ACTOR, now=now, building=house, at=(120.201, 30.201))
        made = gate_plans.make_plan(actor=ACTOR, now=now, compound=compound.pk, title=f"{side.compound}方案")
        made = gate_plans.reckon(actor=ACTOR, now=now, plan=made.pk, version=1)
        until = local_date(now + timedelta(days=3))
        gate_plans.ask(actor=ACTOR, now=now, plan=made.pk, version=2, until=until)
        option = str(side.ids["gate"])
        said = gate_plans.Said(option, Stance.AGAINST, HeardBy.PHONE, f"{side.compound}不同意")
        opinion = gate_plans.hear(actor=ACTOR, now=now, plan=made.pk, said=said)
        closed = GateClosure.objects.create(
            path=compound.path, gate_id=side.ids["gate"], gate_name="东门", compound=compound, reason="works",
            text="修路", review_on=until, decided_at=now, decided_by_name="某人",
        )  # fmt: skip
        free, shut = (
            Gate.objects.create(compound=compound, name=name, code=f"{compound.pk}-{name}", is_open=is_open)
            for name, is_open in (("西门", True), ("北门", False))
        )
        side.ids |= {
            "free_gate": free.pk, "shut_gate": shut.pk, "plan": made.pk, "asked": made.pk, "option": option,
            "opinion": opinion.pk, "closure": closed.pk, "digest": grounds.drawn(compound).digest,
        }  # fmt: skip


def _result(here: Side, there: Side) -> RunResult:
    """The sample run with its people divided between the two communities."""
    whole = sample(PEOPLE)
    whose = whole.links.select("file", "row", "person_id")
    labels = pl.DataFrame({"list": range(len(FILES)), "file": FILES}, schema_overrides={"list": pl.UInt16})
    numbered = whole.records.with_columns(pl.col("list").cast(pl.UInt16)).join(labels, on="list")
    numbered = numbered.join(whose, on=["file", "row"], how="left", maintain_order="left")
    records = _divided(numbered, here, there).select(whole.records.columns).cast(whole.records.schema)
    people = _divided(whole.people, here, there)
    # two cases of here, two of there, one of each
    pairs = [(0, 2, 0.61), (1, 3, 0.62), (0, 1, 0.63), (4, 6, 0.64), (5, 7, 0.65)]
    reviews = [
        {"record_a": a, "record_b": b, "probability": p, "reason_zh": "同音", "reason_en": "sound alike"}
        for a, b, p in pairs
    ]
    return replace(
        whole, records=records, people=people, findings=_divided(whole.findings, here, there),
        reviews=pl.DataFrame(reviews), tasks=_tasks(people),
    )  # fmt: skip


def _divided(frame: pl.DataFrame, here: Side, there: Side) -> pl.DataFrame:
    """Every row where its person lives: community, grid, and the compound's name in every text."""
    homes = {
        "community": (here.community, there.community),
        "grid": (here.grid, there.grid),
        "area": (here.grid, there.grid),
    }
    columns = [
        pl.when(_HERE).then(pl.lit(ours.name)).otherwise(pl.lit(theirs.name)).alias(name)
        for name, (ours, theirs) in homes.items()
        if name in frame.columns
    ]
    columns += [
        pl.when(_HERE)
        .then(name)
        .otherwise(pl.col(name).str.replace_all(here.compound, there.compound))
        .alias(name)
        for name, kind in frame.schema.items()
        if kind == pl.String and name not in homes
    ]
    return frame.with_columns(columns)


def _tasks(people: pl.DataFrame) -> pl.DataFrame:
    """Each seventh person is to be asked at the door."""
    return people.filter(_NUMBER % 7 < 2).select(
        "area", "address", "community",
        urgency=pl.lit(50, dtype=pl.Int32), why_zh=pl.lit("在名单上但未登记50"),
        why_en=pl.lit("On a list but not in the register: 50"),
        people_zh=pl.format("{}（电话{}）", "name", "phone"), people_en=pl.format("{} (phone {})", "name", "phone"),
        todo_zh=pl.format("{}：核实是否居住", "name"), todo_en=pl.format("{}: Living here?", "name"),
        tasks=pl.lit(1, dtype=pl.UInt32),
    )  # fmt: skip

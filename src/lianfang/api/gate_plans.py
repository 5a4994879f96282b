"""Gate plans over HTTP: the map of a compound, comparisons, opinions, decisions, gates that are closed."""

from typing import Any

from django.http import JsonResponse
from ninja import File, Query, Status, UploadedFile

from lianfang.api import gate_plans_schemas as out
from lianfang.api.linkage_schemas import PageOut
from lianfang.api.places_schemas import GateOut
from lianfang.api.routing import ActingRequest, GuardedRouter, Key, PageNumber, PageSize
from lianfang.gates.planning import access, actions, closing, drawing, grounds, queries
from lianfang.gates.planning.errors import MAP
from lianfang.kernel import clock
from lianfang.kernel.errors import ProblemError
from lianfang.territory.geojson import MOST_BYTES

router = GuardedRouter(tags=["gate plans"])
VIEW, PLAN, HEAR = access.VIEW, access.PLAN, access.HEAR


@router.get("", permission=VIEW, response=PageOut[out.GatePlanLineOut])
def list_plans(
    request: ActingRequest, which: Query[out.PlanQuery], page: PageNumber = 1, size: PageSize = 50
) -> Any:
    """Plans for the compounds of one's area, the newest first."""
    chosen = queries.PlanFilter(which.state, which.compound, which.text.strip())
    return queries.plans(request.actor, chosen, page=page, size=size)


@router.post("", permission=PLAN, response=out.GatePlanOut)
def make_plan(request: ActingRequest, body: out.GatePlanIn) -> Any:
    """Begin a plan. Errors: plan.title, not_found."""
    made = actions.make_plan(actor=request.actor, now=clock.now(), compound=body.compound, title=body.title)
    return _plan(request, made.pk)


@router.get("/counts", permission=VIEW, response=out.PlanCountsOut)
def count_work(request: ActingRequest) -> Any:
    """How much waits: plans to be decided, closed gates to be looked at again."""
    return queries.counts(request.actor, clock.now())


@router.get("/closures", permission=VIEW, response=list[out.ClosureOut])
def list_closures(request: ActingRequest, which: Query[out.ClosureQuery]) -> Any:
    """Gates that are closed, those to be looked at again first; or the hundred opened last."""
    return queries.standing(request.actor, clock.now(), which.which, which.compound)


@router.post("/gates/{gate}/close", permission=PLAN, response=out.ClosureOut)
def close_gate(request: ActingRequest, gate: Key, body: out.OrderIn) -> Any:
    """Close one gate without a plan, or say why it is closed.

    Errors: plan.words, plan.review, plan.closed, plan.last_gate, conflict, not_found.
    """
    now = clock.now()
    made = closing.close(actor=request.actor, now=now, gate=gate, version=body.version, order=_order(body))
    return queries.closures([made], now)[0]


@router.post("/gates/{gate}/open", permission=PLAN, response=GateOut)
def open_gate(request: ActingRequest, gate: Key, body: out.BecauseIn) -> Any:
    """Open one gate again, with a reason. Errors: plan.words, plan.open, conflict, not_found."""
    return closing.open_gate(
        actor=request.actor, now=clock.now(), gate=gate, version=body.version, text=body.text
    )


@router.post("/closures/{closure}/reopen", permission=PLAN, response=out.ClosureOut)
def reopen(request: ActingRequest, closure: Key, body: out.BecauseIn) -> Any:
    """Open the gate again. Errors: plan.words, plan.reopened, conflict, not_found."""
    now = clock.now()
    done = closing.reopen(actor=request.actor, now=now, closure=closure, version=body.version, text=body.text)
    return queries.closures([done], now)[0]


@router.post("/closures/{closure}/review", permission=PLAN, response=out.ClosureOut)
def review(request: ActingRequest, closure: Key, body: out.ReviewIn) -> Any:
    """It stays closed, until another day. Errors: plan.words, plan.review, plan.reopened, conflict, not_found."""
    now = clock.now()
    done = closing.review(
        actor=request.actor, now=now, closure=closure, version=body.version, text=body.text,
        review_on=body.review_on,
    )  # fmt: skip
    return queries.closures([done], now)[0]


@router.get("/grounds/{compound}", permission=VIEW, response=out.GateGroundOut)
def show_ground(request: ActingRequest, compound: Key) -> Any:
    """A compound's map: gates, buildings with the number of people who live there, paths. Errors: not_found."""
    return grounds.told(grounds.drawn(access.compound(request.actor, compound)))


@router.post("/grounds/{compound}", permission=PLAN, response=out.GateGroundOut)
def draw_ground(request: ActingRequest, compound: Key, body: out.DrawingIn) -> Any:
    """Keep a drawn map. Errors: plan.map_changed, plan.map, gate.taken, area.no_name, not_found."""
    wanted = drawing.Drawing(
        [drawing.GateAt(one.id, one.name, one.at, one.wide) for one in body.gates],
        [(one.id, one.at) for one in body.buildings],
        [(one.line, one.way) for one in body.paths],
    )
    kept = drawing.draw(
        actor=request.actor, now=clock.now(), compound=compound, drawing=wanted, digest=body.digest
    )
    return grounds.told(kept)


@router.post("/grounds/{compound}/import", permission=PLAN, response=out.MapImportedOut)
def import_ground(
    request: ActingRequest, compound: Key, file: File[UploadedFile], dry_run: Query[bool] = False
) -> Any:
    """Gates, buildings and paths from GeoJSON; `dry_run` only tells what would be. Errors: plan.map, not_found."""
    if (file.size or 0) > MOST_BYTES:
        raise ProblemError(MAP, detail=f"more than {MOST_BYTES // 1_000_000} MB")
    return drawing.import_map(
        actor=request.actor, now=clock.now(), compound=compound, content=file.read(), dry_run=dry_run
    )


@router.get("/grounds/{compound}/map.geojson", permission=VIEW)
def export_ground(request: ActingRequest, compound: Key) -> JsonResponse:
    """The map as GeoJSON, which imports again. Errors: not_found."""
    seen = grounds.drawn(access.compound(request.actor, compound))
    response = JsonResponse(
        drawing.as_geojson(seen),
        json_dumps_params={"ensure_ascii": False},
        content_type="application/geo+json",
    )
    response.headers["Content-Disposition"] = f'attachment; filename="compound-{compound}.geojson"'
    return response


@router.get("/{plan}", permission=VIEW, response=out.GatePlanOut)
def show_plan(request: ActingRequest, plan: Key) -> Any:
    """A plan with its comparison. Errors: not_found."""
    return _plan(request, plan)


@router.post("/{plan}", permission=PLAN, response=out.GatePlanOut)
def change_plan(request: ActingRequest, plan: Key, body: out.PlanChangeIn) -> Any:
    """Title, number of gates, terms, lanes. Errors: plan.title, plan.terms, plan.state, conflict, not_found."""
    wish = actions.Wish(
        body.title, body.keep, body.terms.dict(exclude_none=True),
        {gate: said.dict() for gate, said in body.gates.items()},
    )  # fmt: skip
    actions.change_plan(actor=request.actor, now=clock.now(), plan=plan, version=body.version, wish=wish)
    return _plan(request, plan)


@router.post("/{plan}/reckon", permission=PLAN, response=out.GatePlanOut)
def reckon(request: ActingRequest, plan: Key, body: out.PlanVersionIn) -> Any:
    """Compare; a large compound's by a job (`job`).

    Errors: plan.ground, plan.keep, plan.no_answer, plan.state, conflict, not_found.
    """
    actions.reckon(actor=request.actor, now=clock.now(), plan=plan, version=body.version)
    return _plan(request, plan)


@router.post("/{plan}/ask", permission=PLAN, response=out.GatePlanOut)
def ask(request: ActingRequest, plan: Key, body: out.AskIn) -> Any:
    """Put it before the residents. Errors: plan.state, plan.not_reckoned, plan.review, conflict, not_found."""
    actions.ask(actor=request.actor, now=clock.now(), plan=plan, version=body.version, until=body.until)
    return _plan(request, plan)


@router.post("/{plan}/decide", permission=PLAN, response=out.GatePlanOut)
def decide(request: ActingRequest, plan: Key, body: out.GateDecideIn) -> Any:
    """Carry an option out: gates open and close at once.

    Errors: plan.state, plan.option, plan.words, plan.review, plan.gates_changed, conflict, not_found.
    """
    actions.decide(
        actor=request.actor, now=clock.now(), plan=plan, version=body.version, option=body.option,
        order=_order(body),
    )  # fmt: skip
    return _plan(request, plan)


@router.post("/{plan}/end", permission=PLAN, response=out.GatePlanOut)
def end(request: ActingRequest, plan: Key, body: out.BecauseIn) -> Any:
    """End a plan, or give it up; what it closed is opened. Errors: plan.state, plan.words, conflict, not_found."""
    actions.end(actor=request.actor, now=clock.now(), plan=plan, version=body.version, text=body.text)
    return _plan(request, plan)


@router.get("/{plan}/opinions", permission=VIEW, response=PageOut[out.OpinionOut])
def list_opinions(request: ActingRequest, plan: Key, page: PageNumber = 1, size: PageSize = 50) -> Any:
    """What residents said, the newest first. Errors: not_found."""
    return queries.opinions(request.actor, plan, page=page, size=size)


@router.post("/{plan}/opinions", permission=HEAR, response=out.OpinionOut)
def hear(request: ActingRequest, plan: Key, body: out.OpinionIn) -> Any:
    """Write down what a resident says. Errors: plan.state, plan.option, not_found."""
    said = actions.Said(body.option, body.stance, body.channel, body.text, body.door)
    made = actions.hear(actor=request.actor, now=clock.now(), plan=plan, said=said)
    return queries.opinion(request.actor, made)


@router.post("/{plan}/opinions/{opinion}/remove", permission=HEAR, response={204: None})
def unhear(request: ActingRequest, plan: Key, opinion: Key) -> Status[None]:
    """Take back what was typed in wrongly. Errors: plan.state, not_found."""
    actions.unhear(actor=request.actor, now=clock.now(), plan=plan, opinion=opinion)
    return Status(204, None)


def _order(body: out.OrderIn) -> closing.Order:
    exempt = tuple(dict.fromkeys(body.exempt))
    return closing.Order(body.reason, body.text, body.review_on, exempt, body.exempt_text)


def _plan(request: ActingRequest, plan: int) -> dict[str, Any]:
    return queries.plan(request.actor, plan, clock.now())

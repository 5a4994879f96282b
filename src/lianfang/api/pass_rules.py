"""What passes follow: kinds, quotas, limits, keys, budgets."""

from typing import Any

from ninja.params import Query

from lianfang.api import passes_schemas as out
from lianfang.api.routing import ActingRequest, GuardedRouter, Key
from lianfang.gates import budgets, keys, kinds, queries, replacing, retention, withdrawing
from lianfang.gates.quota import Policy
from lianfang.gates.shipped import Kind
from lianfang.kernel import clock
from lianfang.kernel.permissions import Permission
from lianfang.territory.access import area_for

router = GuardedRouter(tags=["pass-rules"])
VIEW, ISSUE, MANAGE = Permission.PASS_VIEW, Permission.PASS_ISSUE, Permission.PASS_MANAGE


def _rules(request: ActingRequest, area: int) -> dict[str, Any]:
    return queries.rules(area_for(request.actor, VIEW, area).path)


@router.get("", permission=VIEW, response=out.PassRulesOut)
def show_rules(request: ActingRequest, which: Query[out.AreaQuery]) -> Any:
    """Kinds, quotas and limits that hold in an area. Errors: not_found."""
    return _rules(request, which.area)


@router.post("/kinds", permission=MANAGE, response=out.PassRulesOut)
def put_kind(request: ActingRequest, body: out.PassKindIn) -> Any:
    """An area's own kind, or its copy of one. Errors: not_found, pass.kind_unfit, pass.quota, pass.numbers."""
    words = body.dict()
    area = words.pop("area")
    kind = Kind(
        **{**words, "number": 0, "hours": tuple(tuple(span) for span in body.hours), "shipped": False}
    )
    kinds.put_kind(actor=request.actor, now=clock.now(), area=area, kind=kind)
    return _rules(request, area)


@router.post("/quotas", permission=MANAGE, response=out.PassRulesOut)
def add_quota(request: ActingRequest, body: out.PassQuotaIn) -> Any:
    """Errors: not_found, pass.quota, pass.numbers."""
    policy = Policy(body.per.value, body.window_days, body.exits, body.entries, body.minutes_outside)
    kinds.add_quota(actor=request.actor, now=clock.now(), area=body.area, title=body.title, policy=policy)
    return _rules(request, body.area)


@router.post("/limits", permission=MANAGE, response=out.PassRulesOut)
def put_limits(request: ActingRequest, body: out.PassLimitsIn) -> Any:
    """How long withdrawals last at most, and how soon objections are decided. Errors: not_found, pass.kind_unfit."""
    words = body.dict()
    area = words.pop("area")
    limits = withdrawing.Limits(**words)
    withdrawing.put_limits(actor=request.actor, now=clock.now(), area=area, limits=limits)
    return _rules(request, area)


@router.post("/retention", permission=Permission.GATE_RETAIN, response=out.PassRulesOut)
def put_retention(request: ActingRequest, body: out.RetentionIn) -> Any:
    """For how many weeks the area keeps its crossings. Errors: not_found, pass.kind_unfit, pass.words."""
    retention.put(actor=request.actor, now=clock.now(), **body.dict())
    return _rules(request, body.area)


@router.get("/keys", permission=MANAGE, response=list[out.PassKeyOut])
def list_keys(request: ActingRequest) -> Any:
    """Keys of one's area, those that sign first."""
    return queries.keys(request.actor, now=clock.now())


@router.post("/keys", permission=MANAGE, response=list[out.PassKeyOut])
def make_key(request: ActingRequest, body: out.PassKeyIn) -> Any:
    """A new key; the one before signs no more, its passes go on. Errors: not_found, pass.key_time."""
    now = clock.now()
    keys.make_key(actor=request.actor, now=now, **body.dict())
    return queries.keys(request.actor, now=now)


@router.post("/keys/{key}/withdraw", permission=MANAGE, response=list[out.PassKeyOut])
def withdraw_key(request: ActingRequest, key: Key, body: out.PassWordsIn) -> Any:
    """It was stolen: all its passes are void at once. Errors: not_found, pass.words, pass.key_over."""
    now = clock.now()
    keys.withdraw_key(actor=request.actor, now=now, key=key, reason=body.text)
    return queries.keys(request.actor, now=now)


@router.post("/keys/{key}/reissue", permission=MANAGE, response=list[out.PassKeyOut])
def reissue(request: ActingRequest, key: Key) -> Any:
    """New passes for the holders of those that a stolen key signed: a job. Errors: not_found, pass.no_key."""
    now = clock.now()
    replacing.start_reissue(actor=request.actor, now=now, key=key)
    return queries.keys(request.actor, now=now)


@router.get("/budgets", permission=ISSUE, response=list[out.PassBudgetOut])
def list_budgets(request: ActingRequest) -> Any:
    """Budgets of one's area, those that end last first."""
    return queries.budgets(request.actor)


@router.post("/budgets", permission=MANAGE, response=out.PassBudgetOut)
def make_budget(request: ActingRequest, body: out.PassBudgetIn) -> Any:
    """Errors: not_found, pass.kind, pass.budget_unfit."""
    return queries.budget(budgets.make_budget(actor=request.actor, now=clock.now(), **body.dict()))


@router.post("/budgets/{budget}/end", permission=MANAGE, response=out.PassBudgetOut)
def end_budget(request: ActingRequest, budget: Key) -> Any:
    """Nothing more is issued within it. Errors: not_found, conflict."""
    return queries.budget(budgets.end_budget(actor=request.actor, now=clock.now(), budget=budget))

"""The API: its routers, and the one place where errors become responses."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from lianfang.api import finding_work
from lianfang.api.accounts import router as accounts
from lianfang.api.audit import router as audit
from lianfang.api.changes import router as changes
from lianfang.api.desk import router as desk
from lianfang.api.devices import router as devices
from lianfang.api.errors import UNREADABLE
from lianfang.api.gate_plans import router as gate_plans
from lianfang.api.gates import router as gates
from lianfang.api.idempotency import Replay, replayed
from lianfang.api.importing import imports, lists
from lianfang.api.jobs import router as jobs
from lianfang.api.linkage import router as linkage
from lianfang.api.own_account import router as own_account
from lianfang.api.parsing import CleanParser
from lianfang.api.pass_rules import router as pass_rules
from lianfang.api.passes import objections, revocations
from lianfang.api.passes import public as own_pass
from lianfang.api.passes import router as passes
from lianfang.api.people import router as people
from lianfang.api.places import router as places
from lianfang.api.review import router as review
from lianfang.api.risk import router as risk
from lianfang.api.routing import DEVICE, SIGNED_IN, ActingRequest, Guard, GuardedRouter
from lianfang.api.screening import router as screening
from lianfang.api.self_report import desk as self_reports
from lianfang.api.self_report import public as self_report
from lianfang.api.sync import router as sync
from lianfang.api.territory import router as territory
from lianfang.api.tips import router as tips
from lianfang.api.tokens import router as tokens
from lianfang.api.users import router as users
from lianfang.api.visits import contradictions
from lianfang.api.visits import router as visits
from lianfang.kernel.errors import BUSY, INVALID, NOT_FOUND, ProblemError
from lianfang.kernel.sqlite.turns import LOCKED

api = NinjaAPI(
    title="Lianfang",
    version="0.1.0",
    description="Errors are `{code, params}`; what you may not see answers `not_found`.",
    urls_namespace="api",
    parser=CleanParser(),
    docs_url=None,
    openapi_url=None,
)
description = GuardedRouter(tags=["docs"])


@description.get("/openapi.json", permission=SIGNED_IN, response=dict[str, Any])
def describe(request: ActingRequest) -> Any:
    """The API's contract (OpenAPI), the same as contracts/openapi.json."""
    return described()


def described() -> dict[str, Any]:
    """The contract. An endpoint that access tokens open says so, and one that only a phone's own token opens."""
    schema: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/")
    schemes = schema["components"]["securitySchemes"]
    schemes["AccessToken"] = {"type": "http", "scheme": "bearer"}
    schemes["DeviceToken"] = {"type": "http", "scheme": "device"}
    for methods in schema["paths"].values():
        for operation in methods.values():
            if operation["operationId"] in _opened_by_tokens():
                operation["security"].append({"AccessToken": []})
            if operation["operationId"] in _opened_by(lambda guard: guard.permission is DEVICE):
                operation["security"] = [{"DeviceToken": []}]
    return schema


@cache
def _opened_by_tokens() -> frozenset[str]:
    return _opened_by(lambda guard: guard.opens_to_tokens)


def _opened_by(fits: Callable[[Guard], bool]) -> frozenset[str]:
    return frozenset(
        operation.operation_id or api.get_openapi_operation_id(operation)
        for _, router in api._routers
        for view in router.path_operations.values()
        for operation in view.operations
        for guard in operation.auth_callbacks
        if isinstance(guard, Guard) and fits(guard)
    )


api.add_router("", accounts)
api.add_router("/account", own_account)
api.add_router("/users", users)
api.add_router("", desk)
api.add_router("/changes", changes)
api.add_router("/imports", imports)
api.add_router("/audit", audit)
api.add_router("", description)
api.add_router("/jobs", jobs)
api.add_router("/tokens", tokens)
api.add_router("/lists", lists)
api.add_router("", people)
api.add_router("/runs", linkage)
api.add_router("/reviews", review)
api.add_router("/runs", finding_work.lists)
api.add_router("/work", finding_work.router)
api.add_router("/areas", territory)
api.add_router("/places", places)
api.add_router("/devices", devices)
api.add_router("/sync", sync)
api.add_router("/screenings", screening)
api.add_router("/visits", visits)
api.add_router("/contradictions", contradictions)
api.add_router("/self-report", self_report)
api.add_router("/self-reports", self_reports)
api.add_router("/tips", tips)
api.add_router("/gate-plans", gate_plans)
api.add_router("/passes", passes)
api.add_router("/gates", gates)
api.add_router("/revocations", revocations)
api.add_router("/objections", objections)
api.add_router("/own-pass", own_pass)
api.add_router("/pass-rules", pass_rules)
api.add_router("", risk)


@api.exception_handler(ProblemError)
def refuse(request: HttpRequest, problem: ProblemError) -> HttpResponse:
    """A refusal as `{code, params}` with the code's status."""
    response = api.create_response(request, problem.as_json(), status=problem.status)
    if "seconds" in problem.params:
        response.headers["Retry-After"] = str(problem.params["seconds"])
    return response


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, problem: ValidationError) -> HttpResponse:
    """Parameters that do not fit: their names, never their values."""
    fields = sorted(
        {".".join(str(part) for part in error["loc"][1:] or error["loc"]) for error in problem.errors}
    )
    return refuse(request, ProblemError(INVALID, fields=fields))


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, problem: HttpError) -> HttpResponse:
    """A body that the framework cannot read at all: no JSON, another encoding, nested too deep."""
    return refuse(request, ProblemError(UNREADABLE))


@api.exception_handler(Replay)
def again(request: HttpRequest, replay: Replay) -> HttpResponse:
    """The same request came before: the answer that it got then."""
    return replayed(replay)


@api.exception_handler(OperationalError)
def busy(request: HttpRequest, problem: OperationalError) -> HttpResponse:
    """SQLite lets one write at a time: whoever has waited in vain is told to come again. All else is a failure."""
    if LOCKED not in str(problem):
        raise problem
    return refuse(request, ProblemError(BUSY, seconds=30))


def nowhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Every address under /api that no endpoint has: the same answer as for things that are hidden."""
    return refuse(request, ProblemError(NOT_FOUND))

"""schemathesis asks every route at random, as the contract allows and as it forbids: no 500, answers as promised."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from lianfang.accounts.roles import Role
from tests.contract.answers import fault
from tests.permissions import matrix
from tests.permissions.cast import NOBODY, Somebody, Standing, undone
from tests.permissions.requests import ids_of, path_ids_of
from tests.permissions.town import Town

pytestmark = pytest.mark.django_db
ROUTES = sorted(set(matrix.routes()))
#: More find more; the contract is asked again at every check, and faults are found by the many, not by the one.
EXAMPLES = 8
TOKEN = "0" * 32
WHO = (
    (Role.ADMINISTRATOR, Standing.WHOLE),
    (Role.DATA_CENTRE, Standing.WHOLE),
    (Role.SECRETARY, Standing.OWN),
    (Role.AUDITOR, Standing.OTHER),
    (None, None),
)


@pytest.fixture(scope="module", autouse=True)
def connection_kept(cast: list[Somebody]) -> Iterator[None]:
    """The town lies in a transaction: the connection must outlive the requests.

    Django's test client does the same for each of its own requests, and the cast makes some: hence after it.
    """
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def contract() -> Any:
    config = schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}})
    schema = schemathesis.openapi.from_dict(matrix.contract(), config=config)
    schema.app = WSGIHandler()
    return schema


@pytest.fixture
def askers(cast: list[Somebody]) -> list[Somebody]:
    found = {(one.role, one.standing): one for one in [*cast, NOBODY]}
    return [found[key] for key in WHO]


@pytest.mark.parametrize("route", ROUTES)
def test_at_random(route: str, contract: Any, town: Town, askers: list[Somebody]) -> None:
    method, path = route.split(" ")
    operation = contract[f"/api{path}"][method]
    there = path_ids_of(route, ids_of(askers[0], town))
    fitting = operation.as_strategy(path_parameters=there) if there else operation.as_strategy()
    unfit = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @seed(20200220)
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=False, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=st.one_of(fitting, unfit), asker=st.sampled_from(askers))
    def ask(case: Case[Any], asker: Somebody) -> None:
        _ask(case, asker)

    ask()


def _ask(case: Case[Any], asker: Somebody) -> None:
    cookies = {name: morsel.value for name, morsel in asker.browser.cookies.items()}
    with undone(asker.browser):
        response = case.call(
            base_url="http://localhost",
            cookies={**cookies, "csrftoken": TOKEN},
            headers={"X-CSRFToken": TOKEN},
        )
        found = fault(response.status_code, response.content)
        assert found is None, f"{asker}: {case.as_curl_command()}\n{found}"
        if response.status_code == 200:
            case.validate_response(response, checks=[response_schema_conformance, content_type_conformance])

"""Refusals that come from the framework under us are put into codes as well: the client has words for nothing else."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse

from lianfang.api.errors import FAILED, LARGE, METHOD, UNREADABLE
from lianfang.kernel.errors import FORBIDDEN, NOT_FOUND, ProblemError

_CODES = {
    HTTPStatus.BAD_REQUEST: UNREADABLE,
    HTTPStatus.FORBIDDEN: FORBIDDEN,
    HTTPStatus.NOT_FOUND: NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED: METHOD,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: LARGE,
    HTTPStatus.INTERNAL_SERVER_ERROR: FAILED,
}


class RefusalsInCodes:
    """Answers under /api that the framework gave in its own words (HTML, `Method not allowed`) get ours."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        foreign = "json" not in response.headers.get("Content-Type", "")
        if (
            response.status_code < HTTPStatus.BAD_REQUEST
            or not foreign
            or not request.path.startswith("/api/")
        ):
            return response
        status = HTTPStatus(response.status_code)
        problem = ProblemError(_CODES.get(status, UNREADABLE if status < 500 else FAILED))
        told = JsonResponse(problem.as_json(), status=problem.status)
        if "Allow" in response.headers:
            told.headers["Allow"] = response.headers["Allow"]
        return told

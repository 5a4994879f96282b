"""The header `Idempotency-Key` on writes: the guard claims the key, the middleware keeps the answer."""

import hashlib
from collections.abc import Callable
from http import HTTPStatus

from django.core.files.base import File
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse

from lianfang.kernel import clock, idempotency
from lianfang.kernel.actor import Actor

HEADER = "Idempotency-Key"
_SAFE = ("GET", "HEAD", "OPTIONS")
_ATTRIBUTE = "_claimed_key"
# Refusals that say "later": the same request may be done then.
_PASSING = (HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS)


class Replay(Exception):  # no error: ends the request with the answer that it had the first time
    """Raised by the guard; the API turns it into the kept answer."""

    def __init__(self, answer: idempotency.Answer) -> None:
        self.answer = answer
        super().__init__()


def claim(request: HttpRequest, actor: Actor) -> None:
    """Claim the request's key, if it bears one. Raises Replay, idempotency.reused and others."""
    key = request.headers.get(HEADER)
    if key is None or request.method in _SAFE or actor.user_id is None:
        return
    number, answer = idempotency.begin(
        user_id=actor.user_id, key=key, fingerprint=fingerprint(request), now=clock.now()
    )
    if answer:
        raise Replay(answer)
    setattr(request, _ATTRIBUTE, number)


def replayed(replay: Replay) -> HttpResponse:
    """The kept answer as a response."""
    answer = replay.answer
    response = HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)
    response.headers["Idempotent-Replayed"] = "true"
    return response


def fingerprint(request: HttpRequest) -> str:
    """A hash of method, address and body; of a form with files: of its fields and the files' contents."""
    total = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type == "multipart/form-data":
        for name, values in sorted(request.POST.lists()):
            total.update(repr((name, values)).encode())
        for name, files in sorted(request.FILES.lists()):
            for file in files:
                _add_file(total, name, file)
    else:
        total.update(request.body)
    return total.hexdigest()


def _add_file(total: "hashlib._Hash", name: str, file: File[bytes]) -> None:
    total.update(repr((name, file.name, file.size)).encode())
    for chunk in file.chunks():
        total.update(chunk)
    file.seek(0)


class KeepAnswers:
    """Keeps the answer of a request that claimed a key. A fault of ours is not kept: it may be tried again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        number: int | None = getattr(request, _ATTRIBUTE, None)
        if number is None:
            return response
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or response.status_code in _PASSING:
            idempotency.give_up(number)
            return response
        whole = _whole(response)
        content_type = whole.headers.get("Content-Type", "")
        idempotency.keep(number, idempotency.Answer(whole.status_code, content_type, whole.content))
        return whole


def _whole(response: HttpResponseBase) -> HttpResponse:
    """A stream read to its end; other responses as they are."""
    if isinstance(response, StreamingHttpResponse):
        content = b"".join(response)
        return HttpResponse(content, status=response.status_code, headers=dict(response.items()))
    assert isinstance(response, HttpResponse)
    return response

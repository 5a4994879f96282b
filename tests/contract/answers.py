"""What every answer of the API has to be, whatever was asked."""

import json
from http import HTTPStatus

from lianfang.kernel.errors import declared


def fault(status: int, body: bytes) -> str | None:
    """Why an answer is none of ours: a 500, or a refusal that the client could not put into words."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return f"{status}: {body[:300]!r}"
    if status < HTTPStatus.BAD_REQUEST:
        return None
    try:
        told = json.loads(body)
    except ValueError:
        return f"{status} without a code: {body[:200]!r}"
    kind = declared().get(told.get("code", "")) if isinstance(told, dict) else None
    if kind is None:
        return f"{status} without a declared code: {told}"
    if kind.status != status:
        return f"{kind.code} is declared with {kind.status}, answered with {status}"
    if set(told) != {"code", "params"} or not isinstance(told["params"], dict):
        return f"{status} of another shape: {told}"
    return None

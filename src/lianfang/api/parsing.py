"""What a request brings is read here, before any endpoint sees it."""

from typing import Any

from django.core.files.base import File
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser

from lianfang.kernel.errors import INVALID, ProblemError

NUL = "\x00"


class CleanParser(Parser):
    """Refuses NUL in any text: PostgreSQL keeps none, and nobody writes one on purpose."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Raises ValueError, which the framework answers as a body that cannot be read."""
        body = super().parse_body(request)
        if b"\\u0000" in request.body and _has_nul(body):  # JSON has no other way to write it
            raise ValueError("NUL in a text")
        return body

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """Raises invalid with the fields' names. Of files only the names are looked at: to read one here empties it."""
        found = sorted(key for key, values in data.lists() if any(map(_named_nul, [key, *values])))
        if found:
            raise ProblemError(INVALID, fields=[key.replace(NUL, "") for key in found])
        return super().parse_querydict(data, list_fields, request)


def _named_nul(value: str | File[bytes]) -> bool:
    return NUL in ((value.name or "") if isinstance(value, File) else value)


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return NUL in value
    if isinstance(value, dict):
        return any(_has_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(map(_has_nul, value))

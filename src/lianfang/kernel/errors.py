"""Errors as codes with parameters. The API turns a code into a status; the client turns it into words.

Every app declares its codes in its own `errors.py`; docs/develop/errors.md lists them (a test compares).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ErrorCode:
    """One thing that can go wrong: a stable code, its HTTP status, its meaning for developers."""

    code: str
    status: int
    meaning: str


_DECLARED: dict[str, ErrorCode] = {}


def declare(code: str, status: int, meaning: str) -> str:
    """Make `code` known and return it. Raises ValueError when two places declare one code differently."""
    new = ErrorCode(code, status, meaning)
    if _DECLARED.setdefault(code, new) != new:
        raise ValueError(f"error code {code!r} is declared twice")
    return code


def declared() -> dict[str, ErrorCode]:
    """All codes of the apps imported so far, by code."""
    return dict(sorted(_DECLARED.items()))


class ProblemError(Exception):
    """A refusal that the caller can act on, e.g. `ProblemError("sign_in.throttled", seconds=60)`.

    Raises KeyError at construction for a code that no app declared: a typing mistake must not reach users.
    Parameters must be JSON values and must not carry personal data of people whom the actor may not see.
    """

    def __init__(self, code: str, **params: str | int | float | bool | list[str] | None) -> None:
        self.kind = _DECLARED[code]
        self.params = params
        super().__init__(code)

    @property
    def code(self) -> str:
        return self.kind.code

    @property
    def status(self) -> int:
        return self.kind.status

    def as_json(self) -> dict[str, object]:
        """The body that every error response has: `{"code": …, "params": {…}}`."""
        return {"code": self.code, "params": self.params}

    def __str__(self) -> str:
        return f"{self.code} {self.params}" if self.params else self.code


NOT_FOUND = declare("not_found", 404, "There is no such thing, or it lies outside what you may see.")
FORBIDDEN = declare("forbidden", 403, "You are signed in, but none of your roles allows this anywhere.")
INVALID = declare("invalid", 422, "The request's fields do not fit; params.fields names them.")
CONFLICT = declare("conflict", 409, "Somebody else changed this meanwhile; load it again.")
BUSY = declare("busy", 503, "A lot is being written just now; try again in params.seconds seconds.")

JOB_FAILED = declare(
    "job.failed", 500, "The background work broke off; params.kind names the exception, the log tells more."
)
JOB_DIED = declare(
    "job.died", 500, "The work's process ended without a word params.attempts times; it is not tried again."
)
JOB_OWNER_GONE = declare("job.owner_gone", 403, "Whoever started the work is locked or no longer a user.")
JOB_UNKNOWN = declare("job.unknown_kind", 500, "No part of this version does work of params.kind.")
JOB_OVER = declare("job.over", 409, "The work is over already; params.state says how it ended.")
KEY_REUSED = declare("idempotency.reused", 422, "This Idempotency-Key came before with another request.")
KEY_UNFIT = declare("idempotency.unfit", 422, "An Idempotency-Key has 8 to 200 printable ASCII characters.")
KEY_RUNNING = declare(
    "idempotency.running", 409, "The request with this Idempotency-Key is still being done."
)
KEY_BROKEN = declare(
    "idempotency.broken_off",
    409,
    "The request with this key broke off; look whether it took effect, then use a new key.",
)

"""Default deny: no endpoint without a permission. `request.actor` is there when the endpoint runs."""

from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router
from ninja.params import Path, Query
from ninja.security.base import AuthBase
from ninja.utils import check_csrf
from pydantic import StringConstraints

from lianfang.accounts.devices import Bearer, bearer_of
from lianfang.accounts.errors import DEVICE_UNKNOWN, TOKEN_REFUSED
from lianfang.accounts.sessions import actor_of
from lianfang.accounts.tokens import actor_of_secret
from lianfang.api.errors import CSRF
from lianfang.api.idempotency import claim
from lianfang.kernel import clock
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import FORBIDDEN, ProblemError
from lianfang.kernel.permissions import Permission

BIGGEST = 2**31 - 1  # what every integer column holds on both databases

#: Bounded parameters: no integer beyond the databases', no NUL, no endless text.
Key = Annotated[int, Path(ge=0, le=BIGGEST)]
PageNumber = Annotated[int, Query(ge=1, le=1_000_000)]
PageSize = Annotated[int, Query(ge=1, le=200)]
Words = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]


class Door(Enum):
    """How an endpoint that needs no permission is kept."""

    SIGNED_IN = (
        "signed in"  # whoever is signed in, whatever he may do, also by a token: what is shown is his own
    )
    IN_PERSON = "in person"  # the same, but not by an access token
    OWN_ACCOUNT = "own account"  # in person, and also without the second factor that his role demands
    DEVICE = "device"  # an enrolled phone by its own token; what it may do then is for the action to ask


SIGNED_IN: Literal[Door.SIGNED_IN] = Door.SIGNED_IN
IN_PERSON: Literal[Door.IN_PERSON] = Door.IN_PERSON
OWN_ACCOUNT: Literal[Door.OWN_ACCOUNT] = Door.OWN_ACCOUNT
DEVICE: Literal[Door.DEVICE] = Door.DEVICE
#: One permission, any one of several, a door, or (None) anybody.
Needed = Permission | frozenset[Permission] | Door | None
_BEARER, _DEVICE = "bearer ", "device "


class ActingRequest(HttpRequest):
    """A request whose guard has let somebody in."""

    actor: Actor


class DeviceRequest(ActingRequest):
    """A request of an enrolled phone."""

    bearer: Bearer


class Guard(AuthBase):
    """Lets in whoever holds `permission` (or one of several) somewhere; SIGNED_IN, IN_PERSON, OWN_ACCOUNT: whoever is
    signed in; DEVICE: an enrolled phone; None: anybody, for the doors before signing in.

    Where he holds it is for access.py. Comes with a session's cookie or an access token (`Authorization: Bearer`); a
    phone with its own (`Authorization: Device`). Raises csrf, sign_in.required, second_factor.needed, token.invalid,
    token.refused, device.unknown, device.locked, forbidden; and what `idempotency.claim` raises.
    """

    openapi_type = "apiKey"
    openapi_in = "cookie"
    openapi_name = "lianfang_session"

    def __init__(self, permission: Needed) -> None:
        self.permission = permission
        self.opens_to_tokens = isinstance(permission, Permission | frozenset) or permission is SIGNED_IN
        super().__init__()

    def __call__(self, request: HttpRequest) -> Any:
        authorization = request.headers.get("Authorization", "")
        if self.permission is DEVICE:
            return self._device(request, authorization)
        by_token = self.permission is not None and authorization.lower().startswith(_BEARER)
        # A browser sends cookies by itself, so a page's token must show that the page wanted this; no browser adds
        # an access token by itself.
        if not by_token and check_csrf(request) is not None:
            raise ProblemError(CSRF)
        if self.permission is None:
            return True
        if by_token:
            if not self.opens_to_tokens:
                raise ProblemError(TOKEN_REFUSED)
            actor = actor_of_secret(authorization[len(_BEARER) :].strip(), now=clock.now())
        else:
            actor = actor_of(request, now=clock.now(), own_account=self.permission is OWN_ACCOUNT)
        self._demand(actor)
        request.actor = actor  # type: ignore[attr-defined]  # see ActingRequest
        claim(request, actor)
        return actor

    def _demand(self, actor: Actor) -> None:
        """Raises forbidden."""
        if isinstance(self.permission, Permission):
            actor.require(self.permission)
        if isinstance(self.permission, frozenset) and not any(map(actor.can, self.permission)):
            raise ProblemError(FORBIDDEN, permission=sorted(self.permission)[0])

    def _device(self, request: HttpRequest, authorization: str) -> Bearer:
        """No browser adds a device's token by itself; without one, this is any other page's request."""
        if not authorization.lower().startswith(_DEVICE):
            if check_csrf(request) is not None:
                raise ProblemError(CSRF)
            raise ProblemError(DEVICE_UNKNOWN)
        bearer = bearer_of(authorization[len(_DEVICE) :].strip(), now=clock.now())
        request.bearer, request.actor = bearer, bearer.actor  # type: ignore[attr-defined]  # see DeviceRequest
        return bearer


class GuardedRouter(Router):
    """A router whose endpoints must say what permission they need: `@router.get("/x", permission=…)`."""

    def api_operation(  # type: ignore[override]  # narrower on purpose: permission is required
        self, methods: list[str], path: str, *, permission: Needed, **kwargs: Any
    ) -> Callable[..., Any]:
        return super().api_operation(methods, path, auth=Guard(permission), **kwargs)

    def get(self, path: str, *, permission: Needed, **kwargs: Any) -> Callable[..., Any]:  # type: ignore[override]
        return self.api_operation(["GET"], path, permission=permission, **kwargs)

    def post(self, path: str, *, permission: Needed, **kwargs: Any) -> Callable[..., Any]:  # type: ignore[override]
        return self.api_operation(["POST"], path, permission=permission, **kwargs)

    def delete(self, path: str, *, permission: Needed, **kwargs: Any) -> Callable[..., Any]:  # type: ignore[override]
        return self.api_operation(["DELETE"], path, permission=permission, **kwargs)

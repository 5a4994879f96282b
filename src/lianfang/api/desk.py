"""Saved views of the desk's tables."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema, Status
from pydantic import StringConstraints

from lianfang.api.routing import ActingRequest, GuardedRouter, Key
from lianfang.desk import access, actions
from lianfang.desk.rules import Screen
from lianfang.kernel import clock
from lianfang.kernel.permissions import Permission

router = GuardedRouter(tags=["desk"])
Text = Annotated[str, StringConstraints(max_length=400, pattern=r"^[^\x00]*$")]


class ViewOut(Schema):
    """`mine`: may be replaced and removed. `path`: the area it is shared with, null when it is not shared."""

    id: int
    name: str
    query: dict[str, str]
    mine: bool
    path: str | None
    owner_name: str
    saved_at: datetime


class CircleOut(Schema):
    """An area with which one can share; the empty path is everybody."""

    path: str
    name: str


class ViewsOut(Schema):
    views: list[ViewOut]
    areas: list[CircleOut]


class ViewIn(Schema):
    name: Annotated[str, StringConstraints(max_length=60, pattern=r"^[^\x00]*$")]
    query: dict[Text, Text]
    path: Annotated[str, StringConstraints(max_length=200, pattern=r"^[0-9A-Za-z/]*$")] | None = None


def _shown(view: Any, request: ActingRequest) -> dict[str, Any]:
    mine = view.owner == request.actor.user_id
    return {**{name: getattr(view, name) for name in ("id", "name", "query", "owner_name", "saved_at")},
            "mine": mine, "path": view.path if view.shared else None}  # fmt: skip


@router.get("/views/{screen}", permission=Permission.AREA_VIEW, response=ViewsOut)
def list_views(request: ActingRequest, screen: Screen) -> Any:
    """One's own views of a table, those shared with one's area, and the areas with which one can share."""
    circles = [{"path": path, "name": name} for path, name in access.areas(request.actor)]
    return {
        "views": [_shown(view, request) for view in access.views(request.actor, screen)],
        "areas": circles,
    }


@router.post("/views/{screen}", permission=Permission.AREA_VIEW, response=ViewOut)
def save_view(request: ActingRequest, screen: Screen, body: ViewIn) -> Any:
    """Keep filters, order and columns under a name. Errors: view.nameless, view.too_large, view.too_many."""
    view = actions.save_view(
        actor=request.actor, now=clock.now(), screen=screen, name=body.name, query=body.query, path=body.path
    )
    return _shown(view, request)


@router.delete("/views/{screen}/{view}", permission=Permission.AREA_VIEW, response={204: None})
def remove_view(request: ActingRequest, screen: Screen, view: Key) -> Any:
    """Take one's own view away."""
    actions.remove_view(actor=request.actor, now=clock.now(), number=view)
    return Status(204, None)

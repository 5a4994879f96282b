"""Saving a view and taking it away."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from lianfang.desk import access
from lianfang.desk.errors import NAMELESS, TOO_LARGE, TOO_MANY
from lianfang.desk.models import SavedView
from lianfang.desk.rules import MAX_VIEWS, Screen, fits, kept
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import FORBIDDEN, NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission


def save_view(
    *, actor: Actor, now: datetime, screen: Screen, name: str, query: Mapping[str, str], path: str | None
) -> SavedView:
    """Keep a table's filters, order and columns under a name; the actor's view of that name is replaced.

    `path`: the area with which it is shared (empty: everybody), or None. Words typed into a search box are not kept.
    Raises view.nameless, view.too_large, view.too_many, forbidden, not_found (an area outside the actor's).
    """
    actor.require(Permission.AREA_VIEW, path)
    if actor.user_id is None:
        raise ProblemError(FORBIDDEN, permission=Permission.AREA_VIEW.value)
    title, held = name.strip(), kept(query)
    if not title:
        raise ProblemError(NAMELESS)
    if not fits(held):
        raise ProblemError(TOO_LARGE)
    with transaction.atomic():
        mine = access.own(actor).filter(screen=screen)
        if mine.exclude(name=title).count() >= MAX_VIEWS:
            raise ProblemError(TOO_MANY, most=MAX_VIEWS)
        shared = path is not None
        view, _ = SavedView.objects.update_or_create(
            owner=actor.user_id,
            screen=screen.value,
            name=title,
            defaults={
                "owner_name": actor.name,
                "query": held,
                "shared": shared,
                "path": path or "",
                "saved_at": now,
            },
        )
        audit.record(
            actor=actor, action="view.saved", now=now, kind="view", object_id=view.pk, path=view.path,
            details={"screen": screen.value, "shared": shared},
        )  # fmt: skip
    return view


def remove_view(*, actor: Actor, now: datetime, number: int) -> None:
    """Take one's own view away. Raises not_found, forbidden."""
    with transaction.atomic():
        view = access.own(actor).filter(pk=number).first()
        if view is None:
            raise ProblemError(NOT_FOUND)
        details = {"screen": view.screen, "shared": view.shared}
        audit.record(
            actor=actor, action="view.removed", now=now, kind="view", object_id=number, path=view.path,
            details=details,
        )  # fmt: skip
        view.delete()

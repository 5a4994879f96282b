"""Building and changing the tree."""

from datetime import datetime

from django.db import models, transaction
from django.db.models import F

from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import CONFLICT, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.territory import paths
from lianfang.territory.errors import BAD_CODE, IN_USE, NO_NAME, NOT_BELOW, TAKEN
from lianfang.territory.models import Area
from lianfang.territory.rules import level_of, path_of

_UNIQUE = "codes are unique everywhere"


def add_area(*, actor: Actor, now: datetime, code: str, name: str, parent: Area | None = None) -> Area:
    """Add one area below `parent` (None: a new root, which needs the permission over the whole territory).

    Raises area.bad_code, area.not_below, area.code_taken, area.no_name, forbidden, not_found.
    """
    parent_path = parent.path if parent else ""
    actor.require(Permission.AREA_MANAGE, parent_path)
    level = level_of(code)
    if level is None:
        raise ProblemError(BAD_CODE, area=code)
    _below(code, parent)
    with transaction.atomic():
        _free(code)
        area = Area.objects.create(
            code=code, name=_name(name), level=level.value, parent=parent, path=path_of(code, parent_path)
        )
        _record(actor, "area.added", now, area)
    return area


def rename_area(*, actor: Actor, now: datetime, area: Area, name: str, version: int) -> Area:
    """Give an area another name. Raises area.no_name, conflict (somebody changed it since `version`)."""
    actor.require(Permission.AREA_MANAGE, area.path)
    with transaction.atomic():
        claim(area, version, name=_name(name))
        _record(actor, "area.renamed", now, area)
    return area


def remove_area(*, actor: Actor, now: datetime, area: Area, version: int) -> None:
    """Take away an area that nothing lies in. Raises area.in_use, conflict."""
    actor.require(Permission.AREA_MANAGE, area.path)
    with transaction.atomic():
        used = paths.use_of(area)
        if used:
            raise ProblemError(IN_USE, what=used)
        claim(area, version)
        _record(actor, "area.removed", now, area)
        area.delete()


def move_area(
    *, actor: Actor, now: datetime, area: Area, parent: Area | None, code: str, version: int
) -> Area:
    """Put an area with everything below it under `parent`, where its code is `code`.

    Codes below continue the new one; whatever lies there (people, findings, appointments) goes along.
    Raises area.bad_code, area.not_below, area.code_taken, conflict, forbidden, not_found.
    """
    actor.require(Permission.AREA_MANAGE, area.path)
    actor.require(Permission.AREA_MANAGE, parent.path if parent else "")
    level = level_of(code)
    if level is None or level.value != area.level:
        raise ProblemError(BAD_CODE, area=code)
    _below(code, parent)
    if parent and parent.path.startswith(area.path):
        raise ProblemError(NOT_BELOW, area=code, parent=parent.code)
    was = area.code
    with transaction.atomic():
        if code != was:
            _free(code)
        claim(area, version)
        paths.move(area, code=code, parent=parent)
        area.refresh_from_db(from_queryset=Area.objects.unscoped(reason="just moved"))
        _record(actor, "area.moved", now, area, code=code, was=was)
    return area


def claim(row: models.Model, version: int, **changes: object) -> None:
    """Write `changes` into a row that is still at `version`, and count it up. Raises conflict with the present one."""
    rows = type(row)._default_manager.unscoped(reason="the caller has been let in")  # type: ignore[attr-defined]
    if not rows.filter(pk=row.pk, version=version).update(version=F("version") + 1, **changes):
        there = rows.filter(pk=row.pk).values("name", "version").first()
        raise ProblemError(CONFLICT, **(there or {}))
    for name, value in {**changes, "version": version + 1}.items():
        setattr(row, name, value)


def _name(text: str) -> str:
    name = " ".join(text.split())[:80]
    if not name:
        raise ProblemError(NO_NAME)
    return name


def _below(code: str, parent: Area | None) -> None:
    if parent and (not code.startswith(parent.code) or len(code) <= len(parent.code)):
        raise ProblemError(NOT_BELOW, area=code, parent=parent.code)


def _free(code: str) -> None:
    if Area.objects.unscoped(reason=_UNIQUE).filter(code=code).exists():
        raise ProblemError(TAKEN, area=code)


def _record(actor: Actor, action: str, now: datetime, area: Area, **details: str) -> None:
    audit.record(
        actor=actor, action=action, now=now, kind="area", object_id=area.pk, path=area.path, details=details
    )

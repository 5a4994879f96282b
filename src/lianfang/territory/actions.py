"""Building the tree."""

from datetime import datetime

from django.db import transaction

from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.territory.errors import BAD_CODE, NOT_BELOW, TAKEN
from lianfang.territory.models import Area
from lianfang.territory.rules import level_of, path_of


def add_area(*, actor: Actor, now: datetime, code: str, name: str, parent: Area | None = None) -> Area:
    """Add one area below `parent` (None: a new root, which needs the permission over the whole territory).

    Raises area.bad_code, area.not_below, area.code_taken, forbidden, not_found.
    """
    parent_path = parent.path if parent else ""
    actor.require(Permission.AREA_MANAGE, parent_path)
    level = level_of(code)
    if level is None:
        raise ProblemError(BAD_CODE, area=code)
    if parent and (not code.startswith(parent.code) or len(code) <= len(parent.code)):
        raise ProblemError(NOT_BELOW, area=code, parent=parent.code)
    with transaction.atomic():
        others = Area.objects.unscoped(reason="codes are unique everywhere")
        if others.filter(code=code).exists():
            raise ProblemError(TAKEN, area=code)
        area = Area.objects.create(
            code=code, name=name, level=level.value, parent=parent, path=path_of(code, parent_path)
        )
        audit.record(
            actor=actor, action="area.added", now=now, kind="area", object_id=area.pk, path=area.path
        )
    return area

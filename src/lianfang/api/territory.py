"""The territory over HTTP."""

from typing import Any

from lianfang.api.routing import ActingRequest, GuardedRouter
from lianfang.api.territory_schemas import AreaOut
from lianfang.kernel.permissions import Permission
from lianfang.territory import queries

router = GuardedRouter(tags=["territory"])


@router.get("", permission=Permission.AREA_VIEW, response=list[AreaOut])
def list_areas(request: ActingRequest, permission: Permission = Permission.AREA_VIEW) -> Any:
    """The areas over which one holds `permission`, parents before children. Errors: forbidden."""
    return queries.area_tree(request.actor, permission)

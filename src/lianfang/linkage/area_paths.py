"""Where the lists' names of areas lie."""

from lianfang.territory.models import Area
from lianfang.territory.rules import Level


def paths() -> dict[str, str]:
    """Names of communities and grids -> path, as the territory is now; names used twice are left out."""
    areas = Area.objects.unscoped(reason="a run's rows are placed wherever they belong")
    found: dict[str, str] = {}
    for name, path in areas.filter(level__in=[Level.COMMUNITY, Level.GRID]).values_list("name", "path"):
        found[name] = "" if name in found else path
    return found

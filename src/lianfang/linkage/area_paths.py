"""Where the lists' names of areas and compounds lie."""

from lianfang.linkage.models import Run, RunPlace
from lianfang.linkage.run_rows import path_of
from lianfang.territory.models import Area, Compound
from lianfang.territory.rules import Level

_WHY = "a run's rows are placed wherever they belong"


def paths() -> dict[str, str]:
    """Names of communities, grids and compounds -> path, as the territory is now; areas' names used twice are "".

    An area that was renamed is still found by the name under which the current run has placed people there; of
    compounds those count that somebody has placed: where the others lie follows from their people.
    """
    found = _placed_before()
    compounds = Compound.objects.unscoped(reason=_WHY).filter(derived=False).exclude(path="")
    found.update(compounds.values_list("key", "path"))
    areas = Area.objects.unscoped(reason=_WHY)
    named: dict[str, str] = {}
    for name, path in areas.filter(level__in=[Level.COMMUNITY, Level.GRID]).values_list("name", "path"):
        named[name] = "" if name in named else path
    return found | named


def _placed_before() -> dict[str, str]:
    """Names that the current run has placed -> path, which has followed every move of an area since."""
    places = (
        RunPlace.objects.unscoped(reason=_WHY).filter(run__current=True).exclude(path="").exclude(name="")
    )
    return dict(places.values_list("name", "path"))


def misplaced(run: Run) -> list[RunPlace]:
    """Places of the run that would lie elsewhere if its lists were loaded now, those with most people first."""
    now = paths()
    places = RunPlace.objects.unscoped(reason=_WHY).filter(run=run).order_by("-people", "number")
    return [one for one in places if path_of(now, one.name, one.community) != one.path]

"""How many people live where: the one place that counts them behind doors."""

from collections import Counter

from django.db.models import Count

from lianfang.registry.models import Residence
from lianfang.territory.models import Compound, Dwelling

_WHY = "numbers of people; the caller has been let in to the compound"


def people_by_building(compound: Compound) -> dict[int, int]:
    """Building → people who live behind its doors now. Buildings without people are missing."""
    doors = Dwelling.objects.unscoped(reason=_WHY).filter(building__compound=compound)
    lived = Residence.objects.unscoped(reason=_WHY).filter(
        until=None, place__in=doors.values("key"), person__merged_into=None, person__pending=False
    )
    behind = lived.order_by().values_list("place").annotate(n=Count("person", distinct=True))
    by_door = dict(behind)
    counted: Counter[int] = Counter()
    for key, building in doors.values_list("key", "building"):
        counted[building] += by_door.get(key, 0)
    return {building: people for building, people in counted.items() if people}

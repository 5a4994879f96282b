"""Where a pass counts, in words: the gates that it is limited to, the further compounds that it is for."""

from collections.abc import Iterable
from dataclasses import dataclass

from lianfang.gates.models import Pass
from lianfang.gates.rules import compound_number, gate_number
from lianfang.territory.models import Compound, Gate

_NAMED = "named on a pass that the caller has been let in to"


@dataclass(frozen=True)
class Where:
    """`gates` empty: all of the compound's. A gate or compound that is gone has no name any more."""

    gates: tuple[str, ...] = ()
    further: tuple[str, ...] = ()

    def line(self, compound: str) -> str:
        """In one line, after the compound's name."""
        return "、".join((f"{compound} {'、'.join(self.gates)}".strip(), *self.further))


def told(found: Iterable[Pass]) -> dict[int, Where]:
    """Pass → where; those for their own compound with all its gates, or for the whole area, are missing."""
    special = [one for one in found if one.places and one.places != [compound_number(one.compound)]]
    if not special:
        return {}
    numbers = {number for one in special for number in one.places}
    gates = Gate.objects.unscoped(reason=_NAMED).filter(pk__in=[at // 2 for at in numbers if at % 2 == 0])
    compounds = Compound.objects.unscoped(reason=_NAMED).filter(pk__in=[at // 2 for at in numbers if at % 2])
    by_gate = {gate_number(pk): name for pk, name in gates.values_list("pk", "name")}
    by_compound = {compound_number(pk): name for pk, name in compounds.values_list("pk", "name")}
    return {
        one.pk: Where(
            tuple(by_gate[at] for at in one.places if at in by_gate),
            tuple(
                by_compound[at]
                for at in one.places
                if at in by_compound and at != compound_number(one.compound)
            ),
        )
        for one in special
    }

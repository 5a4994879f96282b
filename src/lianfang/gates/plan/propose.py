"""The table that people decide by: the best choice for every number of gates, and what else there is."""

from dataclasses import dataclass
from enum import StrEnum

from lianfang.gates.plan.ground import Ground
from lianfang.gates.plan.judge import Figures, Judge
from lianfang.gates.plan.network import measure
from lianfang.gates.plan.solve import best
from lianfang.gates.plan.terms import Terms


class Why(StrEnum):
    """How an option came into the table."""

    ALL_OPEN = "all_open"
    BEST = "best"  # of its number of gates
    NEXT = "next"  # the next best of the number asked for or proposed


@dataclass(frozen=True)
class Option:
    """One choice of gates and what it means. `proven`: that no other of its kind costs less."""

    why: Why
    figures: Figures
    proven: bool = True

    @property
    def keep(self) -> int:
        """How many gates stay open."""
        return len(self.figures.open)


@dataclass(frozen=True)
class Comparison:
    """`proposed`: the place of the proposal among the options; None: no choice of that number holds."""

    options: tuple[Option, ...]
    proposed: int | None
    judge: Judge


def propose(ground: Ground, terms: Terms, *, keep: int | None = None, others: int = 2) -> Comparison:
    """Compares. Without `keep` the smallest number of gates with which every limit holds is proposed.

    A number of gates with which no choice holds is shown with the choice that costs least, and with what it breaks.
    Raises NoAnswerError.
    """
    judge = Judge(ground, measure(ground), terms)
    possible = [number for number, gate in enumerate(ground.gates) if gate.fixed is not False]
    must = [number for number in possible if ground.gates[number].fixed]
    options = [Option(Why.ALL_OPEN, judge.figures(possible))] if possible else []
    proposed: int | None = None
    for number in range(max(1, len(must)), len(possible)):
        chosen = best(judge, number)
        holds = chosen is not None
        chosen = chosen or best(judge, number, limits=False)
        if chosen is None:
            continue
        options.append(Option(Why.BEST, judge.figures(chosen.gates), chosen.proven))
        wanted = number == keep if keep is not None else proposed is None
        if holds and wanted:
            proposed = len(options) - 1
    if proposed is None and options and options[0].figures.holds and keep in (None, len(possible)):
        proposed = 0
    if proposed is not None:
        options += _next_best(judge, options[proposed].figures, others)
    return Comparison(tuple(options), proposed, judge)


def _next_best(judge: Judge, first: Figures, others: int) -> list[Option]:
    seen, found = [first.open], []
    for _ in range(others):
        chosen = best(judge, len(first.open), but=seen)
        if chosen is None:
            break
        seen.append(chosen.gates)
        found.append(Option(Why.NEXT, judge.figures(chosen.gates), chosen.proven))
    return found

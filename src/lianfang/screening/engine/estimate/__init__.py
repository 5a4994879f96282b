"""How many people has no source? Capture–recapture from who appears in which sources.

found = estimate(count(people, ["register", "gate", "carrier"]))
print(sentence(found, "zh"))
"""

from lianfang.screening.engine.estimate.histories import Histories, count, of_cells, working
from lianfang.screening.engine.estimate.loglinear import candidates, design, fit, weigh
from lianfang.screening.engine.estimate.two import chao_classic, chao_lower_bound, chapman, chapman_interval
from lianfang.screening.engine.estimate.unseen import Estimate, estimate, estimate_all
from lianfang.screening.engine.estimate.words import ASSUMPTIONS, REFUSALS, WARNINGS, method, sentence

__all__ = [
    "ASSUMPTIONS",
    "REFUSALS",
    "WARNINGS",
    "Estimate",
    "Histories",
    "candidates",
    "chao_classic",
    "chao_lower_bound",
    "chapman",
    "chapman_interval",
    "count",
    "design",
    "estimate",
    "estimate_all",
    "fit",
    "method",
    "of_cells",
    "sentence",
    "weigh",
    "working",
]

"""Which gates of a compound stay open: walking, queues and fire engines weighed against the people a gate needs.

No Django: a library of its own. `Ground` is what stands there, `Terms` what must hold, `propose` compares.
"""

from lianfang.gates.plan.ground import Building, Gate, Ground, GroundError, Path, Way
from lianfang.gates.plan.judge import Figures, Judge
from lianfang.gates.plan.network import Distances, measure
from lianfang.gates.plan.propose import Comparison, Option, propose
from lianfang.gates.plan.terms import Terms, TermsError

__all__ = [
    "Building",
    "Comparison",
    "Distances",
    "Figures",
    "Gate",
    "Ground",
    "GroundError",
    "Judge",
    "Option",
    "Path",
    "Terms",
    "TermsError",
    "Way",
    "measure",
    "propose",
]

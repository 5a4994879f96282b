"""One day at the gates of the demo subdistrict: who has which pass, who comes by when, and what is right to happen.

`holders` says who has a pass, `comings` who comes by at which gate, `truth` what each gate's phone must answer with
what it knows then, who is out, and which quotas are used twice. The same world and seed give the same day. The truth is
worked out by its own few lines, not by the program's: what both say alike is then right, or wrong twice.
"""

from lianfang.demo.gateday.comings import draw_tries
from lianfang.demo.gateday.holders import draw_passes, ground_of
from lianfang.demo.gateday.terms import GateDay
from lianfang.demo.gateday.truth import draw_phones, judge_day
from lianfang.demo.world import World

__all__ = ["GateDay", "draw_day"]


def draw_day(world: World) -> GateDay:
    """The evening before and the day, for everybody who lives in `world` and whoever comes to them."""
    ground = ground_of(world)
    passes = draw_passes(world, ground)
    tries = draw_tries(world, ground, passes)
    phones = draw_phones(world.seed, len(ground.compound))
    return GateDay(ground, passes, tries, phones, judge_day(ground, passes, tries, phones))

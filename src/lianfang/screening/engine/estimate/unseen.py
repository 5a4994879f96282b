"""How many people of a place no source has: the estimate with its interval, and when it must not be believed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import scipy  # its parts are loaded when they are used

from lianfang.screening.engine.estimate.histories import Histories, working
from lianfang.screening.engine.estimate.loglinear import Weighed, weigh
from lianfang.screening.engine.estimate.two import chao_lower_bound, chapman, chapman_interval

#: A place is estimated by itself from so many people on, of whom so many are in two sources or more.
FEWEST_SEEN, FEWEST_TWICE = 30, 10
#: A fit worse than this does not describe the sources.
BAD_FIT = 0.01
#: An interval wider than this share of the people seen is called wide.
WIDE = 0.5


@dataclass(frozen=True)
class Estimate:
    """What is said of one place. Numbers of people; `unseen`, `low`, `high` are None where nothing can be said.

    `status`: "own" (from its own sources), "pooled" (with the share of the place around it) or "refused" (with
    the code of why in `refusal`). `at_least` is Chao's lower bound of the unseen. `warnings` are codes of
    words.WARNINGS.
    """

    status: str
    sources: tuple[str, ...]
    seen: int
    unseen: int | None = None
    low: int | None = None
    high: int | None = None
    at_least: int | None = None
    method: str = ""  # chapman, loglinear
    model: str = ""
    models: int = 0
    refusal: str = ""
    left_out: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default=())


def estimate(histories: Histories) -> Estimate:
    """One place by its own sources alone."""
    kept, left_out = working(histories)
    blank = Estimate("refused", kept.sources, histories.seen, left_out=left_out)
    if len(kept.sources) < 2:
        return replace(blank, refusal="one_source")
    twice = kept.seen - kept.frequencies[0]
    if kept.seen < FEWEST_SEEN or twice < FEWEST_TWICE:
        return replace(blank, refusal="too_few")
    found = _two(kept, blank) if len(kept.sources) == 2 else _several(kept, blank)
    if found.high is not None and found.high > 2 * kept.seen:
        return replace(blank, refusal="boundless", at_least=found.at_least)
    # People whom only a left-out source has are seen nevertheless.
    return _without(found, histories.seen - kept.seen)


def _without(found: Estimate, besides: int) -> Estimate:
    if found.unseen is None or found.low is None or found.high is None or not besides:
        return found
    return replace(
        found,
        unseen=max(0, found.unseen - besides),
        low=max(0, found.low - besides),
        high=max(0, found.high - besides),
        at_least=max(0, (found.at_least or 0) - besides),
    )


def _two(kept: Histories, blank: Estimate) -> Estimate:
    low, high = chapman_interval(kept)
    return replace(
        blank,
        status="own",
        unseen=max(0, round(chapman(kept) - kept.seen)),
        low=max(0, int(low - kept.seen)),
        high=round(high - kept.seen + 0.5),
        at_least=round(chao_lower_bound(kept) - kept.seen),
        method="chapman",
        model=" + ".join(kept.sources),
        models=1,
        warnings=("two_sources", *_doubts(kept)),
    )


def _several(kept: Histories, blank: Estimate) -> Estimate:
    weighed = weigh(kept)
    if weighed is None:
        return replace(blank, refusal="no_model")
    at_least = round(chao_lower_bound(kept) - kept.seen)
    warnings = [*_doubts(kept), *_misfits(kept, weighed)]
    if at_least > 1.05 * weighed.unseen + 1 and min(weighed.fits[0].strengths, default=0.0) >= 0:
        warnings.append("unlike_people")
    return replace(
        blank,
        status="own",
        unseen=round(weighed.unseen),
        low=int(weighed.low),
        high=int(weighed.high) + 1,
        at_least=at_least,
        method="loglinear",
        model=weighed.fits[0].named(kept.sources),
        models=len(weighed.fits),
        warnings=tuple(warnings),
    )


def _misfits(kept: Histories, weighed: Weighed) -> list[str]:
    best = weighed.fits[0]
    found = []
    if best.fits < BAD_FIT:
        found.append("bad_fit")
    if best.freedom == 0:
        found.append("all_depend")
    if weighed.high - weighed.low > WIDE * kept.seen:
        found.append("wide")
    if weighed.unseen > kept.seen:
        found.append("mostly_unseen")
    return found


def _doubts(kept: Histories) -> list[str]:
    """What the sources themselves give reason to doubt."""
    sizes = kept.of_source
    pairs = [(i, j) for i in range(len(sizes)) for j in range(i + 1, len(sizes))]
    found = []
    if any(kept.overlap(i, j) == min(sizes[i], sizes[j]) for i, j in pairs):
        found.append("contained")
    if any(kept.overlap(i, j) == 0 for i, j in pairs):
        found.append("no_overlap")
    return found


def estimate_all(places: Mapping[str, Histories], within: Mapping[str, str]) -> dict[str, Estimate]:
    """Every place; `within`: place → the place around it, which must be among `places` too.

    A place that cannot be estimated by itself gets the share of the nearest place around it that can, and says
    so; without one it is refused.
    """
    own = {name: estimate(histories) for name, histories in places.items()}
    return {
        name: _pooled(name, own, within) if found.status == "refused" else found
        for name, found in own.items()
    }


def _pooled(name: str, own: Mapping[str, Estimate], within: Mapping[str, str]) -> Estimate:
    found, outer = own[name], within.get(name)
    while outer is not None:
        around = own[outer]
        if around.status == "own" and around.seen:
            return _shared(found, around)
        outer = within.get(outer)
    return found


def _shared(found: Estimate, around: Estimate) -> Estimate:
    """The unseen for each one seen are taken to be as many here as around; chance comes on top of its interval."""
    assert around.unseen is not None
    assert around.low is not None
    assert around.high is not None
    share = found.seen / around.seen
    return replace(
        found,
        status="pooled",
        unseen=round(around.unseen * share),
        low=int(scipy.stats.poisson.ppf(0.025, around.low * share)) if around.low else 0,
        high=int(scipy.stats.poisson.ppf(0.975, around.high * share)) if around.high else 0,
        at_least=None,
        method=around.method,
        model=around.model,
        models=around.models,
        warnings=around.warnings,
    )

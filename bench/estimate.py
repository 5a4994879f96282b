"""Does the interval of the unseen cover the truth? Simulated communities of known size, as many as asked for.

`python bench/estimate.py [--communities 200] [--seed 1]` prints a table: for two to five sources, communities under the
assumptions (screening/engine/estimate/simulated.py says which), and communities against them (a quarter of the people
hardly ever seen): share of intervals that cover the truth, half of the errors are smaller than, half of the
intervals are narrower than, share refused, seconds for one.
"""

import argparse
import sys
import time
from collections.abc import Callable

import numpy as np

from lianfang.screening.engine.estimate import estimate
from lianfang.screening.engine.estimate.simulated import Community, community, unlike


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--communities", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(argv)
    print("| communities | sources | covered | error (median) | width (median) | warned | refused | s each |")
    print("|---|---|---|---|---|---|---|---|")
    for sources in (2, 3, 4, 5):
        random = np.random.default_rng(given.seed)
        row("as assumed", sources, given.communities, lambda: community(random, sources, (300, 5000)))  # noqa: B023
    for sources in (3, 4):
        random = np.random.default_rng(given.seed)
        row("unlike people", sources, given.communities, lambda: unlike(random, sources, 2000))  # noqa: B023
    return 0


def row(name: str, sources: int, communities: int, make: Callable[[], Community]) -> None:
    """One line of the table. Errors and widths as shares of the whole population."""
    covered, refused, warned = 0, 0, 0
    errors, widths = [], []
    began = time.perf_counter()
    for _ in range(communities):
        one = make()
        found = estimate(one.histories)
        if found.unseen is None or found.low is None or found.high is None:
            refused += 1
            continue
        covered += found.low <= one.unseen <= found.high
        warned += bool({"unlike_people", "bad_fit"} & set(found.warnings))
        size = one.unseen + one.histories.seen
        errors.append(abs(found.unseen - one.unseen) / size)
        widths.append((found.high - found.low) / size)
    each = (time.perf_counter() - began) / communities
    said = communities - refused
    print(
        f"| {name} | {sources} | {covered}/{said} = {covered / said:.1%} | {np.median(errors):.1%} | "
        f"{np.median(widths):.1%} | {warned / said:.0%} | {refused} | {each:.3f} |",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

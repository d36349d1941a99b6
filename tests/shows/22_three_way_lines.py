"""Every bound holds in 93 % of simulated runs or more, and no criterion passes or fails wrongly in more than 5 %.

    python tests/shows/22_three_way_lines.py [--runs 4000] [--seed 1]

Services whose true rates are known are drawn as judged replies and judged by the gate's own functions. Each criterion
is compared with five limits: the truth itself, just above and just below it, and clearly beyond it on either side.

Printed and not counted, marked ~: what the bounds do not claim (docs/decisions/0031). A complete pilot whose repeats
never differ is taken for steady, so what is rare in an unsteady service, in few replies or in none sent twice, is not
seen; and the bound of a breaking point is that of one severity, not of the one among several that a search ends at.
Marked *: a regression criterion that fails says that something fell (docs/decisions/0019), which is right if it did.
"""
# slow: some hundred thousand simulated criteria, minutes of computing

import argparse
import math
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.shows.scored import MAX_FALSE_SHARE, MIN_COVERAGE, Scored
from tests.shows.simulated_lines import (
    breaking_points,
    foreseen,
    latency,
    rates,
    releases,
)
from tests.shows.simulated_services import RELEASES, SERVICES


def measured(runs: int, seed: int) -> Iterable[Scored]:
    """Every setting, on two processes."""
    with ProcessPoolExecutor(2) as pool:
        futures = [pool.submit(partial(rates, service, runs, seed)) for service in SERVICES]
        futures += [pool.submit(partial(releases, release, runs, seed)) for release in RELEASES]
        futures += [pool.submit(partial(latency, runs, seed)), pool.submit(partial(breaking_points, runs, seed))]
        for future in futures:
            yield from future.result()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    error = 3 * math.sqrt(MAX_FALSE_SHARE * (1 - MAX_FALSE_SHARE) / given.runs)
    print(
        f"{given.runs} runs a setting; shares at three limits: on the truth, 10 % of the way off, half of the way off; "
        f"three Monte Carlo errors at {MAX_FALSE_SHARE:.0%} are {100 * error:.1f} points\n{Scored.HEAD}"
    )
    found = []
    for one in measured(given.runs, given.seed):
        found.append(one)
        print(one.row(MAX_FALSE_SHARE + error), flush=True)
    promises, off = foreseen(given.runs, given.seed)
    print(f"{promises}; at most {100 * off:.1f} points apart")
    print(_worst(found, error, given.runs))
    return (
        0 if off <= 3 * math.sqrt(0.25 / given.runs) and all(one.held(MAX_FALSE_SHARE + error) for one in found) else 1
    )


def _worst(found: Sequence[Scored], error: float, runs: int) -> str:
    """The worst figures of all."""
    counted = [one for one in found if not one.beyond]
    low = min(counted, key=lambda one: one.covered(0))
    high = min(counted, key=lambda one: one.covered(1))
    passing = max(counted, key=lambda one: one.worst_go)
    failing = max((one for one in counted if not one.free), key=lambda one: one.worst_no_go)
    short = sum(not one.held(MAX_FALSE_SHARE + error) for one in found)
    beyond = max((one for one in found if one.beyond), key=lambda one: one.worst_go)
    print(f"not counted: {len(found) - len(counted)} rows; most wrong passes {beyond.worst_go:.1%} ({beyond.where})")
    return (
        f"{len(counted)} rows, {runs} runs each: worst coverage low {low.covered(0):.1%} ({low.where}), high "
        f"{high.covered(1):.1%} ({high.where}), needs {MIN_COVERAGE:.0%}; "
        f"most wrong passes {passing.worst_go:.1%} ({passing.where}), "
        f"most wrong fails {failing.worst_no_go:.1%} ({failing.where}), "
        f"limit {MAX_FALSE_SHARE:.0%} + {error:.1%}; {short or 'none'} short"
    )


if __name__ == "__main__":
    sys.exit(main())

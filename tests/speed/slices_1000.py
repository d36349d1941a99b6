"""What testing 1,000 slices takes: exact tests, their correction and the bounds of every drop.

    PYTHONPATH=. python tests/speed/slices_1000.py

Slices of 20 to 160 cases, one or two repeats a side, one in four with four variants of each base; in every twentieth a
service that became worse. Nothing is kept from one repetition to the next. Exits with 1 when the median takes more than
0.1 s.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from statistics import median

import numpy as np

from harness.core.statistics import shares
from harness.diff.regression import exact
from harness.diff.regression.drop_bounds import drop_estimate
from harness.diff.regression.exact import p_worse, q_values
from harness.diff.regression.kinds import Compared, compared
from tests.speed.gate_monte_carlo import slice_of

SLICES, MAX_SECONDS = 1000, 0.1
KEPT = (shares.share_bounds, exact._cases, exact._coins)


def draw_slices(seed: int) -> list[Compared]:
    """As the regression lines have them: cases of a few kinds, told apart by numbers."""
    draw = np.random.default_rng(seed)
    return [
        compared(
            slice_of(
                draw,
                int(draw.integers(20, 161)),
                int(draw.integers(1, 3)),
                0.12 if k % 20 == 0 else 0.0,
                4 if k % 4 == 0 else 1,
            )
        )
        for k in range(SLICES)
    ]


def test_all(slices: Sequence[Compared]) -> tuple[float, int]:
    """The seconds it took, and how many slices are called worse."""
    for kept in KEPT:
        kept.cache_clear()
    start = time.perf_counter()
    q = q_values([p_worse(one) for one in slices])
    drops = [drop_estimate(one, exact=False) for one in slices]
    took = time.perf_counter() - start
    return took, sum(one <= 0.05 < (drop.value or 0.0) for one, drop in zip(q, drops, strict=True))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=9)
    given = parser.parse_args()
    measured = [test_all(draw_slices(seed)) for seed in range(given.repeats)]
    took = median(seconds for seconds, _ in measured)
    print("seconds: " + ", ".join(f"{seconds:.3f}" for seconds, _ in measured))
    print(f"{SLICES} slices tested in {took:.3f} s (goal {MAX_SECONDS:g}), {measured[0][1]} of them called worse")
    return 0 if took <= MAX_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())

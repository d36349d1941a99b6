"""Open loop: the due moment of each request, whatever the target does with the earlier ones."""

import math

import numpy as np

from harness.core.load import Schedule
from harness.core.seed import Stream


def due_times(count: int, rate: float, start: float) -> list[float]:
    """`count` moments on the run's clock from `start` seconds on, `rate` requests per second (above 0)."""
    return [start + k / rate for k in range(count)]


def offsets(schedule: Schedule, count: int, duration: float, seed: int) -> list[float]:
    """The due moments of `count` arrivals, in seconds from the start, all within `duration`; a function of the seed.

    poisson: gaps are exponential, scaled so that exactly `count` fall within the duration. This is a Poisson process
    with a known count (Ross, Stochastic Processes, 1996, theorem 2.3.1).
    """
    if schedule == "constant":
        return due_times(count, count / duration, 0.0) if count else []
    gaps = -np.log1p(-Stream(seed, "arrivals").array_uniform(count + 1))
    sums = np.cumsum(gaps)
    return [float(moment) for moment in sums[:-1] / sums[-1] * duration]


def parse_seconds(text: str) -> float:
    """Seconds in "30s", "1500ms" or "2m". ValueError for any other text.

    >>> parse_seconds("1500ms")
    1.5
    """
    for suffix, factor in (("ms", 0.001), ("s", 1.0), ("m", 60.0)):
        number = text.strip().removesuffix(suffix)
        if number != text.strip():
            value = float(number) * factor
            if 0 < value < math.inf:
                return value
            break
    raise ValueError(f'"{text}" is not a duration: write "30s", "1500ms" or "2m"')

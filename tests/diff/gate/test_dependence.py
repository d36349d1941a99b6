"""Bounds of percentiles of waits that depend on each other: simulated queues whose percentiles are known."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from harness.diff.gate.dependence import independent
from harness.diff.gate.latency import percentile_of

Waits = NDArray[np.float64]
REPEATS = 100


def queue(busy: float) -> Callable[[np.random.Generator, int], Waits]:
    """Times in the system of a queue with one server, random arrivals and random service (M/M/1), one second each."""

    def waits(rng: np.random.Generator, n: int) -> Waits:
        gaps, work = rng.exponential(1 / busy, n + 1000), rng.exponential(1.0, n + 1000)
        summed = np.concatenate(([0.0], np.cumsum(work - gaps)[:-1]))  # Lindley's recursion
        return (summed - np.minimum.accumulate(summed) + work)[1000:]

    return waits


def alone(rng: np.random.Generator, n: int) -> Waits:
    """Times of a service without a queue."""
    return rng.exponential(1.0, n)


@pytest.mark.parametrize(("waits", "busy"), [(alone, 0.0), (queue(0.5), 0.5), (queue(0.7), 0.7)])
@pytest.mark.parametrize("share", [0.95, 0.99])
def test_nine_of_ten_intervals_hold_the_percentile_although_requests_share_a_queue(
    waits: Callable[[np.random.Generator, int], Waits], busy: float, share: float
) -> None:
    true = -math.log(1 - share) / (1 - busy)
    rng = np.random.default_rng(5)
    bounds = [percentile_of(waits(rng, 3000), math.inf, share) for _ in range(REPEATS)]
    assert sum(one.low <= true for one in bounds) >= 0.88 * REPEATS  # 95 %, less three standard errors
    assert sum(true <= one.high for one in bounds) >= 0.88 * REPEATS


def test_independent_requests_are_worth_nearly_all_of_them() -> None:
    rng = np.random.default_rng(1)
    worth = [independent(list(alone(rng, 2000)), 3.0, 0.95) for _ in range(40)]
    assert np.median(worth) == 2000
    assert np.mean(worth) > 1500


def test_requests_in_a_long_queue_are_worth_few() -> None:
    rng = np.random.default_rng(1)
    waits = list(queue(0.9)(rng, 3000))
    assert independent(waits, sorted(waits)[2850], 0.95) < 300


def test_one_request_is_worth_one() -> None:
    assert independent([1.0], 1.0, 0.95) == 1

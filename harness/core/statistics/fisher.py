"""Fisher's exact test on two shares, also for the many replies of a load run."""

import math

import numpy as np

COUNTED = 400
"""Maximum number of replies for exact integer arithmetic, in which a p-value of 0.05 is exactly 0.05."""


def by_chance(hit: int, n: int, other_hit: int, other_n: int) -> float:
    """The p-value: the chance of at least `hit` hits among these `n` if hits are independent of the group.

    One-sided. Source: R. A. Fisher, The Design of Experiments (1935), chapter 2.

    >>> by_chance(3, 3, 0, 3)
    0.05
    """
    total, most = hit + other_hit, min(n, hit + other_hit)
    if n + other_n <= COUNTED:
        ways = sum(math.comb(n, k) * math.comb(other_n, total - k) for k in range(hit, most + 1))
        return ways / math.comb(n + other_n, total)
    if hit * (n + other_n) <= n * total:
        return 1.0  # not above the share of the others; the sum below would lose precision
    first = _log_ways(n, hit) + _log_ways(other_n, other_hit) - _log_ways(n + other_n, total)
    at = np.arange(hit, most, dtype=float)
    ratios = (n - at) * (total - at) / ((at + 1) * (other_n - total + at + 1))
    return min(1.0, math.exp(first) * (1.0 + float(np.cumprod(ratios).sum())))


def _log_ways(n: int, k: int) -> float:
    """The logarithm of n over k."""
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)

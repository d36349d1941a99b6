"""Fisher's exact test on two shares, also for the many replies of a load run."""

import math
from collections.abc import Iterable

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


def by_chance_within(strata: Iterable[tuple[int, int, int, int]]) -> float:
    """The p-value over several strata, in each of which hits are independent of the group; one-sided.

    strata: as the arguments of `by_chance`, one tuple a stratum. One in which only one group occurs shows nothing.
    Source: the exact conditional test of a common odds ratio of 1 in 2 x 2 tables: the hits of the groups of all
    strata are a sum of independent hypergeometric numbers. M. W. Birch, J. R. Stat. Soc. B 26 (1964), 313-324.

    >>> round(by_chance_within([(3, 3, 0, 3), (0, 5, 0, 0)]), 9)
    0.05
    >>> by_chance_within([(5, 5, 0, 0), (0, 0, 0, 5)])
    1.0
    """
    observed, ways = 0, np.ones(1)
    for hit, n, other_hit, other_n in strata:
        if not n or not other_n:
            continue
        total = hit + other_hit
        least, most = max(0, total - other_n), min(n, total)
        logs = np.array([_log_ways(n, k) + _log_ways(other_n, total - k) for k in range(least, most + 1)])
        shares = np.exp(logs - logs.max())
        ways = np.convolve(ways, shares / shares.sum())
        observed += hit - least
    return min(1.0, float(ways[observed:].sum()))


def _log_ways(n: int, k: int) -> float:
    """The logarithm of n over k."""
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)

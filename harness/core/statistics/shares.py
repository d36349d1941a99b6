"""One share with its exact one-sided 95 % bounds.

Every bound is one-sided at 95 %: `low` and `high` are two statements of 95 % each, not one interval of 95 %.
"""

import math
from functools import lru_cache

Z = 1.6448536269514722
"""The 95 % quantile of the standard normal distribution."""

BEYOND = 0.05
"""Error probability of a one-sided bound at 95 %."""


def at_least(k: float, n: float, share: float) -> float:
    """The exact probability of `k` or more hits in `n` independent trials that hit with probability `share`.

    It is the regularised incomplete beta function of (k, n - k + 1) and so goes on between whole numbers.
    """
    if k <= 0:
        return 1.0
    if k > n or share <= 0:
        return 0.0
    return 1.0 if share >= 1 else _beta(k, n - k + 1, share)


def _beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (DLMF 8.17.22) on the faster side."""
    if x > (a + 1) / (a + b + 2):
        return 1.0 - _beta(b, a, 1.0 - x)
    scale = _log_scale(a, b) + a * math.log(x) + b * math.log1p(-x)
    return min(1.0, math.exp(scale) / a * _fraction(a, b, x))


def _log_scale(a: float, b: float) -> float:
    return math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)


def _fraction(a: float, b: float, x: float) -> float:
    """W. J. Lentz's way to sum a continued fraction from its top (Applied Optics 15 (1976), 668-671)."""
    upper = 1.0
    lower = 1.0 / (1.0 - (a + b) * x / (a + 1.0))
    value = lower
    for m in range(1, 100_000):
        place = a + 2 * m
        even = m * (b - m) * x / ((place - 1) * place)
        odd = -(a + m) * (a + b + m) * x / (place * (place + 1))
        lower, upper = 1.0 / (1.0 + even * lower), 1.0 + even / upper
        value *= lower * upper
        lower, upper = 1.0 / (1.0 + odd * lower), 1.0 + odd / upper
        change = lower * upper
        value *= change
        if abs(change - 1.0) < 1e-15:
            break
    return value


def clopper_pearson(k: float, n: float) -> tuple[float, float]:
    """The exact bounds of a share of which `k` of `n` were seen; they hold at 95 % or more for every share.

    Source: C. J. Clopper and E. S. Pearson, Biometrika 26 (1934), 404-413. Between whole numbers by the beta function.

    >>> [round(bound, 4) for bound in clopper_pearson(3, 6)]
    [0.1532, 0.8468]
    """
    return _exact_low(k, n), 1.0 - _exact_low(n - k, n)


def _exact_low(k: float, n: float) -> float:
    """The share at which `at_least(k, n, .)` is 0.05: in closed form, else by steps inside a shrinking bracket.

    One step is enough if the first guess is close, as it is from three hits on.
    """
    if k <= 1e-9 or not n:
        return 0.0
    if k >= n:
        return float(BEYOND ** (1 / n))
    if k == 1:
        return -math.expm1(math.log1p(-BEYOND) / n)
    scale = _log_scale(k, n - k + 1)
    low, high, share = 0.0, k / n, _nearly_low(k, n)
    for _ in range(100):
        if share < 1e-300:
            break
        density = math.exp(scale + k * math.log(share) + (n - k + 1) * math.log1p(-share))
        lacking = BEYOND / density - _fraction(k, n - k + 1, share) / k if density > 0 else math.inf
        low, high = (low, share) if lacking < 0 else (share, high)
        step, close = _step(lacking, k, n, share)
        if close and low <= step <= high:
            return step
        share = step if low < step < high else (low + high) / 2
    return share


def _step(lacking: float, k: float, n: float, share: float) -> tuple[float, bool]:
    """The share at which the tail is larger by what is lacking, and whether its error is below 1e-9 of it.

    lacking: over the density of the logarithm of the odds. That logarithm of the beta distribution has derivatives
    which are short polynomials; the tail's series is reversed up to its fifth power (M. Abramowitz and I. Stegun,
    3.6.25).
    """
    rest, v = 1 - share, lacking
    g1, g2 = k - (n + 1) * share, -(n + 1) * share * rest
    width = abs(v) * max(abs(g1), math.sqrt(-g2))
    if width > 0.5:
        return -1.0, False
    g3, g4 = g2 * (rest - share), g2 * ((rest - share) ** 2 - 2 * share * rest)
    fifth = 24 * g1**4 - 46 * g1 * g1 * g2 + 7 * g2 * g2 + 11 * g1 * g3 - g4
    fourth = -6 * g1**3 + 7 * g1 * g2 - g3
    odds = v * (1 - v * (g1 / 2 - v * ((2 * g1 * g1 - g2) / 6 + v * (fourth / 24 + v * fifth / 120))))
    return share / (share + rest * math.exp(-odds)), width < 0.04


def _nearly_low(k: float, n: float) -> float:
    """The bound to two or three digits (M. Abramowitz and I. Stegun, 26.5.22), so that few steps remain."""
    if k < 1:
        return float(k / n * BEYOND ** (1 / k))
    one, other = 1 / (2 * k - 1), 1 / (2 * (n - k) + 1)
    mean, bend = 2 / (one + other), (Z * Z - 3) / 6
    w = Z * math.sqrt(mean + bend) / mean - (other - one) * (bend + 5 / 6 - 2 / (3 * mean))
    return k / (k + (n - k + 1) * math.exp(2 * w))


@lru_cache(maxsize=4096)
def share_bounds(k: float, n: float) -> tuple[float, float]:
    """The bounds that every rate in the harness uses: the exact ones.

    No rate is called lower or higher than it is in more than 5 % of runs. Wilson's one-sided bounds do so in up to 7 %
    (T. T. Cai, Journal of Statistical Planning and Inference 131 (2005), 63-88; docs/decisions/0032).
    """
    return clopper_pearson(k, n)

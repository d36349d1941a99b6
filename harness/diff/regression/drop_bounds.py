"""Bounds for the drop over the same cases, for a sample of cases and for all that exist."""

import math
from collections.abc import Sequence

import numpy as np

from harness.core.regression.arrays import Floats
from harness.core.statistics.intervals import draws_like
from harness.core.statistics.shares import share_bounds
from harness.core.verdict import Estimate
from harness.diff.regression.kinds import Compared, Paired, at_once, unit_of


def drop_estimate(
    pairs: Compared | Sequence[Paired], unknown: Sequence[tuple[float, float]] | Floats = (), *, exact: bool
) -> Estimate:
    """The mean drop over the cases with one-sided 95 % bounds.

    unknown: the smallest and the largest drop of each case that was not judged on a side; the bounds allow for both.
    exact: these are all cases that exist, so that the only error is the variation between their repeats.
    """
    cases = at_once(pairs)
    n = len(cases) + len(unknown)
    if not len(cases):
        return Estimate(value=None, low=-1.0, high=1.0, n=0)
    counts = cases.counted
    unit = unit_of([kind for kind, _ in counts])
    lost, gained = (sum(max(0, sign * kind.fell(unit)) * count for kind, count in counts) / unit for sign in (1, -1))
    value = (lost - gained) / len(cases)
    ends = [(lost + more, gained + less) for more, less in _reach(unknown)]
    if exact:
        down, up = (room * len(cases) / n for room in _unsteady_room(counts))
        bounds = [((loss - gain) / n - down, (loss - gain) / n + up) for loss, gain in ends]
    else:
        worth = n / _design_effect(cases, counts, value)
        bounds = [_mean_bounds(loss, gain, n, worth) for loss, gain in ends]
    low, high = bounds[0][0], bounds[-1][1]
    return Estimate(value=value, low=max(-1.0, min(low, value)), high=min(1.0, max(high, value)), n=len(cases))


def _reach(unknown: Sequence[tuple[float, float]] | Floats) -> list[tuple[float, float]]:
    """What unknown drops add to the losses and to the gains: at their smallest, and at their largest."""
    if not len(unknown):
        return [(0.0, 0.0)]
    drops = np.asarray(unknown, float)
    return [(float(np.maximum(side, 0).sum()), float(np.maximum(-side, 0).sum())) for side in drops.T]


def _unsteady_room(counts: Sequence[tuple[Paired, int]]) -> tuple[float, float]:
    """The distance of the bounds below and above the mean drop of exactly these cases, from their repeats.

    The share that passed on each side has the bounds of as many draws as vary like it at most; combined by
    square-and-add, R. G. Newcombe's method 10 (Statistics in Medicine 17 (1998), 873-890). See decisions 0031 and 0069.
    """
    n = sum(count for _, count in counts)
    differ = sum(count for kind, count in counts if _differs(kind))
    before = _side([(kind.before_passed, kind.before, count) for kind, count in counts], n, differ)
    after = _side([(kind.after_passed, kind.after, count) for kind, count in counts], n, differ)
    return math.hypot(before[0], after[1]), math.hypot(before[1], after[0])


def _side(passed: Sequence[tuple[int, int, int]], n: int, differ: int) -> tuple[float, float]:
    """The distance of the bounds below and above the share that passed on one side.

    passed: for each kind the replies that passed, all replies, and the cases. n: all cases; differ: those whose replies
    are not all equal.
    """
    share = sum(k / sent * count for k, sent, count in passed) / n
    worth = draws_like(share, n**2 / sum(count / sent for _, sent, count in passed), n, differ)
    low, high = share_bounds(min(round(share * worth, 9), worth), worth)
    return share - low, high - share


def _differs(pair: Paired) -> bool:
    """Whether the replies on both sides are not all equal."""
    return 0 < pair.before_passed + pair.after_passed < pair.before + pair.after


def _design_effect(cases: Compared, counts: Sequence[tuple[Paired, int]], mean: float) -> float:
    """The design effect: cases per independent case, since variants of one base change together; at least 1.

    The variance of the mean with the cases of a base added up first, over that of independent cases. Source: L. Kish,
    Survey Sampling (1965), section 5.4.
    """
    apart = sum((kind.drop - mean) ** 2 * count for kind, count in counts)
    if apart <= 1e-12 or not cases.variants:
        return 1.0
    together = cases.by_base([kind.drop - mean for kind in cases.kinds])
    return max(1.0, float(together @ together) / apart)


def _mean_bounds(loss: float, gain: float, n: int, worth: float) -> tuple[float, float]:
    """The bounds of the mean of `n` drops in -1..1 with `worth` independent cases. loss, gain: their sums.

    It is the share of losses minus the share of gains, each with its bounds, joined by square-and-add; since a case
    cannot be both, the two shares pull against each other. R. G. Newcombe, Statistics in Medicine 17 (1998),
    2635-2650, in the form of Zou and Donner with a correlation (Statistics in Medicine 27 (2008), 1693-1702).
    """
    f, g = loss / n, gain / n
    (f_low, f_high), (g_low, g_high) = (share_bounds(round(share * worth, 9), worth) for share in (f, g))
    against = math.sqrt(f * g / ((1 - f) * (1 - g))) if f < 1 and g < 1 else 0.0
    down = _joined(f - f_low, g_high - g, against)
    up = _joined(f_high - f, g - g_low, against)
    return f - g - down, f - g + up


def _joined(one: float, other: float, against: float) -> float:
    return math.sqrt(one * one + other * other + 2 * against * one * other)

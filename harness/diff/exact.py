"""Tests and bounds for "did it get worse over the same cases", exact where there is a closed form.

The unit is a case: it was sent `before` times and held `before_held` times, then `after` times and `after_held`.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.core.intervals import ALIKE, draws_like, share_bounds
from harness.core.verdict import Estimate

Floats = NDArray[np.float64]
NEGLIGIBLE = 1e-25
"""Probability that is cut off either end of a distribution; far below any p-value that decides something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """One case, sent `before` and `after` times (at least once each), and how often it held.

    base: what it was made of; cases of one base are variants of one thing ("" stands for a case by itself).
    """

    before: int
    before_held: int
    after: int
    after_held: int
    base: str = ""

    @property
    def drop(self) -> float:
        """By how much the share of repeats that held fell, -1 to 1."""
        return self.before_held / self.before - self.after_held / self.after


def p_worse(pairs: Sequence[Paired]) -> float:
    """The exact chance of a drop at least as large as the one seen, if the service did not get worse.

    Where bases have several variants the bases are what is compared, since variants fall and rise together.
    """
    named = Counter(pair.base for pair in pairs if pair.base)
    return p_by_base(pairs) if any(count > 1 for count in named.values()) else p_by_case(pairs)


def p_by_base(pairs: Sequence[Paired]) -> float:
    """If each base is as likely to get better by what its variants changed as worse: a coin for each base.

    The exact sign-flip test over the bases (R. A. Fisher, The Design of Experiments, 1935, section 21). Taken one by
    one, 5 to 10 variants of one document that moved together call a change worse in 29 to 32 % of runs that is none.
    """
    unit = math.lcm(1, *(pair.before for pair in pairs), *(pair.after for pair in pairs))
    fell: Counter[str] = Counter()
    for place, pair in enumerate(pairs):
        fell[pair.base or f"\0{place}"] += round(pair.drop * unit)
    step = math.gcd(*fell.values()) or 1
    moves = Counter(abs(drop) // step for drop in fell.values() if drop)
    total, start = np.ones(1), 0
    for move, count in moves.items():
        coin = np.zeros(move + 1)
        coin[0] = coin[-1] = 0.5
        power, first = _power(coin, count)
        total, cut = _trimmed(np.convolve(total, power))
        start += first + cut
    # With `worse` of all moves downwards, the drop is twice that less all of them.
    worse = (sum(fell.values()) // step + sum(move * count for move, count in moves.items())) // 2
    return float(min(1.0, total[max(0, worse - start) :].sum()))


def p_by_case(pairs: Sequence[Paired]) -> float:
    """If nothing changed in any case.

    Given how often a case failed on both sides together, its failures after are hypergeometric when its repeats are
    exchangeable; the cases' distributions are convolved. A case weighs the same however often it was sent. With one
    run each this is McNemar's exact test (Psychometrika 12 (1947), 153-157), one-sided.
    """
    unit = math.lcm(1, *(pair.after for pair in pairs))
    seen = sum((pair.after - pair.after_held) * unit // pair.after for pair in pairs)
    total, start = np.ones(1), 0
    for (before, after, failures), count in Counter(map(_kind, pairs)).items():
        one = np.zeros(after * (unit // after) + 1)
        one[:: unit // after] = _hypergeometric(before, after, failures)
        power, first = _power(one, count)
        total, cut = _trimmed(np.convolve(total, power))
        start += first + cut
    return float(min(1.0, total[max(0, seen - start) :].sum()))


def _kind(pair: Paired) -> tuple[int, int, int]:
    failures = pair.before - pair.before_held + pair.after - pair.after_held
    return pair.before, pair.after, failures


def _hypergeometric(before: int, after: int, failures: int) -> Floats:
    """The chance of 0..after failures among the `after` repeats, of `failures` among all."""
    ways = [math.comb(failures, k) * math.comb(before + after - failures, after - k) for k in range(after + 1)]
    return np.array([way / math.comb(before + after, after) for way in ways])


def _power(one: Floats, count: int) -> tuple[Floats, int]:
    """The distribution of a sum of `count` such cases and the sum at which it begins, by repeated squaring."""
    total, start = np.ones(1), 0
    square, first = _trimmed(one)
    while count:
        if count % 2:
            total, cut = _trimmed(np.convolve(total, square))
            start += first + cut
        count //= 2
        if count:
            square, cut = _trimmed(np.convolve(square, square))
            first = 2 * first + cut
    return total, start


def _trimmed(chances: Floats) -> tuple[Floats, int]:
    """The distribution without its negligible ends, and how many values were cut off at its start."""
    kept = np.flatnonzero(chances > NEGLIGIBLE)
    return chances[kept[0] : kept[-1] + 1], int(kept[0])


def q_values(p: Sequence[float]) -> list[float]:
    """Each p-value corrected for having looked at all of them: the false discovery rate at which it would reject.

    Source: Y. Benjamini and Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995), 289-300; step-up.

    >>> [round(q, 3) for q in q_values([0.01, 0.5, 0.02])]
    [0.03, 0.5, 0.03]
    """
    order = sorted(range(len(p)), key=lambda i: p[i], reverse=True)
    q, least = [1.0] * len(p), 1.0
    for rank, i in zip(range(len(p), 0, -1), order, strict=True):
        least = min(least, p[i] * len(p) / rank)
        q[i] = least
    return q


def drop_estimate(pairs: Sequence[Paired], unknown: Sequence[tuple[float, float]] = (), *, exact: bool) -> Estimate:
    """The mean drop over the cases with one-sided 95 % bounds.

    unknown: the least and the largest drop of each case that was not judged on a side; they widen a bound by all they
    can be. exact: these are all cases there are, so that only their own unsteadiness is left as an error.
    """
    n = len(pairs) + len(unknown)
    if not pairs:
        return Estimate(value=None, low=-1.0, high=1.0, n=0)
    drops = [pair.drop for pair in pairs]
    value = sum(drops) / len(drops)
    if exact:
        low, high = (sum([*drops, *(u[side] for u in unknown)]) / n for side in (0, 1))
        down, up = _unsteady_room(pairs)
        low, high = low - down * len(pairs) / n, high + up * len(pairs) / n
    else:
        worth = n / _design_effect(pairs)
        low = _mean_bounds([*drops, *(u[0] for u in unknown)], worth)[0]
        high = _mean_bounds([*drops, *(u[1] for u in unknown)], worth)[1]
    return Estimate(value=value, low=max(-1.0, min(low, value)), high=min(1.0, max(high, value)), n=len(pairs))


def _unsteady_room(pairs: Sequence[Paired]) -> tuple[float, float]:
    """How far down and up the bounds of the mean drop of these very cases lie, by how their repeats differ.

    Each side's share that held has the bounds of as many draws as would vary like it; the two join by square-and-add,
    R. G. Newcombe's method 10 for a difference (Statistics in Medicine 17 (1998), 873-890). See decision 0031.
    """
    variances = [_unsteadiness(pair) for pair in pairs]
    if sum(variances) < ALIKE:
        return 0.0, 0.0
    before = _side(variances, [(pair.before_held, pair.before) for pair in pairs])
    after = _side(variances, [(pair.after_held, pair.after) for pair in pairs])
    return math.hypot(before[0], after[1]), math.hypot(before[1], after[0])


def _side(variances: Sequence[float], held: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """How far the bounds of one side's share that held lie below and above it."""
    n = len(held)
    share = sum(k / sent for k, sent in held) / n
    variance = sum(one / sent for one, (_, sent) in zip(variances, held, strict=True)) / n**2
    worth = draws_like(share, variance, n**2 / sum(1 / sent for _, sent in held))
    low, high = share_bounds(min(round(share * worth, 9), worth), worth)
    return share - low, high - share


def _unsteadiness(pair: Paired) -> float:
    """The unbiased variance of one reply, if the case's repeats are draws of one chance on both sides."""
    n, held = pair.before + pair.after, pair.before_held + pair.after_held
    return held * (n - held) / (n * (n - 1))


def _design_effect(pairs: Sequence[Paired]) -> float:
    """By how much fewer independent cases the pairs are worth, since variants of one base move together; at least 1.

    The variance of the mean with the cases of a base added up first, over that of independent cases. Source: L. Kish,
    Survey Sampling (1965), section 5.4.
    """
    mean = sum(pair.drop for pair in pairs) / len(pairs)
    together: dict[str, float] = {}
    for place, pair in enumerate(pairs):
        base = pair.base or f"\0{place}"
        together[base] = together.get(base, 0.0) + pair.drop - mean
    apart = sum((pair.drop - mean) ** 2 for pair in pairs)
    return max(1.0, sum(moved * moved for moved in together.values()) / apart) if apart > 1e-12 else 1.0


def _mean_bounds(drops: Sequence[float], worth: float) -> tuple[float, float]:
    """The bounds of the mean of drops in -1..1 that are worth so many independent ones.

    It is the share of losses minus the share of gains, each with its bounds, joined by square-and-add; since a case
    cannot be both, the two shares pull against each other. R. G. Newcombe, Statistics in Medicine 17 (1998),
    2635-2650, in the form of Zou and Donner with a correlation (Statistics in Medicine 27 (2008), 1693-1702).
    """
    n = len(drops)
    loss, gain = sum(d for d in drops if d > 0), sum(-d for d in drops if d < 0)
    f, g = loss / n, gain / n
    (f_low, f_high), (g_low, g_high) = (share_bounds(round(share * worth, 9), worth) for share in (f, g))
    against = math.sqrt(f * g / ((1 - f) * (1 - g))) if f < 1 and g < 1 else 0.0
    down = _joined(f - f_low, g_high - g, against)
    up = _joined(f_high - f, g - g_low, against)
    return f - g - down, f - g + up


def _joined(one: float, other: float, against: float) -> float:
    return math.sqrt(one * one + other * other + 2 * against * one * other)

"""Exact tests for a drop over the same cases: by case, and by base if bases have variants."""

import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from harness.core.regression.arrays import Floats
from harness.diff.regression.kinds import Compared, Paired, at_once, unit_of

NEGLIGIBLE = 1e-25
"""Probabilities up to this are cut off at both ends of a distribution; it is far below any significance level."""


def p_worse(pairs: Compared | Sequence[Paired]) -> float:
    """The exact chance of a drop at least as large as the one seen, if the service did not get worse.

    If bases have several variants, bases are compared, since variants of one base change together.
    """
    cases = at_once(pairs)
    return p_by_base(cases) if cases.variants else p_by_case(cases)


def p_by_base(pairs: Compared | Sequence[Paired]) -> float:
    """The p-value if each base is as likely to get better by its change as worse: a coin for each base.

    The exact sign-flip test over the bases (R. A. Fisher, The Design of Experiments, 1935, section 21). Tested
    one by one, 5 to 10 variants of one document that change together cause false alarms in 29 to 32 % of runs.
    """
    cases = at_once(pairs)
    unit = unit_of(cases.kinds)
    fell = cases.by_base([kind.fell(unit) for kind in cases.kinds]).astype(np.int64)
    fell = fell[fell != 0]
    step = int(np.gcd.reduce(fell)) or 1
    moves = Counter((np.abs(fell) // step).tolist())
    # With `worse` of all moves downwards, the drop is twice that less all of them.
    worse = (int(fell.sum()) // step + sum(move * count for move, count in moves.items())) // 2
    return _tail([_coins(move, count) for move, count in sorted(moves.items())], worse)


def p_by_case(pairs: Compared | Sequence[Paired]) -> float:
    """The p-value if nothing changed in any case.

    Given how often a case failed on both sides together, its failures after are hypergeometric when its repeats are
    exchangeable; the cases' distributions are convolved. A case weighs the same however often it was sent. With one
    run each this is McNemar's exact test (Psychometrika 12 (1947), 153-157), one-sided.
    """
    counts = at_once(pairs).counted
    unit = math.lcm(1, *{kind.after for kind, _ in counts})
    seen = sum((kind.after - kind.after_passed) * unit // kind.after * count for kind, count in counts)
    alike: Counter[tuple[int, int, int]] = Counter()
    for kind, count in counts:
        alike[(kind.before, kind.after, kind.before - kind.before_passed + kind.after - kind.after_passed)] += count
    return _tail([_cases(*kind, unit, count) for kind, count in sorted(alike.items())], seen)


Sum = tuple[Floats, int]
"""The distribution of a sum without negligible ends, and the sum at its first entry."""


def _tail(parts: Sequence[Sum], seen: int) -> float:
    """The chance that the parts add up to `seen` or more."""
    total, start = np.ones(1), 0
    for one, first in parts:
        if len(one) > 1:
            total, cut = _trimmed(np.convolve(total, one) if len(total) > 1 else one)
            start += cut
        start += first
    return float(min(1.0, total[max(0, seen - start) :].sum()))


@lru_cache(maxsize=1024)
def _coins(move: int, count: int) -> Sum:
    """The distribution of the sum of `count` coins, each worth 0 or `move`."""
    coin = np.zeros(move + 1)
    coin[0] = coin[-1] = 0.5
    return _power(coin, count)


@lru_cache(maxsize=1024)
def _cases(before: int, after: int, failures: int, unit: int, count: int) -> Sum:
    """The failures after, in units of a case over `unit`, of so many cases that failed so often on both sides."""
    if failures in (0, before + after):
        return np.ones(1), (unit if failures else 0) * count
    one = np.zeros(unit + 1)
    one[:: unit // after] = _hypergeometric(before, after, failures)
    return _power(one, count)


def _hypergeometric(before: int, after: int, failures: int) -> Floats:
    """The chance of 0..after failures among the `after` repeats, of `failures` among all."""
    ways = [math.comb(failures, k) * math.comb(before + after - failures, after - k) for k in range(after + 1)]
    return np.array([way / math.comb(before + after, after) for way in ways])


def _power(one: Floats, count: int) -> Sum:
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


def _trimmed(chances: Floats) -> Sum:
    """The distribution without its negligible ends, and how many values were cut off at its start."""
    kept = np.flatnonzero(chances > NEGLIGIBLE)
    return chances[kept[0] : kept[-1] + 1], int(kept[0])


def q_values(p: Sequence[float]) -> list[float]:
    """The q-value of each p-value: the false discovery rate at which it would be rejected.

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

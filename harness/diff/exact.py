"""Tests and bounds for "did it get worse over the same cases", exact where there is a closed form.

The unit is a case: it was sent `before` times and held `before_held` times, then `after` times and `after_held`.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from harness.core.arrays import Floats, Ints
from harness.core.intervals import ALIKE, draws_like, share_bounds
from harness.core.verdict import Estimate

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

    def fell(self, unit: int) -> int:
        """The drop in parts of a case, of which `unit` make one; without the noise of fractions."""
        return self.before_held * (unit // self.before) - self.after_held * (unit // self.after)


@dataclass(frozen=True, kw_only=True, eq=False)  # without slots: what follows from the columns is kept
class Compared:
    """Many cases at once: each is of a kind, of which there are few however many cases there are.

    kinds: each way in which a case was sent and held; kind: that of each case, as a place there. base: a number for
    what a case was made of, -1 for a case by itself.
    """

    kinds: Sequence[Paired]
    kind: Ints
    base: Ints

    def __len__(self) -> int:
        """How many cases there are."""
        return len(self.kind)

    @cached_property
    def counted(self) -> list[tuple[Paired, int]]:
        """The kinds that there are, with how many cases are of each."""
        counts = np.bincount(self.kind, minlength=len(self.kinds)).tolist()
        return [(kind, count) for kind, count in zip(self.kinds, counts, strict=True) if count]

    @cached_property
    def variants(self) -> bool:
        """Whether any base has more cases than one."""
        named = self.base[self.base >= 0]
        return len(named) > 0 and int(np.bincount(_close(named)).max()) > 1

    def by_base(self, of_kind: Sequence[float]) -> Floats:
        """The sum over the cases of each base, of what is given for each kind."""
        alone = np.arange(len(self), 2 * len(self))
        base = np.where(self.base < 0, alone, _close(self.base))
        sums: Floats = np.bincount(base, weights=np.array(of_kind, float)[self.kind])  # type: ignore[assignment]
        return sums


def _close(base: Ints) -> Ints:
    """The numbers without the gaps of cases that are elsewhere, where these are many."""
    return base if base.max(initial=0) < len(base) else np.unique(base, return_inverse=True)[1] - int(base.min() < 0)


def compared(pairs: Sequence[Paired]) -> Compared:
    """The same cases at once."""
    kinds: dict[tuple[int, int, int, int], int] = {}
    bases: dict[str, int] = {"": -1}
    kind = [kinds.setdefault((p.before, p.before_held, p.after, p.after_held), len(kinds)) for p in pairs]
    base = [bases.setdefault(pair.base, len(bases) - 1) for pair in pairs]
    found = [Paired(before=b, before_held=bh, after=a, after_held=ah) for b, bh, a, ah in kinds]
    return Compared(kinds=found, kind=np.array(kind, np.int64), base=np.array(base, np.int64))


def _unit(kinds: Sequence[Paired]) -> int:
    """In how many parts a case is cut so that every drop is a whole number of them."""
    return math.lcm(1, *{sent for kind in kinds for sent in (kind.before, kind.after)})


def _at_once(pairs: Compared | Sequence[Paired]) -> Compared:
    return pairs if isinstance(pairs, Compared) else compared(pairs)


def p_worse(pairs: Compared | Sequence[Paired]) -> float:
    """The exact chance of a drop at least as large as the one seen, if the service did not get worse.

    Where bases have several variants the bases are what is compared, since variants fall and rise together.
    """
    cases = _at_once(pairs)
    return p_by_base(cases) if cases.variants else p_by_case(cases)


def p_by_base(pairs: Compared | Sequence[Paired]) -> float:
    """If each base is as likely to get better by what its variants changed as worse: a coin for each base.

    The exact sign-flip test over the bases (R. A. Fisher, The Design of Experiments, 1935, section 21). Taken one by
    one, 5 to 10 variants of one document that moved together call a change worse in 29 to 32 % of runs that is none.
    """
    cases = _at_once(pairs)
    unit = _unit(cases.kinds)
    fell = cases.by_base([kind.fell(unit) for kind in cases.kinds]).astype(np.int64)
    fell = fell[fell != 0]
    step = int(np.gcd.reduce(fell)) or 1
    moves = Counter((np.abs(fell) // step).tolist())
    # With `worse` of all moves downwards, the drop is twice that less all of them.
    worse = (int(fell.sum()) // step + sum(move * count for move, count in moves.items())) // 2
    return _tail([_coins(move, count) for move, count in sorted(moves.items())], worse)


def p_by_case(pairs: Compared | Sequence[Paired]) -> float:
    """If nothing changed in any case.

    Given how often a case failed on both sides together, its failures after are hypergeometric when its repeats are
    exchangeable; the cases' distributions are convolved. A case weighs the same however often it was sent. With one
    run each this is McNemar's exact test (Psychometrika 12 (1947), 153-157), one-sided.
    """
    counts = _at_once(pairs).counted
    unit = math.lcm(1, *{kind.after for kind, _ in counts})
    seen = sum((kind.after - kind.after_held) * unit // kind.after * count for kind, count in counts)
    alike: Counter[tuple[int, int, int]] = Counter()
    for kind, count in counts:
        alike[(kind.before, kind.after, kind.before - kind.before_held + kind.after - kind.after_held)] += count
    return _tail([_cases(*kind, unit, count) for kind, count in sorted(alike.items())], seen)


Sum = tuple[Floats, int]
"""The distribution of a sum, without negligible ends, and the value at which it begins."""


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
    """So many coins that are worth 0 or `move` each."""
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


def drop_estimate(
    pairs: Compared | Sequence[Paired], unknown: Sequence[tuple[float, float]] | Floats = (), *, exact: bool
) -> Estimate:
    """The mean drop over the cases with one-sided 95 % bounds.

    unknown: the least and the largest drop of each case that was not judged on a side; they widen a bound by all they
    can be. exact: these are all cases there are, so that only their own unsteadiness is left as an error.
    """
    cases = _at_once(pairs)
    n = len(cases) + len(unknown)
    if not len(cases):
        return Estimate(value=None, low=-1.0, high=1.0, n=0)
    counts = cases.counted
    unit = _unit([kind for kind, _ in counts])
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
    """What unknown drops add to the losses and to the gains: at their least, and at their largest."""
    if not len(unknown):
        return [(0.0, 0.0)]
    drops = np.asarray(unknown, float)
    return [(float(np.maximum(side, 0).sum()), float(np.maximum(-side, 0).sum())) for side in drops.T]


def _unsteady_room(counts: Sequence[tuple[Paired, int]]) -> tuple[float, float]:
    """How far down and up the bounds of the mean drop of these very cases lie, by how their repeats differ.

    Each side's share that held has the bounds of as many draws as would vary like it; the two join by square-and-add,
    R. G. Newcombe's method 10 for a difference (Statistics in Medicine 17 (1998), 873-890). See decision 0031.
    """
    if sum(_unsteadiness(kind) * count for kind, count in counts) < ALIKE:
        return 0.0, 0.0
    before = _side([(_unsteadiness(kind), kind.before_held, kind.before, count) for kind, count in counts])
    after = _side([(_unsteadiness(kind), kind.after_held, kind.after, count) for kind, count in counts])
    return math.hypot(before[0], after[1]), math.hypot(before[1], after[0])


def _side(held: Sequence[tuple[float, int, int, int]]) -> tuple[float, float]:
    """How far the bounds of one side's share that held lie below and above it.

    held: by kind, the variance of one reply, how many held, of how many, and in how many cases.
    """
    n = sum(count for *_, count in held)
    share = sum(k / sent * count for _, k, sent, count in held) / n
    variance = sum(one / sent * count for one, _, sent, count in held) / n**2
    worth = draws_like(share, variance, n**2 / sum(count / sent for _, _, sent, count in held))
    low, high = share_bounds(min(round(share * worth, 9), worth), worth)
    return share - low, high - share


def _unsteadiness(pair: Paired) -> float:
    """The unbiased variance of one reply, if the case's repeats are draws of one chance on both sides."""
    n, held = pair.before + pair.after, pair.before_held + pair.after_held
    return held * (n - held) / (n * (n - 1))


def _design_effect(cases: Compared, counts: Sequence[tuple[Paired, int]], mean: float) -> float:
    """By how much fewer independent cases the pairs are worth, since variants of one base move together; at least 1.

    The variance of the mean with the cases of a base added up first, over that of independent cases. Source: L. Kish,
    Survey Sampling (1965), section 5.4.
    """
    apart = sum((kind.drop - mean) ** 2 * count for kind, count in counts)
    if apart <= 1e-12 or not cases.variants:
        return 1.0
    together = cases.by_base([kind.drop - mean for kind in cases.kinds])
    return max(1.0, float(together @ together) / apart)


def _mean_bounds(loss: float, gain: float, n: int, worth: float) -> tuple[float, float]:
    """The bounds of the mean of `n` drops in -1..1 that are worth so many independent ones. loss, gain: their sums.

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

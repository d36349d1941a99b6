"""Figures over many cases with one-sided 95 % bounds, and their combination over a mix."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.core.statistics.shares import share_bounds
from harness.core.verdict import Estimate

ALIKE = 1e-12
"""Variances below this are rounding errors and count as zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The totals of the cases of one stratum. Each case has one value in 0..1.

    n: all cases. known: those with a value; total: their sum. least, most: the sum over all cases if unknown values
    count as 0, and as 1. draws: number of independent replies with the same error, if that is not `n`: the stratum was
    sent completely, so that only the variation between replies to one case is an error.
    """

    n: int = 0
    known: int = 0
    total: float = 0.0
    least: float = 0.0
    most: float = 0.0
    draws: float = 0.0

    @property
    def value(self) -> float | None:
        """The mean of the known values."""
        return self.total / self.known if self.known else None

    @property
    def reach(self) -> tuple[float, float]:
        """The smallest and the largest mean, whatever the unknown values are, without sampling error."""
        return (self.least / self.n, self.most / self.n) if self.n else (0.0, 1.0)

    @property
    def bounds(self) -> tuple[float, float]:
        """`reach` with the sampling error added."""
        if not self.n:
            return self.reach
        least, most = (min(round(share * self.worth, 9), self.worth) for share in self.reach)
        return share_bounds(least, self.worth)[0], share_bounds(most, self.worth)[1]

    @property
    def worth(self) -> float:
        """The number of independent cases with the same error."""
        return self.draws or self.n

    @property
    def estimate(self) -> Estimate:
        """The tally as a figure of its own."""
        low, high = self.bounds
        return Estimate(value=self.value, low=low, high=high, n=self.known, hits=self.total)


Weighted = tuple[float, Tally]
"""The weight of a stratum, above 0, and its tally."""


def tally_of(good: int, bad: int, unjudged: int = 0, *, repeats: int = 0) -> Tally:
    """The share of `bad` among counted cases. The low bound counts unjudged cases as good, the high bound as bad.

    repeats: how often each case of a complete stratum was sent; 0 for a sample of cases.
    """
    n, known = good + bad + unjudged, good + bad
    return Tally(n=n, known=known, total=bad, least=bad, most=bad + unjudged, draws=n * repeats)


def tally_up(
    cases: Iterable[Iterable[float | None]], *, complete: bool = False, unjudged_is_none: bool = False
) -> Tally:
    """The tally of cases that are each a list of repeats; a repeat without a judgement is None.

    A case is one unit however often it was sent: its value is the mean over its repeats. complete: these are all cases
    that exist, and only their replies vary. unjudged_is_none: the value counts a repeat without a judgement as 0, while
    the bounds still allow for 1.
    """
    n, known = 0, []
    total = least = most = 0.0
    for case in cases:
        sent = list(case)
        repeats = sent or [None]
        seen = [value for value in repeats if value is not None]
        n += 1
        least += sum(seen) / len(repeats)
        most += (sum(seen) + len(repeats) - len(seen)) / len(repeats)
        if unjudged_is_none:
            seen = [value or 0.0 for value in sent]
        if seen:
            known.append(seen)
            total += sum(seen) / len(seen)
    return Tally(n=n, known=len(known), total=total, least=least, most=most, draws=_draws(known) if complete else 0.0)


def _draws(cases: Sequence[Sequence[float]]) -> float:
    """The number of draws of one share that vary like the mean of these cases at most."""
    if not cases:
        return 0.0
    repeated = [case for case in cases if len(case) > 1]
    differ = sum(max(case) - min(case) > ALIKE for case in repeated)
    mean = sum(sum(case) / len(case) for case in cases) / len(cases)
    replies = len(cases) ** 2 / sum(1 / len(case) for case in cases)
    return draws_like(mean, replies, len(repeated), differ)


def draws_like(mean: float, replies: float, repeated: int, differ: int) -> float:
    """The number of draws of a share with this `mean` that vary as much as so many `replies` to the same cases at most.

    repeated: cases that were sent more than once; differ: those of them whose replies are not all equal. The variance
    of one reply is at most half of the share of cases that differ, of which the upper bound is taken. At least
    `replies`: independent replies of several shares vary no more than as many of their mean (W. Hoeffding, Annals of
    Mathematical Statistics 27 (1956), 713-721). So without repeats the worst is assumed (docs/decisions/0069).
    """
    most = share_bounds(differ, repeated)[1] / 2 if repeated else 1.0
    return round(replies * max(1.0, mean * (1 - mean) / most), 6)


def project_bounds(coefficients: Mapping[str, float], tallies: Mapping[str, Tally]) -> tuple[float, float]:
    """The bounds of a sum of coefficient x share over independent strata; a coefficient may be negative.

    Unjudged cases move a bound by their whole weight; sampling errors combine by square-and-add:
    rate +- sqrt(sum of coefficient^2 x (bound - rate)^2), each stratum at the bound that pulls the same way. Without
    unjudged cases this is R. G. Newcombe's method 10 (Statistics in Medicine 17 (1998), 873-890) in the form for any
    sum by G. Y. Zou and A. Donner (MOVER; Statistics in Medicine 27 (2008), 1693-1702). Where that is narrower than
    the exact bound over strata of one sign, the exact bound is taken (docs/decisions/0030).
    """
    parts = [(coefficient, tallies.get(name, Tally())) for name, coefficient in coefficients.items()]
    more = [(coefficient, tally) for coefficient, tally in parts if coefficient > 0]
    less = [(-coefficient, tally) for coefficient, tally in parts if coefficient < 0]
    low, high = (_reach(more, side) - _reach(less, 1 - side) for side in (0, 1))
    return low - math.hypot(_room(more, 0), _room(less, 1)), high + math.hypot(_room(more, 1), _room(less, 0))


def _reach(parts: Sequence[Weighted], side: int) -> float:
    return sum(weight * tally.reach[side] for weight, tally in parts)


def _room(parts: Sequence[Weighted], side: int) -> float:
    """How far sampling error moves the low (0) or the high (1) bound of a sum of weight x share."""
    squares = sum((weight * (tally.bounds[side] - tally.reach[side])) ** 2 for weight, tally in parts)
    return max(math.sqrt(squares), _exact_room(parts, side))


def _exact_room(parts: Sequence[Weighted], side: int) -> float:
    """The same, by the exact bound of one share over as many cases as would vary like the sum.

    A few hits in each of several strata are few hits in all, and square-and-add does not see that a low bound is cut
    off at 0 in each of them. Source: E. L. Korn and B. I. Graubard, Survey Methodology 24 (1998), 193-201.
    """
    sampled = [(weight, tally.reach[side], tally.worth) for weight, tally in parts if tally.worth]
    total = sum(weight for weight, _, _ in sampled)
    variance = sum(weight**2 * share * (1 - share) / n for weight, share, n in sampled)
    if variance <= 0:
        return 0.0
    mean = sum(weight * share for weight, share, _ in sampled) / total
    worth = mean * (1 - mean) * total**2 / variance
    return total * abs(mean - share_bounds(round(mean * worth, 9), round(worth, 9))[side])


def project(shares: Mapping[str, float], tallies: Mapping[str, Tally]) -> Estimate:
    """The rate over a mix whose `shares` add up to 1; a stratum without a tally counts with its full range 0..1.

    The value is that of the measured strata; None if none was measured.
    """
    known = {name: share for name, share in shares.items() if share and tallies.get(name, Tally()).known}
    if not known:
        return Estimate(value=None, low=0.0, high=1.0, n=0)
    total = sum(share * tallies[name].total / tallies[name].known for name, share in known.items())
    low, high = project_bounds(shares, tallies)
    value = min(1.0, total / sum(known.values()))
    return Estimate(
        value=value,
        low=max(0.0, min(low, value)),
        high=min(1.0, max(high, value)),
        n=sum(tallies[name].known for name in known),
        hits=sum(tallies[name].total for name in known),
    )

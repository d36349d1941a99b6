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
    count as 0, and as 1. exact: the stratum was sent completely, so that only its own variation is an
    error. draws: number of independent cases with the same error; 0 if it has none.
    """

    n: int = 0
    known: int = 0
    total: float = 0.0
    least: float = 0.0
    most: float = 0.0
    exact: bool = False
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
        if not self.worth:
            return self.reach
        least, most = (min(round(share * self.worth, 9), self.worth) for share in self.reach)
        return share_bounds(least, self.worth)[0], share_bounds(most, self.worth)[1]

    @property
    def worth(self) -> float:
        """The number of independent cases with the same sampling error; 0 if there is none."""
        return self.draws if self.exact else self.n

    @property
    def estimate(self) -> Estimate:
        """The tally as a figure of its own."""
        low, high = self.bounds
        return Estimate(value=self.value, low=low, high=high, n=self.known)


Weighted = tuple[float, Tally]
"""The weight of a stratum, above 0, and its tally."""


def tally_of(good: int, bad: int, unjudged: int = 0, *, exact: bool = False) -> Tally:
    """The share of `bad` among counted cases. The low bound counts unjudged cases as good, the high bound as bad."""
    n, known = good + bad + unjudged, good + bad
    return Tally(n=n, known=known, total=bad, least=bad, most=bad + unjudged, exact=exact)


def tally_up(cases: Iterable[Iterable[float | None]], *, exact: bool = False) -> Tally:
    """The tally of cases that are each a list of repeats; a repeat without a judgement is None.

    A case is one unit however often it was sent: its value is the mean over its repeats.
    """
    n, known = 0, []
    total = least = most = 0.0
    for case in cases:
        repeats = list(case) or [None]
        seen = [value for value in repeats if value is not None]
        n += 1
        least += sum(seen) / len(repeats)
        most += (sum(seen) + len(repeats) - len(seen)) / len(repeats)
        if seen:
            known.append(seen)
            total += sum(seen) / len(seen)
    draws = _draws(known) if exact else 0.0
    return Tally(n=n, known=len(known), total=total, least=least, most=most, exact=exact, draws=draws)


def _draws(cases: Sequence[Sequence[float]]) -> float:
    """The number of draws of one share that vary like the mean of these cases, by their repeats; 0 for none."""
    variance = sum(_unsteadiness(case) / len(case) for case in cases)
    if variance < ALIKE:
        return 0.0
    mean = sum(sum(case) / len(case) for case in cases) / len(cases)
    replies = len(cases) ** 2 / sum(1 / len(case) for case in cases)
    return draws_like(mean, variance / len(cases) ** 2, replies)


def draws_like(mean: float, variance: float, replies: float) -> float:
    """The number of draws of a share with `mean` and `variance`, from this number of `replies`; at least `replies`.

    Korn and Graubard's number (see `_exact_room`). At least: independent replies of several shares vary no more than as
    many of their mean (W. Hoeffding, Annals of Mathematical Statistics 27 (1956), 713-721).
    """
    return round(max(replies, mean * (1 - mean) / variance), 6)


def _unsteadiness(case: Sequence[float]) -> float:
    """The unbiased variance of a case's repeats; 0 if it was sent once."""
    mean = sum(case) / len(case)
    return sum((value - mean) ** 2 for value in case) / max(1, len(case) - 1)


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
    count = sum(tallies[name].known for name in known)
    return Estimate(value=value, low=max(0.0, min(low, value)), high=min(1.0, max(high, value)), n=count)

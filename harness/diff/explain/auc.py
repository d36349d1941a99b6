"""The area under the ROC curve of two groups of numbers, with its upper bound."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.core.statistics.shares import Z

MIN_CASES = 20
"""Minimum size of each group; with fewer, the upper bound is below 0.6 only if the area is far below 0.5."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Separation:
    """Share of pairs in which the member of the upper group is the larger one, ties count half: 0.5 is no separation.

    high: one-sided 95 % upper bound.
    """

    value: float
    high: float


def separation(upper: Sequence[float], lower: Sequence[float]) -> Separation | None:
    """The separation of two groups; None if one has fewer than MIN_CASES.

    The bound uses the placement variance of E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson (Biometrics 44 (1988),
    837-845), which holds for any two distributions and any number of ties, with the quantile of Student's distribution
    for the smaller group: the first term of the expansion of Cornish and Fisher.
    """
    if min(len(upper), len(lower)) < MIN_CASES:
        return None
    above, below = _placements(upper, lower), _placements([-one for one in lower], [-one for one in upper])
    area = float(above.mean())
    spread = math.sqrt(float(above.var(ddof=1)) / len(above) + float(below.var(ddof=1)) / len(below))
    point = Z + (Z**3 + Z) / (4 * (min(len(upper), len(lower)) - 1))
    return Separation(value=area, high=min(1.0, area + point * spread))


def _placements(ours: Sequence[float], theirs: Sequence[float]) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """For each number of ours, the share of theirs that is smaller; ties count half."""
    ordered, ranked = np.sort(np.array(theirs, float)), np.array(ours, float)
    return (np.searchsorted(ordered, ranked, "left") + np.searchsorted(ordered, ranked, "right")) / (2 * len(ordered))

"""Whether one group of numbers tends to be above another: the area under the ROC curve, with its upper bound."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.core.statistics.shares import Z

MIN_CASES = 20
"""Of each group: with fewer no bound is below 0.6 unless the area is below 0.5 by far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Separation:
    """How often one of the upper group is above one of the lower group, ties by half: 0.5 is no separation at all.

    high: one-sided 95 % upper bound.
    """

    value: float
    high: float


def separation(upper: Sequence[float], lower: Sequence[float]) -> Separation | None:
    """How far two groups are apart; None where either has fewer than MIN_CASES.

    The bound is the placement variance of E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson (Biometrics 44 (1988),
    837-845), whatever the two distributions are and however many ties, with the point of Student's distribution of the
    smaller group: the first term of Cornish and Fisher's expansion.
    """
    if min(len(upper), len(lower)) < MIN_CASES:
        return None
    above, below = _placements(upper, lower), _placements([-one for one in lower], [-one for one in upper])
    area = float(above.mean())
    spread = math.sqrt(float(above.var(ddof=1)) / len(above) + float(below.var(ddof=1)) / len(below))
    point = Z + (Z**3 + Z) / (4 * (min(len(upper), len(lower)) - 1))
    return Separation(value=area, high=min(1.0, area + point * spread))


def _placements(ours: Sequence[float], theirs: Sequence[float]) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """For each of ours, the share of theirs that is below it, ties by half."""
    ordered, ranked = np.sort(np.array(theirs, float)), np.array(ours, float)
    return (np.searchsorted(ordered, ranked, "left") + np.searchsorted(ordered, ranked, "right")) / (2 * len(ordered))

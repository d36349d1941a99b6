"""How many independent requests a load is worth: waits that follow each other are alike, as they share a queue.

Source of the method: batch means (Law, Simulation Modeling and Analysis, 2015, section 9.5.3), of the share of requests
below the percentile; several numbers of batches, of which the one that shows the most dependence decides.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

MIN_BATCH = 25
"""Fewest requests of a batch; of shorter ones the means say little."""

BATCHES: Mapping[int, tuple[float, float]] = MappingProxyType(
    {5: (2.372, 1.680), 10: (1.880, 1.242), 20: (1.587, 1.105), 40: (1.399, 1.049)}
)
"""By number of batches: from which ratio on their variance is no chance (chi-square, 5 %), and the square of Student's
t over that of the normal distribution (one-sided 95 %), as the variance itself is an estimate."""


def independent(waits: Sequence[float], value: float, share: float) -> int:
    """The number of independent requests with as much information about the percentile `value` as these have.

    waits: in the order in which the requests were due. share: of requests below the percentile. At least 1.
    """
    return max(1, int(len(waits) / inflation(np.asarray(waits) <= value, share)))


def inflation(hits: NDArray[np.bool_], share: float, batches_of: Mapping[int, tuple[float, float]] = BATCHES) -> float:
    """How many requests are worth one independent one, at least 1. hits: in order; share: of these, 0..1.

    batches_of: as `BATCHES`, for those who look for clear dependence only.
    """
    marks, n, factor = hits.astype(np.float64), len(hits), 1.0
    if not 0 < share < 1:
        return factor
    for batches, (chance, known) in batches_of.items():
        size = n // batches
        if size >= MIN_BATCH:
            means = marks[: size * batches].reshape(batches, size).mean(axis=1)
            ratio = float(means.var(ddof=1)) * size / (share * (1 - share))
            factor = max(factor, ratio * known if ratio > chance else 1.0)
    return factor

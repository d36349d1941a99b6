"""Whether a service answers from a cache, and how many answers of a load came from it.

A load repeats its cases and production does not: a cache makes latency and capacity look better than they will be.
"""

import math
from collections.abc import Sequence
from statistics import median

from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind
from harness.core.robustness import ALPHA
from harness.core.statistics.shares import at_least
from harness.core.under_load.results import Cached

QUICKER = 2.0
"""How many times quicker a cached answer is at least."""

MIN_SAVED = 0.002
"""Seconds that a cache saves at least; less is the noise of timers and schedulers."""

Sendings = tuple[float, float, float]
"""Seconds that one case took: sent first, sent again in the same bytes, and in other bytes with the same meaning."""


def cached(seen: Sequence[Sendings], loaded: Sequence[float]) -> Cached | None:
    """What the sendings of each case one after another show; None without any.

    loaded: seconds from sending to answer of each repeated case of the load. An answer counts as cached if it took less
    than the geometric mean of a first and a cached one. One that had to wait is not recognised: the share is the least.
    """
    if not seen:
        return None
    firsts, again, salted = ([one[k] for one in seen] for k in range(3))
    first, quick = median(firsts), median(salted)
    by_bytes, by_input = _quicker(firsts, again), _quicker(firsts, salted)
    most = math.sqrt(first * quick)
    return Cached(
        first=round(first, 6),
        again=round(median(again), 6),
        salted=round(quick, 6),
        same_bytes=by_bytes or by_input,
        same_input=by_input,
        share=round(sum(one < most for one in loaded) / len(loaded), 4) if by_input and loaded else 0.0,
    )


def cache_findings(found: Cached | None) -> tuple[Finding, ...]:
    """That a cache answers, which blocks nothing. numbers: seconds, and the share under load if it is known."""
    if found is None or not found.same_bytes:
        return ()
    numbers = {"first": found.first, "again": found.again, "salted": found.salted}
    if found.same_input:
        numbers["share"] = found.share
    return (Finding(kind=FindingKind.ANSWERS_CACHED, test="load", numbers=numbers),)


def _quicker(first: Sequence[float], later: Sequence[float]) -> bool:
    """Whether repeats are much quicker in so many cases that chance does not explain it (sign test).

    Without a cache both are drawn alike, so that either is half of the other equally often.
    """
    much = sum(QUICKER * b <= a for a, b in zip(first, later, strict=True))
    less = sum(QUICKER * a <= b for a, b in zip(first, later, strict=True))
    saved = median(first) - median(later)
    return saved >= MIN_SAVED and QUICKER * median(later) <= median(first) and at_least(much, much + less, 0.5) <= ALPHA

"""What a local target used during a load, and whether it leaks: growth with each answered request, with an interval."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind
from harness.core.under_load.live import Growth, Usage, UsageSample

WARM_UP = 0.25
"""Share of the requests after which a service counts as warmed up."""

SETTLED = 0.8
"""Share of the largest concurrency that must be reached by then: more requests at once need more memory."""

BLOCKS = 10
"""Parts of the rest, whose means are compared: 9 differences."""

MIN_REQUESTS = 400
"""Fewest requests after the warm-up."""

T_BOUND, T_SURE = 1.860, 2.896
"""Student's t with 8 degrees of freedom, one-sided 95 % and 99 %."""

SMALLEST = {"memory": 100.0, "handles": 0.001, "threads": 0.001}
"""Growth with a request below which no finding is made: a gigabyte, or 10,000 handles, in ten million requests."""

Floats = NDArray[np.float64]


def usage_of(samples: Sequence[UsageSample], done: Floats, in_flight: Floats) -> Usage | None:
    """The figures of all samples; None without any.

    done: when each request of the load was answered, in order. in_flight: requests in flight at each sample.
    """
    if not samples:
        return None
    columns = {name: [getattr(one, name) for one in samples] for name in SMALLEST}
    took = max(1e-9, samples[-1].at - samples[0].at)
    gaps = np.diff([samples[0].at, *(one.at for one in samples)])
    return Usage(
        processes=max(one.processes for one in samples),
        cpu=round(float(np.dot(gaps, [one.cpu for one in samples])) / took, 3),
        cpu_most=round(max(one.cpu for one in samples), 3),
        memory=_ends(columns["memory"]),
        handles=_ends(columns["handles"]),
        threads=_ends(columns["threads"]),
        growth=tuple(_growths(columns, np.array([one.at for one in samples]), done, in_flight)),
    )


def _ends(values: Sequence[int]) -> tuple[int, int, int]:
    return values[0], max(values), values[-1]


def _growths(columns: dict[str, list[int]], at: Floats, done: Floats, in_flight: Floats) -> Iterator[Growth]:
    """The growth of each column over the requests after the warm-up."""
    answered = np.searchsorted(done, at, "right").astype(np.float64)
    warm = answered >= WARM_UP * len(done)
    most = np.maximum.accumulate(in_flight)
    warm &= (most >= SETTLED * most[-1]) & np.append(np.diff(answered, prepend=-1.0)[1:] > 0, True)
    if warm.sum() < 2 * BLOCKS or np.ptp(answered[warm]) < MIN_REQUESTS:
        return
    blocks = np.array_split(np.flatnonzero(warm), BLOCKS)
    steps = np.diff([answered[block].mean() for block in blocks])
    for what, values in columns.items():
        means = [float(np.mean([values[k] for k in block])) for block in blocks]
        yield _growth(what, np.diff(means) / steps)


def _growth(what: str, slopes: Floats) -> Growth:
    """The mean of the slopes between blocks, and Student's bounds."""
    each, error = float(slopes.mean()), float(slopes.std(ddof=1)) / np.sqrt(len(slopes))
    low, high = each - T_BOUND * error, each + T_BOUND * error
    leaks = each >= SMALLEST[what] and each - T_SURE * error > 0
    return Growth(what=what, each=round(each, 6), low=round(low, 6), high=round(high, 6), leaks=bool(leaks))


def leak_findings(usage: Usage | None, rate: float) -> tuple[Finding, ...]:
    """What leaks, which blocks nothing: how long a service runs between restarts is not known here."""
    found = [one for one in (usage.growth if usage else ()) if one.leaks]
    return tuple(
        Finding(
            kind=FindingKind.TARGET_GROWS,
            test="load",
            subject=one.what,
            numbers={"each": one.each, "low": one.low, "high": one.high, "rate": rate},
        )
        for one in found
    )

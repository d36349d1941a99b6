"""A load run: what is asked for, which arrival is which case, what a worker reports, what was measured."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Schedule = Literal["constant", "poisson"]
"""How arrivals are spread over the duration: at even distances, or as independent clients come."""

LAG_STEP = 0.0001
"""Seconds; lags are counted in steps of this width, so that the counts of several workers can be added up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """The requests of a load run, as its workers read them; the bytes of the cases are made again by each worker.

    rate: arrivals a second. duration: seconds. cycle: addresses in the order of the seed; after the last comes the
    first again. sent: how often a case was sent before the first arrival, by address.
    """

    format: int
    schedule: Schedule
    rate: float
    duration: float
    workers: int
    cycle: tuple[str, ...]
    sent: Mapping[str, int] = field(default_factory=dict)

    @property
    def planned(self) -> int:
        """How many arrivals there are, over all workers."""
        return planned(self.rate, self.duration)

    def asks(self) -> Iterator[tuple[str, int]]:
        """Address and repeat of each arrival in its order; no pair comes twice, nor one that was sent before."""
        seen = Counter(self.sent)
        for i in range(self.planned):
            address = self.cycle[i % len(self.cycle)]
            yield address, seen[address]
            seen[address] += 1


def planned(rate: float, duration: float) -> int:
    """Arrivals at `rate` a second within `duration` seconds."""
    return round(rate * duration)


def share_of(worker: int, workers: int, count: int) -> range:
    """Which of `count` things are worker `worker`'s (0..workers-1): every n-th, so that each has the whole duration."""
    return range(worker, count, workers)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerEnd:
    """What a worker writes once its last reply is on disk; a worker without it was lost.

    waited: arrivals that found every slot taken. lags: number of arrivals by steps of LAG_STEP between the moment at
    which they were due and that at which the worker got to them, rounded up. cpu: seconds of processor time while
    sending. stopped: why it ended before its last arrival, "" when it did not.
    """

    worker: int
    planned: int
    recorded: int
    waited: int = 0
    lags: Mapping[int, int] = field(default_factory=dict)
    cpu: float = 0.0
    stopped: str = ""


def lag_at(lags: Mapping[int, int], share: float) -> float:
    """The lag in seconds that `share` of the arrivals did not exceed, to a step of LAG_STEP; 0.0 without arrivals."""
    left = share * sum(lags.values())
    for step, count in sorted(lags.items()):
        left -= count
        if left <= 1e-9:
            return step * LAG_STEP
    return 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a load run asked for and what it measured; stands in run.json.

    rate, reached: arrivals a second. duration, p50, p95, p99, lag_p50, lag_p99, cpu: seconds; latency counts from the
    moment a request was due, and a request that failed counts with the deadline at least. errors: number by cause.
    """

    schedule: Schedule
    rate: float
    duration: float
    workers: int
    planned: int
    recorded: int = 0
    reached: float = 0.0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    lag_p50: float = 0.0
    lag_p99: float = 0.0
    waited: int = 0
    cpu: float = 0.0
    errors: Mapping[str, int] = field(default_factory=dict)

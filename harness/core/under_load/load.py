"""A load run: the request, the case of each arrival, the reports of workers, and the measurements."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from harness.core.integration.fault import Fault
from harness.core.under_load.live import Usage
from harness.core.under_load.results import AtConcurrency, Cached, Limit, UnderFault

LAG_STEP = 0.0001
"""Width of a bin in seconds: lags are counted in bins, so that the counts of several workers can be added."""

SATURATED = "most of the last answers took too long"
"""Why a worker stopped that had a wait to give up at."""

STOPPED_BY_OTHERS = "the other workers stopped sending at that point"
"""Why a worker stopped that was told to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """The requests of a load run, as its workers read them. Each worker makes the bytes of the cases again.

    format: version of the file format.
    schedule: when they are due, as `[load] schedule` writes it.
    rate: arrivals in a second, on average.
    duration: length of the load in seconds.
    workers: number of processes that send.
    cycle: address of the case of each arrival. After the last the first comes again; a case may stand in it repeatedly.
    faults: the faults of the run; their windows count from the first arrival.
    give_up: wait in seconds that ends the load early if most of the last answers took longer. 0: none does.
    sent: number of times that a case was sent before the first arrival, by address.
    """

    format: int
    schedule: str
    rate: float
    duration: float
    workers: int
    cycle: tuple[str, ...]
    faults: tuple[Fault, ...] = ()
    give_up: float = 0.0
    sent: Mapping[str, int] = field(default_factory=dict)

    @property
    def planned(self) -> int:
        """The number of arrivals of all workers."""
        return planned(self.rate, self.duration)

    def asks(self) -> Iterator[tuple[str, int]]:
        """Address and repeat of each arrival in order. No pair appears twice, and none that was sent before."""
        seen = Counter(self.sent)
        for i in range(self.planned):
            address = self.cycle[i % len(self.cycle)]
            yield address, seen[address]
            seen[address] += 1


def planned(rate: float, duration: float) -> int:
    """The number of arrivals at `rate` per second within `duration` seconds."""
    return round(rate * duration)


def share_of(worker: int, workers: int, count: int) -> range:
    """The share of worker `worker` (0..workers-1) of `count` items: every n-th, so that each has the whole duration."""
    return range(worker, count, workers)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerEnd:
    """What a worker reports after its last reply is on disk. A worker without this file was lost.

    worker: number of the worker.
    planned: arrivals that it had to send.
    recorded: replies that it recorded.
    waited: arrivals that had to wait because too many requests were open.
    lags: number of arrivals by lag: the time from the due moment to the sending, in steps of 0.1 ms, rounded up.
    cpu: processor time while sending, in seconds.
    stopped: why it ended before its last arrival. Empty: it did not.
    gone: true if it stopped because the target no longer answered.
    """

    worker: int
    planned: int
    recorded: int
    waited: int = 0
    lags: Mapping[int, int] = field(default_factory=dict)
    cpu: float = 0.0
    stopped: str = ""
    gone: bool = False


def lag_at(lags: Mapping[int, int], share: float) -> float:
    """The lag in seconds that `share` of the arrivals did not exceed, in steps of LAG_STEP; 0.0 without arrivals."""
    left = share * sum(lags.values())
    for step, count in sorted(lags.items()):
        left -= count
        if left <= 1e-9:
            return step * LAG_STEP
    return 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a load run asked for and what it measured.

    schedule: when requests are due, as `[load] schedule` writes it.
    rate: planned arrivals in a second, on average.
    duration: declared length of the load in seconds.
    workers: number of processes that send.
    planned: arrivals that were planned.
    recorded: replies that were recorded.
    reached: requests that were sent in a second.
    answered: answers that the service sustained in a second: fewer than were sent if requests stayed unanswered, or if
    the wait grew from the first quarter of the load to the last, as it does while a backlog grows.
    p50: median of the latency in seconds, from the due moment, of good input: what asks for an answer. A request
    without any reply counts the deadline at least; an error is no answer and is counted under `errors` only.
    p95: 95th percentile of that latency.
    p99: 99th percentile of that latency.
    malformed_p95: 95th percentile of the latency of malformed input: what should be refused, or holds no answer any
    more. Null: none was answered.
    unloaded_p95: 95th percentile of the latency of good input before the load, one request at a time.
    p95_limit: limit of the 95th percentile in seconds: `[gate] p95`, or three times the unloaded one, 0.05 at least.
    lag_p50: median of the time from the due moment to the sending, in seconds.
    lag_p99: 99th percentile of that time.
    waited: arrivals that had to wait because too many requests were open.
    cpu: processor time of all workers while sending, in seconds.
    errors: number of requests without an answer, by cause: every error, timeout and dropped connection.
    unanswered: those of them that got no reply at all. Planned requests that were not sent are not among them.
    crashed: those of them for which the damage of the input is to blame: a 5xx or a lost connection, more often than
    on untouched samples under the same load.
    errors_good: those of the others on good input, as the criterion `errors` counts them.
    good: requests of good input on record.
    faults: what happened before, during and after each fault. All other figures leave out what was due in a window.
    started: first arrival, in seconds on the clock of the run.
    limit: what the search for the limit found. Null: there was none.
    concurrency: how good input was answered alone, and at each concurrency of the load.
    cached: what the service answers from a cache. Null: it was not tested.
    usage: what the processes of the target used. Null: they are not seen.
    """

    schedule: str
    rate: float
    duration: float
    workers: int
    planned: int
    recorded: int = 0
    reached: float = 0.0
    answered: float = 0.0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    malformed_p95: float | None = None
    unloaded_p95: float = 0.0
    p95_limit: float = 0.0
    lag_p50: float = 0.0
    lag_p99: float = 0.0
    waited: int = 0
    cpu: float = 0.0
    errors: Mapping[str, int] = field(default_factory=dict)
    unanswered: int = 0
    crashed: int = 0
    errors_good: int = 0
    good: int = 0
    faults: tuple[UnderFault, ...] = ()
    started: float = 0.0
    limit: Limit | None = None
    concurrency: tuple[AtConcurrency, ...] = ()
    cached: Cached | None = None
    usage: Usage | None = None

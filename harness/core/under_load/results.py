"""What a load run found about its faults, and about the rate that the service holds."""

from dataclasses import dataclass

from harness.core.integration.fault import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How the requests of good input that were due in a part of the load were answered.

    n: number of requests.
    right: accepted and right.
    silent: accepted and wrong.
    errors: without an answer.
    p95: 95th percentile of the latency in seconds; a request without any reply counts the deadline at least.
    """

    n: int
    right: int
    silent: int
    errors: int
    p95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AtConcurrency:
    """How good input was answered at one concurrency.

    low: fewest requests in flight, the request itself included. 0: sent alone, before the load and after it.
    high: most of them.
    quality: how these requests were answered.
    """

    low: int
    high: int
    quality: Quality


@dataclass(frozen=True, slots=True, kw_only=True)
class Cached:
    """Whether the service answers from a cache. Seconds are medians from sending to reply, one request at a time.

    first: of cases that were sent for the first time.
    again: of the same bytes right after that.
    salted: of the same input in other bytes after that. The requests of the load differ from each other in this way.
    same_bytes: whether the same bytes are answered from a cache.
    same_input: whether the same input in other bytes is.
    share: share of the answers under load that came from a cache, from 0 to 1.
    """

    first: float
    again: float
    salted: float
    same_bytes: bool
    same_input: bool
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderFault:
    """One fault of a load run. Seconds count from the first arrival.

    fault: the fault as it was planned.
    windows: start and end of each time that it was in force.
    met: number of requests that met it, as far as is known.
    before: requests that ended before its first window, outside of any other. Without a window: requests that met
    no fault.
    inside: requests that were under way in one of its windows. Without a window: requests that met it.
    after: requests that were due between a window and the next one of any fault.
    baseline: share of cases that passed in the baseline, over the requests inside. Null: there is no baseline, or none
    of its cases was sent then.
    first_right: seconds from the end of a window to the first right answer to a request that was sent after it; the
    longest of all windows. Null: there was none after some window, or the load ended with the window.
    normal: seconds from the end of a window until the share of right answers was as before; the longest. Null: never.
    drained: seconds from the end of a window until no more requests were in flight than before the first one; the
    longest. Null: never.
    """

    fault: Fault
    windows: tuple[tuple[float, float], ...]
    met: int
    before: Quality
    inside: Quality
    after: Quality
    baseline: float | None = None
    first_right: float | None = None
    normal: float | None = None
    drained: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One short load of the search for the limit.

    rate: planned requests in a second.
    broke: which objective it did not keep: `p95`, `errors`, `silent errors` or `rate`. Empty: it kept them all.
    n: requests of good input on record.
    p95: 95th percentile of their latency in seconds.
    errors: share of them without an answer.
    silent: share of them that were accepted and wrong.
    good: right answers within the limit of p95, in a second.
    """

    rate: float
    broke: str
    n: int
    p95: float
    errors: float
    silent: float
    good: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The rate up to which a service keeps its objective.

    low: the highest rate that held. 0: none did.
    high: the lowest rate that broke. Null: none did up to the ceiling.
    broke: which objective broke there.
    good: right answers in time in a second, at `low`.
    probes: every short load, in order.
    """

    low: float
    high: float | None
    broke: str
    good: float
    probes: tuple[Probe, ...]

"""What is seen of a load while it runs: its figures of the last seconds, and the processes of a local target."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageSample:
    """The processes of a target on this machine at one moment.

    at: seconds on the clock of the run.
    processes: number of processes.
    cpu: processor time since the sample before, over the time between them; 1 is one core.
    memory: resident memory in bytes.
    handles: open files and connections. 0: the system does not tell.
    threads: number of threads.
    """

    at: float
    processes: int
    cpu: float
    memory: int
    handles: int
    threads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How much one figure of the target's processes grew with each answered request, after it had warmed up.

    what: `memory` in bytes, `handles` or `threads`.
    each: growth with a request.
    low: lower one-sided 95 % bound.
    high: upper one-sided 95 % bound.
    leaks: whether chance is ruled out (1 %) and the growth is large enough to matter.
    """

    what: str
    each: float
    low: float
    high: float
    leaks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What the processes of a target on this machine used during a load.

    processes: number of processes, at most.
    cpu: processor time over the length of the load; 1 is one core.
    cpu_most: the largest share within a sample.
    memory: resident memory in bytes: first, most and last.
    handles: open files and connections: first, most and last.
    threads: threads: first, most and last.
    growth: of memory, handles and threads. Empty: the load was too short, or its concurrency still rose.
    """

    processes: int
    cpu: float
    cpu_most: float
    memory: tuple[int, int, int]
    handles: tuple[int, int, int]
    threads: tuple[int, int, int]
    growth: tuple[Growth, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A load while it runs. The figures of answers are over the last seconds and a sample of the replies.

    done: replies on record.
    of: planned requests.
    at: seconds since the first arrival.
    duration: length of the load in seconds.
    due_rate: requests that were due in a second.
    rate: replies in a second.
    waiting: requests that were due and have no reply yet.
    p50: median of the latency in seconds.
    p95: 95th percentile of the latency.
    p99: 99th percentile of the latency.
    errors: share of replies without an answer since the start.
    silent: share of answers since the start that are accepted and wrong. Null: none was judged.
    faults: names of the faults in force.
    usage: the processes of a local target. Null: they are not seen.
    """

    done: int
    of: int
    at: float
    duration: float
    due_rate: float
    rate: float
    waiting: int
    p50: float
    p95: float
    p99: float
    errors: float
    silent: float | None
    faults: tuple[str, ...] = ()
    usage: UsageSample | None = None

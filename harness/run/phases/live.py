"""A load while it runs: the figures of the last seconds, silent errors of a sample, and what the target uses."""

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Mapping, Sequence

import msgspec
import numpy as np

from harness.core.case import Case
from harness.core.integration.fault import Fault, share_at
from harness.core.reply import Judged, Reply
from harness.core.under_load.live import Snapshot, UsageSample
from harness.core.under_load.load import Load
from harness.diff.gate.latency import NO_REPLY
from harness.replay.schedules.grammar import read_schedule
from harness.run.tools.usage import Meter

SECONDS = 5.0
"""The last seconds that the figures are about."""

MAX_READ, MAX_JUDGED = 500, 40
"""Replies that are read and judged at each look: the load comes first."""

SAMPLES = 2000
"""Samples of the target's processes in a whole load, at most."""


class Live:
    """Reads the rows of a load as they come."""

    def __init__(
        self,
        load: Load,
        cases: Mapping[str, Case],
        judge: Callable[[Case, Reply], Judged],
        seed: int,
        faults: Sequence[Fault],
        meter: Meter | None,
    ) -> None:
        """judge: judges one reply by itself, as far as that goes."""
        self._load, self._cases, self._judge, self._faults, self.meter = load, cases, judge, faults, meter
        self._moments = read_schedule(load.schedule).moments(load.planned, load.duration, seed)
        self._start: float | None = None
        self._decoder = msgspec.json.Decoder(Reply)
        self._recent: deque[tuple[float, float]] = deque()
        self._done: deque[tuple[float, int]] = deque([(0.0, 0)])
        self._count = self._read = self._failed = self._answers = self._silent = 0
        self._sampled = -1.0

    def started(self, start: float) -> None:
        """The moment of the first arrival, in seconds on the clock of the run."""
        self._start = start

    def look(self, rows: Sequence[bytes], now: float) -> Snapshot | None:
        """The figures with these new rows; None before the first arrival. now: seconds on the clock of the run."""
        at = -1.0 if self._start is None else now - self._start
        if at < 0:
            return None
        self._count += len(rows)
        self._done.append((at, self._count))
        every = max(1, -(-len(rows) // MAX_READ))
        replies = [self._decoder.decode(row) for row in rows[::every]]
        self._take(replies, at)
        return self._snapshot(at, self._use(at))

    def _take(self, replies: Sequence[Reply], at: float) -> None:
        self._read += len(replies)
        self._failed += sum(bool(one.error) or one.status >= 500 for one in replies)
        self._recent.extend((one.done - (self._start or 0.0), one.latency) for one in replies)
        while self._recent and self._recent[0][0] < at - SECONDS:
            self._recent.popleft()
        while len(self._done) > 1 and self._done[1][0] <= at - SECONDS:
            self._done.popleft()
        every = max(1, -(-len(replies) // MAX_JUDGED))
        for reply in replies[::every]:
            row = self._judge(self._cases[reply.address], reply)
            if row.disposition not in (*NO_REPLY, "error"):
                self._answers += 1
                self._silent += row.silent_error

    def _use(self, at: float) -> UsageSample | None:
        if self.meter is None:
            return None
        if at - self._sampled >= self._load.duration / SAMPLES:
            self._sampled = at
            self.meter.sample()
        return self.meter.samples[-1] if self.meter.samples else None

    def _snapshot(self, at: float, usage: UsageSample | None) -> Snapshot:
        load, waits = self._load, [wait for _, wait in self._recent]
        p50, p95, p99 = np.quantile(waits, (0.5, 0.95, 0.99)).tolist() if waits else (0.0, 0.0, 0.0)
        since = max(0.0, at - SECONDS)
        due = bisect_right(self._moments, at)
        earlier, before = self._done[0]
        return Snapshot(
            done=self._count,
            of=load.planned,
            at=at,
            duration=load.duration,
            due_rate=(due - bisect_right(self._moments, since)) / max(0.25, at - since),
            rate=(self._count - before) / max(0.25, at - earlier),
            waiting=max(0, due - self._count),
            p50=p50,
            p95=p95,
            p99=p99,
            errors=self._failed / max(1, self._read),
            silent=self._silent / self._answers if self._answers else None,
            faults=tuple(one.name for one in self._faults if share_at(one, at) > 0),
            usage=usage,
        )

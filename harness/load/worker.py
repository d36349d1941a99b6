"""One worker of a load run: makes the requests of its arrivals, sends each when it is due, records the replies."""

import gc
import math
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from harness.core.clock import Clock
from harness.core.errors import HarnessError
from harness.core.under_load.load import SATURATED, STOPPED_BY_OTHERS, WorkerEnd, share_of
from harness.inject.active import Active
from harness.load.pump import Engine
from harness.load.sender import Arrival, Outgoing, Sender
from harness.replay.codecs import encode, traceparent
from harness.replay.schedules.grammar import read_schedule
from harness.replay.send import Breaker, Received
from harness.replay.wire import Wire, wire
from harness.run.outcome.replay_case import remaker
from harness.run.tools.locust import Handed
from harness.store.folder import RunFolder
from harness.store.rows import RowWriter

BREAKER_SECONDS = 1.0
"""The breaker opens after the requests of this many seconds in a row got no reply, but at least twelve."""


LAST, MOST = 40, 0.75
"""Answers that are looked at to see whether the service is saturated, and the share of them that must be late."""


class Worker:
    """Worker `number` (0, 1, ...) of the run."""

    def __init__(self, handed: Handed, number: int, engine: Engine) -> None:
        """Read the run folder; nothing is sent."""
        self.folder = RunFolder.read(handed.path)
        self._number, self._engine, self._handed = number, engine, handed
        self._arrivals = self.folder.read_arrivals()
        self._seed = self.folder.head.seed
        self._target = replace(self.folder.head.settings.target, url=handed.url)
        each_second = self._arrivals.rate / self._arrivals.workers
        self._breaker = Breaker(limit=max(12, math.ceil(BREAKER_SECONDS * each_second)))
        lanes = max(1, len(self._share(self._target.in_flight)))
        clock = Clock.of(handed.zero)
        self._active = Active(self._seed, clock.now)
        self._sender = Sender(
            *(engine, clock, self._target, lanes, self._breaker, self._outgoing, self._received),
            worker=number + 1,
            active=self._active,
        )
        self._rows = RowWriter(handed.path, number + 1)
        self._wires: dict[str, Wire] = {}
        self._moments: list[float] = []
        self._recorded, self._failed = 0, ""
        self._waits: deque[bool] = deque(maxlen=LAST)

    def prepare(self) -> None:
        """Make the requests of its share, letting others run in between. Raises RunError if they cannot be made."""
        made, given = remaker(self.folder), self._arrivals
        for address in dict.fromkeys(address for address, _ in self._asks()):
            request = encode(made.case(address), self._target, self._seed, 0)
            self._wires[address] = wire(request, self._handed.headers, salted=True)
            self._engine.sleep(0)
        self._moments = read_schedule(given.schedule).moments(given.planned, given.duration, self._seed).tolist()
        # The requests stay to the end: garbage collection over them would delay arrivals.
        gc.collect()
        gc.freeze()

    def run(self, start: float) -> WorkerEnd:
        """Send from `start` on, in seconds on the run's clock. Returns the report once the last reply is on disk."""
        used = time.process_time()
        self._active.begin(self._arrivals.faults, start)
        self._sender.send(self._due(start))
        self._rows.close()
        return replace(
            self.end(self._failed or self._why_stopped()),
            waited=self._sender.pump.waited,
            lags=dict(self._sender.pump.lags),
            cpu=round(time.process_time() - used, 3),
            gone=self._breaker.open and not self._failed,
        )

    def stop(self) -> None:
        """Send nothing more. Requests in progress are awaited and recorded."""
        self._sender.pump.stop()

    def end(self, stopped: str) -> WorkerEnd:
        """The report of this worker. stopped: why it stopped early, or ""."""
        own = len(self._share(self._arrivals.planned))
        return WorkerEnd(worker=self._number + 1, planned=own, recorded=self._recorded, stopped=stopped)

    def _share(self, count: int) -> range:
        return share_of(self._number, self._arrivals.workers, count)

    def _asks(self) -> Iterator[tuple[str, int]]:
        return islice(self._arrivals.asks(), self._number, None, self._arrivals.workers)

    def _due(self, start: float) -> Iterator[Arrival]:
        own = (self._moments[i] for i in self._share(self._arrivals.planned))
        return (Arrival(start + at, address, repeat) for at, (address, repeat) in zip(own, self._asks(), strict=True))

    def _outgoing(self, arrival: Arrival) -> Outgoing:
        one = self._wires[arrival.address]
        return one.bytes_of(traceparent(self._seed, arrival.address, arrival.repeat)), one.alone

    def _received(self, got: Received) -> None:
        try:
            self._rows.add(got.reply, got.body)
        except HarnessError as reason:
            self._failed = self._failed or str(reason)
            self.stop()
        else:
            self._recorded += 1
            self._look_at(got.reply.latency)

    def _look_at(self, wait: float) -> None:
        """Stop early if most of the last answers took longer than the arrivals allow: more would only do harm."""
        if self._arrivals.give_up:
            self._waits.append(wait > self._arrivals.give_up)
            if sum(self._waits) > MOST * LAST:
                self._failed = self._failed or SATURATED
                self.stop()

    def _why_stopped(self) -> str:
        if self._breaker.open:
            return f"the target stopped answering: {self._breaker.limit} requests in a row got no reply"
        return STOPPED_BY_OTHERS if self._sender.pump.stopped else ""

"""One worker of a load run: makes the requests of its arrivals, sends each when it is due, records the replies."""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from harness.core.clock import Clock
from harness.core.errors import HarnessError
from harness.core.load import WorkerEnd, share_of
from harness.core.reply import Reply
from harness.load.client import Client, Exchanged
from harness.load.pump import Engine, Pump
from harness.replay.codecs import encode, traceparent
from harness.replay.pace import offsets, parse_seconds
from harness.replay.send import Breaker
from harness.replay.wire import Wire, wire
from harness.run.again import makings
from harness.run.locust import Handed
from harness.store.folder import RunFolder
from harness.store.rows import RowWriter

BREAKER_SECONDS = 1.0
"""The breaker opens once a worker got no reply at all for as many requests as it sends in this time, or for twelve."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request of the schedule, and when it is due on the run's clock."""

    due: float
    address: str
    repeat: int


class Worker:
    """Worker `number` (0, 1, ...) of the run that it was handed."""

    def __init__(self, handed: Handed, number: int, engine: Engine) -> None:
        """Read the run folder; nothing is sent."""
        self.folder = RunFolder.read(handed.path)
        self._number, self._engine, self._handed = number, engine, handed
        self._arrivals = self.folder.read_arrivals()
        self._seed = self.folder.head.seed
        self._target = replace(self.folder.head.settings.target, url=handed.url)
        self._clock = Clock.of(handed.zero)
        self._deadline = parse_seconds(self._target.deadline)
        self._client = Client(handed.url, self._deadline, self._clock)
        self._pump = Pump[Arrival](engine, self._clock, self._lanes(), self._serve)
        self._breaker = Breaker(limit=max(12, math.ceil(BREAKER_SECONDS * self._arrivals.rate / self._workers)))
        self._rows = RowWriter(handed.path, number + 1)
        self._wires: dict[str, Wire] = {}
        self._recorded, self._failed = 0, ""

    def prepare(self) -> None:
        """Make the requests of its share, letting others run in between. Raises RunError when they cannot be made."""
        made = makings(self.folder)
        for address in dict.fromkeys(address for address, _ in self._asks()):
            request = encode(made.make(address), self._target, self._seed, 0)
            self._wires[address] = wire(request, self._handed.headers)
            self._engine.sleep(0)

    def run(self, start: float) -> WorkerEnd:
        """Send from `start` seconds on the run's clock on; what came of it, once the last reply is on disk."""
        used = time.process_time()
        self._pump.run(self._due(start))
        self._rows.close()
        return replace(
            self.end(self._failed or self._why_stopped()),
            waited=self._pump.waited,
            lags=dict(self._pump.lags),
            cpu=round(time.process_time() - used, 3),
        )

    def stop(self) -> None:
        """Send nothing more; what is on its way is awaited and recorded."""
        self._pump.stop()

    def end(self, stopped: str) -> WorkerEnd:
        """The report of a worker that stopped for that reason."""
        own = len(share_of(self._number, self._workers, self._arrivals.planned))
        return WorkerEnd(worker=self._number + 1, planned=own, recorded=self._recorded, stopped=stopped)

    @property
    def _workers(self) -> int:
        return self._arrivals.workers

    def _lanes(self) -> int:
        """Its part of the requests that may be open at one time; every worker has one lane at least."""
        return max(1, len(share_of(self._number, self._workers, self._target.in_flight)))

    def _asks(self) -> Iterator[tuple[str, int]]:
        return islice(self._arrivals.asks(), self._number, None, self._workers)

    def _due(self, start: float) -> Iterator[Arrival]:
        given = self._arrivals
        moments = offsets(given.schedule, given.planned, given.duration, self._seed)
        own = (moments[i] for i in share_of(self._number, self._workers, given.planned))
        return (Arrival(start + at, address, repeat) for at, (address, repeat) in zip(own, self._asks(), strict=True))

    def _why_stopped(self) -> str:
        if self._breaker.open:
            return f"the target stopped answering: {self._breaker.limit} requests in a row got no reply"
        return "it was told to, since another one stopped" if self._pump.stopped else ""

    def _serve(self, arrival: Arrival) -> None:
        got = self._exchange(arrival)
        reply = Reply(
            address=arrival.address,
            repeat=arrival.repeat,
            due=round(arrival.due, 6),
            sent=round(got.sent, 6),
            first=round(got.first, 6),
            done=round(got.done, 6),
            status=got.status,
            error=got.error,
            worker=self._number + 1,
        )
        self._record(reply, got.body)

    def _exchange(self, arrival: Arrival) -> Exchanged:
        """The exchange; or a timeout without one, when the wait for a lane took as long as anybody waits."""
        now = self._clock.now()
        if now - arrival.due > self._deadline:
            return Exchanged(status=0, body=b"", error="timeout", sent=now, first=now, done=now)
        one = self._wires[arrival.address]
        return self._client.exchange(
            one.bytes_of(traceparent(self._seed, arrival.address, arrival.repeat)), alone=one.alone
        )

    def _record(self, reply: Reply, body: bytes) -> None:
        try:
            self._rows.add(reply, body)
        except HarnessError as reason:
            self._failed = self._failed or str(reason)
        else:
            self._recorded += 1
        self._breaker.saw(reply)
        if self._breaker.open or self._failed:
            self._pump.stop()

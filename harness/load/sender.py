"""Send arrivals when they are due and return each reply: `replay/send.py` over gevent instead of httpx."""

from collections.abc import Callable, Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from harness.core.clock import Clock
from harness.core.reply import Reply
from harness.core.settings import Target
from harness.inject.active import Active
from harness.load.client import Client, Exchanged
from harness.load.pump import Engine, Pump
from harness.load.under_fault import FaultyClient
from harness.replay.pace import parse_seconds
from harness.replay.send import Breaker, Received
from harness.store.rows import inline


class Arrival(NamedTuple):
    """One request of the schedule, and when it is due on the run's clock."""

    due: float
    address: str
    repeat: int


Outgoing = tuple[bytes, bool]
"""The bytes of a request, and whether it needs a new connection."""


class Sender:
    """Open loop over at most `lanes` connections. Stops by itself when the breaker opens."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        target: Target,
        lanes: int,
        breaker: Breaker,
        outgoing: Callable[[Arrival], Outgoing],
        received: Callable[[Received], None],
        worker: int = 0,
        active: Active | None = None,
    ) -> None:
        """received: called once per served arrival, in the order of replies; it must not raise. active: the faults of
        the run.
        """
        self._active = active or Active(0, clock.now)
        self.pump = Pump[Arrival](engine, clock, lanes, self._serve)
        self._deadline = parse_seconds(target.deadline)
        client = Client(target.url, self._deadline, clock)
        path = urlsplit(target.url).path
        self._client = FaultyClient(client=client, clock=clock, active=self._active, path=path, deadline=self._deadline)
        self._clock, self._breaker = clock, breaker
        self._outgoing, self._received, self._worker = outgoing, received, worker

    def send(self, arrivals: Iterable[Arrival]) -> None:
        """Send every arrival and await every reply, unless it is stopped."""
        self.pump.run(arrivals)

    def _serve(self, arrival: Arrival) -> None:
        got, met = self._exchange(arrival)
        reply = Reply(
            address=arrival.address,
            repeat=arrival.repeat,
            due=round(arrival.due, 6),
            sent=round(got.sent, 6),
            first=round(got.first, 6),
            done=round(got.done, 6),
            status=got.status,
            body=inline(got.body) or "",
            error=got.error,
            faults=met,
            worker=self._worker,
        )
        received = Received(reply=reply, body=got.body)
        if got.status or not self._active.in_force(arrival.due):  # a missing reply is no surprise then
            self._breaker.saw(received)
        if self._breaker.open:
            self.pump.stop()
        self._received(received)

    def _exchange(self, arrival: Arrival) -> tuple[Exchanged, tuple[str, ...]]:
        """The exchange, or a timeout without one if the wait for a lane exceeded the deadline; and the fault it met."""
        now = self._clock.now()
        if now - arrival.due > self._deadline:
            return Exchanged(status=0, body=b"", error="timeout", sent=now, first=now, done=now), ()
        request, alone = self._outgoing(arrival)
        return self._client.exchange(request, (arrival.address, arrival.repeat), alone=alone)

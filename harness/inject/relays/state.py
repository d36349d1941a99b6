"""The state that all connections through one relay share."""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from harness.core.integration.exchange import Exchange
from harness.core.integration.fault import Fault, Passing, concerns, met
from harness.core.integration.upstreams import Effect, Upstream
from harness.inject.active import Active
from harness.inject.fields import Fields
from harness.inject.relays.wire import Wire, dial

Key = tuple[str | int, ...]


def _nothing(_: Exchange) -> None:
    pass


@dataclass(slots=True, kw_only=True)
class RelayState:
    """The state of one relay, shared by all its connections.

    began, over: called with each exchange when its head has come and when it is done. studies: each request is read, to
    know what it writes and whether it is a repeated one. effects: what the service has to write here, each with its
    number. counts: how often each key without a trace id was seen, by phase. fields: what earlier replies held. tasks:
    what is under way. transports: all that are open, in both directions; they end with the relay.
    trusted: the authorities of the machine, once they are read.
    """

    upstream: Upstream
    active: Active
    clock: Callable[[], float]
    rewrite_host: bool = False
    began: Callable[[Exchange], None] = _nothing
    over: Callable[[Exchange], None] = _nothing
    studies: bool = False
    effects: tuple[tuple[int, Effect], ...] = ()
    counts: dict[tuple[int, str], int] = field(default_factory=dict)
    fields: Fields = field(default_factory=Fields)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    trusted: ssl.SSLContext | None = None
    transports: set[asyncio.BaseTransport] = field(default_factory=set)

    async def dial(self) -> Wire:
        """A connection to the upstream; OSError if it accepts none, or if its certificate is not trusted."""
        parts = urlsplit(self.upstream.url)
        if parts.scheme != "https":
            return await dial(parts.hostname or "", parts.port or 80, None, self.transports)
        self.trusted = self.trusted or ssl.create_default_context()  # once: it takes 20 ms
        return await dial(parts.hostname or "", parts.port or 443, self.trusted, self.transports)

    def concerned(self, exchange: Exchange) -> tuple[list[Fault], Passing]:
        """The faults in force that are about this request, before any draw."""
        passing = Passing(where=exchange.upstream, method=exchange.method, path=exchange.path, at=self.active.now())
        return [fault for fault in self.active.faults if concerns(fault, passing)], passing

    def key_of(self, content: str) -> Key:
        """The key of a request without a trace id: its content, and how often that came in this phase."""
        phase = self.active.phase
        count = self.counts.get((phase, content), 0)
        self.counts[(phase, content)] = count + 1
        return ("content", content, count)

    def drawn(self, faults: Sequence[Fault], passing: Passing, key: Key) -> Fault | None:
        """The fault that the request with this key meets; None if it meets none."""
        return met(faults, passing, self.active.seed, key)

    def keep(self, task: asyncio.Task[None]) -> None:
        """Keep the task until it has ended, and end it with the relay."""
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

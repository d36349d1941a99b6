"""A relay for any protocol over TCP: bytes pass as they come, and faults hit exchanges.

An exchange begins when the client speaks after the upstream has, so it is a query and its result, or a command and its
reply. Its first bytes say what it is; they are its key for the draw of a fault.
"""

import asyncio
import contextlib
import socket
from typing import cast
from urllib.parse import urlsplit

from harness.core.integration.exchange import Exchange, content_key
from harness.core.integration.fault import Fault
from harness.core.seed import Stream
from harness.inject.corrupt import corrupted, cut_at
from harness.inject.pacing import PACED, paced
from harness.inject.relays.direction import Direction
from harness.inject.relays.state import Key, RelayState
from harness.inject.relays.wire import NO_LINGER, small_reads

METHOD = "TCP"
"""The method of an exchange whose protocol the relay does not know."""

LAST = 0.001
"""Seconds after the last bytes of a connection were due until it is closed."""


class Side(asyncio.Protocol):
    """One of the two connections: what happens on it, the pair handles."""

    __slots__ = ("other", "pair", "transport")

    transport: asyncio.Transport | None

    def __init__(self, pair: "Pair") -> None:
        """pair: the two connections that belong together."""
        self.pair = pair
        self.transport = None
        self.other: Side | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.pair.relay.transports.add(transport)
        small_reads(transport)
        self.pair.opened(self, self.transport)

    def data_received(self, data: bytes) -> None:
        if self is self.pair.client:
            self.pair.asked(data)
        else:
            self.pair.answered(data)

    def eof_received(self) -> bool:
        """Keep the way back open: a client may end its half and still read."""
        self.pair.half_ended(self)
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self.pair.relay.transports.discard(cast(asyncio.BaseTransport, self.transport))
        self.pair.lost(self, exc)

    def pause_writing(self) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other is not None and self.other.transport is not None and not self.other.transport.is_closing():
            self.other.transport.resume_reading()


class Pair:
    """The connection of a client and the one to the upstream, with the exchange that is under way."""

    def __init__(self, relay: RelayState) -> None:
        """relay: the state that all pairs share."""
        self.relay = relay
        self.loop = asyncio.get_running_loop()
        self.client, self.upstream = Side(self), Side(self)
        self.client.other, self.upstream.other = self.upstream, self.client
        self.there, self.back = Direction(self.loop), Direction(self.loop)
        self.exchange: Exchange | None = None
        self.fault: Fault | None = None
        self.key: Key = ()
        self.replied = True
        self.hangs = self.left = False
        self.ends = 0

    def opened(self, side: Side, transport: asyncio.Transport) -> None:
        """One of the two connections stands."""
        if side is self.client:
            self.there.source = transport
            self.back.connected(transport)
            self.relay.keep(self.loop.create_task(self._dial()))
        else:
            self.back.source = transport
            self.there.connected(transport)

    async def _dial(self) -> None:
        parts = urlsplit(self.relay.upstream.url)
        try:
            await self.loop.create_connection(lambda: self.upstream, parts.hostname or "", parts.port or 0)
        except OSError:
            self.reset()
        if self.left:
            self.close()

    def asked(self, data: bytes) -> None:
        """The client has sent these bytes."""
        if self.hangs:
            return
        if self.replied:
            self._begin(data)
        fault = self.fault
        if fault is None or fault.at == "response" or fault.kind not in ("reset", "latency", "hang"):
            self.there.send(data)
        elif fault.kind == "latency":
            self.there.send(data, fault.seconds)
        elif fault.kind == "reset":
            self.reset()
        else:
            self.hangs = True

    def answered(self, data: bytes) -> None:
        """The upstream has sent these bytes."""
        first, self.replied = not self.replied, True
        if self.exchange is not None:
            self.exchange.ended = self.relay.clock()
        fault = self.fault
        if self.hangs:
            return
        if fault is None or fault.kind == "latency":
            late = fault is not None and first and fault.at == "response"
            self.back.send(data, fault.seconds if fault and late else 0.0)
        else:
            self._under(fault, data)

    def _under(self, fault: Fault, data: bytes) -> None:
        """The reply under a fault."""
        if fault.kind in PACED:
            self.back.send_paced(paced(fault, data))
        elif fault.kind == "corrupt":
            self.back.send(corrupted(data, Stream(self.relay.active.seed, "spoil", fault.name, *self.key)))
        elif fault.kind == "truncated":
            self.back.send(data[: cut_at(len(data))])
            self.close()
        elif fault.kind == "reset":
            self.reset()
        else:
            self.hangs = True

    def _begin(self, data: bytes) -> None:
        """An exchange begins with these bytes: it meets a fault, or none."""
        self._finish()
        relay = self.relay
        exchange = Exchange(upstream=relay.upstream.name, method=METHOD, path="", started=relay.clock())
        self.exchange, self.fault, self.replied = exchange, None, False
        relay.began(exchange)
        faults, passing = relay.concerned(exchange)
        if not faults and not relay.studies:
            return
        exchange.content = content_key(METHOD, "", data)
        if faults:
            self.key = relay.key_of(exchange.content)
            self.fault = relay.drawn(faults, passing, self.key)
            exchange.fault = self.fault.name if self.fault else ""

    def _finish(self) -> None:
        if self.exchange is not None:
            if self.exchange.ended is None:
                self.exchange.ended = self.relay.clock()
            self.relay.over(self.exchange)
            self.exchange = None

    def half_ended(self, side: Side) -> None:
        """No more bytes come from that side. A connection that hangs does not tell the client."""
        self.ends += 1
        if self.hangs:
            if side is self.client:
                self.close()
            return
        (self.there if side is self.client else self.back).end()
        if self.ends == 2:
            self.close()

    def lost(self, side: Side, reason: Exception | None) -> None:
        """One connection has gone: so does the other, in the same way, unless it hangs."""
        if side is self.client:
            self._finish()
            self.left = True
        if self.hangs and side is self.upstream:
            return
        if reason is not None:
            self.reset()
        else:
            self.close()

    def reset(self) -> None:
        """End both with an RST."""
        for transport in self._open():
            with contextlib.suppress(OSError):
                transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            transport.abort()

    def close(self) -> None:
        """End both, the client after the bytes that are on their way to it."""
        for transport in self._open():
            if transport is self.client.transport and self.back.due > self.loop.time():
                self.loop.call_at(self.back.due + LAST, transport.close)
            else:
                transport.close()

    def _open(self) -> list[asyncio.Transport]:
        both = (self.client.transport, self.upstream.transport)
        return [one for one in both if one is not None and not one.is_closing()]

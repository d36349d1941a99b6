"""One connection through a relay: request by request, passed on as it is or handed to the fault that it meets."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from harness.core.fault import Exchange, Fault, Passing, concerns, content_key, met, trace_id
from harness.inject.http1 import (
    Head,
    NotHttpError,
    Piece,
    read_body,
    read_head,
    request_framing,
    response_framing,
)
from harness.inject.relay_state import RelayState
from harness.inject.wire import Wire, dial

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
Key = tuple[str | int, ...]


@dataclass(slots=True, kw_only=True)
class RunRequest:
    """A request as far as it is read. pieces: its whole body, or None while that is still on its way."""

    head: Head
    exchange: Exchange
    pieces: Sequence[Piece] | None = None
    key: Key = ()

    @property
    def method(self) -> str:
        return self.head.first[0]


Act = Callable[["Connection", RunRequest, Fault], Awaitable[bool]]
"""What a fault does to the request; whether the connection goes on after it."""


@dataclass(slots=True, kw_only=True)
class Connection:
    """A client's connection and, from its first passed request on, one of its own to the upstream.

    One to one, without a pool: keep-alive stays what it is without a relay, and no client waits for another.
    acts: what each kind of fault does.
    """

    relay: RelayState
    client: Wire
    acts: Mapping[str, Act]
    upstream: Wire | None = None

    async def talk(self) -> None:
        """Request after request, until one side ends the connection or a fault does."""
        while head := await self._next_head_or_refuse():
            exchange = self._begin(head)
            try:
                going_on = await self._pass(RunRequest(head=head, exchange=exchange))
            finally:
                exchange.ended = self.relay.clock()
                self.relay.over(exchange)
            if not going_on:
                return

    def leave(self) -> None:
        """Let the upstream's side go."""
        if self.upstream is not None:
            self.upstream.writer.close()

    async def _next_head_or_refuse(self) -> Head | None:
        try:
            return await self._next_head()
        except NotHttpError as reason:
            text = f"this relay speaks HTTP/1.1 only: {reason}\n".encode()
            lines = f"Content-Type: text/plain\r\nContent-Length: {len(text)}\r\nConnection: close"
            await self.client.write(f"HTTP/1.1 400 Bad Request\r\n{lines}\r\n\r\n".encode() + text)
            return None

    async def _next_head(self) -> Head | None:
        """The next request; None when either side ends the connection while nothing is asked."""
        if self.upstream is None:
            return await read_head(self.client.reader)
        asked = asyncio.ensure_future(read_head(self.client.reader))
        ended = asyncio.ensure_future(self.upstream.reader.read(1))
        try:
            await asyncio.wait((asked, ended), return_when=asyncio.FIRST_COMPLETED)
            return None if ended.done() else await asked
        finally:
            for task in (asked, ended):
                task.cancel()
            await asyncio.gather(asked, ended, return_exceptions=True)

    def _begin(self, head: Head) -> Exchange:
        exchange = Exchange(
            upstream=self.relay.upstream.name,
            method=head.first[0],
            path=head.first[1],
            started=self.relay.clock(),
            trace=trace_id(head.header("traceparent")),
        )
        self.relay.began(exchange)
        return exchange

    async def _pass(self, asked: RunRequest) -> bool:
        """One request; whether the connection goes on after it."""
        fault = await self._draw(asked)
        if fault is None:
            return await self.reply(asked)
        return await self.acts[fault.kind](self, asked, fault)

    async def _draw(self, asked: RunRequest) -> Fault | None:
        """The fault that the request meets. One that may meet some is read whole first: its content is its key."""
        active, exchange = self.relay.active, asked.exchange
        path = exchange.path.partition("?")[0]
        passing = Passing(where=exchange.upstream, method=exchange.method, path=path, at=active.now())
        faults, phase = [fault for fault in active.faults if concerns(fault, passing)], active.phase
        if not faults:
            return None
        await self._read_whole(asked)
        asked.key = self._key(asked, phase)
        return met(faults, passing, active.seed, asked.key)

    def _key(self, asked: RunRequest, phase: int) -> Key:
        if asked.exchange.trace:
            return ("trace", asked.exchange.trace)
        body = b"".join(piece.data for piece in asked.pieces or () if piece.payload)
        content = content_key(asked.exchange.method, asked.exchange.path, body)
        count = self.relay.counts.get((phase, content), 0)
        self.relay.counts[(phase, content)] = count + 1
        return ("content", content, count)

    async def _read_whole(self, asked: RunRequest) -> None:
        if asked.head.header("expect").lower() == "100-continue":
            await self.client.write(CONTINUE)
        asked.pieces = [piece async for piece in self._request_body(asked.head)]

    def _request_body(self, head: Head) -> AsyncIterator[Piece]:
        return read_body(self.client.reader, request_framing(head), head.length)

    async def ask(self, asked: RunRequest) -> tuple[Head, Wire, "asyncio.Task[None] | None"]:
        """Send the request on; the head of the reply. The task still sends the body, as far as it is not sent yet."""
        self.upstream = self.upstream or await self._dial()
        await self.upstream.write(self._raw(asked.head))
        sending = None
        if asked.pieces is None:
            sending = asyncio.ensure_future(self._send_body(asked.head, self.upstream))
        for piece in asked.pieces or ():
            await self.upstream.write(piece.data)
        while (head := await read_head(self.upstream.reader)) and head.first[1].startswith("1"):
            # Who read the request whole has answered the wish for a 100 already.
            if head.first[1] == "101" or asked.pieces is None:
                await self.client.write(head.raw)
            if head.first[1] == "101":
                return head, self.upstream, sending
        if head is None:
            raise NotHttpError("the upstream ended the connection without a reply")
        return head, self.upstream, sending

    async def _send_body(self, head: Head, upstream: Wire) -> None:
        """A client that leaves within its request leaves the upstream in the same way."""
        try:
            await upstream.copy(self._request_body(head))
        except (OSError, NotHttpError):
            upstream.reset()
            raise

    async def _dial(self) -> Wire:
        parts = urlsplit(self.relay.upstream.url)
        tls = parts.scheme == "https"
        return await dial(parts.hostname or "", parts.port or (443 if tls else 80), tls=tls)

    def _raw(self, head: Head) -> bytes:
        """The head's own bytes; the host is another one only where the upstream is another machine."""
        if not self.relay.rewrite_host:
            return head.raw
        host = urlsplit(self.relay.upstream.url).netloc.rpartition("@")[2].encode()
        return re.sub(rb"(?im)^(host:[ \t]*)[^\r\n]*", lambda found: found[1] + host, head.raw, count=1)

    async def reply(self, asked: RunRequest, delay: float = 0.0) -> bool:
        """Pass the request on and its reply back; the connection goes on when both are whole."""
        head, upstream, sending = await self.ask(asked)
        try:
            if delay:
                await asyncio.sleep(delay)
            if head.first[1] == "101":
                return await self._tunnel(upstream)
            going_on = await self.give(asked, head, self._response_body(asked, head))
            return going_on and (sending is None or sending.done())
        finally:
            if sending is not None:
                await _ended(sending)

    async def give(self, asked: RunRequest, head: Head, pieces: AsyncIterator[Piece]) -> bool:
        """Write a reply to the client; whether the connection goes on after it."""
        asked.exchange.status = int(head.first[1]) if head.first[1].isdigit() else 0
        await self.client.write(head.raw)
        await self.client.copy(pieces)
        until_close = response_framing(head, asked.method) == "until_close"
        return not (until_close or head.closes or asked.head.closes)

    def _response_body(self, asked: RunRequest, head: Head) -> AsyncIterator[Piece]:
        assert self.upstream is not None
        return read_body(self.upstream.reader, response_framing(head, asked.method), head.length)

    async def _tunnel(self, upstream: Wire) -> bool:
        """After an upgrade: bytes both ways, until one side ends."""
        ways = [
            asyncio.ensure_future(there.copy(read_body(here.reader, "until_close")))
            for here, there in ((self.client, upstream), (upstream, self.client))
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                await _ended(way)
        return False

    async def whole_reply(self, asked: RunRequest) -> tuple[Head, list[Piece]]:
        """The request passed on, and its reply read to the end."""
        head, _, _ = await self.ask(asked)
        return head, [piece async for piece in self._response_body(asked, head)]


async def _ended(task: "asyncio.Future[None]") -> None:
    """What still sends is stopped: the reply is there, so nobody waits for the rest."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

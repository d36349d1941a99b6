"""One connection through a relay: each request is passed on as it is, or handled by the fault that it meets."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from harness.core.clock import seconds_to_wait
from harness.core.integration.exchange import Exchange, content_key, trace_id
from harness.core.integration.fault import Fault
from harness.inject.relays.described import Copy, RelayedRequest, describe
from harness.inject.relays.http1 import (
    Head,
    NotHttpError,
    Piece,
    read_body,
    read_head,
    request_framing,
    response_framing,
)
from harness.inject.relays.state import Key, RelayState
from harness.inject.relays.wire import Wire

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


Action = Callable[["Connection", RelayedRequest, Fault], Awaitable[bool]]
"""Applies a fault to a request; returns whether the connection stays open."""


@dataclass(slots=True, kw_only=True)
class Connection:
    """The connection of a client and, from its first forwarded request on, one to the upstream.

    One to one, without a pool: keep-alive works as without a relay, and no client waits for another.
    actions: what each kind of fault does.
    """

    relay: RelayState
    client: Wire
    actions: Mapping[str, Action]
    upstream: Wire | None = None

    async def serve(self) -> None:
        """Handle request after request, until one side or a fault ends the connection."""
        while head := await self._next_head_or_refuse():
            request = self._begin(head)
            try:
                stays_open = await self._handle(request)
            finally:
                self._end(request)
            if not stays_open:
                return

    def close(self) -> None:
        """Close the connection to the upstream."""
        if self.upstream is not None:
            self.upstream.transport.close()

    async def _next_head_or_refuse(self) -> Head | None:
        try:
            return await self._next_head()
        except NotHttpError as reason:
            text = f"this relay speaks HTTP/1.1 only: {reason}\n".encode()
            lines = f"Content-Type: text/plain\r\nContent-Length: {len(text)}\r\nConnection: close"
            await self.client.write(f"HTTP/1.1 400 Bad Request\r\n{lines}\r\n\r\n".encode() + text)
            return None

    async def _next_head(self) -> Head | None:
        """The next request; None if either side ends the connection between two requests."""
        client, upstream = self.client, self.upstream
        while upstream is not None and not (client.unread or client.ended):
            if upstream.unread or upstream.ended:
                return None
            await client.wait()
        return await read_head(client)

    def _begin(self, head: Head) -> RelayedRequest:
        exchange = Exchange(
            upstream=self.relay.upstream.name,
            method=head.first[0],
            path=head.first[1].partition("?")[0],
            started=self.relay.clock(),
            trace=trace_id(head.header("traceparent")),
        )
        self.relay.began(exchange)
        return RelayedRequest(head=head, exchange=exchange, copy=Copy() if self.relay.studies else None)

    def _end(self, request: RelayedRequest) -> None:
        if request.copy:
            describe(request.exchange, request.head, request.copy, self.relay.effects)
        request.exchange.ended = request.ended or self.relay.clock()
        self.relay.over(request.exchange)

    async def _handle(self, request: RelayedRequest) -> bool:
        """Handle one request; true if the connection stays open after it."""
        fault = await self._draw(request)
        if fault is None:
            return await self.relay_reply(request)
        return await self.actions[fault.kind](self, request, fault)

    async def _draw(self, request: RelayedRequest) -> Fault | None:
        """The fault that the request meets. If it may meet any, it is read whole first: its content is its key."""
        faults, passing = self.relay.concerned(request.exchange)
        if not faults:
            return None
        self._take_arrived(request)
        if request.pieces is None:
            await self._read_whole(request)
        request.key = self._key(request)
        return self.relay.drawn(faults, passing, request.key)

    def _key(self, request: RelayedRequest) -> Key:
        if request.exchange.trace:
            return ("trace", request.exchange.trace)
        body = b"".join(piece.data for piece in request.pieces or () if piece.payload)
        return self.relay.key_of(content_key(request.exchange.method, request.head.first[1], body))

    async def _read_whole(self, request: RelayedRequest) -> None:
        if request.head.header("expect").lower() == "100-continue":
            await self.client.write(CONTINUE)
        request.pieces = [piece async for piece in self._request_body(request)]

    def _request_body(self, request: RelayedRequest) -> AsyncIterator[Piece]:
        pieces = read_body(self.client, request_framing(request.head), request.head.length)
        return request.copy.of(pieces) if request.copy else pieces

    async def forward(self, request: RelayedRequest) -> tuple[Head, Wire, "asyncio.Task[None] | None"]:
        """Forward the request and return the head of the reply. The task, if any, is still sending the body."""
        upstream, sending = await self._send(request)
        while (head := await read_head(upstream)) and head.first[1].startswith("1"):
            # If the request was read whole, the client has its 100 already.
            if head.first[1] == "101" or request.pieces is None:
                await self.client.write(head.raw)
            if head.first[1] == "101":
                return head, upstream, sending
        if head is None:
            raise NotHttpError("the upstream ended the connection without a reply")
        if request.copy:
            request.copy.answered(head)
        return head, upstream, sending

    async def _send(self, request: RelayedRequest) -> tuple[Wire, "asyncio.Task[None] | None"]:
        """Send the request to the upstream, as far as it is here; a task sends the rest of its body."""
        if self.upstream is None:
            self.upstream = await self.relay.dial()
            self.upstream.other = self.client
        if request.pieces is None:
            self._take_arrived(request)
        start = self._raw(request.head)
        await self.upstream.write(b"".join((start, *(one.data for one in request.pieces))) if request.pieces else start)
        sending = None
        if request.pieces is None:
            sending = asyncio.ensure_future(self._send_body(request, self.upstream))
        return self.upstream, sending

    def _take_arrived(self, request: RelayedRequest) -> None:
        """Take the body if all of it is here already, so that nobody waits for any of it."""
        head, framing = request.head, request_framing(request.head)
        if framing == "none":
            request.pieces = ()
        elif framing == "length" and (head.length or 0) <= len(self.client.unread) and not head.header("expect"):
            data = self.client.take(head.length or 0)
            request.pieces = (Piece(data=data),)
            if request.copy:
                request.copy.add(data)

    async def _send_body(self, request: RelayedRequest, upstream: Wire) -> None:
        """Forward the body. If the client breaks off within its request, the upstream gets a reset."""
        try:
            await upstream.copy(self._request_body(request))
        except (OSError, NotHttpError):
            upstream.reset()
            raise

    def _raw(self, head: Head) -> bytes:
        """The bytes of the head, with the host of the upstream if that is another machine."""
        if not self.relay.rewrite_host:
            return head.raw
        host = urlsplit(self.relay.upstream.url).netloc.rpartition("@")[2].encode()
        return re.sub(rb"(?im)^(host:[ \t]*)[^\r\n]*", lambda found: found[1] + host, head.raw, count=1)

    async def relay_reply(self, request: RelayedRequest, delay: float = 0.0) -> bool:
        """Forward the request and send the reply back; true if the connection stays open after it."""
        head, upstream, sending = await self.forward(request)
        try:
            if delay:
                await asyncio.sleep(delay)
            if head.first[1] == "101":
                return await self._tunnel(upstream)
            stays_open = await self.send_reply(request, head, self._response_body(request, head), upstream)
            return stays_open and (sending is None or sending.done())
        finally:
            if sending is not None:
                await _stop(sending)

    async def send_reply(
        self, request: RelayedRequest, head: Head, pieces: AsyncIterator[Piece], source: Wire | None = None
    ) -> bool:
        """Send a reply to the client; true if the connection stays open after it.

        source: where its pieces come from. If the whole body has arrived there, it is sent together with the head.
        """
        request.exchange.status = int(head.first[1]) if head.first[1].isdigit() else 0
        if wait := head.header("retry-after"):
            request.exchange.retry_after = seconds_to_wait(wait) or 0.0
        framing = response_framing(head, request.method)
        if source and framing == "length" and (head.length or 0) <= len(source.unread):
            request.ended = self.relay.clock()  # before the service can go on
            await self.client.write(head.raw + source.take(head.length or 0))
        else:
            await self.client.write(head.raw)
            async for piece in pieces:
                request.ended = self.relay.clock()
                await self.client.write(piece.data)
        return not (framing == "until_close" or head.closes or request.head.closes)

    def _response_body(self, request: RelayedRequest, head: Head) -> AsyncIterator[Piece]:
        assert self.upstream is not None
        return read_body(self.upstream, response_framing(head, request.method), head.length)

    async def _tunnel(self, upstream: Wire) -> bool:
        """Copy bytes both ways after an upgrade, until one side ends."""
        directions = [
            asyncio.ensure_future(there.copy(read_body(here, "until_close")))
            for here, there in ((self.client, upstream), (upstream, self.client))
        ]
        try:
            await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for direction in directions:
                await _stop(direction)
        return False

    async def fetch_reply(self, request: RelayedRequest) -> tuple[Head, list[Piece]]:
        """Forward the request and read its reply to the end."""
        head, _, _ = await self.forward(request)
        return head, [piece async for piece in self._response_body(request, head)]


async def _stop(task: "asyncio.Future[None]") -> None:
    """Stop a task that is still sending: the reply is there, so nobody needs the rest."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

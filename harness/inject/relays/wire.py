"""Connections that end as a fault requires: with a reset, cleanly, or never."""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import AsyncIterable, Callable
from typing import cast

from harness.core.errors import ConfigError
from harness.inject.relays.http1 import PIECE_BYTES, NotHttpError, Piece

NO_LINGER = struct.pack("ii", 1, 0)
"""SO_LINGER with zero seconds, so that closing sends an RST; `transport.abort()` alone sends a FIN."""

MAX_UNREAD_BYTES = 4 * PIECE_BYTES
"""Bytes that may wait to be read; then the peer has to wait."""


class Wire(asyncio.Protocol):
    """One side of a relayed connection.

    What arrives is kept until it is read. `asyncio.StreamReader` does the same in three times the CPU time.
    """

    __slots__ = (
        "_drained",
        "_failure",
        "_loop",
        "_opened",
        "_paused",
        "_transports",
        "_waiter",
        "ended",
        "other",
        "transport",
        "unread",
    )

    transport: asyncio.Transport

    def __init__(self, transports: set[asyncio.BaseTransport], opened: "Callable[[Wire], None] | None" = None) -> None:
        """transports: has that of the wire while it is open. opened: called when the connection stands.

        unread: what has arrived and was not read. ended: nothing more will arrive. other: a wire whose reader is woken
        too.
        """
        self.unread = bytearray()
        self.ended = False
        self.other: Wire | None = None
        self._transports = transports
        self._opened = opened
        self._loop = asyncio.get_running_loop()
        self._failure: Exception | None = None
        self._paused = False
        self._waiter: asyncio.Future[None] | None = None
        self._drained: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._transports.add(transport)
        small_reads(transport)
        if self._opened is not None:
            self._opened(self)

    def data_received(self, data: bytes) -> None:
        self.unread += data
        if len(self.unread) > MAX_UNREAD_BYTES and not self._paused:
            self._paused = True
            self.transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        """Keep our own direction open, except under TLS, which has no half-closed connections."""
        self.ended = True
        self._wake()
        return self.transport.get_extra_info("sslcontext") is None

    def connection_lost(self, exc: Exception | None) -> None:
        self._transports.discard(self.transport)
        self.ended, self._failure = True, exc
        self._wake()
        self.resume_writing()

    def pause_writing(self) -> None:
        self._drained = self._loop.create_future()

    def resume_writing(self) -> None:
        drained, self._drained = self._drained, None
        if drained is not None and not drained.done():
            drained.set_result(None)

    def _wake(self) -> None:
        for wire in (self, self.other):
            if wire is not None and wire._waiter is not None and not wire._waiter.done():
                wire._waiter.set_result(None)

    async def wait(self) -> None:
        """Wait until something arrives or ends here, or on the other wire."""
        if self._paused:
            self._paused = False
            self.transport.resume_reading()
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    async def read(self, limit: int = PIECE_BYTES) -> bytes:
        """What has arrived, at most `limit` bytes; b"" at the end, OSError if that is a reset."""
        while not self.unread and not self.ended:
            await self.wait()
        if not self.unread and self._failure is not None:
            raise self._failure
        return self.take(min(limit, len(self.unread)))

    async def read_until(self, end: bytes, limit: int) -> bytes:
        """Everything up to and with `end`; less if the connection ends before it. NotHttpError beyond the limit."""
        start = 0
        while (at := self.unread.find(end, start)) < 0:
            start = max(0, len(self.unread) - len(end) + 1)
            if len(self.unread) > limit:
                raise NotHttpError(f"a head of more than {limit} bytes")
            if self.ended:
                return self.take(len(self.unread))
            await self.wait()
        if at > limit:
            raise NotHttpError(f"a head of more than {limit} bytes")
        return self.take(at + len(end))

    def take(self, size: int) -> bytes:
        """The first bytes of what waits to be read."""
        if size == len(self.unread):
            taken = bytes(self.unread)
            self.unread.clear()
            return taken
        taken = bytes(self.unread[:size])
        del self.unread[:size]
        return taken

    async def write(self, data: bytes) -> None:
        """Send, and wait while the other side is slow to read. ConnectionResetError if it is gone."""
        if self.transport.is_closing():
            raise ConnectionResetError("the connection has ended")
        self.transport.write(data)
        if self._drained is not None:
            await self._drained

    async def copy(self, pieces: AsyncIterable[Piece]) -> None:
        """Send the pieces as they arrive."""
        async for piece in pieces:
            await self.write(piece.data)

    async def discard(self) -> None:
        """Read and discard until the other side ends the connection."""
        with contextlib.suppress(OSError):
            while await self.read():
                pass

    def reset(self) -> None:
        """End with an RST: the peer gets ECONNRESET. Bytes that are still in our buffer are lost."""
        with contextlib.suppress(OSError):
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        self.transport.abort()

    async def end(self) -> None:
        """End with a FIN after all bytes that were written, and close the socket."""
        if self._drained is not None:
            await self._drained
        self.transport.close()


def small_reads(transport: asyncio.BaseTransport) -> None:
    """Read in small pieces: asyncio reads 256 KiB at a time, so the heap grows and shrinks each time (bpo-85451)."""
    if hasattr(transport, "max_size"):
        transport.max_size = PIECE_BYTES


async def dial(host: str, port: int, tls: ssl.SSLContext | None, transports: set[asyncio.BaseTransport]) -> Wire:
    """A connection to the upstream; OSError if it accepts none, or if its certificate is not trusted."""
    loop = asyncio.get_running_loop()
    _, wire = await loop.create_connection(lambda: Wire(transports), host, port, ssl=tls)
    return wire


def bind(host: str, port: int, name: str) -> socket.socket:
    """A listening socket; ConfigError if the port is in use."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Name the protocol, since asyncio disables Nagle's algorithm only then.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(256)
    except OSError as reason:
        listener.close()
        hint = f'  end what listens there (harness serve proxy?), or choose another listen for [[upstream]] "{name}"'
        raise ConfigError(f"the relay of {name} cannot listen on {host}:{port}: {reason.strerror}\n{hint}") from None
    return listener

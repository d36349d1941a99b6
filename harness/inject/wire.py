"""Connections that end as a fault says: with a reset, with a clean end, or never."""

import asyncio
import contextlib
import socket
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterable
from dataclasses import dataclass

from harness.core.errors import ConfigError
from harness.inject.http1 import LONGEST_HEAD, PIECE, Piece

NO_LINGER = struct.pack("ii", 1, 0)
"""SO_LINGER on, zero seconds: what is closed then goes with an RST. `transport.abort()` alone sends a FIN."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """One side of a relayed connection."""

    reader: StreamReader
    writer: StreamWriter

    async def write(self, data: bytes) -> None:
        """Send, and wait while the other side is slow to take it."""
        self.writer.write(data)
        await self.writer.drain()

    async def copy(self, pieces: AsyncIterable[Piece]) -> None:
        """Send the pieces as they come."""
        async for piece in pieces:
            await self.write(piece.data)

    async def discard(self) -> None:
        """Read and forget until the other side ends the connection."""
        with contextlib.suppress(OSError):
            while await self.reader.read(PIECE):
                pass

    def reset(self) -> None:
        """End with an RST: the peer gets ECONNRESET. What is still in our buffer is lost."""
        with contextlib.suppress(OSError):
            self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        self.writer.transport.abort()

    async def end(self) -> None:
        """End with a FIN after all that was written, and let the socket go."""
        with contextlib.suppress(OSError, RuntimeError):
            await self.writer.drain()
            self.writer.close()
            await self.writer.wait_closed()


def small_reads(writer: StreamWriter) -> None:
    """Plain asyncio reads into 256 KiB at a time, which makes the heap grow and shrink at every read (bpo-85451)."""
    if hasattr(writer.transport, "max_size"):
        writer.transport.max_size = PIECE


async def dial(host: str, port: int, *, tls: bool) -> Wire:
    """A connection to the upstream; OSError when it takes none."""
    reader, writer = await asyncio.open_connection(host, port, ssl=tls or None, limit=LONGEST_HEAD)
    small_reads(writer)
    return Wire(reader=reader, writer=writer)


def bind(host: str, port: int, name: str) -> socket.socket:
    """A listening socket; ConfigError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, since asyncio switches Nagle's delay off only where the protocol is spelled out.
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

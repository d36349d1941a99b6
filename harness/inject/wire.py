"""Connections that end as a fault requires: with a reset, cleanly, or never."""

import asyncio
import contextlib
import socket
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterable
from dataclasses import dataclass

from harness.core.errors import ConfigError
from harness.inject.http1 import MAX_HEAD_BYTES, PIECE_BYTES, Piece

NO_LINGER = struct.pack("ii", 1, 0)
"""SO_LINGER with zero seconds, so that closing sends an RST; `transport.abort()` alone sends a FIN."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """One side of a relayed connection."""

    reader: StreamReader
    writer: StreamWriter

    async def write(self, data: bytes) -> None:
        """Send, and wait while the other side is slow to read."""
        self.writer.write(data)
        await self.writer.drain()

    async def copy(self, pieces: AsyncIterable[Piece]) -> None:
        """Send the pieces as they arrive."""
        async for piece in pieces:
            await self.write(piece.data)

    async def discard(self) -> None:
        """Read and discard until the other side ends the connection."""
        with contextlib.suppress(OSError):
            while await self.reader.read(PIECE_BYTES):
                pass

    def reset(self) -> None:
        """End with an RST: the peer gets ECONNRESET. Bytes that are still in our buffer are lost."""
        with contextlib.suppress(OSError):
            self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        self.writer.transport.abort()

    async def end(self) -> None:
        """End with a FIN after all bytes that were written, and close the socket."""
        with contextlib.suppress(OSError, RuntimeError):
            await self.writer.drain()
            self.writer.close()
            await self.writer.wait_closed()


def small_reads(writer: StreamWriter) -> None:
    """Read in small pieces: asyncio reads 256 KiB at a time, so the heap grows and shrinks each time (bpo-85451)."""
    if hasattr(writer.transport, "max_size"):
        writer.transport.max_size = PIECE_BYTES


async def dial(host: str, port: int, *, tls: bool) -> Wire:
    """A connection to the upstream; OSError if it accepts none."""
    reader, writer = await asyncio.open_connection(host, port, ssl=tls or None, limit=MAX_HEAD_BYTES)
    small_reads(writer)
    return Wire(reader=reader, writer=writer)


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

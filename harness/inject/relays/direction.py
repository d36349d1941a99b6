"""The bytes of a connection on their way in one direction: in their order, and not before they are due."""

import asyncio
from collections import deque
from collections.abc import Iterable

from harness.inject.pacing import Parcel

MAX_QUEUED_BYTES = 1024 * 1024
"""Bytes that may wait in one direction; then its sender has to wait."""


class Direction:
    """The bytes of a connection on their way in one direction, in their order."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """source, to: where the bytes come from and go; `to` is None until the relay is connected.

        due: when the last of them may leave, on the clock of the loop.
        """
        self.source: asyncio.Transport | None = None
        self.to: asyncio.Transport | None = None
        self.due = 0.0
        self._loop = loop
        self._queue = deque[tuple[float, bytes]]()
        self._queued = 0
        self._ends = self._held = self._armed = False

    def send(self, data: bytes, delay: float = 0.0) -> None:
        """Send these bytes after those before them, and not before `delay` seconds from now."""
        if not self._queue and not delay and self.to is not None:
            self.to.write(data)
            return
        self._add(max(self.due, self._loop.time() + delay), data)
        self._flush()

    def send_paced(self, parcels: Iterable[Parcel]) -> None:
        """Send parcels, each so many seconds after the one before it."""
        for wait, data in parcels:
            self._add(max(self.due, self._loop.time()) + wait, data)
        self._flush()

    def end(self) -> None:
        """End this direction after its bytes."""
        self._ends = True
        self._flush()

    def connected(self, to: asyncio.Transport) -> None:
        """The other end stands; send what has waited for it."""
        self.to = to
        self._flush()

    def _add(self, due: float, data: bytes) -> None:
        self.due = due
        self._queue.append((due, data))
        self._queued += len(data)
        if self._queued > MAX_QUEUED_BYTES and self.source is not None:
            self._held = True
            self.source.pause_reading()

    def _flush(self) -> None:
        """Send what is due."""
        if self._armed or self.to is None or self.to.is_closing():
            return
        while self._queue and self._queue[0][0] <= self._loop.time():
            _, data = self._queue.popleft()
            self._queued -= len(data)
            self.to.write(data)
        if self._queue:
            self._armed = True
            self._loop.call_at(self._queue[0][0], self._again)
            return
        if self._held and self.source is not None and not self.source.is_closing():
            self._held = False
            if self.to.get_write_buffer_size() <= self.to.get_write_buffer_limits()[1]:  # else `resume_writing` does it
                self.source.resume_reading()
        if self._ends:
            self.to.write_eof()

    def _again(self) -> None:
        self._armed = False
        self._flush()

"""Replies that come slowly or in small pieces: when which bytes may leave."""

import asyncio
from collections.abc import AsyncIterator, Iterator

from harness.core.integration.fault import Fault

Parcel = tuple[float, bytes]
"""Seconds after the bytes before it, and the bytes."""

TICK = 0.02
"""Seconds between two parcels of a slow reply; a shorter time would be lost in the timers of the loop."""

PACED = ("bandwidth", "slicing")
"""Kinds of faults under which a reply comes bit by bit."""

APART = 0.001
"""Seconds between two slices, so that the kernel does not join them."""


def paced(fault: Fault, data: bytes) -> Iterator[Parcel]:
    """The parcels of a reply under a fault of kind `bandwidth` or `slicing`.

    >>> [parcel for parcel in paced(Fault(kind="bandwidth", where="crm", bytes_per_second=100), b"abcd")]
    [(0.02, b'ab'), (0.02, b'cd')]
    """
    if fault.kind == "slicing":
        size, wait = fault.piece_bytes, APART
    else:
        size = max(1, int(fault.bytes_per_second * TICK))
        wait = size / fault.bytes_per_second
    for start in range(0, len(data), size):
        yield wait, data[start : start + size]


async def arriving(fault: Fault, data: bytes) -> AsyncIterator[bytes]:
    """The pieces of a reply, each when it is due: a late one does not delay those after it."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    for wait, piece in paced(fault, data):
        due += wait
        await asyncio.sleep(due - loop.time())
        yield piece


def seconds(fault: Fault, size: int) -> float:
    """How long a reply of that many bytes takes under it."""
    return sum(wait for wait, _ in paced(fault, bytes(size)))

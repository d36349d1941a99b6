"""The honest order service that stops dead once: it takes no request, answers none, and then goes on with all of them.

    python -m tests.endpoints.stalling --after 1600 --seconds 2

Prints its address. When it is ended it prints `STALL begin end`, and `ANSWERED traceparent moment` for each case, all
on the machine's counter (time.perf_counter).
"""

import argparse
import asyncio
import json
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache

from tests.endpoints.command import module
from tests.endpoints.orders import honest


@dataclass(slots=True)
class Log:
    """Stalls at the POST number `after`, for `seconds`, and remembers when it answered what."""

    after: int
    seconds: float
    posts: int = 0
    lines: list[str] = field(default_factory=list)

    def perhaps_stall(self) -> None:
        self.posts += 1
        if self.posts == self.after:
            begin = time.perf_counter()
            time.sleep(self.seconds)
            self.lines.append(f"STALL {begin} {time.perf_counter()}")

    def answered(self, head: bytes) -> None:
        trace = head.partition(b"traceparent: ")[2].split(b"\r\n", 1)[0].decode()
        if trace:
            self.lines.append(f"ANSWERED {trace} {time.perf_counter()}")


class Service(asyncio.Protocol):
    def __init__(self, log: Log) -> None:
        self.log, self.came = log, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.came += data
        head, end, body = self.came.partition(b"\r\n\r\n")
        if not end or len(body) < _length(head):
            return
        self.came = b""
        if not head.startswith(b"POST"):
            self.transport.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}")
            return
        self.log.perhaps_stall()
        self.transport.write(_answer(body))
        self.log.answered(head)


@lru_cache(maxsize=4096)
def _answer(body: bytes) -> bytes:
    """The reply; remembered, so that what has gathered in the stall is answered at once after it."""
    status, reply = honest(body)
    content = json.dumps(reply).encode()
    head = b"HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d" % (status, len(content))
    return head + b"\r\n\r\n" + content


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0] or 0)


@dataclass(slots=True)
class Stalled:
    """The service's address, and once it has ended: when it stalled, and when it answered what by traceparent."""

    url: str
    windows: list[tuple[float, float]] = field(default_factory=list)
    answered: dict[str, float] = field(default_factory=dict)


@contextmanager
def stalling(after: int, seconds: float) -> Iterator[Stalled]:
    """The service as a process of its own, for as long as the block runs."""
    with module("tests.endpoints.stalling", "--after", str(after), "--seconds", str(seconds)) as process:
        assert process.stdout
        stalled = Stalled(process.stdout.readline().strip())
        yield stalled
        process.terminate()
        for line in process.stdout:
            kind, first, second = line.split()
            if kind == "STALL":
                stalled.windows.append((float(first), float(second)))
            else:
                stalled.answered[first] = float(second)


async def serve(log: Log) -> None:
    loop, done = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, done.set)
    server = await loop.create_server(lambda: Service(log), "127.0.0.1", 0, backlog=4096)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/score", flush=True)
    await done.wait()
    print("\n".join(log.lines), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--after", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=2.0)
    asked = parser.parse_args()
    asyncio.run(serve(Log(asked.after, asked.seconds)))

"""The honest order service that stops dead: it takes no request, answers none, and then goes on with all of them.

    python -m tests.endpoints.stalling --after 1600 --seconds 2 [--again]

Prints its address. When it is ended it prints `STALL begin end`, and `ANSWERED traceparent moment` for each case, all
on the machine's counter (time.perf_counter).
"""

import argparse
import json
import selectors
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache

from tests.endpoints.command import module
from tests.endpoints.orders import honest

PAUSE = 0.25
"""Seconds without a request after which another load begins: its processes take longer to start."""


@dataclass(slots=True)
class Log:
    """Stalls at POST number `after` since a pause, for `seconds`, and records when it answered each request.

    again: also at the 2nd, 3rd, ... `after` POSTs.
    """

    after: int
    seconds: float
    again: bool = False
    posts: int = 0
    last: float = 0.0
    lines: list[str] = field(default_factory=list)

    def perhaps_stall(self) -> None:
        now = time.perf_counter()
        self.posts = 1 if now - self.last > PAUSE else self.posts + 1
        self.last = now
        if self.posts == self.after or (self.again and self.posts % self.after == 0):
            begin = time.perf_counter()
            time.sleep(self.seconds)
            self.last = time.perf_counter()
            self.lines.append(f"STALL {begin} {time.perf_counter()}")

    def answered(self, head: bytes) -> None:
        trace = head.partition(b"traceparent: ")[2].split(b"\r\n", 1)[0].decode()
        if trace:
            self.lines.append(f"ANSWERED {trace} {time.perf_counter()}")


class Service:
    """Bare sockets: what gathered in the stall is answered within milliseconds, so that the stall alone is the theory.

    A request is one segment on the loopback, but for what a person would send by hand; the rest of it is waited for.
    """

    def __init__(self, log: Log) -> None:
        self.log = log
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self.listener.setblocking(False)
        self.ready = selectors.DefaultSelector()
        self.ready.register(self.listener, selectors.EVENT_READ)

    def serve(self) -> None:
        """Until a signal ends it."""
        while True:
            for key, _ in self.ready.select():
                if key.fileobj is self.listener:
                    self._accept()
                else:
                    assert isinstance(key.fileobj, socket.socket)
                    self._answer(key.fileobj)

    def _accept(self) -> None:
        """Take every new connection, and answer at once what already stands in it."""
        while True:
            try:
                connection = self.listener.accept()[0]
            except BlockingIOError:
                return
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.ready.register(connection, selectors.EVENT_READ)
            self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        try:
            came = connection.recv(65536, socket.MSG_PEEK)
        except BlockingIOError:
            return
        except OSError:
            came = b""
        head, end, body = came.partition(b"\r\n\r\n")
        if not came:
            self.ready.unregister(connection)
            connection.close()
        elif end and len(body) >= _length(head):
            connection.recv(len(came))
            self._reply(connection, head, body)

    def _reply(self, connection: socket.socket, head: bytes, body: bytes) -> None:
        if not head.startswith(b"POST"):
            connection.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}")
            return
        self.log.perhaps_stall()
        connection.send(_answer(body.rstrip()))
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
    """The service's address, and once it has ended: when it stalled, and when it answered, by traceparent."""

    url: str
    windows: list[tuple[float, float]] = field(default_factory=list)
    answered: dict[str, float] = field(default_factory=dict)


@contextmanager
def stalling(after: int, seconds: float, *, again: bool = False) -> Iterator[Stalled]:
    """Run the service as a separate process while the block runs."""
    options = ["--after", str(after), "--seconds", str(seconds), *(["--again"] if again else [])]
    with module("tests.endpoints.stalling", *options) as process:
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


def serve(log: Log) -> None:
    """Print the address, serve until SIGTERM, print the log."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    service = Service(log)
    print(f"http://127.0.0.1:{service.listener.getsockname()[1]}/score", flush=True)
    try:
        service.serve()
    except KeyboardInterrupt:
        print("\n".join(log.lines), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--after", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--again", action="store_true")
    asked = parser.parse_args()
    serve(Log(asked.after, asked.seconds, asked.again))

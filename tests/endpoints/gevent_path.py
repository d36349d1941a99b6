"""The client of `harness load` in a separate process with gevent, for tests that cover both clients.

Reads one JSON document per line (`Wanted`), sends, and writes one line of replies. It does not use Locust.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from harness.core.integration.fault import Fault
from harness.core.reply import Reply
from harness.core.settings import Target
from harness.replay.codecs import Request
from tests.endpoints.command import module


class Wanted(msgspec.Struct, kw_only=True):
    """What to send: the request, `count` times at `rate`, or one after the other if that is 0; and the faults."""

    request: Request
    target: Target
    count: int
    rate: float
    limit: int
    headers: tuple[tuple[str, str], ...]
    largest: int
    faults: tuple[Fault, ...] = ()


class Got(msgspec.Struct, kw_only=True):
    """One reply and its whole body."""

    reply: Reply
    body: bytes


class Path:
    """A started process; `send` may be called any number of times."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def send(self, wanted: Wanted) -> list[Got]:
        """The replies in the order of arrival."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(msgspec.json.encode(wanted).decode() + "\n")
        self._process.stdin.flush()
        return msgspec.json.decode(self._process.stdout.readline(), type=list[Got])


@contextmanager
def gevent_path() -> Iterator[Path]:
    """The process, for as long as the block runs."""
    with module("tests.endpoints.gevent_path") as process:
        yield Path(process)


def carry_out(wanted: Wanted) -> list[Got]:
    from harness.core.clock import Clock
    from harness.inject.active import Active
    from harness.load.client import Gevent
    from harness.load.sender import Arrival, Sender
    from harness.replay import exchange, send
    from harness.replay.pace import due_times
    from harness.replay.wire import wire

    exchange.LARGEST_REPLY = wanted.largest
    clock, got = Clock(), list[Got]()
    one = wire(wanted.request, wanted.headers)
    dues = due_times(wanted.count, wanted.rate, clock.now() + 0.05) if wanted.rate else [clock.now()] * wanted.count
    trace = dict(wanted.request.headers).get("traceparent", "")
    sender = Sender(
        Gevent(),
        clock,
        wanted.target,
        wanted.target.in_flight if wanted.rate else 1,
        send.Breaker(limit=wanted.limit),
        lambda _: (one.bytes_of(trace), one.alone),
        lambda received: got.append(Got(reply=received.reply, body=received.body)),
        active=Active(1, clock.now, wanted.faults),
    )
    sender.send(Arrival(due, f"p/s#{k}", 0) for k, due in enumerate(dues))
    return got


if __name__ == "__main__":
    for line in sys.stdin:
        print(msgspec.json.encode(carry_out(msgspec.json.decode(line, type=Wanted))).decode(), flush=True)

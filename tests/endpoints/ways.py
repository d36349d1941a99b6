"""Both clients behind one interface: httpx in this process, gevent in another."""

from typing import Any, Protocol

from harness.core.clock import Clock
from harness.core.settings import Target
from harness.replay import exchange
from harness.replay.codecs import Request
from harness.replay.pace import due_times
from harness.replay.send import Breaker, Due, Received, send_all
from tests.endpoints.gevent_path import Path, Wanted


class Way(Protocol):
    """Sends `count` requests to the URL, at `rate` or one by one. Returns the replies in the order of arrival."""

    def __call__(self, url: str, count: int = 1, **how: Any) -> list[Received]: ...


def wanted(
    url: str,
    count: int = 1,
    *,
    rate: float = 0.0,
    in_flight: int = 64,
    deadline: str = "5s",
    protocol: str = "json",
    limit: int = 12,
    headers: tuple[tuple[str, str], ...] = (),
    alone: bool = False,
    body: bytes = b"{}",
    largest: int = exchange.LARGEST_REPLY,
    exactly: Request | None = None,
) -> Wanted:
    usual = (("Content-Type", "application/json"), ("X-Harness-Case", "p/s#0"))
    request = Request(method="POST", url=url, headers=usual, body=body, alone=alone)
    target = Target(url=url, protocol=protocol, in_flight=in_flight, deadline=deadline)  # type: ignore[arg-type]
    return Wanted(
        request=exactly or request,
        target=target,
        count=count,
        rate=rate,
        limit=limit,
        headers=headers,
        largest=largest,
    )


def over_httpx(url: str, count: int = 1, **how: Any) -> list[Received]:
    asked = wanted(url, count, **how)
    clock, got = Clock(), list[Received]()
    dues = due_times(count, asked.rate, clock.now() + 0.05) if asked.rate else [None] * count
    batch = [Due(address=f"p/s#{k}", repeat=0, request=asked.request, due=due) for k, due in enumerate(dues)]
    before, exchange.LARGEST_REPLY = exchange.LARGEST_REPLY, asked.largest
    try:
        send_all(batch, asked.target, asked.headers, clock, got.append, Breaker(limit=asked.limit))
    finally:
        exchange.LARGEST_REPLY = before
    return got


def over_gevent(path: Path) -> Way:
    def way(url: str, count: int = 1, **how: Any) -> list[Received]:
        return [Received(reply=one.reply, body=one.body) for one in path.send(wanted(url, count, **how))]

    return way

"""Send prebuilt requests when they are due, over httpx, and pass on each reply as it arrives."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import MappingProxyType
from typing import NamedTuple, Protocol

import httpx

from harness.core.clock import Clock
from harness.core.reply import Reply
from harness.core.settings import Target
from harness.replay import exchange
from harness.replay.codecs import ENCODINGS, Request
from harness.replay.exchange import Exchange, Timer, TooLarge, in_process, named, over_http
from harness.replay.no_answer import PACKED_WRONGLY
from harness.replay.pace import parse_seconds
from harness.replay.tls import trusted


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One request of a case, and its due moment on the run's clock.

    due: None to send it when the earlier ones are back. with_last: without a due moment, send it with the previous one.
    """

    address: str
    repeat: int
    request: Request
    due: float | None = None
    with_last: bool = False


class Received(NamedTuple):
    """A reply and its whole body, which may be long or not a text.

    retry_after: the header of that name, or "". head: the headers that say what the reply is.
    """

    reply: Reply
    body: bytes
    retry_after: str = ""
    head: Mapping[str, str] = MappingProxyType({})


class Stop(Protocol):
    """Sees every reply, and says when no further request may be sent."""

    @property
    def open(self) -> bool:
        """Whether sending has to stop."""

    def saw(self, got: Received) -> None:
        """One more reply has come."""


@dataclass(slots=True)
class Breaker:
    """Stops sending after `limit` requests in a row without any reply: the target is gone, or is being harmed."""

    limit: int = 12
    run: int = 0
    open: bool = False

    def saw(self, got: Received) -> None:
        """One more reply has come."""
        self.run = 0 if got.reply.status else self.run + 1
        self.open = self.open or self.run >= self.limit


class Way(Protocol):
    """An intermediary on the way to the target. It is told of each request, and its transport may change it.

    The transport finds the extension `harness_case` (address, repeat) on a request, and adds the name of a fault that
    the request meets to the list `harness_met`.
    """

    def sending(self, address: str, repeat: int) -> None:
        """The request of this case leaves now."""

    def around(self, inner: httpx.AsyncBaseTransport) -> httpx.AsyncBaseTransport:
        """The transport that replaces `inner` and sends through it."""


def send_all(
    batch: Sequence[Due],
    target: Target,
    headers: Sequence[tuple[str, str]],
    clock: Clock,
    received: Callable[[Received], None],
    breaker: Stop,
    way: Way | None = None,
) -> None:
    """Send the whole batch and call `received` once per request, in the order of arrival.

    headers: with secrets resolved, never stored. Returns early when the breaker opens; replies so far are received.
    way: the intermediary between the harness and the target, or None.
    """
    asyncio.run(_send_all(batch, target, headers, clock, received, breaker, way))


async def _send_all(
    batch: Sequence[Due],
    target: Target,
    headers: Sequence[tuple[str, str]],
    clock: Clock,
    received: Callable[[Received], None],
    breaker: Stop,
    way: Way | None,
) -> None:
    deadline = parse_seconds(target.deadline)
    limits = httpx.Limits(max_connections=target.in_flight, keepalive_expiry=exchange.KEEP_ALIVE_SECONDS)
    # A proxy named in the environment would route the load off this machine.
    transport: httpx.AsyncBaseTransport = httpx.AsyncHTTPTransport(verify=trusted(), limits=limits, trust_env=False)
    client = httpx.AsyncClient(
        transport=way.around(transport) if way else transport,
        timeout=None,
        trust_env=False,
        headers=[("Accept-Encoding", ENCODINGS), *headers],
        cookies=_no_cookies(),
    )
    async with client:
        answer = in_process(target) if target.protocol == "python" else over_http(client)
        slots = asyncio.Semaphore(target.in_flight)

        async def one(item: Due, due: float) -> None:
            async with slots:
                if breaker.open:
                    return
                if way:
                    way.sending(item.address, item.repeat)
                got = await _exchange(item, due, answer, clock, deadline)
            breaker.saw(got)
            received(got)

        for wave in _waves(item for item in batch if item.due is None):
            async with asyncio.TaskGroup() as group:
                started = clock.now()
                for item in wave:
                    group.create_task(one(item, started))
        async with asyncio.TaskGroup() as group:
            for item in batch:
                if item.due is None or breaker.open:
                    continue
                await asyncio.sleep(max(0.0, item.due - clock.now()))
                group.create_task(one(item, item.due))


def _waves(items: Iterable[Due]) -> Iterator[list[Due]]:
    """The requests that leave at the same moment."""
    wave: list[Due] = []
    for item in items:
        if wave and not item.with_last:
            yield wave
            wave = []
        wave.append(item)
    if wave:
        yield wave


def _no_cookies() -> CookieJar:
    """A cookie jar that keeps nothing: no request may depend on earlier replies."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


async def _exchange(item: Due, due: float, answer: Exchange, clock: Clock, deadline: float) -> Received:
    """One request and its result. A network failure is a reply too."""
    timer = Timer(clock, (item.address, item.repeat))
    sent = clock.now()
    status, body, error = 0, b"", ""
    try:
        async with asyncio.timeout(deadline):
            status, body = await answer(item.request, timer)
    except TimeoutError:
        error = "timeout"
    except TooLarge:
        error = f"too_large: more than {exchange.LARGEST_REPLY} bytes"
    except httpx.DecodingError as reason:
        error = f"{PACKED_WRONGLY}: {named(reason)}"
    except httpx.HTTPError as reason:
        error = f"dropped: {named(reason)}"
    done = clock.now()
    reply = Reply(
        address=item.address,
        repeat=item.repeat,
        due=round(due, 6),
        sent=round(sent, 6),
        first=round(timer.first or done, 6),
        done=round(done, 6),
        status=status if not error else 0,
        error=error,
        faults=tuple(timer.met),
    )
    return Received(reply=reply, body=body, retry_after=timer.retry_after, head=timer.head)

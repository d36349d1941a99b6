"""Faults on the target: what the harness sees, whether the request was sent, and which faults the reply names."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import httpx
import pytest

from harness.core.clock import Clock
from harness.core.integration.fault import TARGET, Fault, drawn
from harness.core.settings import Target
from harness.inject.active import Active
from harness.inject.corrupt import SIGN_IN
from harness.inject.transport import FaultTransport
from harness.replay.codecs import Request
from harness.replay.send import Breaker, Due, Received, send_all
from tests.endpoints.gevent_path import Path, Wanted, gevent_path
from tests.endpoints.server import Heard, serving
from tests.endpoints.upstream import fault

BODY = b'{"fields": {"total": "118.99", "currency": "EUR"}, "confidence": 0.98}'


@dataclass(frozen=True, slots=True)
class Faulty:
    """The way to the target with these faults in force."""

    active: Active

    def sending(self, address: str, repeat: int) -> None:
        pass

    def around(self, inner: httpx.AsyncBaseTransport) -> httpx.AsyncBaseTransport:
        return FaultTransport(inner, self.active)


class Sent(Protocol):
    """Sends; the replies by address, and how many requests the target received."""

    def __call__(
        self,
        *faults: Fault,
        count: int = 1,
        deadline: str = "5s",
        rate: float = 0.0,
        backwards: bool = False,
    ) -> tuple[dict[str, Received], int]: ...


def over_httpx(
    *faults: Fault, count: int = 1, deadline: str = "5s", rate: float = 0.0, backwards: bool = False
) -> tuple[dict[str, Received], int]:
    heard: list[Heard] = []
    clock, got = Clock(), list[Received]()
    with serving(lambda _: (200, BODY), heard=heard) as url:
        order = reversed(range(count)) if backwards else range(count)
        batch = [
            Due(address=f"p/s#{k}", repeat=0, request=request_to(url), due=i / rate if rate else None)
            for i, k in enumerate(order)
        ]
        target = Target(url=url, protocol="json", deadline=deadline)
        way = Faulty(Active(1, clock.now, faults))
        send_all(batch, target, (), clock, got.append, Breaker(limit=count + 1), way=way)
    return {one.reply.address: one for one in got}, len(heard)


def request_to(url: str) -> Request:
    return Request(method="POST", url=url, headers=(("Content-Type", "application/json"),), body=b"{}")


def over_gevent(path: Path) -> Sent:
    def sent(
        *faults: Fault, count: int = 1, deadline: str = "5s", rate: float = 0.0, backwards: bool = False
    ) -> tuple[dict[str, Received], int]:
        heard: list[Heard] = []
        with serving(lambda _: (200, BODY), heard=heard) as url:
            target = Target(url=url, protocol="json", deadline=deadline)
            wanted = Wanted(
                request=request_to(url),
                target=target,
                count=count,
                rate=rate,
                limit=count + 1,
                headers=(),
                largest=1 << 20,
                faults=faults,
            )
            got = path.send(wanted)
        return {one.reply.address: Received(reply=one.reply, body=one.body) for one in got}, len(heard)

    return sent


@pytest.fixture(scope="module")
def path() -> Iterator[Path]:
    with gevent_path() as started:
        yield started


@pytest.fixture(params=["check", "load"])
def sent(request: pytest.FixtureRequest, path: Path) -> Sent:
    """As a check sends, and as a load run does."""
    return over_httpx if request.param == "check" else over_gevent(path)


def target_fault(kind: str, **more: object) -> Fault:
    return fault(kind, TARGET, **more)


@pytest.mark.parametrize(
    ("one", "error", "status", "arrived"),
    [
        (target_fault("reset"), "dropped: [Errno 104] Connection reset by peer", 0, 0),
        (target_fault("reset", at="response"), "dropped: [Errno 104] Connection reset by peer", 0, 1),
        (target_fault("hang"), "timeout", 0, 0),
        (target_fault("hang", at="response"), "timeout", 0, 1),
        (target_fault("latency", seconds=60), "timeout", 0, 0),
        (target_fault("status", status=502), "", 502, 0),
        (target_fault("too_many_requests"), "", 429, 0),
        (target_fault("wrong_type"), "", 200, 1),
        (target_fault("corrupt"), "", 200, 1),
        (target_fault("error_in_200"), "", 200, 0),
        (target_fault("field_missing"), "", 200, 1),
        (target_fault("field_renamed"), "", 200, 1),
        (target_fault("field_null"), "", 200, 1),
        (target_fault("field_retyped"), "", 200, 1),
        (target_fault("token_expired"), "", 401, 0),
        (target_fault("quota_spent"), "", 403, 0),
        (target_fault("version_retired"), "", 410, 0),
        (
            target_fault("truncated"),
            "dropped: peer closed connection without sending complete message body (received 35 bytes, expected 70)",
            0,
            1,
        ),
    ],
)
def test_the_harness_sees_what_a_real_peer_would_cause(
    sent: Sent, one: Fault, error: str, status: int, arrived: int
) -> None:
    replies, heard = sent(one, deadline="300ms" if error == "timeout" else "5s")
    reply = replies["p/s#0"].reply
    assert (reply.error, reply.status, heard) == (error, status, arrived)
    assert reply.faults == (one.name,)


def test_the_bodies_are_the_same_as_under_the_relay(sent: Sent) -> None:
    replies, _ = sent(target_fault("wrong_type"))
    assert replies["p/s#0"].body == SIGN_IN.encode()
    replies, _ = sent(target_fault("corrupt"))
    body = replies["p/s#0"].body
    assert (len(body), body == BODY) == (len(BODY), False)
    replies, _ = sent(target_fault("error_in_200"))
    assert replies["p/s#0"].body == b'{"error": "internal error"}'
    replies, _ = sent(target_fault("field_renamed", field="confidence", to="surety"))
    assert replies["p/s#0"].body == BODY.replace(b"confidence", b"surety")


def test_a_target_that_always_replies_the_same_meets_no_stale_field(sent: Sent) -> None:
    replies, _ = sent(target_fault("field_stale"), count=3)
    assert {(got.body, got.reply.faults) for got in replies.values()} == {(BODY, ())}


def test_latency_delays_the_reply_and_changes_nothing(sent: Sent) -> None:
    replies, heard = sent(target_fault("latency", seconds=0.2, at="response"))
    got = replies["p/s#0"]
    assert (got.body, got.reply.status, heard) == (BODY, 200, 1)
    assert got.reply.latency >= 0.2


def test_a_slow_reply_comes_whole_or_is_a_timeout(sent: Sent) -> None:
    replies, _ = sent(target_fault("bandwidth", bytes_per_second=len(BODY) * 4))
    (got,) = replies.values()
    assert 0.2 <= got.reply.latency < 0.5
    assert got.body == BODY
    replies, _ = sent(target_fault("bandwidth", bytes_per_second=1), deadline="0.5s")
    (got,) = replies.values()
    assert got.reply.error == "timeout"


def test_the_same_cases_are_hit_in_any_order_at_any_rate(sent: Sent) -> None:
    one = target_fault("status", share=0.4)
    first, again = sent(one, count=40)[0], sent(one, count=40, rate=400, backwards=True)[0]
    hit = {address for address, got in first.items() if got.reply.faults}
    assert hit == {address for address, got in again.items() if got.reply.status == 503}
    assert hit == {f"p/s#{k}" for k in range(40) if drawn(one, 1, (f"p/s#{k}", 0))}


def test_without_a_fault_in_force_no_fault_is_met_and_nothing_changes(sent: Sent) -> None:
    replies, heard = sent(count=5)
    assert ({got.body for got in replies.values()}, heard) == ({BODY}, 5)
    assert {got.reply.faults for got in replies.values()} == {()}


def test_a_hang_ends_with_the_read_timeout_of_the_client() -> None:
    import asyncio

    async def ask() -> float:
        active = Active(1, Clock().now, [target_fault("hang")])
        transport = FaultTransport(httpx.AsyncHTTPTransport(), active)
        async with httpx.AsyncClient(transport=transport, timeout=0.2) as client:
            started = time.monotonic()
            with pytest.raises(httpx.ReadTimeout):
                await client.post("http://127.0.0.1:9/x")
            return time.monotonic() - started

    assert 0.2 <= asyncio.run(ask()) < 3


def test_only_one_fault_is_in_force_within_its_block_and_its_window_starts_there() -> None:
    now = [5.0]
    active = Active(1, lambda: now[0], [target_fault("hang")])
    with active.only(target_fault("reset")):
        now[0] = 7.0
        assert [one.kind for one in active.faults] == ["reset"]
        assert active.now() == 2.0
    assert [one.kind for one in active.faults] == ["hang"]
    assert active.now() == 7.0

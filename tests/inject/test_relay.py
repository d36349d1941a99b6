"""The relay without faults: no byte changes, nothing is lost, and each connection ends as it would without it."""

import errno
import os
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.errors import ConfigError
from harness.core.integration.upstreams import Upstream
from harness.inject.active import Active
from harness.inject.relays.relay import Relay
from harness.inject.relays.running import running
from tests.endpoints.server import HangUp, serving
from tests.endpoints.upstream import Scripted, Standing, errno_of, fault, listening, read, read_to, relay_before


def exchange(address: tuple[str, int], request: bytes, size: int) -> bytes:
    """Send the bytes and read that many back, or up to the end."""
    with socket.create_connection(address, timeout=5) as peer:
        peer.sendall(request)
        return read(peer, size)


def chunked(pieces: list[bytes], trailer: bytes = b"") -> bytes:
    chunks = [b"%x;a=b\r\n%s\r\n" % (len(piece), piece) for piece in pieces if piece]
    return b"".join(chunks) + b"0\r\n" + trailer + b"\r\n"


@pytest.fixture(scope="module")
def scripted() -> Iterator[tuple[Scripted, Standing]]:
    upstream = Scripted()
    with listening(upstream.talk) as url, relay_before(url) as standing:
        yield upstream, standing


bodies = st.one_of(st.binary(max_size=300), st.integers(0, 200_000).map(lambda n: bytes(i % 251 for i in range(n))))


@settings(max_examples=60, deadline=None)
@given(
    sent=bodies, answered=bodies, in_chunks=st.booleans(), name=st.sampled_from([b"Content-Length", b"content-LENGTH"])
)
def test_without_a_fault_every_byte_passes_unchanged(
    scripted: tuple[Scripted, Standing], sent: bytes, answered: bytes, in_chunks: bool, name: bytes
) -> None:
    upstream, standing = scripted
    odd = b"POST /a%20b?q=\xe4 HTTP/1.1\r\nhost:  x\r\nX-Odd:\tb\xff \r\n"
    if in_chunks:
        request = odd + b"Transfer-Encoding: chunked\r\n\r\n" + chunked([sent[:7], sent[7:]], b"T: x\r\n")
        reply = b"HTTP/1.1 207 Odd  One\r\ntransfer-encoding: CHUNKED\r\n\r\n" + chunked([answered[:3], answered[3:]])
    else:
        request = odd + name + b": %d\r\n\r\n" % len(sent) + sent
        reply = b"HTTP/1.1 200\r\n" + name + b":%d\r\nA: \r\n\r\n" % len(answered) + answered
    upstream.expect, upstream.reply = len(request), reply
    upstream.heard.clear()
    assert exchange(standing.address, request, len(reply)) == reply
    assert upstream.heard == [request]


def test_a_reply_without_a_length_ends_with_its_connection() -> None:
    upstream = Scripted(reply=b"HTTP/1.0 200 OK\r\n\r\nto the end", closes=True)
    with listening(upstream.talk) as url, relay_before(url) as standing:
        assert exchange(standing.address, b"GET / HTTP/1.1\r\n\r\n", 10**6) == upstream.reply


@pytest.mark.parametrize(("method", "status"), [(b"HEAD", b"200"), (b"GET", b"304"), (b"GET", b"204")])
def test_one_connection_carries_request_after_request(method: bytes, status: bytes) -> None:
    length = b"" if status == b"204" else b"Content-Length: 5\r\n"
    upstream = Scripted(reply=b"HTTP/1.1 %s X\r\n%s\r\n" % (status, length))
    request = method + b" / HTTP/1.1\r\nHost: a\r\n\r\n"
    with (
        listening(upstream.talk) as url,
        relay_before(url) as standing,
        socket.create_connection(standing.address, timeout=5) as peer,
    ):
        for _ in range(3):
            peer.sendall(request)
            assert read(peer, len(upstream.reply)) == upstream.reply
    assert upstream.heard == [request] * 3


@pytest.mark.parametrize("faults", [(), (fault("latency", seconds=0.01),)], ids=["passed on", "read whole first"])
def test_a_100_continue_comes_before_the_body_is_sent(faults: tuple[object, ...]) -> None:
    def talk(connection: socket.socket) -> None:
        with connection:
            got = connection.recv(65536)
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            if (got.partition(b"\r\n\r\n")[2] or read(connection, 4)) == b"body":
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    head = b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
    with (
        listening(talk) as url,
        relay_before(url, faults) as standing,  # type: ignore[arg-type]
        socket.create_connection(standing.address, timeout=5) as peer,
    ):
        peer.sendall(head)
        assert read(peer, 25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        peer.sendall(b"body")
        assert read(peer, 38) == b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


def test_an_upgraded_connection_passes_bytes_both_ways() -> None:
    def talk(connection: socket.socket) -> None:
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 101 Switching\r\n\r\n")
            while got := connection.recv(100):
                connection.sendall(got[::-1])

    with (
        listening(talk) as url,
        relay_before(url) as standing,
        socket.create_connection(standing.address, timeout=5) as peer,
    ):
        peer.sendall(b"GET / HTTP/1.1\r\nUpgrade: x\r\n\r\n")
        assert read(peer, 26) == b"HTTP/1.1 101 Switching\r\n\r\n"
        for text in (b"abc", b"\x00\xff1"):
            peer.sendall(text)
            assert read(peer, 3) == text[::-1]


def test_fifty_connections_at_once_lose_nothing() -> None:
    heard: list[bytes] = []

    def echo(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while head := read_to(connection, b"\r\n\r\n"):
                body = read(connection, int(head.lower().partition(b"content-length: ")[2].split()[0]))
                heard.append(body)
                time.sleep(0.01)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    with listening(echo) as url, relay_before(url) as standing:

        def one(k: int) -> list[bool]:
            with httpx.Client(trust_env=False, timeout=30) as client:
                sent = [f"{k}-{i}-".encode() * (1 + k * 40) for i in range(6)]
                return [client.post(standing.url, content=body).content == body for body in sent]

        with ThreadPoolExecutor(50) as pool:
            results = list(pool.map(one, range(50)))
    assert results == [[True] * 6] * 50
    assert len(heard) == len(set(heard)) == len(standing.exchanges) == 300
    assert {one.status for one in standing.exchanges} == {200}
    assert all(one.ended and one.ended >= one.started for one in standing.exchanges)


def test_file_descriptors_are_released() -> None:
    def count() -> int:
        return len(os.listdir("/proc/self/fd"))

    with serving(lambda _: (200, {})) as url, relay_before(url, [fault("reset", share=0.5)]) as standing:
        time.sleep(0.05)
        before = count()
        for k in range(40):
            with socket.create_connection(standing.address, timeout=5) as peer:
                peer.sendall(b"POST /score HTTP/1.1\r\nConnection: close\r\nContent-Length: 2\r\n\r\n%02d" % k)
                _ = errno_of(peer)
        until = time.monotonic() + 5
        while count() > before and time.monotonic() < until:
            time.sleep(0.02)
        assert count() <= before


def test_an_upstream_that_ends_an_idle_connection_ends_the_clients_too() -> None:
    upstream = Scripted(closes=True)
    with (
        listening(upstream.talk) as url,
        relay_before(url) as standing,
        socket.create_connection(standing.address, timeout=5) as peer,
    ):
        peer.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert read(peer, 10**6) == upstream.reply


def test_an_upstream_that_refuses_connections_is_a_reset() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with relay_before(url) as standing, socket.create_connection(standing.address, timeout=5) as peer:
        peer.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert errno_of(peer) == errno.ECONNRESET


@pytest.mark.parametrize("nonsense", [b"\x16\x03\x01\x02\x00\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\n", b"hello\r\n\r\n"])
def test_a_request_that_is_not_http_1_gets_an_error(nonsense: bytes) -> None:
    with relay_before("http://127.0.0.1:9") as standing:
        reply = exchange(standing.address, nonsense, 10**6)
    assert reply.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"this relay speaks HTTP/1.1 only" in reply


def test_the_relay_survives_a_client_that_leaves_within_its_request() -> None:
    def hangs_up(body: bytes) -> tuple[int, object]:
        raise HangUp

    with serving(hangs_up) as url, relay_before(url) as standing:
        with socket.create_connection(standing.address, timeout=5) as peer:
            peer.sendall(b"POST /score HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf")
        for _ in range(2):
            with pytest.raises(httpx.HTTPError):
                httpx.post(standing.url, content=b"{}", trust_env=False, timeout=5)


def test_a_port_in_use_is_an_error_and_the_other_ports_are_released() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        relays = [
            Relay(
                upstream=Upstream(name=name, url="http://127.0.0.1:9", listen=listen),
                active=Active(1, time.monotonic),
                clock=time.monotonic,
            )
            for name, listen in (("crm", "127.0.0.1:0"), ("erp", f"127.0.0.1:{port}"))
        ]
        message = f"the relay of erp cannot listen on 127.0.0.1:{port}: Address already in use"
        with pytest.raises(ConfigError, match=message), running(relays):
            pass
    assert relays[0].listener
    assert relays[0].listener.fileno() == -1

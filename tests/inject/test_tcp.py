"""The relay of any protocol over TCP: what a peer sees of each fault, and that nothing changes without one."""

import errno
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.integration.exchange import content_key
from harness.core.integration.fault import Fault
from harness.core.integration.upstreams import Upstream
from harness.inject.active import Active
from harness.inject.relays.relay import Relay
from harness.inject.relays.running import running
from tests.endpoints.upstream import Standing, errno_of, fault, listening, read, relay_before


def echo(connection: socket.socket) -> None:
    """Each line comes back reversed, in the order in which they came."""
    with connection, suppress(OSError):
        for line in connection.makefile("rb"):
            connection.sendall(line[-2::-1] + b"\n")


@contextmanager
def before(talk: Callable[[socket.socket], None], faults: Sequence[Fault] = ()) -> Iterator[Standing]:
    with listening(talk) as url, relay_before(url.replace("http://", "tcp://"), faults) as standing:
        yield standing


def connected(standing: Standing) -> socket.socket:
    return socket.create_connection(standing.address, timeout=5)


def ask(peer: socket.socket, line: bytes) -> bytes:
    peer.sendall(line + b"\n")
    return read(peer, len(line) + 1).rstrip(b"\n")


@pytest.fixture(scope="module")
def standing() -> Iterator[Standing]:
    with before(echo) as one:
        yield one


@settings(max_examples=50, deadline=None)
@given(lines=st.lists(st.binary(min_size=1, max_size=2000).map(lambda raw: raw.replace(b"\n", b" ")), max_size=5))
def test_without_a_fault_every_byte_passes_unchanged(standing: Standing, lines: list[bytes]) -> None:
    with connected(standing) as peer:
        assert [ask(peer, line) for line in lines] == [line[::-1] for line in lines]


def test_twenty_megabytes_pass_both_ways_while_both_sides_are_slow_to_read() -> None:
    data = os.urandom(1 << 20) * 20

    def mirror(connection: socket.socket) -> None:
        with connection:
            while got := connection.recv(1 << 20):
                time.sleep(0.001)
                connection.sendall(got)
            connection.shutdown(socket.SHUT_WR)

    with before(mirror) as standing, connected(standing) as peer:

        def send() -> None:
            peer.sendall(data)
            peer.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=send)
        sender.start()
        got = bytearray()
        while part := peer.recv(65536):
            got += part
        sender.join()
    assert bytes(got) == data


def test_a_client_may_end_its_half_and_still_read() -> None:
    def sums(connection: socket.socket) -> None:
        with connection:
            got = b""
            while part := connection.recv(1000):
                got += part
            connection.sendall(b"%d bytes" % len(got))

    with before(sums) as standing, connected(standing) as peer:
        peer.sendall(b"x" * 5000)
        peer.shutdown(socket.SHUT_WR)
        assert read(peer, 100) == b"5000 bytes"


def test_a_reset_of_one_side_is_a_reset_of_the_other() -> None:
    def rude(connection: socket.socket) -> None:
        connection.recv(10)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        connection.close()

    with before(rude) as standing, connected(standing) as peer:
        peer.sendall(b"hello\n")
        assert errno_of(peer) == errno.ECONNRESET


def test_an_upstream_that_is_down_resets_the_client() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        standing_before = relay_before(f"tcp://127.0.0.1:{taken.getsockname()[1]}")
        with standing_before as standing, pytest.raises(ConnectionResetError), connected(standing) as peer:
            peer.recv(10)


def test_a_server_that_speaks_first_is_heard() -> None:
    def greets(connection: socket.socket) -> None:
        with connection:
            connection.sendall(b"220 ready\n")
            connection.recv(100)

    with before(greets, [fault("reset")]) as standing, connected(standing) as peer:
        assert read(peer, 10) == b"220 ready\n"


@pytest.mark.parametrize(("at", "arrived"), [("request", 0), ("response", 1)])
def test_a_reset_is_econnreset_and_the_command_arrives_only_with_at_response(at: str, arrived: int) -> None:
    heard: list[bytes] = []

    def notes(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while got := connection.recv(100):
                heard.append(got)
                connection.sendall(got)

    with before(notes, [fault("reset", at=at)]) as standing, connected(standing) as peer:
        peer.sendall(b"INSERT\n")
        assert errno_of(peer) == errno.ECONNRESET
        time.sleep(0.05)
    assert len(heard) == arrived
    assert [one.fault for one in standing.exchanges] == ["erp.reset"]


@pytest.mark.parametrize("at", ["request", "response"])
def test_a_hang_is_silent_for_ever_and_gives_its_sockets_back_when_the_client_leaves(at: str) -> None:
    before_it = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else None
    with before(echo, [fault("hang", at=at)]) as standing:
        for _ in range(10):
            with connected(standing) as peer:
                peer.sendall(b"one\n")
                peer.settimeout(0.05)
                with pytest.raises(TimeoutError):
                    peer.recv(10)
                peer.sendall(b"two\n")  # a connection that hangs goes on doing so
                with pytest.raises(TimeoutError):
                    peer.recv(10)
        time.sleep(0.1)
        if before_it is not None:
            assert len(os.listdir("/proc/self/fd")) < before_it + 15


@pytest.mark.parametrize("scheme", ["tcp", "http"])
def test_a_relay_that_ends_closes_connections_that_are_stuck_on_both_sides(scheme: str) -> None:
    held: list[socket.socket] = []
    with listening(held.append) as url, ExitStack() as stack:  # an upstream that never reads
        relay = Relay(
            upstream=Upstream(name="erp", url=url.replace("http", scheme), listen="127.0.0.1:0"),
            active=Active(1, time.monotonic),
            clock=time.monotonic,
        )
        with running([relay]):
            assert relay.listener
            for _ in range(5):
                peer = stack.enter_context(socket.create_connection(relay.listener.getsockname(), timeout=0.2))
                with suppress(TimeoutError):
                    peer.sendall(b"POST / HTTP/1.1\r\nContent-Length: 90000000\r\n\r\n" + b"x" * 20_000_000)
            assert len(relay.transports) == 10
        assert relay.transports == set()
    for one in held:
        one.close()


@pytest.mark.parametrize("at", ["request", "response"])
def test_latency_is_never_early_and_once_an_exchange(at: str) -> None:
    with before(echo, [fault("latency", seconds=0.1, at=at)]) as standing, connected(standing) as peer:
        for k in range(3):
            began = time.perf_counter()
            assert ask(peer, b"line %d" % k) == (b"line %d" % k)[::-1]
            assert 0.099 <= time.perf_counter() - began < 0.2


def test_latency_of_a_long_reply_delays_its_first_bytes_and_keeps_the_order_of_the_rest() -> None:
    data = bytes(range(256)) * 8000

    def long(connection: socket.socket) -> None:
        with connection:
            connection.recv(10)
            connection.sendall(data)

    with before(long, [fault("latency", seconds=0.1, at="response")]) as standing, connected(standing) as peer:
        began = time.perf_counter()
        peer.sendall(b"x\n")
        assert read(peer, len(data)) == data
        assert 0.099 <= time.perf_counter() - began < 1.0


def test_a_truncated_reply_ends_cleanly_after_half_of_its_bytes() -> None:
    with before(echo, [fault("truncated")]) as standing, connected(standing) as peer:
        peer.sendall(b"0123456789abcdef\n")
        assert read(peer, 100) == b"fedcba98"
        assert errno_of(peer) == 0


def test_a_corrupt_reply_keeps_its_length() -> None:
    with before(echo, [fault("corrupt")]) as standing, connected(standing) as peer:
        peer.sendall(b"x" * 60 + b"\n")
        got = read(peer, 61)
    assert len(got) == 61
    assert got != b"x" * 60 + b"\n"


def test_bandwidth_is_kept_within_five_percent() -> None:
    data = os.urandom(40_000)

    def gives(connection: socket.socket) -> None:
        with connection:
            connection.recv(10)
            connection.sendall(data)

    with before(gives, [fault("bandwidth", bytes_per_second=80_000)]) as standing, connected(standing) as peer:
        began = time.perf_counter()
        peer.sendall(b"x\n")
        assert read(peer, len(data)) == data
        assert time.perf_counter() - began == pytest.approx(0.5, rel=0.05)


def test_slices_arrive_one_by_one() -> None:
    line = b"x" * 200
    with before(echo, [fault("slicing", piece_bytes=4)]) as standing, connected(standing) as peer:
        peer.sendall(line + b"\n")
        sizes = [len(peer.recv(1000))]
        while sum(sizes) < 201:
            sizes.append(len(peer.recv(1000)))
    assert len(sizes) >= 5  # a busy machine may join some of them


def test_the_same_seed_hits_the_same_commands_in_any_order() -> None:
    lines = [b"command %d" % k for k in range(40)]

    def hit(order: Sequence[bytes], seed: int) -> set[bytes]:
        half = fault("latency", seconds=0.001, share=0.5)
        with listening(echo) as url, relay_before(url.replace("http", "tcp"), [half], seed) as standing:

            def one(line: bytes) -> bytes:
                with connected(standing) as peer:
                    return ask(peer, line)

            with ThreadPoolExecutor(8) as pool:
                list(pool.map(one, order))
            met = {one.content for one in standing.exchanges if one.fault}
            return {line for line in lines if digest(line) in met}

    first = hit(lines, 1)
    assert first == hit(lines[::-1], 1)
    assert first != hit(lines, 2)
    assert 8 < len(first) < 32


def digest(line: bytes) -> str:
    return content_key("TCP", "", line + b"\n")

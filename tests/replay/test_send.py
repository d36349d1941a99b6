"""Sending over real connections: due times, limits, and every way in which a reply fails to come."""

import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from harness.core.clock import Clock
from harness.core.settings import Target
from harness.replay import send
from harness.replay.codecs import Request
from harness.replay.pace import due_times
from harness.replay.send import Breaker, Due, Received, send_all
from tests.endpoints.server import HangUp, Heard, serving


def request(url: str, body: bytes = b"{}", *, alone: bool = False) -> Request:
    headers = (("Content-Type", "application/json"), ("X-Harness-Case", "p/s#0"))
    return Request(method="POST", url=url, headers=headers, body=body, alone=alone)


def sent(
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
) -> list[Received]:
    """The replies to `count` requests, in the order of arrival."""
    target = Target(url=url, protocol=protocol, in_flight=in_flight, deadline=deadline)  # type: ignore[arg-type]
    clock, got = Clock(), list[Received]()
    dues = due_times(count, rate, clock.now() + 0.05) if rate else [None] * count
    one = request(url, alone=alone)
    batch = [Due(address=f"p/s#{k}", repeat=0, request=one, due=due) for k, due in enumerate(dues)]
    send_all(batch, target, headers, clock, got.append, Breaker(limit=limit))
    return got


@contextmanager
def talking(reply: bytes) -> Iterator[str]:
    """A server that says these bytes to each connection and closes it."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65536)
                    connection.sendall(reply)

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/x"
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_a_slow_service_does_not_move_the_times_at_which_requests_are_due() -> None:
    def slow(body: bytes) -> tuple[int, object]:
        time.sleep(0.6)
        return 200, {}

    with serving(slow) as url:
        got = sent(url, 20, rate=100)
    replies = sorted((one.reply for one in got), key=lambda reply: reply.due)
    assert [round(b.due - a.due, 4) for a, b in pairwise(replies)] == [0.01] * 19
    assert max(reply.sent - reply.due for reply in replies) < 0.5  # a client that waited would lag by 0.6 s and more
    assert all(reply.due <= reply.sent <= reply.first <= reply.done for reply in replies)
    assert min(reply.latency for reply in replies) >= 0.6


def test_no_more_requests_are_open_than_in_flight_and_latency_counts_the_wait() -> None:
    lock, open_now, most = threading.Lock(), 0, 0

    def counting(body: bytes) -> tuple[int, object]:
        nonlocal open_now, most
        with lock:
            open_now += 1
            most = max(most, open_now)
        time.sleep(0.05)
        with lock:
            open_now -= 1
        return 200, {}

    with serving(counting) as url:
        got = sent(url, 12, rate=500, in_flight=3)
    assert most == 3
    assert max(one.reply.latency for one in got) > 0.15


def test_without_due_times_requests_go_one_after_the_other() -> None:
    with serving(lambda body: (200, {})) as url:
        replies = [one.reply for one in sent(url, 4)]
    assert [reply.address for reply in replies] == [f"p/s#{k}" for k in range(4)]
    assert all(a.done <= b.due for a, b in pairwise(replies))


def test_no_reply_within_the_deadline_is_a_timeout() -> None:
    done = threading.Event()

    def never(body: bytes) -> tuple[int, object]:
        done.wait(5)
        return 200, {}

    with serving(never) as url:
        (one,) = sent(url, deadline="200ms")
        done.set()
    assert (one.reply.status, one.reply.error, one.body) == (0, "timeout", b"")
    assert 0.2 <= one.reply.latency < 1.5


def test_a_body_that_breaks_off_is_dropped_whatever_its_status() -> None:
    with talking(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}") as url:
        (one,) = sent(url, deadline="2s")
    assert one.reply.error.startswith("dropped: ")
    assert one.reply.status == 0


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\x1b[31mgarbage\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/9.9 what\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 200_000 + b"\r\n\r\n{}",
    ],
    ids=["nothing", "garbage", "bad gzip", "bad chunk", "bad version", "endless head"],
)
def test_a_reply_that_is_no_http_is_dropped_with_its_reason(said: bytes) -> None:
    with talking(said) as url:
        (one,) = sent(url)
    assert one.reply.error.startswith("dropped: ")
    assert one.reply.error.isprintable()
    assert (one.reply.status, one.body) == (0, b"")


def test_a_connection_that_is_closed_without_a_reply_is_dropped() -> None:
    def hang_up(body: bytes) -> tuple[int, object]:
        raise HangUp

    with serving(hang_up) as url:
        (one,) = sent(url)
    assert one.reply.error.startswith("dropped: Server disconnected")


def test_nobody_listening_is_dropped() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (one,) = sent(f"http://127.0.0.1:{port}/x")
    assert one.reply.error.startswith("dropped: ")


def test_a_reply_that_is_too_large_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send, "LARGEST_REPLY", 1000)
    with serving(lambda body: (200, b" " * 100_000)) as url:
        (one,) = sent(url)
    assert (one.reply.status, one.body) == (0, b"")
    assert one.reply.error == "too_large: more than 1000 bytes"


def test_redirects_are_not_followed() -> None:
    with serving(lambda body: (307, {}), head="Location: http://127.0.0.1:1/\r\n") as url:
        (one,) = sent(url)
    assert one.reply.status == 307


def test_cookies_of_one_reply_do_not_travel_with_the_next_request() -> None:
    heard: list[Heard] = []
    with serving(lambda body: (200, {}), heard=heard, head="Set-Cookie: session=1; Path=/\r\n") as url:
        sent(url, 3)
    assert [one.header("Cookie") for one in heard] == ["", "", ""]


def test_headers_with_secrets_travel_beside_those_of_the_case() -> None:
    heard: list[Heard] = []
    with serving(lambda body: (200, {}), heard=heard) as url:
        sent(url, headers=(("Authorization", "Bearer t"),))
    assert (heard[0].header("Authorization"), heard[0].header("X-Harness-Case")) == ("Bearer t", "p/s#0")


def test_a_damaged_case_asks_for_its_connection_to_be_closed() -> None:
    heard: list[Heard] = []
    with serving(lambda body: (200, {}), heard=heard) as url:
        sent(url, alone=True)
        sent(url)
    assert [one.header("Connection") for one in heard] == ["close", "keep-alive"]


def test_the_breaker_opens_after_so_many_requests_without_any_reply() -> None:
    asked = 0

    def dies(body: bytes) -> tuple[int, object]:
        nonlocal asked
        asked += 1
        if asked > 5:
            raise HangUp
        return 200, {}

    with serving(dies) as url:
        got = sent(url, 40, limit=4)
    assert [bool(one.reply.status) for one in got] == [True] * 5 + [False] * 4


def test_any_reply_closes_the_count_of_the_breaker() -> None:
    asked = 0

    def every_third(body: bytes) -> tuple[int, object]:
        nonlocal asked
        asked += 1
        if asked % 3:
            raise HangUp
        return 500, {}

    with serving(every_third) as url:
        assert len(sent(url, 12, limit=3)) == 12


def test_what_waits_for_a_free_slot_is_not_sent_once_the_breaker_is_open() -> None:
    heard: list[Heard] = []

    def hang_up(body: bytes) -> tuple[int, object]:
        time.sleep(0.02)
        raise HangUp

    with serving(hang_up, heard=heard) as url:
        got = sent(url, 60, rate=10_000, in_flight=2, limit=4)
    assert 4 <= len(got) <= 6
    assert len(heard) <= 6


MODULE = """
import sys
def echo(content): return {"size": len(content)}
def refuse(content): raise ValueError("no total")
def crash(content): return 1 / 0
def leave(content): sys.exit(3)
def odd(content): return {(1, 2): 3}
def loop(content):
    value = []
    value.append(value)
    return value
def nan(content): return {"total": float("nan")}
def hang(content):
    import time
    time.sleep(3)
number = 7
"""


@pytest.fixture
def functions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    name = f"functions_of_{tmp_path.name}".replace("-", "_")
    (tmp_path / f"{name}.py").write_text(MODULE, encoding="utf-8")
    (tmp_path / f"{name}_broken.py").write_text("this is no Python", encoding="utf-8")
    (tmp_path / f"{name}_script.py").write_text("raise SystemExit(0)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield name
    sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("function", "status", "body"),
    [
        ("echo", 200, b'{"size": 2}'),
        ("refuse", 422, b'{"error": "no total"}'),
        ("crash", 500, b'{"error": "ZeroDivisionError: division by zero"}'),
        ("leave", 500, b'{"error": "SystemExit: 3"}'),
        ("nan", 200, b'{"total": NaN}'),
    ],
)
def test_a_python_function_answers_as_a_service_would(functions: str, function: str, status: int, body: bytes) -> None:
    (one,) = sent(f"{functions}:{function}", protocol="python")
    assert (one.reply.status, one.body) == (status, body)


@pytest.mark.parametrize("function", ["odd", "loop"])
def test_what_json_cannot_hold_is_a_crash_of_the_function(functions: str, function: str) -> None:
    (one,) = sent(f"{functions}:{function}", protocol="python")
    assert one.reply.status == 500
    assert b"JSON cannot hold" in one.body


def test_a_python_function_that_hangs_does_not_hold_up_the_run(functions: str) -> None:
    began = time.monotonic()
    (one,) = sent(f"{functions}:hang", protocol="python", deadline="100ms")
    assert one.reply.error == "timeout"
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nowhere_at_all:f", 'cannot import "nowhere_at_all"'),
        ("{0}_broken:f", "SyntaxError"),
        ("{0}_script:f", "SystemExit"),
        ("{0}:ech", 'did you mean "echo"'),
        ("{0}:number", 'has no function "number"'),
        ("{0}", "it takes the case's bytes"),
    ],
)
def test_a_function_that_is_not_there_is_named(functions: str, name: str, says: str) -> None:
    from harness.core.errors import TargetError
    from harness.replay.python_call import load

    with pytest.raises(TargetError, match=says):
        load(name.format(functions))

"""One table of tests for both ways to a service: httpx, as `harness check` sends, and gevent, as `harness load` does.

Real connections: due times, limits, exact bytes, and every way in which a reply fails to come.
"""

import contextlib
import gzip
import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import pytest

from harness.core.case import Case, Plan
from harness.core.settings import Target
from harness.replay.codecs import encode
from tests.endpoints.gevent_path import Path, gevent_path
from tests.endpoints.server import HangUp, Heard, serving
from tests.endpoints.ways import Way, over_gevent, over_httpx


@pytest.fixture(scope="module")
def path() -> Iterator[Path]:
    with gevent_path() as started:
        yield started


@pytest.fixture(params=["httpx", "gevent"])
def sent(request: pytest.FixtureRequest, path: Path) -> Way:
    """Sends `count` requests to the URL; the replies in the order of arrival."""
    return over_httpx if request.param == "httpx" else over_gevent(path)


def read_request(connection: socket.socket) -> None:
    """The whole request: closing over bytes that were not read would reset the connection."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += connection.recv(65536) or b"\r\n\r\n"
    head, _, body = got.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: *(\d+)", head)
    left = (int(length[1]) if length else 0) - len(body)
    while left > 0 and (more := connection.recv(65536)):
        left -= len(more)


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
                    read_request(connection)
                    connection.sendall(reply)

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/x"
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_a_slow_service_does_not_move_the_times_at_which_requests_are_due(sent: Way) -> None:
    def slow(body: bytes) -> tuple[int, object]:
        time.sleep(0.25)
        return 200, {}

    # A busy machine only adds to the lag; a client that waits for the service is late each time: the best of three.
    for _ in range(3):
        with serving(slow) as url:
            got = sent(url, 20, rate=100)
        replies = sorted((one.reply for one in got), key=lambda reply: reply.due)
        assert [round(b.due - a.due, 4) for a, b in pairwise(replies)] == [0.01] * 19
        lag = max(reply.sent - reply.due for reply in replies)
        if lag < 0.1:
            break
    assert lag < 0.1
    assert all(reply.due <= reply.sent <= reply.first <= reply.done for reply in replies)
    assert min(reply.latency for reply in replies) >= 0.25


def test_no_more_requests_are_open_than_in_flight_and_latency_counts_the_wait(sent: Way) -> None:
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


def test_no_reply_within_the_deadline_is_a_timeout(sent: Way) -> None:
    done = threading.Event()

    def never(body: bytes) -> tuple[int, object]:
        done.wait(5)
        return 200, {}

    with serving(never) as url:
        (one,) = sent(url, deadline="200ms")
        done.set()
    assert (one.reply.status, one.reply.error, one.body) == (0, "timeout", b"")
    assert 0.2 <= one.reply.latency < 1.5


def test_a_body_that_breaks_off_is_dropped_whatever_its_status(sent: Way) -> None:
    with talking(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}") as url:
        (one,) = sent(url, deadline="2s")
    assert one.reply.error.startswith("dropped: ")
    assert one.reply.status == 0


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\x1b[31mgarbage\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/9.9 what\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 200_000 + b"\r\n\r\n{}",
    ],
    ids=["nothing", "garbage", "bad chunk", "bad version", "endless head"],
)
def test_a_reply_that_is_no_http_is_dropped_with_its_reason(sent: Way, said: bytes) -> None:
    with talking(said) as url:
        (one,) = sent(url)
    assert one.reply.error.startswith("dropped: ")
    assert one.reply.error.isprintable()
    assert (one.reply.status, one.body) == (0, b"")


def test_a_reply_that_is_not_packed_as_it_says_is_told_from_one_that_did_not_come(sent: Way) -> None:
    with talking(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd") as url:
        (one,) = sent(url)
    assert one.reply.error.startswith("packed_wrongly: ")
    assert (one.reply.status, one.body) == (0, b"")


def test_a_connection_that_is_closed_without_a_reply_is_dropped(sent: Way) -> None:
    def hang_up(body: bytes) -> tuple[int, object]:
        raise HangUp

    with serving(hang_up) as url:
        (one,) = sent(url)
    assert one.reply.error.startswith("dropped: Server disconnected")


def test_nobody_listening_is_dropped(sent: Way) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (one,) = sent(f"http://127.0.0.1:{port}/x")
    assert one.reply.error.startswith("dropped: ")


def test_a_reply_that_is_too_large_is_cut_off(sent: Way) -> None:
    with serving(lambda body: (200, b" " * 100_000)) as url:
        (one,) = sent(url, largest=1000)
    assert (one.reply.status, one.body) == (0, b"")
    assert one.reply.error == "too_large: more than 1000 bytes"


def test_redirects_are_not_followed(sent: Way) -> None:
    with serving(lambda body: (307, {}), head="Location: http://127.0.0.1:1/\r\n") as url:
        (one,) = sent(url)
    assert one.reply.status == 307


def test_cookies_of_one_reply_do_not_travel_with_the_next_request(sent: Way) -> None:
    heard: list[Heard] = []
    with serving(lambda body: (200, {}), heard=heard, head="Set-Cookie: session=1; Path=/\r\n") as url:
        sent(url, 3)
    assert [one.header("Cookie") for one in heard] == ["", "", ""]


def test_headers_with_secrets_travel_beside_those_of_the_case(sent: Way) -> None:
    heard: list[Heard] = []
    with serving(lambda body: (200, {}), heard=heard) as url:
        sent(url, headers=(("Authorization", "Bearer t"),))
    assert (heard[0].header("Authorization"), heard[0].header("X-Harness-Case")) == ("Bearer t", "p/s#0")


def test_a_damaged_case_asks_for_its_connection_to_be_closed(sent: Way) -> None:
    heard: list[Heard] = []
    with serving(lambda body: (200, {}), heard=heard) as url:
        sent(url, alone=True)
        sent(url)
    assert [one.header("Connection") for one in heard] == ["close", "keep-alive"]


def test_the_breaker_opens_after_so_many_requests_without_any_reply(sent: Way) -> None:
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


def test_any_reply_closes_the_count_of_the_breaker(sent: Way) -> None:
    asked = 0

    def every_third(body: bytes) -> tuple[int, object]:
        nonlocal asked
        asked += 1
        if asked % 3:
            raise HangUp
        return 500, {}

    with serving(every_third) as url:
        assert len(sent(url, 12, limit=3)) == 12


def test_what_waits_for_a_free_slot_is_not_sent_once_the_breaker_is_open(sent: Way) -> None:
    heard: list[Heard] = []

    def hang_up(body: bytes) -> tuple[int, object]:
        time.sleep(0.02)
        raise HangUp

    with serving(hang_up, heard=heard) as url:
        got = sent(url, 60, rate=10_000, in_flight=2, limit=4)
    assert 4 <= len(got) <= 6
    assert len(heard) <= 6


@pytest.mark.parametrize("status", [200, 201, 204, 400, 404, 422, 429, 500, 503])
def test_every_status_comes_back_as_it_is(sent: Way, status: int) -> None:
    reply = b"" if status == 204 else b'{"detail": "so"}'
    with serving(lambda body: (status, reply)) as url:
        (one,) = sent(url)
    assert (one.reply.status, one.reply.error, one.body) == (status, "", reply)


def test_a_connection_that_is_reset_is_dropped(sent: Way) -> None:
    with resetting() as url:
        (one,) = sent(url)
    assert (one.reply.status, one.body) == (0, b"")
    assert one.reply.error.startswith("dropped: ")


@contextmanager
def resetting() -> Iterator[str]:
    """A server that resets its one connection once the request is there."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def reset() -> None:
            connection, _ = server.accept()
            connection.recv(65536)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()

        thread = threading.Thread(target=reset, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/x"
    thread.join()


def test_a_slow_body_is_read_to_its_end_and_the_first_byte_is_the_head(sent: Way) -> None:
    with dripping(5, 0.05) as url:
        (one,) = sent(url)
    assert one.body == b"x" * 5
    assert one.reply.done - one.reply.first >= 0.15
    assert one.reply.done - one.reply.sent >= 0.2


@contextmanager
def dripping(count: int, pause: float) -> Iterator[str]:
    """A server that sends the head at once and then one byte of the body after each pause."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection, contextlib.suppress(OSError):
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % count)
                for _ in range(count):
                    time.sleep(pause)
                    connection.sendall(b"x")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/x"
    thread.join()


def test_a_body_that_drips_past_the_deadline_is_a_timeout(sent: Way) -> None:
    with dripping(20, 0.05) as url:
        (one,) = sent(url, deadline="300ms")
    assert (one.reply.status, one.reply.error, one.body) == (0, "timeout", b"")


def test_large_bodies_travel_whole_in_both_directions(sent: Way) -> None:
    heard: list[Heard] = []
    large = bytes(range(256)) * 8192
    with serving(lambda body: (200, body[::-1]), heard=heard) as url:
        (one,) = sent(url, body=large)
    assert heard[0].body == large
    assert one.body == large[::-1]


def test_a_compressed_reply_is_unpacked(sent: Way) -> None:
    with serving(lambda body: (200, gzip.compress(b'{"a": 1}')), head="Content-Encoding: gzip\r\n") as url:
        (one,) = sent(url)
    assert (one.reply.status, one.body) == (200, b'{"a": 1}')


def test_a_reply_that_unpacks_to_too_much_is_cut_off(sent: Way) -> None:
    packed = gzip.compress(b" " * 1_000_000)
    with serving(lambda body: (200, packed), head="Content-Encoding: gzip\r\n") as url:
        (one,) = sent(url, largest=100_000)
    assert one.reply.error == "too_large: more than 100000 bytes"


def test_a_body_without_a_length_ends_with_its_connection(sent: Way) -> None:
    with talking(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"a": 1}') as url:
        (one,) = sent(url)
    assert (one.reply.status, one.body) == (200, b'{"a": 1}')


def test_a_chunked_body_is_put_together(sent: Way) -> None:
    with talking(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n") as url:
        (one,) = sent(url)
    assert (one.reply.status, one.body) == (200, b"abcde")


def test_word_that_the_server_goes_on_is_no_reply_yet(sent: Way) -> None:
    with talking(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}") as url:
        (one,) = sent(url)
    assert (one.reply.status, one.body) == (200, b"{}")


@pytest.mark.parametrize(("alone", "connections"), [(False, 1), (True, 3)])
def test_connections_are_kept_unless_a_case_goes_alone(sent: Way, alone: bool, connections: int) -> None:
    heard: list[Heard] = []
    with serving(lambda body: (200, {}), heard=heard) as url:
        sent(url, 3, alone=alone, in_flight=1)
    assert len({one.client for one in heard}) == connections


def test_a_connection_that_the_server_closed_in_between_is_not_used_again(sent: Way) -> None:
    heard: list[Heard] = []
    with serving(lambda body: (200, {}), heard=heard, idle=0.05) as url:
        got = sent(url, 3, rate=5, in_flight=1)
    assert [one.reply.status for one in got] == [200, 200, 200]
    assert len({one.client for one in heard}) == 3


def test_user_and_password_of_the_address_travel_as_such(sent: Way) -> None:
    heard: list[Heard] = []
    with serving(lambda body: (200, {}), heard=heard) as url:
        sent(url.replace("://", "://me:s%40cret@"))
    assert heard[0].header("Authorization") == "Basic bWU6c0BjcmV0"


def test_what_stands_behind_the_path_is_kept(sent: Way) -> None:
    heard: list[Heard] = []
    with serving(lambda body: (200, {}), heard=heard) as url:
        sent(f"{url}/a%20b/\u00e9?x=1&y=a%2Fb")
    assert heard[0].path == "/score/a%20b/%C3%A9?x=1&y=a%2Fb"


def test_a_case_arrives_to_the_byte_with_its_address_and_trace(sent: Way) -> None:
    heard: list[Heard] = []
    content = b'{"a": NaN, "a": 1, "b": "\\ud800", "c": 1e999}'
    address = "malformed_records/dupl\u00e9cate key#3"
    case = Case(address=address, plan=Plan(base="x"), content=content, media_type="application/json", filename="a.json")
    with serving(lambda body: (200, {}), heard=heard) as url:
        one = encode(case, Target(url=url, protocol="json"), 7, 2)
        sent(url, exactly=one)
    wanted = dict(one.headers)
    assert heard[0].body == content
    assert heard[0].header("X-Harness-Case") == "malformed_records/dupl%C3%A9cate%20key#3"
    for name in ("X-Harness-Case", "traceparent", "Content-Type", "Accept"):
        assert [value for key, value in heard[0].headers if key.lower() == name.lower()] == [wanted[name]]
    assert heard[0].header("Content-Length") == str(len(content))
    assert heard[0].header("Transfer-Encoding") == ""


def test_both_ways_send_the_same_headers_but_for_their_own_name(path: Path) -> None:
    heard: list[Heard] = []
    case = Case(address="p/s#0", plan=Plan(base="x"), content=b"{}", media_type="application/json", filename="a.json")
    with serving(lambda body: (200, {}), heard=heard) as url:
        one = encode(case, Target(url=url, protocol="json"), 7, 0)
        over_httpx(url, exactly=one)
        over_gevent(path)(url, exactly=one)
    first, second = ({key.lower(): value for key, value in one.headers} for one in heard)
    assert first.keys() == second.keys()
    assert {name for name in first if first[name] != second[name]} == {"user-agent"}

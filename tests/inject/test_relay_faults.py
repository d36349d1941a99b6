"""The faults of the relay as a bare socket and httpx see them: their errno and their exception."""

import errno
import gzip
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from harness.core.integration.fault import Fault
from harness.inject.corrupt import SIGN_IN
from tests.endpoints.server import Heard, serving
from tests.endpoints.upstream import Scripted, fault, listening, relay_before

BODY = b'{"vendors": [{"vendor_id": "V-10234", "name": "Nordlicht Energie GmbH"}]}'
REQUEST = b"POST /score HTTP/1.1\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"


def answer(body: bytes) -> tuple[int, object]:
    return 200, BODY


def raw(one: Fault) -> tuple[bytes, int, list[Heard]]:
    """What a bare socket reads under the fault, the errno at its end (0: clean), what the upstream received."""
    heard: list[Heard] = []
    got, end = b"", 0
    with (
        serving(answer, heard=heard) as url,
        relay_before(url, [one]) as standing,
        socket.create_connection(standing.address, timeout=5) as peer,
    ):
        peer.sendall(REQUEST)
        try:
            while part := peer.recv(65536):
                got += part
        except OSError as reason:
            end = reason.errno or -1
    assert [exchange.fault for exchange in standing.exchanges] == [one.name]
    return got, end, heard


@pytest.mark.parametrize(("at", "arrived"), [("request", 0), ("response", 1)])
def test_a_reset_is_econnreset_and_the_request_is_sent_on_only_with_at_response(at: str, arrived: int) -> None:
    got, end, heard = raw(fault("reset", at=at))
    assert (got, end, len(heard)) == (b"", errno.ECONNRESET, arrived)


def test_a_truncated_reply_keeps_its_head_and_ends_cleanly_in_the_middle() -> None:
    got, end, heard = raw(fault("truncated"))
    head, _, body = got.partition(b"\r\n\r\n")
    assert b"Content-Length: %d" % len(BODY) in head
    assert (body, end, len(heard)) == (BODY[: len(BODY) // 2], 0, 1)


def test_a_corrupt_reply_keeps_its_length_and_has_the_same_bytes_for_the_same_seed() -> None:
    first, again = (raw(fault("corrupt"))[0] for _ in range(2))
    head, _, body = first.partition(b"\r\n\r\n")
    assert 1 <= sum(a != b for a, b in zip(body, BODY, strict=True)) <= len(BODY) // 4
    assert first == again
    assert b"Content-Length: %d" % len(BODY) in head


def test_a_corrupt_chunked_reply_keeps_its_framing() -> None:
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (BODY[:30], BODY[30:]))
    upstream = Scripted(reply=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\nT: x\r\n\r\n")
    with listening(upstream.talk) as url, relay_before(url, [fault("corrupt")]) as standing:
        reply = httpx.get(standing.url, trust_env=False)
    assert (len(reply.content), reply.content == BODY) == (len(BODY), False)


def test_a_wrong_type_is_a_page_with_status_200_instead_of_the_reply() -> None:
    got, end, heard = raw(fault("wrong_type"))
    assert got.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: text/html")
    assert got.endswith(SIGN_IN.encode())
    assert (end, len(heard)) == (0, 1)


@pytest.mark.parametrize(
    ("one", "first", "last"),
    [
        (
            fault("status", status=500, body="oh", media_type="text/plain"),
            b"HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/plain\r\n",
            b"Content-Length: 2\r\n\r\noh",
        ),
        (fault("status", status=299, retry_after=7), b"HTTP/1.1 299 Unknown\r\n", b'{"error": "unknown"}'),
        (fault("status", status=204), b"HTTP/1.1 204 No Content\r\n", b"\r\n\r\n"),
        (
            fault("error_in_200"),
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n",
            b'Content-Length: 27\r\n\r\n{"error": "internal error"}',
        ),
        (
            fault("too_many_requests"),
            b"HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\nRetry-After: 1\r\n",
            b'{"error": "too many requests"}',
        ),
    ],
)
def test_a_status_is_answered_and_the_request_is_not_sent_on(one: Fault, first: bytes, last: bytes) -> None:
    got, end, heard = raw(one)
    assert got.startswith(first)
    assert got.endswith(last)
    assert (end, heard) == (0, [])
    assert (b"\r\nRetry-After: 7\r\n" in got) == (one.retry_after == 7)


def test_the_connection_stays_open_after_an_answer_of_the_relay() -> None:
    upstream = Scripted()
    with (
        listening(upstream.talk) as url,
        relay_before(url, [fault("status", method="POST")]) as standing,
        httpx.Client(trust_env=False) as client,
    ):
        statuses = [client.request(method, standing.url).status_code for method in ("POST", "GET", "POST", "GET")]
    assert statuses == [503, 200, 503, 200]
    assert len(upstream.heard) == 2


@pytest.mark.parametrize(("at", "arrived"), [("request", 0), ("response", 1)])
def test_a_hang_sends_no_byte_and_no_end_until_the_peer_gives_up(at: str, arrived: int) -> None:
    heard: list[Heard] = []
    with serving(answer, heard=heard) as url, relay_before(url, [fault("hang", at=at)]) as standing:
        with httpx.Client(trust_env=False, timeout=0.3) as client, pytest.raises(httpx.ReadTimeout):
            client.post(standing.url, content=b"{}")
        until = time.monotonic() + 5
        while standing.exchanges[0].ended is None and time.monotonic() < until:
            time.sleep(0.01)
        assert standing.exchanges[0].ended
    assert len(heard) == arrived


@pytest.mark.parametrize("at", ["request", "response"])
def test_latency_delays_a_message_and_changes_nothing(at: str) -> None:
    with serving(answer) as url, relay_before(url, [fault("latency", at=at, seconds=0.25)]) as standing:
        started = time.monotonic()
        reply = httpx.post(standing.url, content=b"{}", trust_env=False)
        took = time.monotonic() - started
    assert reply.content == BODY
    assert 0.25 <= took < 3


@pytest.mark.parametrize(
    ("one", "raised"),
    [
        (fault("reset"), httpx.ReadError),
        (fault("reset", at="response"), httpx.ReadError),
        (fault("truncated"), httpx.RemoteProtocolError),
    ],
)
def test_httpx_raises_under_the_relay_what_it_raises_under_the_transport(
    one: Fault, raised: type[httpx.HTTPError]
) -> None:
    with serving(answer) as url, relay_before(url, [one]) as standing, pytest.raises(raised):
        httpx.post(standing.url, content=b"{}", trust_env=False)


@pytest.mark.parametrize("kind", ["truncated", "corrupt"])
def test_a_reply_without_a_body_is_not_changed_and_meets_no_fault(kind: str) -> None:
    upstream = Scripted()
    with listening(upstream.talk) as url, relay_before(url, [fault(kind)]) as standing:
        assert httpx.get(standing.url, trust_env=False).status_code == 200
    assert [one.fault for one in standing.exchanges] == [""]


def statuses(one: Fault, sent: list[tuple[bytes, dict[str, str]]], *, at_once: int = 1) -> dict[bytes, list[int]]:
    """The statuses that each body got, over all its requests."""
    lock, found = threading.Lock(), dict[bytes, list[int]]()
    with serving(answer) as url, relay_before(url, [one]) as standing:

        def post(item: tuple[bytes, dict[str, str]]) -> None:
            status = httpx.post(standing.url, content=item[0], headers=item[1], trust_env=False).status_code
            with lock:
                found.setdefault(item[0], []).append(status)

        with ThreadPoolExecutor(at_once) as pool:
            list(pool.map(post, sent))
    return {body: sorted(got) for body, got in found.items()}


def test_the_draw_depends_on_the_content_and_not_on_the_order() -> None:
    one, sent = fault("status", share=0.5), [(f"{k % 24}".encode(), dict[str, str]()) for k in range(48)]
    first = statuses(one, sent)
    assert statuses(one, sent[::-1], at_once=8) == first
    assert [200, 503] in first.values()  # the second sending of the same content draws anew


def test_the_draw_depends_on_the_trace_id_if_it_is_forwarded() -> None:
    one = fault("status", share=0.5)
    sent = [(f"{k}".encode(), {"traceparent": f"00-{k + 1:032x}-{1:016x}-01"}) for k in range(24)]
    assert {tuple(found) for found in statuses(one, sent * 2).values()} == {(200, 200), (503, 503)}


@pytest.mark.parametrize(
    ("one", "reply"),
    [
        (fault("field_missing", field="name"), {"vendors": [{"vendor_id": "V-10234"}]}),
        (fault("field_missing", field="vendors"), {}),
        (
            fault("field_renamed", field="vendor_id"),
            {"vendors": [{"vendorId": "V-10234", "name": "Nordlicht Energie GmbH"}]},
        ),
        (
            fault("field_renamed", field="name", to="label"),
            {"vendors": [{"vendor_id": "V-10234", "label": "Nordlicht Energie GmbH"}]},
        ),
    ],
)
def test_a_field_of_the_reply_is_gone_or_has_another_name_and_the_rest_stays(one: Fault, reply: object) -> None:
    got, end, heard = raw(one)
    head, _, body = got.partition(b"\r\n\r\n")
    assert json.loads(body) == reply
    assert b"Content-Length: %d" % len(body) in head
    assert (end, len(heard)) == (0, 1)


def test_a_chunked_or_zipped_reply_gets_a_plain_body_of_the_right_length() -> None:
    zipped = gzip.compress(BODY)
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(zipped), zipped)
    lines = b'Content-Type: application/json\r\nContent-Encoding: gzip\r\nETag: "1"\r\nTransfer-Encoding: chunked'
    upstream = Scripted(reply=b"HTTP/1.1 200 OK\r\n" + lines + b"\r\n\r\n" + chunks)
    with (
        listening(upstream.talk) as url,
        relay_before(url, [fault("field_missing", field="name")]) as standing,
        httpx.Client(trust_env=False) as client,
    ):
        replies = [client.get(standing.url) for _ in range(2)]
    assert [one.json() for one in replies] == [{"vendors": [{"vendor_id": "V-10234"}]}] * 2
    assert set(replies[0].headers) == {"content-type", "content-length"}
    assert [(one.fault, one.field) for one in standing.exchanges] == [("erp.field_missing", "name")] * 2


def test_a_stale_field_comes_from_an_earlier_reply_to_another_request_and_the_first_meets_no_fault() -> None:
    def price(body: bytes) -> tuple[int, object]:
        return 200, {"order": int(body), "total": 10 * int(body)}

    with serving(price) as url, relay_before(url, [fault("field_stale")]) as standing:
        replies = [httpx.post(standing.url, content=body, trust_env=False).json() for body in (b"1", b"1", b"2", b"3")]
    assert replies == [
        {"order": 1, "total": 10},
        {"order": 1, "total": 10},
        {"order": 2, "total": 10},
        {"order": 3, "total": 20},
    ]
    assert [one.field for one in standing.exchanges] == ["", "", "total", "total"]


@pytest.mark.parametrize("kind", ["field_missing", "field_renamed", "field_stale"])
@pytest.mark.parametrize("reply", [(200, b"no JSON"), (200, {}), (200, [1, 2]), (404, {"detail": "unknown"})])
def test_a_reply_without_a_field_to_change_passes_unchanged_and_meets_no_fault(
    kind: str, reply: tuple[int, object]
) -> None:
    with serving(lambda _: reply) as url, relay_before(url, [fault(kind)]) as standing:
        relayed = httpx.post(standing.url, content=b"{}", trust_env=False)
        direct = httpx.post(url, content=b"{}", trust_env=False)
    assert (relayed.status_code, relayed.content) == (direct.status_code, direct.content)
    assert [one.fault for one in standing.exchanges] == [""]


def test_bandwidth_and_slices_leave_the_reply_whole_and_take_their_time() -> None:
    began = time.perf_counter()
    got, end, _ = raw(fault("bandwidth", bytes_per_second=len(BODY) * 4))
    assert got.endswith(BODY)
    assert end == 0
    assert 0.24 <= time.perf_counter() - began < 1.0
    got, end, _ = raw(fault("slicing", piece_bytes=10))
    assert got.endswith(BODY)
    assert end == 0

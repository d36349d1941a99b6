"""Requests in other bytes with the same meaning: what may differ, and what may not."""

import json
from email.parser import BytesParser
from email.policy import HTTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import Case, Plan
from harness.core.settings import Target
from harness.replay.codecs import Request, encode, traceparent
from harness.replay.salt import place_of, salted
from harness.replay.wire import wire


def request(content: bytes, protocol: str = "json", media_type: str = "application/json", repeat: int = 0) -> Request:
    plan = Plan(base="sample:b")
    case = Case(address="p/s#0", plan=plan, content=content, media_type=media_type, filename="scan.pdf")
    return encode(case, Target(url="http://127.0.0.1:1/score", protocol=protocol), 7, repeat)  # type: ignore[arg-type]


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_a_json_document_means_the_same_and_no_two_sendings_are_alike(document: object) -> None:
    content = json.dumps(document).encode()
    bodies = {salted(request(content, repeat=repeat)).body for repeat in range(5)}
    assert len(bodies) == 5
    assert all(json.loads(body) == document for body in bodies)


@pytest.mark.parametrize("content", [b"", b"{", b'{"a": 1} x', b"\xff\xfe{\x00}\x00", "{ü}".encode("latin-1")])
def test_bytes_that_are_no_whole_document_stay_as_they_are(content: bytes) -> None:
    assert salted(request(content)).body == content


def test_a_file_keeps_its_bytes_in_a_multipart_body_with_another_boundary() -> None:
    content = bytes(range(256)) * 20
    seen = set()
    for repeat in range(3):
        one = salted(request(content, "multipart", "application/pdf", repeat))
        head = f"Content-Type: {dict(one.headers)['Content-Type']}\r\n\r\n".encode()
        (part,) = BytesParser(policy=HTTP).parsebytes(head + one.body).iter_parts()
        assert part.get_payload(decode=True) == content
        assert part.get_filename() == "scan.pdf"
        seen.add(one.body)
    assert len(seen) == 3


def test_a_raw_file_has_no_place() -> None:
    one = request(b"%PDF-1.7", "raw", "application/pdf")
    assert place_of(one) is None
    assert salted(one) == one


@pytest.mark.parametrize(("content", "protocol"), [(b'{"a": 1}', "json"), (b"\x00\x01", "multipart"), (b"x", "raw")])
def test_both_clients_send_the_same_salted_bytes(content: bytes, protocol: str) -> None:
    plain = request(content, protocol, repeat=3)
    whole = wire(request(content, protocol), (), salted=True).bytes_of(traceparent(7, "p/s#0", 3))
    head, _, body = whole.partition(b"\r\n\r\n")
    assert body == salted(plain).body
    assert f"Content-Length: {len(body)}".encode() in head.split(b"\r\n")
    assert dict(salted(plain).headers)["Content-Type"].encode() in head

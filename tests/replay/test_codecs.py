"""Requests as bytes: parsed back by other people's parsers."""

import email.parser
import email.policy
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_multipart.multipart import FormParser, parse_options_header

from harness.core.case import Case, Plan
from harness.core.errors import ConfigError
from harness.core.settings import Protocol, Target
from harness.replay.codecs import Request, encode, traceparent

MULTIPART = Target(protocol="multipart", url="http://127.0.0.1:1/x", field="file")
WEIRD = "pilot/samples#R\u00e9sum\u00e9 \u202e\x1b[31m\r\nX: 1\udc80\ud800.pdf "


def case(content: bytes = b"%PDF", filename: str = "a.pdf", address: str = "p/s#0") -> Case:
    plan = Plan(base="sample:a")
    return Case(address=address, plan=plan, content=content, media_type="application/pdf", filename=filename)


def parsed(request: Request) -> tuple[str, str, bytes]:
    """Field, file name and content as python-multipart reads them."""
    kind, options = parse_options_header(dict(request.headers)["Content-Type"])
    files: list[Any] = []
    parser = FormParser(kind.decode(), None, files.append, boundary=options[b"boundary"])
    parser.write(request.body)
    parser.finalize()
    (file,) = files
    file.file_object.seek(0)
    content = file.file_object.read()
    file.close()
    return file.field_name.decode(), file.file_name.decode("utf-8", "surrogateescape"), content


@given(content=st.binary(max_size=400))
def test_multipart_content_comes_back_byte_for_byte(content: bytes) -> None:
    assert parsed(encode(case(content), MULTIPART, 1, 0)) == ("file", "a.pdf", content)


@pytest.mark.parametrize(
    "name", ["a b.pdf", "Rechnung \u00e4\u4e2d.pdf", "a\\b.pdf", "a;b=c.pdf", "caf\udce9.pdf", "\x1b[31m.pdf", ""]
)
def test_multipart_file_names_come_back(name: str) -> None:
    assert parsed(encode(case(filename=name), MULTIPART, 1, 0))[1] == name


@pytest.mark.parametrize(("name", "sent"), [('a".pdf', "a%22.pdf"), ("a\r\nX: 1.pdf", "a%0D%0AX: 1.pdf")])
def test_names_that_would_end_the_header_are_escaped_as_browsers_do(name: str, sent: str) -> None:
    assert parsed(encode(case(filename=name), MULTIPART, 1, 0))[1] == sent


def test_a_form_field_with_quotes_cannot_end_its_header() -> None:
    target = Target(protocol="multipart", url="http://127.0.0.1:1/x", field='f"; filename="evil')
    assert parsed(encode(case(), target, 1, 0))[:2] == ("f%22; filename=%22evil", "a.pdf")


def test_half_a_surrogate_pair_in_a_file_name_is_still_sent() -> None:
    assert b"\xed\xa0\x80.pdf" in encode(case(filename="\ud800.pdf"), MULTIPART, 1, 0).body


def test_the_standard_library_reads_the_same_multipart() -> None:
    request = encode(case(b"a\r\n--harness-\r\nb\n"), MULTIPART, 1, 0)
    head = f"Content-Type: {dict(request.headers)['Content-Type']}\r\n\r\n".encode()
    whole = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + request.body)
    (part,) = whole.iter_parts()
    assert part.get_filename() == "a.pdf"
    assert part.get_content_type() == "application/pdf"


@given(content=st.binary(max_size=400))
def test_the_boundary_never_stands_in_the_content(content: bytes) -> None:
    request = encode(case(content), MULTIPART, 1, 0)
    boundary = dict(request.headers)["Content-Type"].partition("boundary=")[2]
    again = case(f"--{boundary}\r\n".encode() + content)
    other = dict(encode(again, MULTIPART, 1, 0).headers)["Content-Type"].partition("boundary=")[2]
    assert boundary.encode() not in content
    assert other.encode() not in again.content


@pytest.mark.parametrize("protocol", ["multipart", "json", "raw"])
def test_the_same_arguments_give_the_same_request(protocol: str) -> None:
    target = Target(protocol=protocol, url="http://127.0.0.1:1/x")  # type: ignore[arg-type]
    assert encode(case(), target, 1, 0) == encode(case(), target, 1, 0)


def test_json_and_raw_send_the_bytes_of_the_case_under_their_type() -> None:
    for protocol, kind in (("json", "application/json"), ("raw", "application/pdf")):
        request = encode(case(b'{"a":1,"a":NaN}'), Target(protocol=protocol, url="http://x/"), 1, 0)  # type: ignore[arg-type]
        assert (request.body, dict(request.headers)["Content-Type"]) == (b'{"a":1,"a":NaN}', kind)


@given(st.integers(0, 2**40), st.text(st.characters(), max_size=40), st.integers(0, 1000))
def test_the_trace_context_is_well_formed_and_its_own_for_each_sending(seed: int, address: str, repeat: int) -> None:
    one = traceparent(seed, address, repeat)
    assert re.fullmatch(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01", one)
    assert one != traceparent(seed, address, repeat + 1)
    assert one != traceparent(seed + 1, address, repeat)


@given(st.text(st.characters(), max_size=60))
def test_header_values_are_visible_ascii_whatever_the_address(address: str) -> None:
    request = encode(case(address=address), MULTIPART, 1, 0)
    for _, value in request.headers:
        assert value.isascii()
        assert value.isprintable()
        assert value == value.strip()


def test_a_weird_address_is_readable_again_from_its_header() -> None:
    from urllib.parse import unquote_to_bytes

    sent = dict(encode(case(address=WEIRD), MULTIPART, 1, 0).headers)["X-Harness-Case"]
    assert unquote_to_bytes(sent).decode("utf-8", "surrogatepass").startswith("pilot/samples#R\u00e9sum\u00e9 ")


def test_plain_addresses_stand_in_the_header_as_they_are() -> None:
    address = "probe/fax.line_loss@4#sub/a-1.pdf~2"
    assert dict(encode(case(address=address), MULTIPART, 1, 0).headers)["X-Harness-Case"] == address


@pytest.mark.parametrize("protocol", ["multipart", "raw"])
def test_what_has_no_type_is_sent_without_one(protocol: Protocol) -> None:
    request = encode(replace(case(), media_type=""), replace(MULTIPART, protocol=protocol), 1, 0)
    assert b"Content-Type" not in request.body
    assert ("Content-Type" in dict(request.headers)) is (protocol == "multipart")


def test_an_unknown_protocol_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match='did you mean "multipart"'):
        encode(case(), Target(protocol="multiprt", url="http://x/"), 1, 0)  # type: ignore[arg-type]


def test_damaged_cases_travel_on_a_connection_of_their_own() -> None:
    hurt = Case(
        address="p/s#0",
        plan=Plan(base="sample:a"),
        content=b"",
        media_type="text/plain",
        filename="a.txt",
        effects={"total": "destroyed"},
    )
    assert encode(hurt, MULTIPART, 1, 0).alone
    assert not encode(case(), MULTIPART, 1, 0).alone


def test_a_record_in_another_form_travels_under_the_media_type_of_that_form() -> None:
    plan = Plan(base="sample:a", encode="csv")
    one = Case(address="p/s#0", plan=plan, content=b"a\r\n1\r\n", media_type="text/csv", filename="a.csv")
    target = Target(url="http://127.0.0.1/", protocol="json")
    assert dict(encode(one, target, 1, 0).headers)["Content-Type"] == "text/csv"
    plain = replace(one, plan=Plan(base="sample:a"))
    assert dict(encode(plain, target, 1, 0).headers)["Content-Type"] == "application/json"

"""The first replies of a service that gives no answers: each is named for what it is, with what to do."""

import gzip
import json
from pathlib import Path

import pytest

from tests.endpoints.command import CommandResult, harness
from tests.endpoints.orders import honest, write_pilot
from tests.endpoints.server import Answer, serving

STREAM = b'data: {"total": 1}\n\ndata: [DONE]\n\n'
LINES = b'{"token": "to"}\n{"token": "tal"}\n'
PAGE = b"<!DOCTYPE html>\n<html><head><title>Please\n log in</title></head></html>"
CASES = [
    (307, b"", "Location: https://new.example/score\r\n", "redirects to https://new.example/score (status 307)"),
    (302, b"", "", "redirects but names no address (no Location) (status 302)"),
    (200, b'{"total": 1}', "Content-Encoding: gzip\r\n", "packed wrongly: its bytes are not gzip"),
    (200, PAGE, "", 'an HTML page with the title "Please log in", not JSON'),
    (202, b'{"job": {"id": "7f3"}, "state": "queued"}', "", "answers later (status 202, job.id 7f3)"),
    (202, b"", "Location: /jobs/7f3\r\n", "answers later (status 202, at /jobs/7f3)"),
    (200, STREAM, "", "a stream of events (text/event-stream)"),
    (200, LINES, "", "a stream of 2 JSON documents, one a line (NDJSON)"),
]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_pilot(Path("pilot"))


def checked(answer: Answer, *options: str, head: str = "") -> CommandResult:
    with serving(answer, head=head) as url:
        asked = ("--samples", "pilot", "--truth", "total,carrier", "--calls", "40", "--out", "run")
        return harness("check", url, *asked, *options)


@pytest.mark.parametrize(("status", "body", "head", "says"), CASES)
def test_a_reply_that_is_no_answer_is_named_for_what_it_is(status: int, body: bytes, head: str, says: str) -> None:
    said = checked(lambda _: (status, body), head=head)
    assert said.code == 4
    first, hint, *_ = said.err.partition("error: ")[2].splitlines()
    assert says in first
    assert hint.startswith("  ")
    assert "is the service started" not in said.err


def test_a_receipt_that_holds_the_answer_is_an_answer() -> None:
    said = checked(lambda body: (202 if honest(body)[0] == 200 else 422, honest(body)[1]))
    assert said.code in (0, 1, 5), said.err


def test_a_reply_that_is_packed_rightly_is_read() -> None:
    def packed(body: bytes) -> tuple[int, object]:
        status, reply = honest(body)
        return status, gzip.compress(json.dumps(reply).encode())

    assert checked(packed, head="Content-Encoding: gzip\r\n").code in (0, 1, 5)


def test_a_path_that_is_always_null_is_named_as_such() -> None:
    def empty(body: bytes) -> tuple[int, object]:
        status, reply = honest(body)
        return status, {**reply, "sum": None, "certainty": None} if isinstance(reply, dict) else reply

    Path("harness.toml").write_text('[target]\nanswer = { total = "sum", carrier = "result.carrier" }\n', "utf-8")
    said = checked(empty)
    assert said.code == 4
    assert "answer.total: sum is null in all 10 replies to pilot samples that have a truth" in said.err
    Path("harness.toml").write_text('[target]\nconfidence = "certainty"\nhand_over = "reviw"\n', "utf-8")
    said = checked(empty, "--out", "other")
    assert "[target] confidence: certainty is null in all 10 replies, so it hands nothing over" in said.err
    assert "[target] hand_over: reviw is in none of 10 replies, so it hands nothing over" in said.err


def test_a_placeholder_that_no_column_fills_is_named_before_the_first_call() -> None:
    Path("harness.toml").write_text('[target]\nprotocol = "json"\nrequest = { n = "{quantiy}" }\n', "utf-8")
    said = checked(honest)
    assert said.code == 4
    assert '[target] request: "{quantiy}" is no column of the samples\n  did you mean "quantity"?' in said.err

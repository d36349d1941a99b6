"""What a reply is, if it is no answer."""

import pytest

from harness.core.reply import Reply
from harness.replay.no_answer import name_no_answer


def named(status: int, body: str, **head: str) -> str:
    reply = Reply(address="pilot/samples#a", repeat=0, due=0.0, sent=0.0, first=0.0, done=0.0, status=status)
    found = name_no_answer(reply, body, {name.replace("_", "-"): value for name, value in head.items()}, ("total",))
    return found.what if found else ""


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, '{"total": 1}'),
        (200, '[{"total": 1}, {"total": 2}]'),
        (200, '{\n"total": 1\n}'),
        (200, "total: 1"),
        (200, ""),
        (202, '{"id": "7", "result": {"total": 1}}'),
        (404, "<html>"),
        (503, "data: x\n"),
    ],
)
def test_a_reply_that_may_be_an_answer_is_left_alone(status: int, body: str) -> None:
    assert named(status, body) == ""


def test_the_type_of_a_reply_counts_as_well_as_its_text() -> None:
    assert "HTML page" in named(200, "<p>", content_type="text/html; charset=utf-8")
    assert "stream of events" in named(200, ": ping\n\n", content_type="text/event-stream")


def test_a_receipt_is_named_with_the_id_or_address_of_the_answer() -> None:
    assert named(202, '{"taskId": "t-1"}', location="/tasks/t-1").endswith("(status 202, taskId t-1, at /tasks/t-1)")
    assert named(202, "").endswith("(status 202)")

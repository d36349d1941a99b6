"""Many records in one request, and its reply taken apart row by row."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import Case, Plan
from harness.core.reply import Reply
from harness.core.robustness import in_batch
from harness.core.settings import Batch, Target
from harness.replay.reading import AnswerPaths
from harness.replay.rows import body_of, read_row, take_apart

PATHS = AnswerPaths(fields={"label": "out.label"}, hand_over="review", confidence="score")
TARGET = Target(flag_below=0.8)


def row(content: bytes) -> Case:
    return Case(
        address="concurrency/batch_mixed#a",
        plan=Plan(base="sample:a"),
        content=content,
        media_type="application/json",
        filename="a",
    )


def reply(status: int = 200, error: str = "") -> Reply:
    return Reply(
        address="concurrency/batch_mixed#a",
        repeat=3,
        due=1.0,
        sent=1.0,
        first=2.0,
        done=2.5,
        status=status,
        error=error,
    )


def keys(count: int) -> list[tuple[str, int]]:
    return [(f"concurrency/batch_mixed#{k}", k) for k in range(count)]


def told(count: int, value: object) -> list[tuple[str, str]]:
    """Disposition and cause of each row."""
    parts = take_apart(reply(), json.dumps(value).encode(), keys(count), Batch(url="/b"))
    read = [read_row(own, body.decode(), PATHS, TARGET) for own, body in parts]
    return [(outcome.disposition, outcome.cause) for outcome in read]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(values=st.lists(json_values, min_size=1, max_size=6), key=st.sampled_from(["", "rows"]))
def test_each_row_gets_what_stands_in_its_place_and_the_times_of_the_request(values: list[Any], key: str) -> None:
    body = json.dumps({key: values} if key else values).encode()
    parts = take_apart(reply(), body, keys(len(values)), Batch(url="/b", results=key))
    assert [json.dumps(json.loads(part)) for _, part in parts] == [json.dumps(value) for value in values]
    assert [(own.address, own.repeat) for own, _ in parts] == keys(len(values))
    assert all((own.sent, own.done, own.status) == (1.0, 2.5, 200) for own, _ in parts)


@given(value=json_values, count=st.integers(1, 6))
def test_whatever_comes_back_every_row_has_one_reply_that_can_be_read(value: object, count: int) -> None:
    assert len(told(count, value)) == count


def test_bodies_hold_the_records_own_bytes_however_broken() -> None:
    rows = [row(b'{"a": 1}'), row(b'{"a": NaN, "a": 2}')]
    assert body_of(rows, Batch(url="/b")) == b'[{"a": 1},{"a": NaN, "a": 2}]'
    assert body_of(rows, Batch(url="/b", items='my "rows"')) == b'{"my \\"rows\\"":[{"a": 1},{"a": NaN, "a": 2}]}'


def test_answer_flag_and_confidence_are_read_in_each_row() -> None:
    value = [
        {"out": {"label": "x"}},
        {"out": {"label": "x"}, "review": True},
        {"out": {"label": "x"}, "score": 0.5},
        {"out": {"label": "x"}, "error": "late"},
        {"error": "no age"},
        None,
    ]
    assert told(6, value) == [
        ("accepted", ""),
        ("handed_over", ""),
        ("handed_over", ""),
        ("accepted", ""),
        ("rejected", "error_in_row"),
        ("accepted", ""),
    ]


def test_rows_without_a_result_were_accepted_and_got_nothing() -> None:
    assert told(3, [{"out": {"label": "x"}}]) == [("accepted", ""), ("accepted", "no_row"), ("accepted", "no_row")]


@pytest.mark.parametrize(
    ("value", "cause"), [({"detail": "queued"}, "no_list"), ([], "no_list"), ([{}, {}, {}], "too_many_rows")]
)
def test_a_reply_that_is_not_one_result_a_row_is_an_error_of_all_of_them(value: object, cause: str) -> None:
    assert told(2, value) == [("error", cause)] * 2


@pytest.mark.parametrize(
    ("got", "body", "expected"),
    [
        (reply(422), b'{"detail": "row 3"}', ("rejected", "422")),
        (reply(500), b"", ("error", "server_error")),
        (reply(0, "timeout"), b"", ("timeout", "timeout")),
        (reply(200), b"<html>", ("error", "not_json")),
    ],
    ids=["refused", "broken", "timeout", "page"],
)
def test_what_befell_the_request_befell_each_of_its_rows(got: Reply, body: bytes, expected: tuple[str, str]) -> None:
    for own, text in take_apart(got, body, keys(2), Batch(url="/b")):
        outcome = read_row(own, text.decode(), PATHS, TARGET)
        assert (outcome.disposition, outcome.cause) == expected


def test_rows_of_a_batch_are_known_by_their_address() -> None:
    assert in_batch("concurrency/batch_mixed#orders.jsonl#3")
    assert not in_batch("concurrency/in_flight_2#batch_mixed")
    assert not in_batch("pilot/samples#concurrency/batch_mixed")

"""What a service did and said, for every way of doing and saying it."""

import contextlib
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.errors import ConfigError
from harness.core.reply import Outcome, Reply
from harness.core.settings import Target
from harness.core.values import as_scalar
from harness.replay.reading import AnswerPaths, cause_of, compiled, parse, read_outcome, search

TARGET = Target(url="http://127.0.0.1:1/x", flag_below=0.8)
PATHS = AnswerPaths(fields={"total": "total"}, hand_over="review", confidence="confidence")


def outcome(body: str = '{"total": 1}', status: int = 200, error: str = "", paths: AnswerPaths = PATHS) -> Outcome:
    reply = Reply(address="p/s#0", repeat=0, due=0, sent=0, first=0, done=0, status=status, error=error)
    return read_outcome(reply, body, paths, TARGET)


@pytest.mark.parametrize(
    ("status", "disposition", "cause"),
    [
        *((status, "rejected", str(status)) for status in (400, 413, 415, 422)),
        *((status, "error", "redirect") for status in (301, 302, 307, 308)),
        *((status, "error", "auth") for status in (401, 403)),
        (404, "error", "not_found"),
        (405, "error", "wrong_method"),
        (429, "error", "too_many_requests"),
        (504, "error", "gateway_timeout"),
        (500, "error", "server_error"),
        (503, "error", "server_error"),
        (418, "error", "status_418"),
        (100, "error", "status_100"),
    ],
)
def test_every_status_has_a_disposition_and_a_cause(status: int, disposition: str, cause: str) -> None:
    got = outcome(status=status)
    assert (got.disposition, got.cause) == (disposition, cause)


@pytest.mark.parametrize(
    ("error", "disposition", "cause"),
    [
        ("timeout", "timeout", "timeout"),
        ("dropped: reset", "dropped", "dropped"),
        ("too_large: x", "dropped", "too_large"),
    ],
)
def test_what_broke_on_the_way_is_told_by_its_first_word(error: str, disposition: str, cause: str) -> None:
    got = outcome(status=0, error=error)
    assert (got.disposition, got.cause) == (disposition, cause)


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        ("<html>", "not_json"),
        ("", "empty_reply"),
        (" \n", "empty_reply"),
        ('{"total": 1', "not_json"),
        ('{"error": "no model"}', "error_in_200"),
        ("[" * 100_000, "not_json"),
        ('{"a":' * 600 + "1" + "}" * 600, "not_json"),
        ('{"total": ' + "9" * 5000 + "}", "not_json"),
    ],
)
def test_a_200_without_an_answer_is_an_error(body: str, cause: str) -> None:
    got = outcome(body)
    assert (got.disposition, got.cause) == ("error", cause)


def test_an_answer_beside_an_error_field_is_an_answer() -> None:
    assert outcome('{"total": 1, "error": "low ink"}').disposition == "accepted"


@pytest.mark.parametrize("flag", ["true", "1", '"yes"', '"true"'])
def test_a_flag_hands_over(flag: str) -> None:
    assert outcome(f'{{"total": 1, "review": {flag}}}').disposition == "handed_over"


@pytest.mark.parametrize("flag", ["false", "0", "null", '"false"', '"no"', '""'])
def test_a_flag_that_says_no_does_not(flag: str) -> None:
    assert outcome(f'{{"total": 1, "review": {flag}}}').disposition == "accepted"


@pytest.mark.parametrize(
    ("value", "disposition", "confidence"),
    [
        ("0.79", "handed_over", 0.79),
        ("0.8", "accepted", 0.8),
        ('"0.3"', "handed_over", 0.3),
        ("null", "accepted", None),
        ("NaN", "accepted", None),
        ("true", "accepted", None),
        ('"high"', "accepted", None),
        ("1" + "0" * 400, "accepted", None),
    ],
)
def test_less_confidence_than_the_threshold_hands_over(value: str, disposition: str, confidence: float | None) -> None:
    got = outcome(f'{{"total": 1, "confidence": {value}}}')
    assert (got.disposition, got.confidence) == (disposition, confidence)


def test_nan_and_infinity_in_a_reply_are_read() -> None:
    assert math.isnan(float(str(outcome('{"total": NaN}').answer["total"])))
    assert outcome('{"total": -Infinity}').answer["total"] == -math.inf


def test_a_field_that_is_null_or_missing_is_no_answer() -> None:
    assert outcome('{"total": null}').answer == {}
    assert outcome("{}").answer == {}
    assert outcome("[1]").answer == {}


def test_lists_and_objects_become_canonical_text() -> None:
    assert as_scalar({"b": [1], "a": "\u00e9"}) == '{"a": "\u00e9", "b": [1]}'


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(), max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(json_values, st.integers(0, 599))
def test_any_reply_has_a_disposition(value: Any, status: int) -> None:
    import json

    body = json.dumps({"total": value, "confidence": value, "review": value})
    assert outcome(body, status).disposition in ("accepted", "handed_over", "rejected", "error")


@given(st.text(st.characters(), max_size=60))
def test_parse_raises_nothing_but_value_errors(text: str) -> None:
    with contextlib.suppress(ValueError):
        parse(text)


def test_nesting_within_reason_is_read() -> None:
    assert parse("[" * 150 + "]" * 150) is not None
    assert len(parse("[" + "[],{}," * 300 + "1]")) == 601


@pytest.mark.parametrize("path", ["fields.[", "a b", "", "to_nmber(total)"])
def test_a_path_that_is_none_is_a_configuration_error(path: str) -> None:
    with pytest.raises(ConfigError, match="is not a JMESPath"):
        compiled(path)


def test_a_function_that_does_not_fit_this_reply_finds_nothing() -> None:
    assert search("length(items)", {"items": 3}) is None
    assert search("length(items)", {"items": [1, 2]}) == 2


def test_causes_are_one_word() -> None:
    assert all(" " not in cause_of(status) for status in range(100, 600))

"""Which field of a reply a fault changes, and that nothing else changes."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.seed import Stream
from harness.inject.edits import FAILED
from harness.inject.fields import Fields, RequestContent, plain_fields
from tests.endpoints.upstream import fault

SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
NAMES = st.sampled_from(("id", "risk_points", "total", "lines", "a-b"))
REPLIES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)
CUSTOMER = RequestContent(method="GET", target="/customers/C-00042?full=yes", body=b"")


def changed(
    kind: str, value: object, request: RequestContent = CUSTOMER, seed: int = 1, to: str = ""
) -> tuple[Any, str]:
    one = fault(kind, to=to)
    got = Fields().change(one, request, json.dumps(value).encode(), "", Stream(seed, "test"))
    return (json.loads(got.body), got.field) if got else (None, "")


def test_a_field_that_only_repeats_the_request_is_not_drawn() -> None:
    reply = {"id": "C-00042", "full": "yes", "risk_points": 12}
    assert {changed("field_missing", reply, seed=seed)[1] for seed in range(20)} == {"risk_points"}


def test_a_value_of_the_request_body_counts_as_repeated() -> None:
    for body in (b'{"order": {"number": 7}}', b"number=7"):
        request = RequestContent(method="POST", target="/price", body=body)
        assert {changed("field_missing", {"number": "7", "total": 9}, request, s)[1] for s in range(20)} == {"total"}


def test_if_all_fields_repeat_the_request_one_of_them_is_drawn() -> None:
    assert {changed("field_missing", {"id": "C-00042", "full": "yes"}, seed=s)[1] for s in range(20)} == {"id", "full"}


@given(REPLIES, st.integers(0, 99))
def test_a_missing_field_is_gone_everywhere_and_all_others_are_unchanged(value: Any, seed: int) -> None:
    after, name = changed("field_missing", value, seed=seed)
    if name:
        left = [pair for pair in plain_fields(value) if pair[0] != name]
        assert name not in dict(plain_fields(after))
        # Fields inside a container of that name are gone with it.
        assert all(pair in left for pair in plain_fields(after))


@given(REPLIES, st.integers(0, 99))
def test_a_field_with_another_name_keeps_its_values(value: Any, seed: int) -> None:
    after, name = changed("field_renamed", value, seed=seed, to="another")
    if name:
        renamed = [("another" if key == name else key, inner) for key, inner in plain_fields(value)]
        assert list(plain_fields(after)) == renamed


@given(REPLIES, st.integers(0, 99))
def test_the_same_seed_hits_the_same_field(value: Any, seed: int) -> None:
    assert changed("field_missing", value, seed=seed) == changed("field_missing", value, seed=seed)


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("field_null", 12, None),
        ("field_retyped", 12.5, "12.5"),
        ("field_retyped", "7.25", 7.25),
        ("field_retyped", True, "true"),
        ("field_retyped", "EUR", ["EUR"]),
        ("field_unknown", "EUR", "EUR_2"),
        ("field_scaled", 12, 12_000),
        ("field_scaled", "0.5", "500"),
        ("field_negated", 4.75, -4.75),
        ("field_negated", "-3", "3"),
    ],
)
def test_a_value_becomes_another_one_and_the_others_stay(kind: str, before: object, after: object) -> None:
    reply = {"id": "C-00042", "rows": [{"value": before}]}
    assert changed(kind, reply) == ({"id": "C-00042", "rows": [{"value": after}]}, "value")


@pytest.mark.parametrize("kind", ["field_scaled", "field_negated"])
def test_a_reply_without_a_number_that_can_change_meets_no_such_fault(kind: str) -> None:
    assert changed(kind, {"id": "C-00042", "name": "Nordlicht", "zero": 0, "flag": True}) == (None, "")


def test_only_a_text_that_is_no_number_gets_an_unknown_value_and_the_file_may_name_it() -> None:
    reply = {"amount": "12.50", "count": 3, "state": "open"}
    assert {changed("field_unknown", reply, seed=seed)[1] for seed in range(20)} == {"state"}
    assert changed("field_unknown", reply, to="frozen")[0]["state"] == "frozen"


@pytest.mark.parametrize(
    ("kind", "left"),
    [
        ("list_shortened", [1, 2]),
        ("list_repeated", [1, 2, 3, 4, 1, 2, 3, 4]),
        ("list_failed", [1, 2, FAILED, FAILED]),
    ],
)
def test_the_longest_list_of_a_reply_loses_or_repeats_a_page(kind: str, left: list[int]) -> None:
    reply = {"total": 4, "page": {"items": [1, 2, 3, 4]}, "tags": ["a"]}
    assert changed(kind, reply) == ({"total": 4, "page": {"items": left}, "tags": ["a"]}, "items")
    assert changed(kind, [1, 2, 3, 4]) == (left, "")
    assert changed(kind, {"total": 4}) == (None, "")


def test_a_swapped_record_is_an_earlier_one_that_says_whose_it_is() -> None:
    fields, one = Fields(), fault("record_swapped")

    def got(target: str, value: object) -> object:
        request = RequestContent(method="GET", target=target, body=b"")
        after = fields.change(one, request, json.dumps(value).encode(), "", Stream(1, "test"))
        return json.loads(after.body) if after else None

    assert got("/customers/C-1", {"id": "C-1", "points": 3}) is None
    assert got("/customers/C-2", {"id": "C-2", "points": 5}) == {"id": "C-1", "points": 3}
    assert got("/customers/C-2", {"id": "C-2", "points": 5}) == {"id": "C-1", "points": 3}
    assert Fields().change(one, CUSTOMER, b'{"points": 3}', "", Stream(1, "test")) is None


def test_an_earlier_record_that_does_not_say_whose_it_is_is_not_swapped_because_nobody_could_notice() -> None:
    fields, one = Fields(), fault("record_swapped")
    for k in range(3):
        request = RequestContent(method="GET", target=f"/customers/C-{k}", body=b"")
        assert fields.change(one, request, b'{"points": %d}' % k, "", Stream(1, "test")) is None

"""Which field of a reply a fault changes, and that nothing else changes."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from harness.core.seed import Stream
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

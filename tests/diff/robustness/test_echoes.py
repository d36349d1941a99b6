"""Which values of a request the reply repeats, found in the replies to the pilot."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.diff.robustness.echoes import Echo, Exchange, find_echoes
from harness.diff.scoring.id_kinds import kind_of

Reply = Callable[[dict[str, Any]], Any]


def pilot(sent: Sequence[dict[str, Any]], reply: Reply) -> list[Exchange]:
    return [Exchange(address=f"pilot/samples#{k}", sent=one, received=reply(one)) for k, one in enumerate(sent)]


def found(sent: Sequence[dict[str, Any]], reply: Reply, taken: Sequence[str] = ()) -> list[tuple[str, str]]:
    return [(echo.reply, echo.request) for echo in find_echoes(pilot(sent, reply), taken)]


def numbered(n: int, first: int = 200) -> list[dict[str, Any]]:
    return [{"id": f"A{first + k}", "n": k % 2, "pages": 1} for k in range(n)]


def test_a_value_deep_in_the_reply_is_found_and_a_field_of_the_answer_is_not() -> None:
    reply: Reply = lambda one: {"meta": [{"ref": one["id"]}], "fields": {"label": one["id"]}}  # noqa: E731
    assert found(numbered(6), reply, ["fields.label"]) == [("meta[0].ref", "id")]


@pytest.mark.parametrize("n", [4, 5])
def test_five_samples_are_needed(n: int) -> None:
    assert bool(found(numbered(n), lambda one: {"ref": one["id"]})) == (n >= 5)


def test_two_different_values_are_a_coincidence() -> None:
    assert found(numbered(20), lambda one: {"flag": one["n"]}) == []


@pytest.mark.parametrize(("name", "is_one"), [("pages", True), ("page_count", True), ("version", False)])
def test_a_constant_1_is_a_number_of_pages_only_by_its_name(name: str, is_one: bool) -> None:
    assert bool(found([{"pages": 1}] * 8, lambda _: {name: 1})) == is_one


def test_one_other_reply_is_allowed_only_if_all_ids_are_different() -> None:
    reply: Reply = lambda one: {"ref": "X" if one["id"] == "A205" else one["id"]}  # noqa: E731
    assert found(numbered(20), reply) == [("ref", "id")]
    assert found([*numbered(20), *numbered(20)], reply) == []


def test_the_field_of_the_same_name_comes_first_if_two_fields_have_the_same_values() -> None:
    sent = [{"key": one["id"], "id": one["id"]} for one in numbered(8)]
    assert found(sent, lambda one: {"ID": one["id"]}) == [("ID", "id")]


def only(sent: Sequence[dict[str, Any]], reply: Reply) -> Echo:
    (echo,) = find_echoes(pilot(sent, reply), ())
    return echo


def test_leading_zeros_lost_in_the_pilot_itself_are_another_value() -> None:
    sent = [{"id": f"00{100 + k}"} for k in range(8)]
    echo = only(sent, lambda one: {"id": int(one["id"])})
    assert not echo.same("00104", 104)
    assert echo.same("104", 104)


def test_capitals_are_no_change_if_the_service_writes_all_ids_in_capitals() -> None:
    sent = [{"id": f"ab{k}"} for k in range(8)]
    echo = only(sent, lambda one: {"id": one["id"].upper()})
    assert echo.same("ab9", "AB9")
    assert not echo.same("ab9", "AB8")


def test_a_text_for_a_number_is_a_change_only_if_the_pilot_kept_the_type() -> None:
    sent = [{"id": 100 + k} for k in range(8)]
    assert not only(sent, lambda one: {"id": one["id"]}).same(7, "7")
    as_text = only(sent, lambda one: {"id": str(one["id"])})
    assert as_text.same(7, "7")
    assert not as_text.same(2**53 + 1, str(2**53))


def test_prose_may_come_back_with_other_blanks() -> None:
    sent = [{"text": f"please call me back  {k}"} for k in range(8)]
    echo = only(sent, lambda one: {"text": " ".join(one["text"].split())})
    assert echo.same("a  b c", "a b c")


def test_a_value_of_another_type_and_an_empty_value_are_not_compared() -> None:
    echo = only(numbered(8), lambda one: {"id": one["id"]})
    assert [echo.carries(value) for value in ("A1", "", 7, None, True, ["A1"])] == [True, *[False] * 5]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("000123", "with leading zeros"),
        ("C-00123", "with leading zeros"),
        ("100123", ""),
        ("INV-7", ""),
        (2**53, ""),
        (2**53 + 1, "above 2^53"),
        (str(2**53 + 3), "above 2^53"),
        ("12e5", "with an E among digits"),
        ("41B33", "with letters among digits"),
        ("E\u030117", "with decomposed letters"),
        (" 17 ", "with blanks around them"),
        ("1" * 64, "of 40 letters and more"),
    ],
)
def test_what_is_special_about_an_id(value: Any, kind: str) -> None:
    assert kind_of(value) == kind


scalars = st.text(max_size=12) | st.integers(-(2**70), 2**70)


@given(st.lists(scalars, min_size=5, max_size=12, unique_by=str))
def test_a_value_that_is_repeated_unchanged_comes_back_as_sent(values: list[Any]) -> None:
    for echo in find_echoes(pilot([{"v": value} for value in values], lambda one: {"v": one["v"]}), ()):
        assert all(echo.same(value, value) for value in values if echo.carries(value))


@given(st.lists(scalars, min_size=5, max_size=12), st.lists(scalars, min_size=5, max_size=12))
def test_any_values_are_read(sent: list[Any], received: list[Any]) -> None:
    pairs = enumerate(zip(sent, received, strict=False))
    exchanges = [Exchange(address=str(k), sent={"v": v}, received={"w": w}) for k, (v, w) in pairs]
    for echo in find_echoes(exchanges, ()):
        assert (echo.reply, echo.request) == ("w", "v")

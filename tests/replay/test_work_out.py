"""Where the answer stands, found from the truth."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.core.case import Scalar
from harness.core.errors import ConfigError, TargetError
from harness.core.settings import Target
from harness.replay.reading import confidence_of, search
from harness.replay.work_out import Found, work_out

OPEN = Target(url="http://127.0.0.1:1/x")


def found(truth: Mapping[str, Scalar], *replies: Any, target: Target = OPEN) -> Found:
    return work_out(target, [(truth, reply) for reply in replies])


@pytest.mark.parametrize(
    ("reply", "path"),
    [
        ({"invoice_number": "7"}, "invoice_number"),
        ({"invoiceNumber": "7"}, "invoiceNumber"),
        ({"Invoice-Number": "7"}, '"Invoice-Number"'),
        ({"result": {"fields": {"INVOICE NUMBER": "7"}}}, 'result.fields."INVOICE NUMBER"'),
        ({"pages": [{"invoice_number": "7"}]}, "pages[0].invoice_number"),
        ([{"invoice_number": "7"}], "[0].invoice_number"),
        ({'a"b': {"invoice_number": "7"}}, '"a\\"b".invoice_number'),
        ({"deep": {"invoice_number": "1"}, "invoice_number": "7"}, "invoice_number"),
        ({"invoice_nummer": "7"}, "invoice_nummer"),
    ],
)
def test_a_field_is_found_by_its_name(reply: Any, path: str) -> None:
    got = found({"invoice_number": "7"}, reply)
    assert got.paths.fields == {"invoice_number": path}
    assert search(path, reply) == "7"


def test_a_field_is_found_by_its_values_where_names_say_nothing() -> None:
    rows = [({"carrier": name}, {"v": {"k": name, "z": 1}}) for name in ("parcel", "pallet", "courier")]
    assert work_out(OPEN, rows).paths.fields == {"carrier": "v.k"}


def test_one_reply_alone_shows_nothing_by_value() -> None:
    with pytest.raises(TargetError, match="no path of the reply matches the truth"):
        found({"carrier": "parcel"}, {"v": "parcel"})


def test_a_reply_that_is_one_plain_value_is_the_answer() -> None:
    assert work_out(OPEN, [({"label": "a"}, "a"), ({"label": "b"}, "b")]).paths.fields == {"label": "@"}


def test_columns_that_the_reply_does_not_carry_are_spare() -> None:
    got = found({"total": 1, "customer_type": "b2b"}, {"total": 1}, {"total": 1})
    assert got.spare == ("customer_type",)


def test_flag_and_confidence_are_found_beside_the_answer() -> None:
    got = found({"total": 1}, {"total": 1, "meta": {"needs_review": False, "score": 0.9}})
    assert (got.paths.hand_over, got.paths.confidence) == ("meta.needs_review", "meta.score")


@pytest.mark.parametrize("reply", [{"needs_review": "maybe"}, {"score": 87}, {"confidence": -3}, {"confidence": 4711}])
def test_a_flag_in_words_and_a_number_that_is_no_confidence_are_not_taken_for_such(reply: dict[str, Any]) -> None:
    got = found({"total": 1}, {"total": 1, **reply})
    assert (got.paths.hand_over, got.paths.confidence) == ("", "")


def test_a_score_that_is_the_answer_is_no_confidence() -> None:
    got = found({"score": 0.4}, {"score": 0.4})
    assert (got.paths.fields, got.paths.confidence) == ({"score": "score"}, "")


@pytest.mark.parametrize(
    ("values", "scale", "read"),
    [
        ((0.4, 1.0), 1, 1.0),
        ((4, 9.5), 10, 0.95),
        ((87, 99.5), 100, 0.995),
        ((4, 100), 100, 1.0),
        ((870, 412), 1000, 0.412),
        (("87 %", "99%"), 100, 0.99),
        (("0.4 %", "1 %"), 100, 0.01),
    ],
)
@pytest.mark.parametrize("target", [OPEN, Target(url="http://x/", confidence="confidence")], ids=["open", "declared"])
def test_another_scale_of_the_confidence_is_recognised_converted_and_told(
    values: tuple[Any, Any], scale: float, read: float, target: Target
) -> None:
    got = work_out(target, [({"total": 1}, {"total": 1, "confidence": value}) for value in values])
    assert got.paths.confidence_scale == scale
    assert confidence_of({"confidence": values[1]}, "confidence", scale) == pytest.approx(read)
    assert any(f"on a scale to {scale:g}, converted" in line for line in got.how) == (scale != 1)


@pytest.mark.parametrize(
    ("reply", "flag_below", "line"),
    [
        ({"confidence": 0.9}, None, "[target] flag_below is not set, so the verdict must hold with 0 and with 0.8"),
        ({"confidence": 0.9}, 0.7, "confidence = confidence; handed over below 0.7"),
        ({"confidence": 0.9}, 0.0, "confidence = confidence; hands nothing over"),
        ({"confidence": 0.9, "review": False}, None, "confidence = confidence; hands nothing over"),
        ({"confidence": 0.9, "review": False}, 0.7, "confidence = confidence; handed over below 0.7"),
        ({}, None, "nothing hands a case over: the replies have no flag and no confidence"),
    ],
)
def test_what_hands_a_case_over_is_said(reply: dict[str, Any], flag_below: float | None, line: str) -> None:
    got = found({"total": 1}, {"total": 1, **reply}, target=Target(url="http://x/", flag_below=flag_below))
    assert line in got.how[-1]


def test_declared_paths_are_taken_as_they_are() -> None:
    target = Target(url="http://x/", answer={"total": "a.b"}, hand_over="h", confidence="c")
    got = found({"total": 1}, {"total": 9, "a": {"b": 1}}, target=target)
    assert (got.paths.fields, got.paths.hand_over, got.paths.confidence) == ({"total": "a.b"}, "h", "c")


def test_below_one_declared_path_the_names_of_the_truth_stand() -> None:
    target = Target(url="http://x/", answer="fields")
    got = found({"total": 1, "due date": "x"}, {"fields": {"total": 1, "due date": "x"}}, target=target)
    assert got.paths.fields == {"total": "fields.total", "due date": 'fields."due date"'}


def test_a_declared_path_to_a_plain_value_serves_a_single_column() -> None:
    assert found({"label": "a"}, {"out": "a"}, target=Target(url="http://x/", answer="out")).paths.fields == {
        "label": "out"
    }


def test_a_declared_path_that_leads_nowhere_shows_what_the_reply_has() -> None:
    with pytest.raises(TargetError, match=r'(?s)below answer = "fields".*truth: total.*reply: result.total'):
        found({"total": 1}, {"result": {"total": 1}}, target=Target(url="http://x/", answer="fields"))


def test_a_declared_path_that_is_none_is_a_configuration_error() -> None:
    with pytest.raises(ConfigError, match="is not a JMESPath"):
        found({"total": 1}, {"total": 1}, target=Target(url="http://x/", answer={"total": "a.["}))


def test_nothing_found_names_truth_reply_and_setting() -> None:
    with pytest.raises(TargetError) as wrong:
        found({"total": 1}, {f"k{i}": "?" for i in range(12)})
    assert str(wrong.value) == (
        "no path of the reply matches the truth\n  truth: total\n  reply: k0, k1, k2, k3, k4, k5, k6, k7, ...\n"
        '  give its path: [target] answer = { total = "path.in.the.reply" }'
    )


keys = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
replies = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=10,
)


@given(replies)
@example({"Y\x1f": None})
def test_every_path_that_is_worked_out_leads_to_a_value_of_the_reply(reply: Any) -> None:
    whole = {"x": reply, "total": 5}
    with suppress(ConfigError):  # y was found, and is null
        for path in found({"total": 5, "y": "z"}, whole, whole).paths.fields.values():
            value = search(path, whole)
            assert value is not None
            assert not isinstance(value, dict | list)


LISTED = Target(url="http://127.0.0.1:1/x", answer={"total": "fields.totl", "date": "fields.date"})
FULL = {"fields": {"total": 3, "date": "2026-01-01"}}


def test_a_path_that_finds_nothing_in_any_reply_is_an_error_with_the_nearest_path() -> None:
    with pytest.raises(ConfigError, match=r"answer\.total: fields\.totl has a value in none of 2 replies") as error:
        found({"total": 3, "date": "2026-01-01"}, FULL, FULL, target=LISTED)
    assert 'did you mean "fields.total"' in str(error.value)


def test_a_field_that_is_null_in_every_reply_is_an_error_wherever_its_path_comes_from() -> None:
    with pytest.raises(ConfigError, match="total is null in all 3 replies"):
        found({"total": 3, "id": "a"}, *[{"total": None, "id": "a"}] * 3)


@pytest.mark.parametrize("flag", [{"needs_review": True}, {"confidence": 0.4}])
def test_fields_of_a_case_that_is_handed_over_may_be_empty(flag: dict[str, Any]) -> None:
    assert found({"total": 3, "id": "a"}, *[{"total": None, "id": "a", **flag}] * 3).paths.fields["total"] == "total"


def test_one_value_is_enough_for_a_path() -> None:
    got = found({"total": 3, "id": "a"}, {"total": None, "id": "a"}, {"total": 0, "id": "a"})
    assert got.paths.fields["total"] == "total"

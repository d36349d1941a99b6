import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.answer_settings import FieldRule
from harness.core.case import Scalar
from harness.core.values import as_scalar
from harness.diff.scoring.field_types import FieldType, field_type
from harness.diff.scoring.scoring import MISSING, NO_TRUTH, NON_FINITE, score
from harness.diff.scoring.texts import error_rate

CODE, NAME = FieldType(), FieldType(fold=True)
POINT, COMMA, WHOLE = FieldType(kind="number", mark="."), FieldType(kind="number", mark=","), FieldType(kind="number")
DATE = FieldType(kind="date")
anything = st.text(st.characters(exclude_categories=()), max_size=60)
written = st.text("0123456789.,-+ '€$EURe()/:TZ", max_size=20)
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), anything, written)
kinds = st.sampled_from([CODE, NAME, POINT, COMMA, WHOLE, DATE, FieldType(kind="money"), FieldType(kind="text")])


def said(truth: Scalar, answer: Scalar, kind: FieldType) -> str:
    return score("field", truth, answer, kind).verdict


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (["INV-1", "INV-22"], FieldType()),
        (["EUR", "CHF"], FieldType()),
        (["00123", "04567"], FieldType()),
        (["+4930123456", "+4930123457"], FieldType()),
        (["Acme Ltd", "Müller GmbH", "3 Suisses"], FieldType(fold=True)),
        (["positive", "negative"], FieldType(fold=True)),
        (["aBcDe", "AbCdE"], FieldType()),
        ([True, False], FieldType(boolean=True)),
        (["yes", "no", ""], FieldType(boolean=True)),
        ([1, 2, 3], FieldType(kind="number")),
        ([1.5, 2], FieldType(kind="number", mark=".")),
        (["1.234,50", "7,00", None], FieldType(kind="number", mark=",")),
        (["1,234.50", "1,234"], FieldType(kind="number", mark=".")),
        (["€ 12,50", "1.300 €"], FieldType(kind="money", mark=",")),
        (["USD 12.50", "USD 3"], FieldType(kind="money", mark=".")),
        (["2024-01-31", "2024-02-01"], FieldType(kind="date")),
        (["31/01/2024", "02/03/2024"], FieldType(kind="date", day_first=True)),
        (["01/31/2024", "02/03/2024"], FieldType(kind="date", day_first=False)),
        (["the quick brown fox jumps over the lazy dog again"], FieldType(kind="text")),
        (["", None], FieldType()),
    ],
)
def test_the_type_of_a_column_is_worked_out_from_its_truth(column: list[Scalar], expected: FieldType) -> None:
    assert field_type(column) == expected


def test_one_dirty_cell_in_ten_does_not_change_the_type_and_is_compared_as_written() -> None:
    kind = field_type([*range(9), "n/a"])
    assert kind.kind == "number"
    assert (said("n/a", "n/a", kind), said("n/a", 4, kind)) == ("right", "wrong")


@pytest.mark.parametrize(
    ("truth", "answer", "kind", "verdict"),
    [
        ("INV-7", " INV-7 ", CODE, "right"),
        ("INV-7", "inv-7", CODE, "wrong"),
        ("Acme  Ltd", "ACME\u00a0LTD", NAME, "right"),
        ("caf\u00e9", "cafe\u0301", CODE, "right"),
        (True, "true", FieldType(boolean=True), "right"),
        ("yes", True, FieldType(boolean=True), "right"),
        ("yes", 0, FieldType(boolean=True), "wrong"),
        ("00123", 123, CODE, "wrong"),
        (1234.5, "1,234.50", POINT, "right"),
        (1234.5, "1.234,50", POINT, "right"),
        ("1.234,50", 1234.5, COMMA, "right"),
        ("1.234,50", "1 234,50 €", COMMA, "right"),
        (1234, "1,234", POINT, "right"),
        (1234, "1,234", COMMA, "wrong"),
        (1.234, "1,234", COMMA, "right"),
        (1234, "1.234", WHOLE, "right"),
        (1234, "1'234.00", WHOLE, "right"),
        ("0.30", 0.1 + 0.2, POINT, "right"),
        (1000000001, 1000000002, WHOLE, "wrong"),
        ("1234567890.12", 1234567890.13, POINT, "wrong"),
        (0, 1e-15, WHOLE, "right"),
        (-5, "(5.00)", WHOLE, "right"),
        (-5, "\N{MINUS SIGN}5", WHOLE, "right"),
        (-5, "5-", WHOLE, "right"),
        (100000, "1e5", WHOLE, "right"),
        (12, "12 kg", WHOLE, "wrong"),
        (12, "twelve", WHOLE, "wrong"),
        (1, True, WHOLE, "right"),
        ("EUR 12.50", "12,50 €", FieldType(kind="money", mark="."), "right"),
        ("EUR 12.50", "12.50", FieldType(kind="money", mark="."), "right"),
        ("EUR 12.50", "$12.50", FieldType(kind="money", mark="."), "wrong"),
        ("USD 12.50", "$12.50", FieldType(kind="money", mark="."), "right"),
        ("2024-01-31", "31.01.2024", DATE, "right"),
        ("2024-01-31", "2024/01/31", DATE, "right"),
        ("2024-01-31", "2024-01-31T00:00:00Z", DATE, "right"),
        ("2024-01-31", "January 31st, 2024", DATE, "right"),
        ("2024-01-31", "31. Januar 2024", DATE, "right"),
        ("2024-01-31", "31-Jan-24", DATE, "wrong"),
        ("2024-01-31", "31/01/2024", DATE, "right"),
        ("2024-03-04", "03/04/2024", DATE, "unscored"),
        ("2024-03-04", "05/04/2024", DATE, "wrong"),
        ("2024-03-03", "03/03/2024", DATE, "right"),
        ("2024-03-04", "soon", DATE, "wrong"),
        ("03/04/2024", "03/04/2024", DATE, "right"),
        ("03/04/2024", "2024-04-03", DATE, "unscored"),
        ("03/04/2024", "2024-04-03", FieldType(kind="date", day_first=True), "right"),
        ("03/04/2024", "04/03/2024", FieldType(kind="date", day_first=True), "wrong"),
        ("2024-01-31", "31.02.2024", DATE, "wrong"),
        ("a" * 100, "a" * 90 + "b" * 10, FieldType(kind="text"), "right"),
        ("a" * 100, "a" * 89 + "b" * 11, FieldType(kind="text"), "wrong"),
    ],
)
def test_an_answer_is_compared_by_what_it_means(truth: Scalar, answer: Scalar, kind: FieldType, verdict: str) -> None:
    assert said(truth, answer, kind) == verdict


@given(kinds, scalars)
def test_a_field_without_truth_is_not_scored(kind: FieldType, answer: Scalar) -> None:
    for truth in ("", "  ", None):
        assert score("f", truth, answer, kind).reason == NO_TRUTH


@given(kinds, st.sampled_from([math.nan, math.inf, -math.inf]))
def test_an_answer_that_is_no_finite_number_is_not_scored(kind: FieldType, answer: float) -> None:
    assert score("f", "12", answer, kind).reason == NON_FINITE


def test_a_number_written_as_nan_is_not_scored_in_a_column_of_numbers() -> None:
    assert score("f", 12, "NaN", WHOLE).reason == NON_FINITE
    assert score("f", 12, "-Infinity", WHOLE).reason == NON_FINITE
    assert said("Nan Goldin", "NaN", NAME) == "wrong"


@given(st.sampled_from(["NaN", "nan", "Infinity", "1e400"]), st.sampled_from([WHOLE, NAME]))
def test_a_word_for_no_number_is_a_truth_that_the_same_word_answers(word: str, kind: FieldType) -> None:
    assert said(word, word, kind) == "right"
    assert said(word, "12", kind) == "wrong"


@given(kinds, st.integers(1, 9))
def test_an_empty_answer_to_a_labelled_field_is_wrong(kind: FieldType, truth: int) -> None:
    for answer in ("", " ", None):
        assert score("f", truth, answer, kind).reason == MISSING


@given(scalars, scalars, kinds)
def test_any_pair_of_values_gets_a_verdict(truth: Scalar, answer: Scalar, kind: FieldType) -> None:
    assert said(truth, answer, kind) in ("right", "wrong", "unscored")


@given(st.lists(scalars, min_size=1, max_size=8))
def test_the_truth_is_right_by_its_own_type(column: list[Scalar]) -> None:
    kind = field_type(column)
    assert {said(value, value, kind) for value in column} <= {"right", "unscored"}


@given(st.integers(-(10**11), 10**11).map(lambda cents: cents / 100), st.sampled_from(["{:,.2f}", "{:.2f}"]))
def test_a_number_survives_every_way_of_writing_it(number: float, form: str) -> None:
    text = form.format(number)
    european = text.translate(str.maketrans(",.", ".,"))
    assert said(float(number), text, POINT) == "right"
    assert said(float(number), european, POINT) == "right"


@given(st.text(max_size=30), st.text(max_size=30))
def test_the_error_rate_is_a_rate_and_zero_only_for_equal_texts(truth: str, answer: str) -> None:
    rate = error_rate(truth, answer)
    assert 0 <= rate <= 1
    assert (rate == 0) == (truth == answer)


@given(st.text(min_size=1, max_size=40), st.sampled_from(["NFC", "NFD"]))
def test_composed_and_decomposed_characters_are_the_same_text(text: str, form: str) -> None:
    other = unicodedata.normalize("NFD" if form == "NFC" else "NFC", text)
    assert said(text, other, FieldType(kind="text")) in ("right", "unscored")


def test_what_a_hostile_model_writes_costs_no_time_and_breaks_nothing() -> None:
    hostile: list[Scalar] = [
        "1" + " " * 100_000 + "x",
        "1 " * 100_000,
        "9" * 100_000,
        "1e999999999",
        "-1e-999999999",
        10**5000,
        "\ud800",
    ]
    for kind in (CODE, NAME, POINT, COMMA, WHOLE, DATE, FieldType(kind="money"), FieldType(kind="text")):
        for answer in hostile:
            assert said("12.5", answer, kind) == "wrong"
            assert said(answer, answer, kind) == "right"


def test_a_very_long_answer_to_a_short_text_is_wrong_at_once() -> None:
    assert said("a" * 50, "ab" * 5_000_000, FieldType(kind="text")) == "wrong"


TAGS = field_type(['["urgent", "Paid"]', '["late"]'])
LINES = field_type(
    [
        '[{"sku": "A1", "qty": 2, "price": "1.50"}, {"sku": "B2", "qty": 1, "price": "7.00"}]',
        '[{"sku": "C3", "qty": 9}]',
    ]
)
OBJECT = field_type(['{"a": 1, "b": {"c": [1, 2]}}'])
RANKED = field_type(['["x", "y", "z"]'], FieldRule(type="ranked", top=2))
NESTED = [TAGS, LINES, OBJECT, RANKED]


def test_columns_of_lists_tables_and_objects_are_told_apart() -> None:
    assert (TAGS.kind, TAGS.item) == ("set", FieldType(fold=True))
    assert (LINES.kind, {name: kind.kind for name, kind in LINES.columns.items()}) == (
        "table",
        {"sku": "exact", "qty": "number", "price": "number"},
    )
    assert OBJECT.kind == "json"


@pytest.mark.parametrize(
    ("truth", "answer", "kind", "verdict", "reason"),
    [
        ('["a", "b"]', '["B", "A"]', TAGS, "right", ""),
        ('["a", "b"]', '["a"]', TAGS, "wrong", "missing b"),
        ('["a"]', '["a", "a", "c"]', TAGS, "wrong", "too many a, c"),
        ('["a"]', "a", TAGS, "wrong", "not a list"),
        ("[]", "[]", TAGS, "right", ""),
        ("[]", None, TAGS, "right", ""),
        ("[]", '["a"]', TAGS, "wrong", "too many a"),
        ('["a"]', None, TAGS, "wrong", MISSING),
        ('["a"]', "[]", TAGS, "wrong", "missing a"),
        ('["x", "y", "z"]', '["x", "y", "q"]', RANKED, "right", ""),
        ('["x", "y", "z"]', '["y", "x", "z"]', RANKED, "wrong", "place 1 and 1 more"),
        ('["x", "y", "z"]', '["x"]', RANKED, "wrong", "1 of 2 places"),
        ('[{"sku": "A", "qty": 2}]', '[{"qty": "2.0", "sku": "A", "note": "x"}]', LINES, "right", ""),
        ('[{"sku": "A", "qty": 2}]', '[{"sku": "A", "qty": 3}]', LINES, "wrong", "row 1 qty"),
        (
            '[{"sku": "A", "qty": 1}, {"sku": "B", "qty": 2}, {"sku": "C", "qty": 3}]',
            '[{"sku": "A", "qty": 1}, {"sku": "C", "qty": 3}]',
            LINES,
            "wrong",
            "row 2 missing",
        ),
        ('[{"sku": "A"}]', '[{"sku": "Z"}, {"sku": "A"}]', LINES, "wrong", "1 row too many"),
        ('[{"sku": "A", "qty": null}]', '[{"sku": "A", "qty": 5}]', LINES, "right", ""),
        ('[{"sku": "A", "qty": 1}]', '[{"sku": "A", "qty": NaN}]', LINES, "unscored", NON_FINITE),
        ('{"a": 1, "b": {"c": [1, 2]}}', '{"b": {"c": [1.0, 2]}, "a": 1}', OBJECT, "right", ""),
        ('{"a": 1, "b": {"c": [1, 2]}}', '{"b": {"c": [1, 3]}, "a": 1}', OBJECT, "wrong", "b.c[1]"),
        ('{"a": 1}', '{"a": true}', OBJECT, "wrong", "a"),
        ('{"a": 1}', '{"a": 1, "z": 0}', OBJECT, "wrong", "z too many"),
        ('{"a": [1]}', '{"a": [1, 2]}', OBJECT, "wrong", "a has 2 items, not 1"),
    ],
)
def test_lists_tables_and_objects_are_compared_part_by_part(
    truth: str, answer: Scalar, kind: FieldType, verdict: str, reason: str
) -> None:
    found = score("field", truth, answer, kind)
    assert (found.verdict, found.reason) == (verdict, reason)


@given(st.permutations(["a", "b", "c", "d"]))
def test_the_order_of_a_set_is_nothing(items: list[str]) -> None:
    assert said('["a", "b", "c", "d"]', as_scalar(items), TAGS) == "right"


rows = st.lists(st.fixed_dictionaries({"sku": st.sampled_from("ABCDEF"), "qty": st.integers(1, 9)}), max_size=7)


@given(rows, st.data())
def test_a_table_without_one_of_its_rows_is_wrong_by_that_row_alone(
    table: list[dict[str, object]], data: object
) -> None:
    whole = as_scalar(table)
    assert said(whole, whole, LINES) == "right"
    if table:
        at = data.draw(st.integers(0, len(table) - 1))  # type: ignore[attr-defined]
        found = score("f", whole, as_scalar(table[:at] + table[at + 1 :]), LINES)
        assert (found.verdict, found.reason.count("row")) == ("wrong", 1)


@given(
    st.sampled_from(NESTED), st.one_of(scalars, st.recursive(scalars, lambda x: st.lists(x, max_size=4)).map(as_scalar))
)
def test_any_answer_to_a_list_or_an_object_gets_a_verdict(kind: FieldType, answer: Scalar) -> None:
    for truth in ('["a", 1, null]', '[{"sku": "A", "qty": 2}]', '{"a": {"b": 1}}', "[]", "plain"):
        assert said(truth, answer, kind) in ("right", "wrong", "unscored")


def test_a_list_that_is_far_too_long_is_wrong_without_being_paired() -> None:
    answer = as_scalar([{"sku": "A", "qty": 1}] * 50_000)
    assert score("f", '[{"sku": "A", "qty": 1}]', answer, LINES).reason == "50000 items, not 1"


@pytest.mark.parametrize(
    ("column", "rule", "truth", "answer", "verdict"),
    [
        ([0.731], FieldRule(tolerance=0.01), 0.731, 0.7402, "right"),
        ([0.731], FieldRule(tolerance=0.01), 0.731, 0.7413, "wrong"),
        ([0.3], FieldRule(tolerance=0.1), 0.3, 0.1 + 0.1, "right"),
        (["EUR", "CHF"], FieldRule(type="label"), "EUR", "eur", "right"),
        (["007", "12"], FieldRule(type="number"), "007", 7, "right"),
        ([12, 13], FieldRule(type="exact"), 12, "12.0", "wrong"),
        (["abcd"], FieldRule(type="text", errors=0.25), "abcd", "abed", "right"),
        (["abcd"], FieldRule(type="text"), "abcd", "abed", "wrong"),
        (["abcd"], FieldRule(type="text", measure="anls"), "abcd", "ab", "right"),
        (["abcd"], FieldRule(type="text", measure="anls"), "abcd", "a", "wrong"),
        (['["a", "b"]'], FieldRule(type="json"), '["a", "b"]', '["b", "a"]', "wrong"),
        (["03/04/2024"], FieldRule(type="date"), "03/04/2024", "2024-05-03", "wrong"),
    ],
)
def test_a_rule_goes_before_what_the_truth_looks_like(
    column: list[Scalar], rule: FieldRule, truth: Scalar, answer: Scalar, verdict: str
) -> None:
    assert said(truth, answer, field_type(column, rule)) == verdict

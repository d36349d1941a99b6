"""What ops on a value of a page promise: the print and the truth stay one, whatever the form of the page."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.figures.amounts import read_amount
from harness.core.figures.dates import read_dates
from harness.core.seed import Stream
from harness.generate.ops import get_op
from harness.generate.pages.printed.values import (
    OWN_DATES,
    FieldValue,
    as_date,
    as_money,
    date_form,
    day_of,
    kind_of,
    write_number,
)

SEVERITIES = st.integers(1, 10)
AMOUNT_FORMS = ("1234.56", "1,234.56", "1.234,56", "1 234,56", "1'234.56")


def applied(op: str, severity: int, value: FieldValue, seed: int = 1) -> FieldValue:
    after: FieldValue = get_op(op).run(value, severity, Stream(seed, op, severity))
    return after


@given(st.integers(1, 99_999_999), st.sampled_from(AMOUNT_FORMS), SEVERITIES)
def test_another_form_of_an_amount_means_the_same(cents: int, form: str, severity: int) -> None:
    number = Decimal(cents) / 100
    value = FieldValue(field="total", kind="amount", text=as_money(number, form), truth=f"{number:.2f}")
    after = applied("field.amount_form", severity, value)
    read = read_amount(after.text, "")
    assert read is not None
    assert read.number == number
    assert after.truth == value.truth


@given(st.integers(100_000, 99_999_999), st.sampled_from(AMOUNT_FORMS), SEVERITIES, st.integers(1, 99))
def test_another_amount_is_printed_in_the_form_of_the_page_and_is_the_truth(
    cents: int, form: str, severity: int, seed: int
) -> None:
    number = Decimal(cents) / 100
    for truth in (f"{number:.2f}", float(number)):
        value = FieldValue(field="total", kind="amount", text=as_money(number, form), truth=truth)
        after = applied("field.amount_size", severity, value, seed)
        assert after.text != value.text
        read, new = read_amount(after.text, ""), read_amount(after.truth, "")
        assert read is not None
        assert new is not None
        assert read.number == new.number
        assert type(after.truth) is type(truth)


def test_the_separators_of_a_page_are_kept() -> None:
    assert write_number(Decimal("1234567.8"), "9.876,54") == "1.234.567,80"
    assert write_number(Decimal("1234567.8"), "9876.54") == "1234567.80"
    assert write_number(Decimal("12345"), "9,876") == "12,345"
    assert write_number(Decimal("12.3"), "EUR 9 876,54-") == "EUR 12,30-"


DAYS = st.integers(0, 15_000).map(lambda n: date(1990, 1, 1) + timedelta(days=n))


@given(DAYS, st.sampled_from(OWN_DATES), SEVERITIES)
def test_another_form_of_a_day_has_one_reading(day: date, form: str, severity: int) -> None:
    value = FieldValue(field="date", kind="date", text=as_date(day, form), truth=day.isoformat())
    after = applied("field.date_form", severity, value)
    if after != value:
        assert read_dates(after.text) in ({day}, frozenset())  # 03-Apr-25 is not read by the scoring
        assert after.truth == value.truth


@given(DAYS, st.sampled_from(OWN_DATES), SEVERITIES, st.integers(1, 99))
def test_another_day_is_printed_in_the_form_of_the_page(day: date, form: str, severity: int, seed: int) -> None:
    value = FieldValue(field="date", kind="date", text=as_date(day, form), truth=day.isoformat())
    after = applied("field.date_value", severity, value, seed)
    if after != value:
        new = date.fromisoformat(str(after.truth))
        assert new != day
        assert after.text == as_date(new, date_form(value.text, day))


def test_a_day_with_two_readings_is_settled_by_the_truth() -> None:
    assert day_of("03/04/2024", "2024-04-03") == date(2024, 4, 3)
    assert day_of("03/04/2024", "2024-03-04") == date(2024, 3, 4)
    assert day_of("03/04/2024", "03/04/2024") is None


@given(st.from_regex(r"[A-Z]{1,3}-?[0-9]{3,8}", fullmatch=True), SEVERITIES)
def test_another_number_is_another_truth(text: str, severity: int) -> None:
    value = FieldValue(field="n", kind="code", text=text, truth=text)
    after = applied("field.code_form", severity, value)
    assert after.text == after.truth
    assert any(char.isalnum() for char in after.text)


def test_a_number_that_the_truth_writes_otherwise_is_left_alone() -> None:
    value = FieldValue(field="n", kind="code", text="RE 4711", truth="4711")
    assert applied("field.code_form", 5, value) == value


def test_classes_are_not_names() -> None:
    value = FieldValue(field="type", kind="text", text="Credit note", truth="Credit note", varied=False)
    assert applied("field.name_form", 3, value) == value
    named = FieldValue(field="from", kind="text", text="Acme Ltd", truth="Acme Ltd", varied=False, meaning="vendor")
    after = applied("field.name_form", 3, named)
    assert after.text == after.truth != "Acme Ltd"


def test_a_label_is_written_in_another_language_and_the_value_stays() -> None:
    value = FieldValue(field="t", kind="amount", text="1.20", truth="1.20", label="Total due", meaning="total")
    labels = {applied("field.label", severity, value).label for severity in range(1, 11)}
    assert len(labels) > 5
    assert all(applied("field.label", s, value).text == "1.20" for s in range(1, 11))


@pytest.mark.parametrize(
    ("truth", "kind"),
    [
        ("1,234.50", "amount"), (12.5, "amount"), ("2024-03-14", "date"), ("14. March 2024", "date"), ("4711", "code"),
        ("RE-4711", "code"), ("Acme Ltd", "text"), (True, "other"), (None, "other"), ("---", "other"),
    ],
)  # fmt: skip
def test_kinds_of_values(truth: object, kind: str) -> None:
    assert kind_of(truth) == kind  # type: ignore[arg-type]

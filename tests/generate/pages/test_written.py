"""How values are written: every form reads back to the value it was made of, and only values of other forms change."""

import re
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from harness.core.seed import Stream
from harness.generate.pages.locale.tables import all_vendors, read_rows
from harness.generate.pages.locale.written import Written, write_date, write_money
from harness.generate.pages.made.forms import (
    NOT_KNOWN,
    amount_forms,
    date_forms,
    near_vendors,
    number_forms,
    unknown_vendors,
)
from harness.generate.pages.made.house_ops import amount_form, credit_form, date_form, near_vendor, number_form
from harness.generate.pages.made.invoice import draw_invoice, invoice_truth, render_invoice
from harness.generate.pages.made.invoice_data import Invoice, printed_date, printed_money

STEPS = range(1, 11)
STRPTIME = {
    "03.04.2025": "%d.%m.%Y", "3.4.2025": "%d.%m.%Y", "3 April 2025": "%d %B %Y", "2025-04-03": "%Y-%m-%d",
    "03/04/2025": "%d/%m/%Y", "April 3, 2025": "%B %d, %Y", "03-Apr-25": "%d-%b-%y", "03.04.25": "%d.%m.%y",
    "04/03/2025": "%m/%d/%Y", "04/03/25": "%m/%d/%y",
}  # fmt: skip


def invoice(k: int = 0) -> Invoice:
    return draw_invoice(Stream(4, "written", k))


@pytest.mark.parametrize("example", [*amount_forms("amount"), *amount_forms("credit")])
def test_an_example_of_an_amount_is_written_as_it_stands(example: str) -> None:
    written = Written(money=example, credit=example)
    assert write_money(123456, written, "EUR") == write_money(-123456, written, "EUR") == example


@pytest.mark.parametrize("example", amount_forms("amount"))
@given(cents=st.integers(0, 10**10), currency=st.sampled_from(["USD", "CHF"]))
def test_every_form_of_an_amount_keeps_its_digits_and_has_two_decimals(example: str, cents: int, currency: str) -> None:
    text = write_money(cents, Written(money=example), currency)
    number = text.removeprefix(f"{currency} ").removesuffix(f" {currency}").removesuffix(f"\u00a0{currency}")
    assert int(re.sub(r"\D", "", number)) == cents
    assert number[-3] in ".,"
    assert number[:-3].isdigit() or re.fullmatch(r"\d{1,3}(\D\d{3})*", number[:-3])


@pytest.mark.parametrize("severity", STEPS)
def test_dates_read_back_to_their_day(severity: int) -> None:
    form = date_forms()[severity - 1]
    for day in (date(2025, 4, 3), date(2024, 12, 31), date(2026, 9, 10)):
        text = write_date(day, Written(date=form.example))
        assert datetime.strptime(text, STRPTIME[form.example]).date() == day
    assert write_date(date(2025, 4, 3), Written(date=form.example)) == form.example


def test_the_tables_stand_in_order_of_severity_and_each_row_names_its_source() -> None:
    for table, kinds in (("date_forms", 1), ("number_forms", 1), ("amount_forms", 2)):
        header, *rows = read_rows(table)
        assert [int(row[header.index("severity")]) for row in rows] == [*STEPS] * kinds
        assert all(len(row) == len(header) and row[-1] for row in rows)


def test_the_pilots_own_forms_are_the_default() -> None:
    one = invoice()
    assert (one.money(-1248050), one.day(date(2025, 3, 14))) == ("-12,480.50", "14.03.2025")
    assert (printed_money(-1248050), printed_date(date(2025, 3, 14))) == ("-12,480.50", "14.03.2025")


@pytest.mark.parametrize("severity", STEPS)
@pytest.mark.parametrize("k", range(8))
def test_another_form_of_amounts_leaves_the_truth_alone(severity: int, k: int) -> None:
    after = amount_form(invoice(k), severity, Stream(1, "x"))
    assert invoice_truth(after) == invoice_truth(invoice(k))


@pytest.mark.parametrize("severity", STEPS)
def test_a_credit_note_shows_on_every_amount_that_it_is_negative(severity: int) -> None:
    after = credit_form(invoice(), severity, Stream(1, "x"))
    assert str(invoice_truth(after)["total"]).startswith("-")
    assert all(re.search(r"[-()]|CR", after.money(cents)) for cents in (after.net_cents, after.total_cents))


@pytest.mark.parametrize("severity", STEPS)
@pytest.mark.parametrize("k", range(20))
def test_a_day_could_be_a_month_and_is_never_the_months_own_number(severity: int, k: int) -> None:
    after = date_form(invoice(k), severity, Stream(k, "x"))
    assert after.date.day <= 12
    assert after.date.day != after.date.month
    assert after.date.replace(day=1) == invoice(k).date.replace(day=1)


def test_a_form_with_slashes_or_a_short_year_says_its_order_on_the_paper() -> None:
    assert all(form.order for form in date_forms() if re.fullmatch(r"\d\d[./]\d\d[./]\d\d|.*/.*", form.example))
    after = date_form(invoice(), 9, Stream(1, "x"))
    assert "(MM/DD/YYYY)" in [word.text for word in render_invoice(after).words]


@pytest.mark.parametrize("severity", STEPS)
def test_the_number_on_the_page_is_the_truth_letter_by_letter(severity: int) -> None:
    after = number_form(invoice(), severity, Stream(3, "x"))
    assert re.fullmatch(number_forms()[severity - 1].replace("9", r"\d"), after.number)
    page = " ".join(word.text for word in render_invoice(after).words if word.field == "invoice_number")
    assert page == after.number == invoice_truth(after)["invoice_number"]


def test_near_vendors_are_one_or_two_letters_from_a_known_one_and_none_themselves() -> None:
    known = {vendor.vendor_id: vendor.name for vendor in all_vendors()}
    for near, name, *_ in read_rows("near_vendors")[1:]:
        assert 1 <= Levenshtein.distance(name, known[near]) <= 2
        assert name not in known.values()


def test_strangers_are_like_nobody_and_have_no_id() -> None:
    names = [vendor.name for vendor in all_vendors()]
    assert min(Levenshtein.distance(one.name, name) for one in unknown_vendors() for name in names) > 8
    assert {one.vendor_id for one in (*near_vendors(), *unknown_vendors())} == {NOT_KNOWN}


def test_of_an_unknown_vendor_the_name_is_known_and_the_id_is_not() -> None:
    after = near_vendor(invoice(), 10, Stream(1, "x"))
    assert after.unknowable == ("vendor_id",)
    assert replace(after, vendor=invoice().vendor, unknowable=()) == invoice()

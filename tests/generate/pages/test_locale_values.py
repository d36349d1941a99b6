"""Values of the whole world: the same figure in every form, and names and addresses of enough of it."""

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.seed import Stream
from harness.generate.ops import get_op
from harness.generate.text.characters.figures import SITE, WRITE, Figure, read_figure
from harness.generate.text.message.turned import LIMITS
from harness.generate.text.rows import Row, rows
from tests.docs.catalogue import catalogue

LOCALES = rows("figures", "locale")
TEXT = "Please pay 1,284.50 EUR less -12.00 EUR and 19 % for 25 kg until 2024-03-14, or call +49 221 4710 8825."
LONG = "word " * 300
amounts = st.decimals(Decimal("-999999999"), Decimal("999999999"), places=2)


def written(name: str, text: str, severity: int, seed: int) -> str:
    after: str = get_op(name).run(text, severity, Stream(seed, "locale values"))
    return after


def test_every_figure_of_a_text_is_found_and_read() -> None:
    found = [read_figure(part) for part in SITE.split(TEXT)[1::2]]
    assert found == [
        Figure(kind="money", number=Decimal("1284.50"), unit="EUR"),
        Figure(kind="money", number=Decimal("-12.00"), unit="EUR"),
        Figure(kind="percent", number=Decimal(19), unit="%"),
        Figure(kind="measure", number=Decimal(25), unit="kg"),
        Figure(kind="date", day=date(2024, 3, 14)),
        Figure(kind="phone", digits=("49", "221", "4710", "8825")),
    ]


@given(amounts, st.sampled_from(LOCALES))
def test_an_amount_in_every_language_has_its_digits_its_mark_and_its_sign(amount: Decimal, row: Row) -> None:
    group, mark, _, _, _, minus, *_ = row.cells
    shown = WRITE["locale"](Figure(kind="money", number=amount, unit="EUR"), row)
    assert re.sub(r"\D", "", shown) == re.sub(r"\D", "", f"{amount:.2f}")
    assert shown.replace(group, "").count(mark) == 1
    assert (minus.strip("\u200e\u200f") in shown) == (amount < 0)


@pytest.mark.parametrize(
    ("row", "found", "form"),
    [
        ("hi", "1,234,567.89 EUR", "€12,34,567.89"),
        ("nl", "-12.00 EUR", "€\u00a0-12,00"),
        ("ja", "2024-03-14", "2024年3月14日"),
        ("hu", "14.3.2024", "2024. március 14."),
        ("tr", "19 %", "%19"),
        ("three_decimals", "1.284,50 €", "1,284.500 EUR"),
        ("minor_units", "EUR 1,284.50", "128450 cents"),
        ("in_parentheses", "-12.00", "(12.00)"),
        ("sign_behind", "-1,284.50 EUR", "1,284.50- EUR"),
        ("per_mille", "7.5%", "75 ‰"),
        ("fraction", "19 %", "0.19"),
        ("two_zeros", "+49 221 4710 8825", "004922147108825"),
        ("trunk_zero_kept", "+44 20 7946 0018", "+44 (0) 20 7946 0018"),
        ("smaller_unit", "2.5 kg", "2500 g"),
    ],
)
def test_a_figure_is_written_as_the_row_says(row: str, found: str, form: str) -> None:
    (one,) = rows("figures", name=row)
    figure = read_figure(found)
    assert figure
    assert WRITE[one.kind](figure, one) == form


def test_days_that_are_none_stay() -> None:
    assert written("text.figures", "due on 2024-02-30 at last", 10, 1) == "due on 2024-02-30 at last"


def test_amounts_that_can_be_read_two_ways_have_one_mark_and_no_cents() -> None:
    seen = {written("text.unclear", "Pay 1,284.50 EUR until 2024-03-14.", 10, seed) for seed in range(40)}
    assert {re.findall(r"[\d.,]+(?= EUR)", text)[0] for text in seen} == {"1.284", "1,284"}
    assert {text.split()[-1] for text in seen} == {"14/03/24.", "03/14/24.", "24-03-14.", "140324."}


@given(st.integers(1, 10), st.integers(0, 1 << 32), st.integers(2, 1500))
def test_a_text_filled_up_ends_within_a_character_of_a_limit(severity: int, seed: int, length: int) -> None:
    after = written("text.to_length", LONG[:length], severity, seed)
    assert min(abs(len(after) - limit) for limit in LIMITS) <= 1


@pytest.mark.parametrize("name", ["text.loan_words", "text.two_directions"])
@given(st.integers(1, 10), st.integers(0, 1 << 32))
def test_nothing_is_put_between_a_number_and_what_it_counts(name: str, severity: int, seed: int) -> None:
    after = written(name, TEXT, severity, seed)
    assert all(part in after for part in ("1,284.50 EUR", "19 %", "25 kg", "+49 221 4710 8825"))


@given(st.integers(1, 10), st.integers(0, 1 << 32))
def test_a_changed_number_has_as_many_digits_and_another_one(severity: int, seed: int) -> None:
    after = written("text.numbers_changed", TEXT, severity, seed)
    assert re.sub(r"\d", "9", after) == re.sub(r"\d", "9", TEXT)
    assert after != TEXT


@pytest.mark.parametrize(("table", "least"), [("names", 20), ("addresses", 20), ("figures", 20)])
def test_values_come_from_at_least_twenty_languages(table: str, least: int) -> None:
    languages = {row.name for row in LOCALES} if table == "figures" else {row.cells[0] for row in rows(table)}
    assert len(languages) >= least


def test_every_way_in_which_names_differ_has_a_row() -> None:
    reached = {one.entry for one in catalogue() if any("text.signed" in way for way in one.by)}
    assert reached >= {f"L{number}" for number in range(38, 53)}

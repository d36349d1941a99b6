"""A value as a page shows it, and how its company writes amounts and dates."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from harness.core.case import Scalar
from harness.core.figures.amounts import own_mark, read_amount
from harness.core.figures.dates import read_dates
from harness.generate.pages.locale.figures import Figures
from harness.generate.pages.locale.locales import locales
from harness.generate.pages.locale.written import Written, write_date, write_money
from harness.generate.pages.made.forms import date_forms

ValueKind = Literal["amount", "date", "code", "text", "other"]

OWN_DATES = (
    *(form.example for form in date_forms()),
    *("3/4/2025", "4/3/2025", "2025/04/03", "2025.04.03", "3-4-2025", "03-04-2025", "3 Apr 2025", "3. April 2025"),
    *("3.4.25", "03/04/25", "April 3 2025", "Apr 3, 2025", "3-Apr-2025", "03-Apr-2025"),
)
"""Forms of dates that are recognized, each by how it writes 3 April 2025."""

LANGUAGES = ("de", "fr", "es", "pl", "cs", "hu", "tr", "vi")
"""Languages whose long dates are recognized, with the month's name."""

_CORE = re.compile(r"\d[\d.,'’\s]*\d|\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldValue:
    """A value that a page shows: as it is printed, and its truth. label: the text in front of it, "" if unknown.

    meaning: the usual name of the field, "" if unknown. varied: whether nearly every sample has another value.
    """

    field: str
    kind: ValueKind
    text: str
    truth: Scalar
    label: str = ""
    meaning: str = ""
    varied: bool = True


def kind_of(truth: Scalar) -> ValueKind:
    """What a truth is, by how it looks."""
    if isinstance(truth, str) and len(read_dates(truth)) >= 1:
        return "date"
    if isinstance(truth, bool) or truth is None:
        return "other"
    if isinstance(truth, int | float):
        return "amount"
    text = truth.strip()
    if not text.isdigit() and read_amount(text, "") is not None:
        return "amount"
    if any(map(str.isdigit, text)):
        return "code" if len(text.split()) <= 3 else "other"
    return "text" if any(map(str.isalpha, text)) else "other"


def write_number(number: Decimal, example: str) -> str:
    """The number written as the example is: its separators, its decimals, and what stands around its digits."""
    found = _CORE.search(example)
    if found is None:
        return ""
    return f"{example[: found.start()]}{_core(number, found[0])}{example[found.end() :]}"


def _core(number: Decimal, core: str) -> str:
    mark = own_mark(core)
    whole, _, part = core.rpartition(mark) if mark and _decimals(core, mark) else (core, "", "")
    groups = re.findall(r"\D", whole)
    group = groups[0] if groups else ""
    if mark and not part:
        group, mark = mark, ""
    digits = f"{abs(number):.{len(part)}f}"
    whole, _, rest = digits.partition(".")
    return f"{int(whole):,}".replace(",", group) + (f"{mark}{rest}" if part else "")


def _decimals(core: str, mark: str) -> bool:
    """Whether the mark stands before decimals: it does so once, and not before three digits behind a group."""
    return core.count(mark) == 1


def number_of(text: str) -> Decimal | None:
    """The number that a printed amount or a truth means, without its sign."""
    found = read_amount(text, "")
    return None if found is None else abs(found.number)


def cents_shown(text: str) -> bool:
    """Whether a printed amount has two decimals."""
    return re.search(r"[.,]\d\d(?!\d)", text) is not None


def as_money(number: Decimal, example: str) -> str:
    """The number in hundredths as a form of `amount_forms` writes it."""
    return write_money(int(abs(number) * 100), Written(money=example), "EUR")


def as_date(day: date, form: str) -> str:
    """The day as the form says: an example of 3 April 2025, or the name of a language, which has its own long form."""
    if form in LANGUAGES:
        return Figures(locale=locales(form)[0], digits="latn", long_date=True).date(day)
    return write_date(day, Written(date=form))


def day_of(text: str, truth: Scalar) -> date | None:
    """The day that the page shows, if page and truth together leave one reading."""
    both = read_dates(text) & read_dates(truth) if isinstance(truth, str) else frozenset[date]()
    return next(iter(both)) if len(both) == 1 else None


def date_form(text: str, day: date) -> str:
    """The form in which this text writes the day, "" if it is not known."""
    plain = text.casefold()
    return next((form for form in (*OWN_DATES, *LANGUAGES) if as_date(day, form).casefold() == plain), "")


def truth_like(truth: Scalar, number: Decimal) -> Scalar:
    """The number as the truth is written: a number or a text with its sign, separators and currency."""
    if isinstance(truth, str):
        return write_number(number, truth)
    sign = -1 if isinstance(truth, int | float) and truth < 0 else 1
    return int(number) * sign if isinstance(truth, int) and number == int(number) else float(number) * sign

"""The frozen tables of how other companies write: amounts, dates, numbers, unknown vendors, other papers."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from harness.generate.pages.locale.tables import Vendor, read_rows

NOT_KNOWN = "not in the ERP"
"""The vendor_id of a vendor that is in no system: any id that a service returns for it is invented."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateForm:
    """How 3 April 2025 is written, and the paper's note on the order ("" for none)."""

    example: str
    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPaper:
    """A paper that is not an invoice: its heading, its labels, and the sentence that says what it is.

    prefix: the beginning of its number.
    """

    title: str
    prefix: str
    number: str
    date: str
    total: str
    note: str


@lru_cache(maxsize=2)
def amount_forms(kind: Literal["amount", "credit"]) -> tuple[str, ...]:
    """How 1234.56 EUR is written, owed by the customer or to the customer, at severity 1 to 10."""
    return tuple(example for of, _, example, _ in read_rows("amount_forms")[1:] if of == kind)


@lru_cache(maxsize=1)
def date_forms() -> tuple[DateForm, ...]:
    """How 3 April 2025 is written at severity 1 to 10."""
    return tuple(DateForm(example=example, order=order) for _, example, order, _ in read_rows("date_forms")[1:])


@lru_cache(maxsize=1)
def number_forms() -> tuple[str, ...]:
    """Patterns of invoice numbers at severity 1 to 10: a 9 stands for any digit."""
    return tuple(pattern for _, pattern, _ in read_rows("number_forms")[1:])


@lru_cache(maxsize=1)
def near_vendors() -> tuple[Vendor, ...]:
    """Vendors whose names differ by one or two letters from a known one, at other addresses."""
    return tuple(_stranger(*row) for _, *row in read_rows("near_vendors")[1:])


@lru_cache(maxsize=1)
def unknown_vendors() -> tuple[Vendor, ...]:
    """Vendors whose names resemble no known one."""
    return tuple(_stranger(*row) for row in read_rows("unknown_vendors")[1:])


def _stranger(name: str, street: str, city: str, country: str) -> Vendor:
    return Vendor(
        vendor_id=NOT_KNOWN, name=name, language="en", script="Latin", street=street, city=city, country=country
    )


@lru_cache(maxsize=2)
def other_papers(kind: Literal["priced", "unpriced"]) -> tuple[OtherPaper, ...]:
    """Papers that are not invoices, with or without amounts."""
    return tuple(
        OtherPaper(title=title, prefix=prefix, number=number, date=date, total=total, note=note)
        for of, title, prefix, number, date, total, note in read_rows("other_papers")[1:]
        if of == kind
    )

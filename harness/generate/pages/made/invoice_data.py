"""Invoices as data: the drawn values before typesetting, and the truth that follows from them."""

import datetime
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from harness.core.case import Scalar
from harness.core.seed import Stream
from harness.generate.pages.locale.figures import Form
from harness.generate.pages.locale.tables import Vendor, notes, vendors
from harness.generate.pages.locale.written import Written, write_date, write_money

Block = Literal[
    "note", "terms", "thanks", "ownership", "bill_to", "ship_to", "description", "quantity", "unit_price", "amount",
    "net", "vat", "total", "number", "date", "currency",
]  # fmt: skip
"""Name of a text on the page that is not a value."""

BLOCKS: tuple[Block, ...] = (
    "note", "terms", "thanks", "ownership", "bill_to", "ship_to", "description", "quantity", "unit_price", "amount",
    "net", "vat", "total", "number", "date", "currency",
)  # fmt: skip

DUE_DAYS = (14, 30, 45, 60)
VAT_RATES = MappingProxyType({"GBP": (5, 20), "EUR": (7, 19, 20, 21), "USD": (6, 8), "CHF": (8,), "CAD": (5, 13)})
GOODS = (
    ("Copy paper A4, box of 5", 1890, 2650), ("Toner cartridge black", 5400, 9900),
    ("Desk lamp", 2400, 7900), ("Office chair, mesh back", 9900, 34900),
    ("Freight, one pallet", 8500, 21000), ("Assembly on site, per hour", 4800, 9500),
    ("Hex bolts M8 x 40, 100 pcs", 1150, 2390), ("Bearing 6204", 380, 1290),
    ("Hydraulic hose 2 m", 2750, 6900), ("Safety gloves, pair", 290, 990),
    ("Pallet wrap 500 mm", 640, 1480), ("Cardboard boxes, 25 pcs", 1700, 3900),
    ("Annual service plan", 48000, 189000), ("Printed brochures, 1000 pcs", 21000, 64000),
    ("Cleaning, weekly", 7500, 18500), ("Catering, per person", 1450, 4800),
    ("Network switch 24 ports", 18900, 52900), ("Cable cat 6, 10 m", 590, 1690),
    ("Oak shelf 120 cm", 4900, 12900), ("Window panes, set", 8700, 26500),
    ("Pump motor 1.5 kW", 31500, 88000), ("Calibration with report", 12500, 39500),
    ("Cotton fabric, per roll", 6900, 17400), ("Filter set H13", 3300, 8200),
)  # fmt: skip
SITES = (
    ("Warehouse North", "4 Kiln Road", "Derby DE21 6BF"),
    ("Central Works", "90 Tramway Street", "Derby DE1 2QY"),
    ("Service Depot", "17 Airfield Way", "Nottingham NG4 2TU"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line of the table. unit_cents: unit price in hundredths, negative on a credit note."""

    description: str
    quantity: int
    unit_cents: int

    @property
    def cents(self) -> int:
        """The line's amount."""
        return self.quantity * self.unit_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The sheets of the file, and what accompanies them.

    title: the heading, "" for INVOICE or CREDIT NOTE by the sign. priced: with unit prices, amounts and sums. unsigned:
    a credit note whose title is its only minus. letter: a letter comes first. backs: each sheet is followed by
    its blank back. enclosed: further documents at the end; the truth is that of the first one.
    """

    title: str = ""
    priced: bool = True
    unsigned: bool = False
    letter: bool = False
    backs: bool = False
    enclosed: tuple["Invoice", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """One invoice or, if its amounts are negative, credit note.

    texts: what each block of text says. native: how the page is written if all of it is in the vendor's language,
    else None. written: the forms of its values. misprinted: hundredths by which net and total are printed
    too high. unknowable: fields of the truth that nobody can be sure of from this paper.
    """

    number: str
    date: datetime.date
    due_days: int
    vendor: Vendor
    currency: str
    vat_percent: int
    items: tuple[Item, ...]
    site: tuple[str, str, str]
    order: str
    account: str
    texts: tuple[tuple[Block, str], ...]
    native: Form | None = None
    written: Written = field(default_factory=Written)
    paper: Paper = field(default_factory=Paper)
    misprinted: tuple[int, int] = (0, 0)
    unknowable: tuple[str, ...] = ()

    def text(self, block: Block) -> str:
        """The text of a block, in its language."""
        return dict(self.texts)[block].replace("{days}", str(self.due_days))

    @property
    def net_cents(self) -> int:
        """Sum of the lines, as printed."""
        return sum(item.cents for item in self.items) + self.misprinted[0]

    @property
    def vat_cents(self) -> int:
        """The tax on the sum. Half a cent rounds away from zero."""
        whole = (abs(self.net_cents) * self.vat_percent + 50) // 100
        return whole if self.net_cents >= 0 else -whole

    @property
    def total_cents(self) -> int:
        """The amount to be paid, as printed."""
        return self.net_cents + self.vat_cents + self.misprinted[1]

    @property
    def due(self) -> datetime.date:
        """The last day to pay."""
        return self.date + datetime.timedelta(days=self.due_days)

    def money(self, cents: int) -> str:
        """An amount as the paper has it."""
        return write_money(abs(cents) if self.paper.unsigned else cents, self.written, self.currency)

    def day(self, day: datetime.date) -> str:
        """A date as the paper has it."""
        return write_date(day, self.written)


def draw_invoice(draw: Stream) -> Invoice:
    """An invoice as a pilot has seen it: a plain vendor, plain English, and one in twelve a credit note."""
    currency = draw.choice(("GBP", "GBP", "EUR", "EUR", "USD", "USD", "CHF", "CAD"))
    sign = -1 if draw.below(12) == 0 else 1
    return Invoice(
        number=f"INV-{draw.between(200000, 999999)}",
        date=draw_date(draw),
        due_days=draw.choice(DUE_DAYS),
        vendor=draw.choice(vendors("en")),
        currency=currency,
        vat_percent=draw.choice(VAT_RATES[currency]),
        items=draw_items(draw, sign),
        site=draw.choice(SITES),
        order=f"PO {draw.between(40000, 79999)}",
        account="".join(str(draw.below(10)) for _ in range(12)),
        texts=tuple((block, draw.choice(notes("en", block))) for block in BLOCKS),
    )


def draw_date(draw: Stream) -> datetime.date:
    """A day of 2024 or 2025. Half of the days are up to the 12th, where day and month can be confused."""
    day = draw.between(1, 12) if draw.below(2) else draw.between(13, 28)
    return datetime.date(draw.between(2024, 2025), draw.between(1, 12), day)


def draw_items(draw: Stream, sign: int) -> tuple[Item, ...]:
    """3 to 9 different lines. Half of the invoices are small, so that totals below 1,000 are common too."""
    most = draw.choice((3, 24))
    count = draw.between(3, 5 if most == 3 else 9)
    affordable = [goods for goods in GOODS if most > 3 or goods[2] < 10_000]
    return tuple(
        Item(description=name, quantity=draw.between(1, most), unit_cents=sign * draw.between(low, high))
        for name, low, high in (affordable[i] for i in draw.order(len(affordable))[:count])
    )


FOLLOWS = MappingProxyType({"vendor_id": "vendor"})
"""Fields that are not printed on an invoice, each with the printed field that it is derived from and lost with."""


@lru_cache(maxsize=1)
def invoice_fields() -> tuple[str, ...]:
    """The fields that every made invoice shows."""
    return tuple(invoice_truth(draw_invoice(Stream(0, "made:invoices#0"))))


def invoice_truth(invoice: Invoice) -> dict[str, Scalar]:
    """The truth, field by field, all as text. vendor_id is not on the page: the ERP knows it."""
    return {
        "invoice_number": invoice.number,
        "invoice_date": invoice.date.isoformat(),
        "vendor": invoice.vendor.name,
        "vendor_id": invoice.vendor.vendor_id,
        "net": plain_money(invoice.net_cents),
        "vat": plain_money(invoice.vat_cents),
        "total": plain_money(invoice.total_cents),
        "currency": invoice.currency,
    }


def plain_money(cents: int) -> str:
    """As in the truth: -12480.50."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def printed_money(cents: int) -> str:
    """As on the pilot's pages: -12,480.50."""
    return write_money(cents, Written(), "")


def printed_date(day: datetime.date) -> str:
    """As on the pilot's pages: 14.03.2025."""
    return write_date(day, Written())

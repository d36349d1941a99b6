"""Ops on how an invoice is written: forms of amounts, dates and numbers, unknown vendors, and its length."""

from dataclasses import replace

from harness.core.seed import Stream
from harness.generate.pages.locale.tables import Vendor
from harness.generate.pages.made.forms import amount_forms, date_forms, near_vendors, number_forms, unknown_vendors
from harness.generate.pages.made.invoice_data import GOODS, Invoice, Item
from harness.generate.registry import op

LINES, LINES_A_STEP = 16, 4
"""Base number of items and items added per severity step. A sheet holds 17 with sums; a first of several holds 22."""


@op("invoice.amount_form", layer="meaning", kind="graded")
def amount_form(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Write every amount as another country or program does. The truth stays.

    severity: the row in fixtures/tables/amount_forms.tsv, from near to far. 1 1234.56, 2 1’234.56, 3 1'234.56,
    4 1 234.56, 5 1234,56, 6 1.234,56, 7 1 234,56, 8 1.234,56 EUR, 9 EUR 1.234,56, 10 1 234,56 EUR.
    Source: CLDR 47; 27,80 became 2780.0 (invoice-x/invoice2data#12), 100,00 became 10000
    (thesmokinator/hledger-textual#106).
    """
    example = amount_forms("amount")[severity - 1]
    written = replace(invoice.written, money=example, credit=example.replace("1", "-1", 1))
    return replace(invoice, written=written)


@op("invoice.credit_form", layer="meaning", kind="graded")
def credit_form(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Turn it into a credit note with another notation of negative amounts. The truth becomes negative.

    severity: the row in fixtures/tables/amount_forms.tsv, from near to far. 1 - 1,234.56, 2 1,234.56-, 3 (1,234.56),
    4 1,234.56 CR, 5 -1’234.56, 6 -1.234,56, 7 1.234,56-, 8 (1.234,56), 9 -1 234,56, 10 (1 234,56).
    Source: CLDR 47 and ledgers; -9,00 became 900.00 (frappe/erpnext#59039), a refund was rejected
    (Receipt-Wrangler/receipt-wrangler#497).
    """
    items = tuple(replace(item, unit_cents=-abs(item.unit_cents)) for item in invoice.items)
    return replace(invoice, items=items, written=replace(invoice.written, credit=amount_forms("credit")[severity - 1]))


@op("invoice.date_form", layer="meaning", kind="graded")
def date_form(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Write dates in another form, on a day that could be a month. The paper states the order if it is ambiguous.

    severity: the row in fixtures/tables/date_forms.tsv, from near to far. 1 03.04.2025, 2 3.4.2025, 3 3 April 2025,
    4 2025-04-03, 5 03/04/2025 (DD/MM/YYYY), 6 April 3, 2025, 7 03-Apr-25, 8 03.04.25 (DD.MM.YY),
    9 04/03/2025 (MM/DD/YYYY), 10 04/03/25 (MM/DD/YY). The day is 1 to 12 and not the number of the month.
    Source: CLDR 47; 12.07. read as 7 December, 13.07. as 13 July (dateutil/dateutil#1224), ISO dates turned by
    day-first (dateutil/dateutil#1448).
    """
    form = date_forms()[severity - 1]
    day = draw.choice([day for day in range(1, 13) if day != invoice.date.month])
    written = replace(invoice.written, date=form.example, order=form.order)
    return replace(invoice, date=invoice.date.replace(day=day), written=written)


@op("invoice.number_form", layer="meaning", kind="graded")
def number_form(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Number the invoice as another company does. The truth is the number as printed.

    severity: the row in fixtures/tables/number_forms.tsv, from near to far. 1 INV-00 and four digits, 2 INV- and
    eight, 3 leading zeros only, 4 year/counter, 5 RE-year-counter, 6 branch, series and part, 7 letters among digits,
    8 groups of four, 9 nineteen digits, 10 letters that look like digits.
    Source: our own patterns; zeros lost (langgenius/dify#41910), a 19-digit id rounded (tidwall/gjson#29).
    """
    pattern = number_forms()[severity - 1]
    number = "".join(str(draw.below(10)) if char == "9" else char for char in pattern)
    return replace(invoice, number=number)


@op("invoice.near_vendor", layer="meaning", kind="binary")
def near_vendor(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Change the vendor to one whose name differs by one or two letters from a known one, at another address.

    The truth is the name as printed. No id is known: an empty or flagged vendor_id is right, any other one is invented.
    severity: binary, 0 or 10.
    Source: our own names (fixtures/tables/near_vendors.tsv); an unseen category was scored as the first one
    (HealthCatalyst/healthcareai-py#416).
    """
    return _sent_by(invoice, draw.choice(near_vendors()))


@op("invoice.unknown_vendor", layer="meaning", kind="binary")
def unknown_vendor(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Change the vendor to an unknown one whose name resembles none of the known ones.

    The truth is the name as printed. No id is known: an empty or flagged vendor_id is right, any other one is invented.
    severity: binary, 0 or 10.
    Source: our own names (fixtures/tables/unknown_vendors.tsv); as invoice.near_vendor.
    """
    return _sent_by(invoice, draw.choice(unknown_vendors()))


def _sent_by(invoice: Invoice, vendor: Vendor) -> Invoice:
    return replace(invoice, vendor=vendor, unknowable=(*invoice.unknowable, "vendor_id"))


@op("invoice.long_table", layer="meaning", kind="graded")
def long_table(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Add lines until the sums are on the second or third page. Earlier sheets carry a sum forward.

    severity: 16 lines and 4 more per step, 20 to 56: two pages up to 7, three from 8 on.
    Source: only page one of a file was read (UB-Mannheim/tesseract#12, imanoop7/Ollama-OCR#30).
    """
    more = LINES + LINES_A_STEP * severity - len(invoice.items)
    sign = -1 if invoice.net_cents < 0 else 1
    return replace(invoice, items=(*invoice.items, *(_item(draw.child(k), sign) for k in range(more))))


def _item(draw: Stream, sign: int) -> Item:
    name, low, high = draw.choice(GOODS)
    return Item(description=name, quantity=draw.between(1, 12), unit_cents=sign * draw.between(low, high))


@op("invoice.cover_letter", layer="meaning", kind="binary")
def cover_letter(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Put the vendor's letter in front, so that every field except the vendor's name is on the second page.

    severity: binary, 0 or 10.
    Source: as invoice.long_table.
    """
    return replace(invoice, paper=replace(invoice.paper, letter=True))

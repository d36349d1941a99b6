"""Ops on the papers of a file: not an invoice, two of them, one twice, an annex, blank backs, wrong sums."""

from dataclasses import replace
from typing import Literal

from harness.core.seed import Stream
from harness.generate.pages.made.forms import OtherPaper, other_papers
from harness.generate.pages.made.invoice_data import Block, Invoice, draw_invoice
from harness.generate.registry import op

SUMS = ("net", "vat", "total")


@op("invoice.delivery_note", layer="meaning", kind="binary")
def delivery_note(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Replace it by a delivery note, packing list or goods receipt: the same goods without prices and sums.

    severity: binary, 0 or 10.
    Source: our own (fixtures/tables/other_papers.tsv); a reader invented cells for missing paper
    (Embassy-of-the-Free-Mind/sourcelibrary-v2#3591).
    """
    changed = _headed(invoice, draw.choice(other_papers("unpriced")))
    return replace(changed, paper=replace(changed.paper, priced=False))


@op("invoice.looks_like_one", layer="meaning", kind="binary")
def looks_like_one(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Replace it by a pro forma invoice, a reminder, an order confirmation or a quotation: nothing to book.

    severity: binary, 0 or 10.
    Source: our own (fixtures/tables/other_papers.tsv).
    """
    return _headed(invoice, draw.choice(other_papers("priced")))


def _headed(invoice: Invoice, paper: OtherPaper) -> Invoice:
    """The invoice under another heading and other labels, without terms of payment."""
    printed: dict[Block, str] = {"number": paper.number, "date": paper.date, "total": paper.total, "note": paper.note}
    texts = tuple((block, printed.get(block, "" if block == "terms" else text)) for block, text in invoice.texts)
    number = f"{paper.prefix}-{invoice.number.removeprefix('INV-')}"
    return replace(invoice, number=number, texts=texts, paper=replace(invoice.paper, title=paper.title))


@op("invoice.two_in_file", layer="meaning", kind="binary")
def two_in_file(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Add a second invoice after it, half of the time of the same vendor, as in a scanned stack of post.

    severity: binary, 0 or 10.
    Source: our own: nobody separates a stack before it is scanned.
    """
    other = draw_invoice(draw.child("other"))
    return _with(invoice, replace(other, vendor=invoice.vendor) if draw.below(2) else other)


@op("invoice.twice_in_file", layer="meaning", kind="binary")
def twice_in_file(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Add the same invoice after it again, half of the time headed as a copy. The truth is that of one invoice.

    severity: binary, 0 or 10.
    Source: our own; retries made several allocations of one payment (frappe/press#1175).
    """
    title = f"{_title(invoice)} - COPY" if draw.below(2) else ""
    return _with(invoice, replace(invoice, paper=replace(invoice.paper, title=title)))


@op("invoice.annex", layer="meaning", kind="binary")
def annex(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Add another vendor's invoice after it, marked as an annex. The truth is that of the first invoice.

    severity: binary, 0 or 10.
    Source: our own: expenses are passed on with the receipt for them.
    """
    other = draw_invoice(draw.child("annex"))
    note = f"Annex to invoice {invoice.number}, for your information only: not to be paid or booked."
    printed: dict[Block, str] = {"note": note, "terms": ""}
    texts = tuple((block, printed.get(block, text)) for block, text in other.texts)
    return _with(invoice, replace(other, texts=texts, paper=replace(other.paper, title=f"ANNEX TO {invoice.number}")))


def _with(invoice: Invoice, other: Invoice) -> Invoice:
    return replace(invoice, paper=replace(invoice.paper, enclosed=(*invoice.paper.enclosed, other)))


def _title(invoice: Invoice) -> Literal["INVOICE", "CREDIT NOTE"]:
    return "CREDIT NOTE" if invoice.total_cents < 0 else "INVOICE"


@op("invoice.blank_back", layer="meaning", kind="binary")
def blank_back(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Add the blank back of each sheet, as a duplex scanner does. The truth stays.

    severity: binary, 0 or 10.
    Source: a blank page ended the processing (tesseract-ocr/tesseract#1468) or was filled with invented text
    (allenai/olmocr#292).
    """
    return replace(invoice, paper=replace(invoice.paper, backs=True))


@op("invoice.wrong_sum", layer="meaning", kind="graded")
def wrong_sum(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Print sums that do not follow from the lines: net with tax and total, or only the total.

    The truth is what is printed. Nobody can tell which figure is right, so net, vat and total may be empty or flagged.
    An accepted value that is not printed there is wrong.
    severity: how far off: 0.1 %, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100 % of the net, and at least a cent.
    Source: our own; totals a hundred times too high were not noticed (thesmokinator/hledger-textual#106).
    """
    off = max(1, abs(invoice.net_cents) * OFF[severity - 1] // 1000) * (-1 if invoice.net_cents < 0 else 1)
    misprinted = (off, 0) if draw.below(2) else (0, off)
    return replace(invoice, misprinted=misprinted, unknowable=(*invoice.unknowable, *SUMS))


OFF = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
"""Error of the sum by severity, in thousandths of the net amount."""


@op("invoice.unsigned_credit", layer="meaning", kind="binary")
def unsigned_credit(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Turn it into a credit note without minus signs. Only its heading says which way the money goes.

    The truth is negative. A service may leave net, vat and total empty or flag them. If it accepts them as an amount to
    be paid, they are wrong.
    severity: binary, 0 or 10.
    Source: our own; -9,00 became 900.00 (frappe/erpnext#59039).
    """
    items = tuple(replace(item, unit_cents=-abs(item.unit_cents)) for item in invoice.items)
    paper = replace(invoice.paper, unsigned=True)
    return replace(invoice, items=items, paper=paper, unknowable=(*invoice.unknowable, *SUMS))

"""Ops on what the papers of a file are: no invoice, two of them, one twice, an annex, backs, sums that do not agree."""

from dataclasses import replace
from typing import Literal

from harness.core.seed import Stream
from harness.generate.pages.made.forms import OtherPaper, other_papers
from harness.generate.pages.made.invoice_data import Block, Invoice, draw_invoice
from harness.generate.registry import op

SUMS = ("net", "vat", "total")


@op("invoice.delivery_note", layer="meaning", kind="switch")
def delivery_note(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Make it a delivery note, packing list or goods receipt: the same goods without prices and sums.

    severity: a switch, 10 alone.
    Source: our own (fixtures/tables/other_papers.tsv); a reader supplied cells for which there was no paper
    (Embassy-of-the-Free-Mind/sourcelibrary-v2#3591).
    """
    changed = _headed(invoice, draw.choice(other_papers("unpriced")))
    return replace(changed, paper=replace(changed.paper, priced=False))


@op("invoice.looks_like_one", layer="meaning", kind="switch")
def looks_like_one(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Make it a pro forma invoice, a reminder, an order confirmation or a quotation: all figures, and nothing to book.

    severity: a switch, 10 alone.
    Source: our own (fixtures/tables/other_papers.tsv).
    """
    return _headed(invoice, draw.choice(other_papers("priced")))


def _headed(invoice: Invoice, paper: OtherPaper) -> Invoice:
    """The invoice under another heading and other labels, without terms of payment."""
    says: dict[Block, str] = {"number": paper.number, "date": paper.date, "total": paper.total, "note": paper.note}
    texts = tuple((block, says.get(block, "" if block == "terms" else text)) for block, text in invoice.texts)
    number = f"{paper.prefix}-{invoice.number.removeprefix('INV-')}"
    return replace(invoice, number=number, texts=texts, paper=replace(invoice.paper, title=paper.title))


@op("invoice.two_in_file", layer="meaning", kind="switch")
def two_in_file(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Put a second invoice behind it, every other time of the same vendor, as a stack of post is scanned.

    severity: a switch, 10 alone.
    Source: our own: separating a stack is left to whoever scans it.
    """
    other = draw_invoice(draw.child("other"))
    return _with(invoice, replace(other, vendor=invoice.vendor) if draw.below(2) else other)


@op("invoice.twice_in_file", layer="meaning", kind="switch")
def twice_in_file(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Put the same invoice behind it once more, every other time headed as a copy. The truth is that of one.

    severity: a switch, 10 alone.
    Source: our own; retries made several allocations of one payment (frappe/press#1175).
    """
    title = f"{_title(invoice)} - COPY" if draw.below(2) else ""
    return _with(invoice, replace(invoice, paper=replace(invoice.paper, title=title)))


@op("invoice.annex", layer="meaning", kind="switch")
def annex(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Put another vendor's invoice behind it as an annex that says what it is. The truth is that of the first.

    severity: a switch, 10 alone.
    Source: our own: expenses are passed on with the receipt for them.
    """
    other = draw_invoice(draw.child("annex"))
    note = f"Annex to invoice {invoice.number}, for your information only: not to be paid or booked."
    says: dict[Block, str] = {"note": note, "terms": ""}
    texts = tuple((block, says.get(block, text)) for block, text in other.texts)
    return _with(invoice, replace(other, texts=texts, paper=replace(other.paper, title=f"ANNEX TO {invoice.number}")))


def _with(invoice: Invoice, other: Invoice) -> Invoice:
    return replace(invoice, paper=replace(invoice.paper, enclosed=(*invoice.paper.enclosed, other)))


def _title(invoice: Invoice) -> Literal["INVOICE", "CREDIT NOTE"]:
    return "CREDIT NOTE" if invoice.total_cents < 0 else "INVOICE"


@op("invoice.blank_back", layer="meaning", kind="switch")
def blank_back(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Scan the blank back of each sheet too, as a duplex scanner does. The truth stays.

    severity: a switch, 10 alone.
    Source: a blank page ended the processing (tesseract-ocr/tesseract#1468) or was filled with invented text
    (allenai/olmocr#292).
    """
    return replace(invoice, paper=replace(invoice.paper, backs=True))


@op("invoice.wrong_sum", layer="meaning", kind="dose")
def wrong_sum(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Print sums that do not follow from the lines: the net, with tax and total after it, or the total alone.

    The truth is what is printed. Nobody can tell which figure is meant, so net, vat and total may be left empty or
    flagged; what is accepted in them and is not printed there is wrong.
    severity: how far off: 0.1 %, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100 % of the net, and at least a cent.
    Source: our own; totals a hundred times too high went by unnoticed (thesmokinator/hledger-textual#106).
    """
    off = max(1, abs(invoice.net_cents) * OFF[severity - 1] // 1000) * (-1 if invoice.net_cents < 0 else 1)
    misprinted = (off, 0) if draw.below(2) else (0, off)
    return replace(invoice, misprinted=misprinted, unknowable=(*invoice.unknowable, *SUMS))


OFF = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
"""Thousandths of the net."""


@op("invoice.unsigned_credit", layer="meaning", kind="switch")
def unsigned_credit(invoice: Invoice, severity: int, draw: Stream) -> Invoice:
    """Make it a credit note whose amounts carry no minus: only its heading says which way the money goes.

    The truth is negative. Whoever does not know may leave net, vat and total empty or flag them; accepted as something
    to be paid they are wrong.
    severity: a switch, 10 alone.
    Source: our own; -9,00 became 900.00 (frappe/erpnext#59039).
    """
    items = tuple(replace(item, unit_cents=-abs(item.unit_cents)) for item in invoice.items)
    paper = replace(invoice.paper, unsigned=True)
    return replace(invoice, items=items, paper=paper, unknowable=(*invoice.unknowable, *SUMS))

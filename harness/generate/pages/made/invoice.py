"""The made invoice: drawn as data, rendered as an A4 page with a box for every word."""

from itertools import pairwise

from harness.generate.pages.made.invoice_data import (
    Block,
    Invoice,
    Item,
    draw_invoice,
    invoice_fields,
    invoice_truth,
)
from harness.generate.pages.made.invoice_page import render_native
from harness.generate.pages.typesetting.sheet import HEIGHT, WIDTH, Sheet, Style
from harness.generate.pages.typesetting.type import BUNDLED, Typeface
from harness.generate.payloads import Page

__all__ = ["Invoice", "Item", "draw_invoice", "invoice_fields", "invoice_truth", "render_invoice", "render_sheets"]

LEFT, RIGHT = 140, WIDTH - 140
BODY, SMALL = Style(size=27), Style(size=22, grey=40)
LABEL = Style(size=27, bold=True)
COLUMNS = (LEFT + 60, 980, 1250, RIGHT - 12)
"""Left edge of the descriptions; right edges of quantity, unit price and amount."""
LAST_OF_ONE, FIRST_OF_MANY, MIDDLE, LAST_OF_MANY = 17, 22, 28, 22
"""Lines per sheet: a single sheet with the sums, a first and a middle sheet without them, a last one with them."""


def render_invoice(invoice: Invoice, typeface: Typeface = BUNDLED) -> Page:
    """The first sheet as a grey page of 1654 x 2339 pixels at 200 dpi; the same pixels for the same invoice."""
    return render_sheets(invoice, typeface)[0]


def render_sheets(invoice: Invoice, typeface: Typeface = BUNDLED) -> tuple[Page, ...]:
    """The invoice's own sheets, as many as its lines need. Only the last one has the sums."""
    if invoice.native is not None:
        return (render_native(invoice, invoice.native, typeface),)
    shares = share_lines(len(invoice.items))
    return tuple(_sheet(Sheet(typeface), invoice, lines, (number, len(shares))) for number, lines in enumerate(shares))


def share_lines(count: int) -> tuple[range, ...]:
    """The lines of each sheet."""
    if count <= LAST_OF_ONE:
        return (range(count),)
    ends = [min(FIRST_OF_MANY, count - 1)]
    while count - ends[-1] > LAST_OF_MANY:
        ends.append(min(ends[-1] + MIDDLE, count - 1))
    return tuple(range(*pair) for pair in pairwise((0, *ends, count)))


def _sheet(sheet: Sheet, invoice: Invoice, lines: range, place: tuple[int, int]) -> Page:
    number, of = place
    _heading(sheet, invoice)
    if number == 0:
        _addresses(sheet, invoice)
    _references(sheet, invoice, short=number > 0)
    below = _table(sheet, invoice, 880 if number == 0 else 560, lines)
    if number == of - 1:
        below = _totals(sheet, invoice, below) if invoice.paper.priced else below
        _closing(sheet, invoice, below)
    _footer(sheet, invoice, number + 1, of)
    return sheet.page()


def _heading(sheet: Sheet, invoice: Invoice) -> None:
    vendor = invoice.vendor
    for i, grey in enumerate((60, 120, 180)):
        sheet.box(LEFT + 22 * i, 130 + 22 * i, LEFT + 66, 152 + 22 * i, grey=grey)
    sheet.text(LEFT + 124, 172, vendor.name, Style(size=46, bold=True), name="vendor")
    sheet.text(LEFT + 124, 218, f"{vendor.street}, {vendor.city}", SMALL)
    sheet.text(LEFT + 124, 248, vendor.country, SMALL)
    title = invoice.paper.title or ("CREDIT NOTE" if invoice.total_cents < 0 else "INVOICE")
    sheet.text(RIGHT, 330, title, Style(size=44, bold=True, grey=70), right=True)
    sheet.rule(LEFT, 350, RIGHT, thick=3)


def _addresses(sheet: Sheet, invoice: Invoice) -> None:
    sheet.text(LEFT, 420, invoice.text("bill_to"), LABEL)
    for i, line in enumerate(("Derwent Assembly Group", "Accounts Payable", "1 Tramway Street", "Derby DE1 2QX")):
        sheet.text(LEFT, 460 + 36 * i, line, BODY)
    sheet.text(LEFT, 650, invoice.text("ship_to"), LABEL)
    for i, line in enumerate(invoice.site):
        sheet.text(LEFT, 690 + 36 * i, line, BODY)


def _references(sheet: Sheet, invoice: Invoice, *, short: bool = False) -> None:
    """The block on the right: labels, and values flush right. short: as repeated on a later sheet."""
    order = f" ({invoice.written.order})" if invoice.written.order else ""
    rows = (
        (invoice.text("number"), invoice.number, "invoice_number"),
        (invoice.text("date") + order, invoice.day(invoice.date), "invoice_date"),
        ("Due date", invoice.day(invoice.due), ""),
        ("Order", invoice.order, ""),
        (invoice.text("currency"), invoice.currency, "currency"),
    )
    # A paper that demands no payment has neither a currency nor a due date.
    silent = (not invoice.text("terms") and "Due date", not invoice.paper.priced and invoice.text("currency"))
    shown = [row for row in rows if row[0] not in silent]
    for i, (label, value, name) in enumerate(shown[:1] if short else shown):
        sheet.text(900, 420 + 44 * i, label, LABEL)
        sheet.text(RIGHT, 420 + 44 * i, value, BODY, name=name, right=True)


def _table(sheet: Sheet, invoice: Invoice, top: int, lines: range) -> int:
    """The lines, with the sum carried over from sheet to sheet; returns the y below them."""
    sheet.box(LEFT, top - 38, RIGHT, top + 16, grey=228)
    sheet.text(LEFT + 12, top, "#", LABEL)
    sheet.text(COLUMNS[0], top, invoice.text("description"), LABEL)
    blocks: tuple[Block, ...] = ("quantity", "unit_price", "amount") if invoice.paper.priced else ("quantity",)
    for right, block in zip(COLUMNS[1:], blocks, strict=False):
        sheet.text(right, top, invoice.text(block), LABEL, right=True)
    y = top + 58
    if lines.start:
        y = _carried(sheet, invoice, "Brought forward", lines.start, y)
    for i in lines:
        _item(sheet, i + 1, invoice, y)
        y += 50
    sheet.rule(LEFT, y - 22, RIGHT)
    return y if lines.stop == len(invoice.items) else _carried(sheet, invoice, "Carried forward", lines.stop, y + 22)


def _item(sheet: Sheet, number: int, invoice: Invoice, y: int) -> None:
    item = invoice.items[number - 1]
    sheet.text(LEFT + 12, y, str(number), BODY)
    sheet.text(COLUMNS[0], y, item.description, BODY)
    cells = (str(item.quantity), invoice.money(item.unit_cents), invoice.money(item.cents))
    for right, cell in zip(COLUMNS[1:], cells if invoice.paper.priced else cells[:1], strict=False):
        sheet.text(right, y, cell, BODY, right=True)
    sheet.rule(LEFT, y + 14, RIGHT, thick=1, grey=200)


def _carried(sheet: Sheet, invoice: Invoice, label: str, count: int, y: int) -> int:
    """The sum of the first `count` lines, between two sheets; returns the y below it."""
    if invoice.paper.priced:
        sheet.text(COLUMNS[0], y, label, LABEL)
        so_far = invoice.money(sum(item.cents for item in invoice.items[:count]))
        sheet.text(COLUMNS[3], y, so_far, LABEL, right=True)
    return y + 50


def _totals(sheet: Sheet, invoice: Invoice, top: int) -> int:
    """Net, tax and total; returns the y below them."""
    rows = (
        (invoice.text("net"), invoice.net_cents, "net", BODY),
        (f"{invoice.text('vat')} {invoice.vat_percent} %", invoice.vat_cents, "vat", BODY),
        (invoice.text("total"), invoice.total_cents, "total", Style(size=30, bold=True)),
    )
    for i, (label, cents, name, style) in enumerate(rows):
        y = top + 34 + 50 * i
        sheet.text(950, y, label, style)
        sheet.text(COLUMNS[3], y, invoice.money(cents), style, name=name, right=True)
    sheet.rule(950, top + 98, RIGHT)
    sheet.rule(950, top + 148, RIGHT, thick=4)
    return top + 148


def _closing(sheet: Sheet, invoice: Invoice, top: int) -> None:
    blocks: tuple[Block, ...] = ("note", "terms", "thanks")
    for i, text in enumerate(filter(None, map(invoice.text, blocks))):
        sheet.text(LEFT, top + 90 + 44 * i, text, BODY)


def _footer(sheet: Sheet, invoice: Invoice, number: int, of: int) -> None:
    sheet.rule(LEFT, HEIGHT - 190, RIGHT, thick=1, grey=120)
    sheet.text(LEFT, HEIGHT - 152, invoice.text("ownership"), SMALL)
    account = " ".join(invoice.account[i : i + 4] for i in range(0, 12, 4))
    sheet.text(
        LEFT, HEIGHT - 120, f"Account {account}   Sort code {invoice.account[:2]}-{invoice.account[4:6]}-77", SMALL
    )
    sheet.text(RIGHT, HEIGHT - 120, f"Page {number} of {of}", SMALL, right=True)

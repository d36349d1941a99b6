"""The made invoice: drawn as data, rendered as an A4 page with a box for every word."""

from harness.generate.pages.invoice_data import (
    Block,
    Invoice,
    Item,
    draw_invoice,
    invoice_truth,
    printed_date,
    printed_money,
)
from harness.generate.pages.native.invoice_page import render_native
from harness.generate.pages.sheet import HEIGHT, WIDTH, Sheet, Style
from harness.generate.payloads import Page

__all__ = ["Invoice", "Item", "draw_invoice", "invoice_truth", "render_invoice"]

LEFT, RIGHT = 140, WIDTH - 140
BODY, SMALL = Style(size=27), Style(size=22, grey=40)
LABEL = Style(size=27, bold=True)
COLUMNS = (LEFT + 60, 980, 1250, RIGHT - 12)
"""Left edge of the descriptions; right edges of quantity, unit price and amount."""


def render_invoice(invoice: Invoice) -> Page:
    """The invoice as a grey page of 1654 x 2339 pixels at 200 dpi; the same pixels for the same invoice."""
    if invoice.native is not None:
        return render_native(invoice, invoice.native)
    sheet = Sheet()
    _heading(sheet, invoice)
    _addresses(sheet, invoice)
    _references(sheet, invoice)
    below = _totals(sheet, invoice, _table(sheet, invoice, 880))
    _closing(sheet, invoice, below)
    _footer(sheet, invoice)
    return sheet.page()


def _heading(sheet: Sheet, invoice: Invoice) -> None:
    vendor = invoice.vendor
    for i, grey in enumerate((60, 120, 180)):
        sheet.box(LEFT + 22 * i, 130 + 22 * i, LEFT + 66, 152 + 22 * i, grey=grey)
    sheet.text(LEFT + 124, 172, vendor.name, Style(size=46, bold=True), name="vendor")
    sheet.text(LEFT + 124, 218, f"{vendor.street}, {vendor.city}", SMALL)
    sheet.text(LEFT + 124, 248, vendor.country, SMALL)
    title = "CREDIT NOTE" if invoice.total_cents < 0 else "INVOICE"
    sheet.text(RIGHT, 330, title, Style(size=44, bold=True, grey=70), right=True)
    sheet.rule(LEFT, 350, RIGHT, thick=3)


def _addresses(sheet: Sheet, invoice: Invoice) -> None:
    sheet.text(LEFT, 420, invoice.text("bill_to"), LABEL)
    for i, line in enumerate(("Derwent Assembly Group", "Accounts Payable", "1 Tramway Street", "Derby DE1 2QX")):
        sheet.text(LEFT, 460 + 36 * i, line, BODY)
    sheet.text(LEFT, 650, invoice.text("ship_to"), LABEL)
    for i, line in enumerate(invoice.site):
        sheet.text(LEFT, 690 + 36 * i, line, BODY)


def _references(sheet: Sheet, invoice: Invoice) -> None:
    """The block on the right: a label, and its value flush right."""
    rows = (
        (invoice.text("number"), invoice.number, "invoice_number"),
        (invoice.text("date"), printed_date(invoice.date), "invoice_date"),
        ("Due date", printed_date(invoice.due), ""),
        ("Order", invoice.order, ""),
        (invoice.text("currency"), invoice.currency, "currency"),
    )
    for i, (label, value, name) in enumerate(rows):
        sheet.text(900, 420 + 44 * i, label, LABEL)
        sheet.text(RIGHT, 420 + 44 * i, value, BODY, name=name, right=True)


def _table(sheet: Sheet, invoice: Invoice, top: int) -> int:
    """The lines; gives the y below them."""
    sheet.box(LEFT, top - 38, RIGHT, top + 16, grey=228)
    sheet.text(LEFT + 12, top, "#", LABEL)
    sheet.text(COLUMNS[0], top, invoice.text("description"), LABEL)
    blocks: tuple[Block, ...] = ("quantity", "unit_price", "amount")
    for right, block in zip(COLUMNS[1:], blocks, strict=True):
        sheet.text(right, top, invoice.text(block), LABEL, right=True)
    for i, item in enumerate(invoice.items):
        _item(sheet, i + 1, item, top + 58 + 50 * i)
    bottom = top + 58 + 50 * len(invoice.items)
    sheet.rule(LEFT, bottom - 22, RIGHT)
    return bottom


def _item(sheet: Sheet, number: int, item: Item, y: int) -> None:
    sheet.text(LEFT + 12, y, str(number), BODY)
    sheet.text(COLUMNS[0], y, item.description, BODY)
    cells = (str(item.quantity), printed_money(item.unit_cents), printed_money(item.cents))
    for right, cell in zip(COLUMNS[1:], cells, strict=True):
        sheet.text(right, y, cell, BODY, right=True)
    sheet.rule(LEFT, y + 14, RIGHT, thick=1, grey=200)


def _totals(sheet: Sheet, invoice: Invoice, top: int) -> int:
    """Net, tax and total; gives the y below them."""
    rows = (
        (invoice.text("net"), invoice.net_cents, "net", BODY),
        (f"{invoice.text('vat')} {invoice.vat_percent} %", invoice.vat_cents, "vat", BODY),
        (invoice.text("total"), invoice.total_cents, "total", Style(size=30, bold=True)),
    )
    for i, (label, cents, name, style) in enumerate(rows):
        y = top + 34 + 50 * i
        sheet.text(950, y, label, style)
        sheet.text(COLUMNS[3], y, printed_money(cents), style, name=name, right=True)
    sheet.rule(950, top + 98, RIGHT)
    sheet.rule(950, top + 148, RIGHT, thick=4)
    return top + 148


def _closing(sheet: Sheet, invoice: Invoice, top: int) -> None:
    blocks: tuple[Block, ...] = ("note", "terms", "thanks")
    for i, block in enumerate(blocks):
        sheet.text(LEFT, top + 90 + 44 * i, invoice.text(block), BODY)


def _footer(sheet: Sheet, invoice: Invoice) -> None:
    sheet.rule(LEFT, HEIGHT - 190, RIGHT, thick=1, grey=120)
    sheet.text(LEFT, HEIGHT - 152, invoice.text("ownership"), SMALL)
    account = " ".join(invoice.account[i : i + 4] for i in range(0, 12, 4))
    sheet.text(
        LEFT, HEIGHT - 120, f"Account {account}   Sort code {invoice.account[:2]}-{invoice.account[4:6]}-77", SMALL
    )
    sheet.text(RIGHT, HEIGHT - 120, "Page 1 of 1", SMALL, right=True)

"""The page of an invoice that is entirely in the vendor's own language."""

from harness.generate.pages.locale.figures import Form
from harness.generate.pages.locale.locales import text
from harness.generate.pages.made.frame import Frame
from harness.generate.pages.made.invoice_data import Block, Invoice, Item
from harness.generate.pages.typesetting.sheet import HEIGHT, WIDTH, Sheet
from harness.generate.pages.typesetting.type import BUNDLED, Typeface
from harness.generate.payloads import Page

LEFT, RIGHT = 140, WIDTH - 140
BODY, SMALL, HEAD = 27, 21, 44
COLUMNS = (LEFT + 60, 960, 1235, RIGHT - 12)
"""Left edge of the descriptions; end of the columns quantity, unit price and amount."""

ROOM = (COLUMNS[1] - COLUMNS[0] - 130, 120, 250, 250)
LABELS, VALUES = 860, RIGHT
"""Start of the labels and end of the values in the reference block."""

CITY_FIRST = ("zh", "ja", "ko")
"""Languages in which an address starts with the country and ends with the house number."""


def render_native(invoice: Invoice, form: Form, typeface: Typeface = BUNDLED) -> Page:
    """The invoice as a grey page of 1654 x 2339 pixels at 200 dpi, in the reading direction of its language."""
    frame = Frame(form.figures.locale, Sheet(typeface))
    _heading(frame, invoice)
    _parties(frame, form)
    _references(frame, invoice, form)
    below = _totals(frame, invoice, form, _table(frame, invoice, form, 900))
    blocks: tuple[Block, ...] = ("note", "terms", "thanks")
    for i, block in enumerate(blocks):
        line = form.figures.plain(invoice.text(block))
        frame.start(LEFT, below + 90 + 48 * i, line, frame.style(BODY), room=RIGHT - LEFT)
    _footer(frame, invoice, form)
    return frame.sheet.page()


def address(street: str, city: str, language: str) -> str:
    """Street and city on one line, in the order and with the comma of the language."""
    if language in CITY_FIRST:
        return f"{city} {street}"
    return f"{street}{'،' if language == 'ar' else ','} {city}"


def _heading(frame: Frame, invoice: Invoice) -> None:
    vendor, small = invoice.vendor, frame.style(SMALL + 1, grey=40)
    frame.box(LEFT, 118, LEFT + 12, 252, grey=90)
    frame.start(LEFT + 40, 160, vendor.name, frame.style(HEAD, bold=True), name="vendor", room=RIGHT - LEFT - 40)
    frame.start(LEFT + 40, 212, address(vendor.street, vendor.city, vendor.language), small, room=900)
    frame.start(LEFT + 40, 246, vendor.country, small)
    frame.end(RIGHT, 330, text(frame.locale.language, "title_invoice"), frame.style(HEAD, bold=True, grey=70))
    frame.rule(LEFT, 356, RIGHT, thick=3)


def _parties(frame: Frame, form: Form) -> None:
    customer = text(frame.locale.language, "customer").split("/")
    for top, block, lines in ((420, "bill_to", customer), (660, "ship_to", (customer[0], *customer[2:]))):
        frame.label(LEFT, top, block, frame.style(BODY, bold=True), room=640)
        for i, line in enumerate(lines):
            frame.start(LEFT, top + 42 + 38 * i, form.figures.plain(line), frame.style(BODY), room=640)


def _references(frame: Frame, invoice: Invoice, form: Form) -> None:
    """Labels and values, each above a thin line."""
    rows = (
        ("number", invoice.number, "invoice_number"),
        ("date", form.figures.date(invoice.date), "invoice_date"),
        ("due", form.figures.date(invoice.due), ""),
        ("order", invoice.order.removeprefix("PO "), ""),
        ("currency", invoice.currency, "currency"),
    )
    pitch = 76 if form.second else 56
    for i, (label, value, name) in enumerate(rows):
        y = 420 + pitch * i
        frame.label(LABELS, y, label, frame.style(BODY, bold=True), room=330, second=form.second)
        frame.end(VALUES, y, value, frame.style(BODY), name=name, room=310)
        frame.rule(LABELS, y + pitch - 38, VALUES, thick=1, grey=190)


def _table(frame: Frame, invoice: Invoice, form: Form, top: int) -> int:
    """The lines; returns the y below them."""
    frame.box(LEFT, top - 42, RIGHT, top + (42 if form.second else 20), grey=226)
    bold = frame.style(BODY, bold=True)
    frame.start(LEFT + 12, top, "#", bold)
    frame.label(COLUMNS[0], top, "description", bold, room=ROOM[0], second=form.second)
    for place, room, head in zip(COLUMNS[1:], ROOM[1:], ("quantity", "unit_price", "amount"), strict=True):
        frame.label(place, top, head, bold, room=room, second=form.second, ends=True)
    for i, item in enumerate(invoice.items):
        _item(frame, i + 1, item, form, top + 84 + 52 * i)
    bottom = top + 84 + 52 * len(invoice.items)
    frame.rule(LEFT, bottom - 24, RIGHT)
    return bottom


def _item(frame: Frame, number: int, item: Item, form: Form, y: int) -> None:
    figures = form.figures
    frame.start(LEFT + 12, y, figures.plain(str(number)), frame.style(BODY))
    frame.start(COLUMNS[0], y, item.description, frame.style(BODY), room=ROOM[0])
    cells = (figures.plain(str(item.quantity)), figures.number(item.unit_cents), figures.number(item.cents))
    for place, room, cell in zip(COLUMNS[1:], ROOM[1:], cells, strict=True):
        frame.end(place, y, cell, frame.style(BODY), room=room)
    frame.rule(LEFT, y + 16, RIGHT, thick=1, grey=205)


def _totals(frame: Frame, invoice: Invoice, form: Form, top: int) -> int:
    """Net, tax and total; returns the y below them."""
    figures, pitch = form.figures, 78 if form.second else 54
    rows = (
        (figures.number(invoice.net_cents), "net", frame.style(BODY)),
        (figures.number(invoice.vat_cents), "vat", frame.style(BODY)),
        (figures.money(invoice.total_cents), "total", frame.style(BODY + 3, bold=True)),
    )
    for i, (value, name, style) in enumerate(rows):
        y = top + 38 + pitch * i
        frame.label(LABELS, y, name, style, room=280, second=form.second)
        if name == "vat":
            frame.start(LABELS + 290, y, figures.percent(invoice.vat_percent), style)
        frame.end(COLUMNS[3], y, value, style, name=name, room=290)
        frame.rule(LABELS, y + pitch - 38, RIGHT, thick=4 if name == "total" else 1, grey=0)
    return top + 3 * pitch


def _footer(frame: Frame, invoice: Invoice, form: Form) -> None:
    frame.rule(LEFT, HEIGHT - 190, RIGHT, thick=1, grey=120)
    small = frame.style(SMALL, grey=40)
    frame.start(LEFT, HEIGHT - 150, invoice.text("ownership"), small, room=RIGHT - LEFT)
    frame.start(LEFT, HEIGHT - 114, text(frame.locale.language, "account"), small, room=210)
    account = "-".join(invoice.account[i : i + 4] for i in range(0, 12, 4))
    frame.start(LEFT + 220, HEIGHT - 114, account, small)
    frame.end(RIGHT, HEIGHT - 114, form.figures.plain(text(frame.locale.language, "page").format(n=1, m=1)), small)

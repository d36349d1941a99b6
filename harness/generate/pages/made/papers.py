"""All pages of a made file: the letter in front, the invoice's sheets, their blank backs, and enclosed documents."""

from collections.abc import Iterator

import numpy as np

from harness.generate.pages.made.invoice import LEFT, RIGHT, render_sheets
from harness.generate.pages.made.invoice_data import Invoice
from harness.generate.pages.typesetting.sheet import DPI, HEIGHT, WIDTH, Sheet, Style
from harness.generate.pages.typesetting.type import BUNDLED, Typeface
from harness.generate.payloads import Page

BODY = Style(size=27)


def render_pages(invoice: Invoice, typeface: Typeface = BUNDLED) -> tuple[Page, ...]:
    """The file's pages in order, each A4 at 200 dpi; the same pixels for the same invoice."""
    return tuple(page for front in _fronts(invoice, typeface) for page in _leaf(front, invoice))


def _fronts(invoice: Invoice, typeface: Typeface) -> Iterator[Page]:
    if invoice.paper.letter:
        yield render_letter(invoice, typeface)
    yield from render_sheets(invoice, typeface)
    for other in invoice.paper.enclosed:
        yield from _fronts(other, typeface)


def _leaf(front: Page, invoice: Invoice) -> tuple[Page, ...]:
    return (front, blank_page()) if invoice.paper.backs else (front,)


def blank_page() -> Page:
    """White paper."""
    pixels = np.full((HEIGHT, WIDTH), 255, dtype=np.uint8)
    pixels.setflags(write=False)
    return Page(pixels=pixels, dpi=(float(DPI), float(DPI)))


def render_letter(invoice: Invoice, typeface: Typeface = BUNDLED) -> Page:
    """The vendor's covering letter. It contains no number, amount or date of the invoice."""
    sheet, vendor = Sheet(typeface), invoice.vendor
    sheet.text(LEFT, 172, vendor.name, Style(size=46, bold=True))
    sheet.text(LEFT, 218, f"{vendor.street}, {vendor.city}, {vendor.country}", Style(size=22, grey=40))
    sheet.rule(LEFT, 250, RIGHT, thick=3)
    for i, line in enumerate((*_ADDRESSEE, "", "", "Your order", "", *_LETTER, "", "", vendor.name)):
        style = Style(size=27, bold=True) if line == "Your order" else BODY
        if line:
            sheet.text(LEFT, 420 + 40 * i, line, style)
    return sheet.page()


_ADDRESSEE = ("Derwent Assembly Group", "Accounts Payable", "1 Tramway Street", "Derby DE1 2QX")
_LETTER = (
    "Dear Sir or Madam,",
    "",
    "thank you for the order that you placed with us. The goods have left our warehouse and should",
    "reach you within the next days. Please find our invoice on the sheets that follow; we would be",
    "obliged if you passed it on to your accounts department.",
    "",
    "Should anything be missing or damaged, please let us know within two weeks.",
    "",
    "Yours faithfully,",
)

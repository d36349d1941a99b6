"""Changes to a stack of sheets in a fax machine: a cover in front, blank backs between, another order."""

from dataclasses import replace

import numpy as np

from harness.core.seed import Stream
from harness.generate.pages.fax.fax import FINE, STANDARD, scan_as_fax
from harness.generate.pages.fax.fax_header import DAYS, Call, draw_call
from harness.generate.pages.typesetting.sheet import WIDTH, Sheet, Style
from harness.generate.payloads import Document, Page
from harness.generate.registry import op

LEFT, RIGHT = 170, WIDTH - 170
TITLE, LABEL, BODY, SMALL = Style(size=90, bold=True), Style(size=30, bold=True), Style(size=30), Style(size=21)
REMARKS = (
    ("As discussed on the phone, please find the document", "attached. Please confirm that it has arrived."),
    ("Came to us by mistake, please deal with it.", "Original will follow by post."),
    ("For your attention, as agreed.", "Please call if a page is missing or cannot be read."),
)
NOTICE = (
    "This message is meant for the addressee only. If you received it by mistake, please tell the sender",
    "and destroy all pages.",
)


@op("fax.cover_sheet", layer="document", kind="binary")
def cover_sheet(document: Document, severity: int, draw: Stream) -> Document:
    """Put a cover sheet in front: to, from, numbers, a date, a page count and a remark; nothing of the document.

    severity: 10 only.
    Source: only the first page of a longer fax is read (lexbailey/compilerfax#1, UB-Mannheim/tesseract#12).
    """
    call = draw_call(draw, draw.below(DAYS))
    return Document(pages=(_cover(call, draw.choice(REMARKS), len(document.pages) + 1), *document.pages))


def _cover(call: Call, remark: tuple[str, ...], pages: int) -> Page:
    sheet = Sheet()
    sheet.text(LEFT, 300, "FAX", TITLE)
    sheet.rule(LEFT, 340, RIGHT, thick=5)
    rows = (
        ("To", "Accounts Payable"),
        ("Fax", call.receiver),
        ("From", call.sender.title()),
        ("Sent", call.when),
        ("Pages", f"{pages} with this one"),
    )
    for i, (label, value) in enumerate(rows):
        sheet.text(LEFT, 440 + 70 * i, label, LABEL)
        sheet.text(LEFT + 240, 440 + 70 * i, value, BODY)
        sheet.rule(LEFT, 462 + 70 * i, RIGHT, thick=1, grey=120)
    for i, line in enumerate(remark):
        sheet.text(LEFT, 940 + 56 * i, line, BODY)
    for i, line in enumerate(NOTICE):
        sheet.text(LEFT, 2130 + 32 * i, line, SMALL)
    return sheet.page()


@op("fax.blank_backs", layer="document", kind="binary")
def blank_backs(document: Document, severity: int, draw: Stream) -> Document:
    """Put a blank page after every page, as a duplex scan does.

    severity: 10 only.
    Source: a passage of a famous book for a blank scan (allenai/olmocr#292).
    """
    return Document(pages=tuple(side for page in document.pages for side in (page, _blank(page))))


def _blank(page: Page) -> Page:
    return replace(page, pixels=np.full_like(page.pixels, 255), words=())


@op("fax.page_order", layer="document", kind="binary")
def page_order(document: Document, severity: int, draw: Stream) -> Document:
    """Send the pages in reverse order, as a feeder does if the stack is the wrong way round.

    severity: 10 only; a single page stays unchanged.
    Source: our own; readers that keep only the first page see another one (UB-Mannheim/tesseract#12).
    """
    return Document(pages=document.pages[::-1])


@op("fax.mixed", layer="document", kind="binary")
def mixed(document: Document, severity: int, draw: Stream) -> Document:
    """Scan the pages as a fax in fine and standard resolution by turns, still in grey, as fax.fine and fax.standard.

    severity: 10 only; which comes first is drawn once.
    Source: squeezed pages (python-pillow/Pillow#5581), options of the first page only (python-pillow/Pillow#8963).
    """
    turns = draw.choice(((FINE, STANDARD), (STANDARD, FINE)))
    return Document(pages=tuple(scan_as_fax(page, turns[i % 2]) for i, page in enumerate(document.pages)))

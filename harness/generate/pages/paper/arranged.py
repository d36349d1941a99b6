"""The content of a page in another place or size, and more pages in a file."""

from dataclasses import replace

import numpy as np

from harness.core.seed import Stream
from harness.generate.pages.raster.raster import MM_PER_INCH, grey_between
from harness.generate.pages.raster.resample import resample
from harness.generate.pages.typesetting.sheet import WIDTH, Sheet, Style
from harness.generate.payloads import Document, Page, Word
from harness.generate.registry import op

FURTHEST_MM, EDGE_MM = 40.0, 3.0
"""Distance that a page's content is moved at severity 10, and the margin that is kept, in millimetres."""

SMALLEST = 0.6
"""Size of a page's content at severity 10: a little more than two pages on one sheet."""

MOST_PAGES = 4
"""Times as many pages as the sample has, at severity 10."""

HEADING, PRINT = Style(size=44, bold=True), Style(size=24)
TERMS = (
    "All offers are subject to change. An order is accepted when we confirm it in writing.",
    "Delivery times are estimates unless a date was agreed in writing.",
    "The risk passes to the buyer when the goods leave the warehouse.",
    "Goods remain our property until all claims from the business relation are paid.",
    "Visible defects have to be reported when the goods arrive, hidden ones when they are found.",
    "We replace or repair defective goods at our choice. Further claims are excluded as far as the law allows.",
    "The buyer may set off only claims that are not disputed.",
    "Changes to these terms have to be made in writing, and so has a waiver of this clause.",
    "The place of jurisdiction is our seat. The law of the country of our seat applies.",
)


@op("page.moved", layer="page", kind="graded")
def moved(page: Page, severity: int, draw: Stream) -> Page:
    """Move the content to another place on the paper, in a direction drawn once. No ink leaves the page.

    severity: 4 to 40 mm in steps of 4 mm, no further than the margin allows.
    Source: our own range; other printers, other letterheads, and templates that read fixed places.
    """
    across, down = draw.choice(((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1)))
    reach = severity / 10 * FURTHEST_MM / MM_PER_INCH
    left, top, right, bottom = _ink(page)
    height, width = page.pixels.shape
    edge = tuple(EDGE_MM / MM_PER_INCH * dpi for dpi in page.dpi)
    dx = round(np.clip(across * reach * page.dpi[0], min(0, edge[0] - left), max(0, width - edge[0] - right)))
    dy = round(np.clip(down * reach * page.dpi[1], min(0, edge[1] - top), max(0, height - edge[1] - bottom)))
    if not dx and not dy:
        return page
    pixels = np.full_like(page.pixels, _paper(page))
    pixels[max(0, dy) : height + min(0, dy), max(0, dx) : width + min(0, dx)] = page.pixels[
        max(0, -dy) : height - max(0, dy), max(0, -dx) : width - max(0, dx)
    ]
    return replace(page, pixels=pixels, words=tuple(_at(word, 1, 1, dx, dy) for word in page.words))


@op("page.scaled", layer="page", kind="graded")
def scaled(page: Page, severity: int, draw: Stream) -> Page:
    """Print the page smaller on the same paper, in a corner or in the middle of it, drawn once.

    severity: 96 to 60 % of the size in steps of 4 %.
    Source: our own range; "fit to page", A4 on letter paper, and two pages on one sheet.
    """
    share = 1 - severity / 10 * (1 - SMALLEST)
    height, width = page.pixels.shape
    small = resample(page.pixels, round(width * share), round(height * share))
    free = (width - small.shape[1], height - small.shape[0])
    corner = draw.choice(((0.0, 0.0), (0.5, 0.5), (1.0, 0.0), (0.5, 0.0)))
    x, y = round(corner[0] * free[0]), round(corner[1] * free[1])
    pixels = np.full_like(page.pixels, _paper(page))
    pixels[y : y + small.shape[0], x : x + small.shape[1]] = small
    across, down = small.shape[1] / width, small.shape[0] / height
    return replace(page, pixels=pixels, words=tuple(_at(word, across, down, x, y) for word in page.words))


@op("page.terms_behind", layer="document", kind="graded")
def terms_behind(document: Document, severity: int, draw: Stream) -> Document:
    """Put pages of terms behind the document. They hold no figure.

    severity: up to four times as many pages as the sample has, in ten even steps, one page at least.
    Source: our own range; terms of business are sent with most invoices.
    """
    return Document(pages=(*document.pages, *_terms(document, severity)))


@op("page.terms_before", layer="document", kind="graded")
def terms_before(document: Document, severity: int, draw: Stream) -> Document:
    """Put pages of terms in front of the document, as a stack that was scanned from its back. They hold no figure.

    severity: up to four times as many pages as the sample has, in ten even steps, one page at least.
    Source: our own range; readers that keep only the first page see another one (UB-Mannheim/tesseract#12).
    """
    return Document(pages=(*_terms(document, severity), *document.pages))


@op("page.copies", layer="document", kind="graded")
def copies(document: Document, severity: int, draw: Stream) -> Document:
    """Send the document with copies of itself in one file. The values are the same on each.

    severity: 2 copies in all up to 4, in ten even steps.
    Source: our own range; a copy for the file and one for the accountant in one scan.
    """
    count = 1 + max(1, round(severity / 10 * (MOST_PAGES - 1)))
    return Document(pages=document.pages * count)


def _terms(document: Document, severity: int) -> tuple[Page, ...]:
    count = max(1, round(severity / 10 * (MOST_PAGES - 1) * len(document.pages)))
    sheet = Sheet()
    sheet.text(170, 260, "Terms and conditions", HEADING)
    for number, line in enumerate(TERMS):
        sheet.text(170, 380 + 60 * number, line, PRINT)
    sheet.rule(170, 300, WIDTH - 170, thick=2)
    return (replace(sheet.page(), words=()),) * count


def _ink(page: Page) -> tuple[int, int, int, int]:
    """The box around the ink of a page; the whole page if it is blank."""
    dark = page.pixels < grey_between(page.pixels, 0.7)
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    if not len(rows):
        return 0, 0, page.pixels.shape[1], page.pixels.shape[0]
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _paper(page: Page) -> int:
    """The most frequent grey of the page."""
    return int(np.bincount(page.pixels[::8, ::8].reshape(-1), minlength=256).argmax())


def _at(word: Word, across: float, down: float, x: int, y: int) -> Word:
    a, b, c, d, e, f, g, h = word.quad
    return replace(
        word,
        quad=(
            *(a * across + x, b * down + y, c * across + x, d * down + y),
            *(e * across + x, f * down + y, g * across + x, h * down + y),
        ),
    )

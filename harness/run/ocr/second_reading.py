"""Whether an OCR reads a value that was drawn on a page, and nothing of the old one."""

import numpy as np
from PIL import Image, ImageOps
from rapidfuzz import fuzz

from harness.core.case import Case
from harness.core.errors import SampleError
from harness.generate.bases import Bases
from harness.generate.pages.codecs.decode import decode
from harness.generate.pages.printed.pdf_edit import Change
from harness.generate.payloads import File, Page
from harness.generate.value_changes import changes_of
from harness.run.ocr.tesseract import ONE_BLOCK, ONE_LINE, read_text

ABOVE, BESIDE, CLOSE = 0.7, 0.25, 0.04
"""What is read around the old place: heights of the line above and below, shares of the page's width on each side."""

FINE_DPI = 300
"""Resolution at which a single line is read: Tesseract takes digits for others at 200 dpi on grey paper."""

PAPER_AND_INK = 1
"""Share of the darkest and lightest pixels that become black and white, in percent."""

MIN_LIKE_LABEL = 65
"""Minimum likeness of a label that was drawn and what the OCR reads, in percent."""


def misread(case: Case, bases: Bases) -> bool:
    """Whether a value was drawn on the pixels of the case, and the OCR does not read it or still reads the old one."""
    drawn = [change for change in changes_of(case, bases) if change.place.pixels]
    if not drawn:
        return False
    try:
        pages = decode(File(content=case.content, media_type=case.media_type, filename=case.filename)).pages
    except SampleError:
        return True
    return not all(reads(pages[change.place.page], change) for change in drawn)


def reads(page: Page, change: Change) -> bool:
    """Whether the page shows the new text at the place of the change: as one line, as a block, or by itself."""
    looks = ((BESIDE, ONE_LINE), (BESIDE, ONE_BLOCK), (CLOSE, ONE_LINE))
    return any(_shows(read_text(_around(page, change, beside), mode), change) for beside, mode in looks)


def _shows(text: str, change: Change) -> bool:
    if change.place.label:  # a label in another language than the OCR knows loses its accents
        return fuzz.partial_ratio(_tight(change.text).casefold(), _tight(text).casefold()) >= MIN_LIKE_LABEL
    read, new, old = (_tight(one) for one in (text, change.text, change.place.text))
    return new in read and (old in new or old not in read.replace(new, ""))


def _tight(text: str) -> str:
    """Without spaces, and with one form of the marks that printers and OCR vary."""
    return "".join(text.split()).translate(str.maketrans("’‘`´–—“”", "''''--\"\""))


def _around(page: Page, change: Change, beside: float) -> Page:
    """The part of the page around the change, with full contrast and at 300 dpi at least."""
    height, width = page.pixels.shape
    left, top, right, bottom = change.place.box
    margin = ABOVE * (bottom - top)
    fall = abs(change.place.slope) * (beside + right - left)
    rows = slice(max(0, round((top - margin - fall) * height)), round((bottom + margin + fall) * height))
    columns = slice(max(0, round((left - beside) * width)), round((right + beside) * width))
    part = ImageOps.autocontrast(Image.fromarray(page.pixels[rows, columns]), cutoff=PAPER_AND_INK)
    finer = max(1.0, FINE_DPI / min(page.dpi))
    part = part.resize((round(part.width * finer), round(part.height * finer)), Image.Resampling.BICUBIC)
    return Page(pixels=np.asarray(part), dpi=(page.dpi[0] * finer, page.dpi[1] * finer))

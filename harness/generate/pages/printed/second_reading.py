"""Whether an OCR reads a value that was drawn on a page, and nothing of the old one."""

import numpy as np
from rapidfuzz import fuzz

from harness.generate.pages.printed.ocr import ONE_BLOCK, ONE_LINE, read_text
from harness.generate.pages.printed.pdf_edit import Change
from harness.generate.payloads import Page

ABOVE, BESIDE = 0.7, 0.25
"""What is read around the old place: heights of the line above and below, shares of the page's width on each side."""

MIN_LIKE_LABEL = 65
"""Minimum likeness of a label that was drawn and what the OCR reads, in percent."""


def reads(page: Page, change: Change) -> bool:
    """Whether the page shows the new text at the place of the change, read as one line or as a block."""
    part = _around(page, change)
    return any(_shows(read_text(part, mode), change) for mode in (ONE_LINE, ONE_BLOCK))


def _shows(text: str, change: Change) -> bool:
    if change.place.label:  # a label in another language than the OCR knows loses its accents
        return fuzz.partial_ratio(_tight(change.text).casefold(), _tight(text).casefold()) >= MIN_LIKE_LABEL
    read, new, old = (_tight(one) for one in (text, change.text, change.place.text))
    return new in read and (old in new or old not in read.replace(new, ""))


def _tight(text: str) -> str:
    """Without spaces, and with one form of the marks that printers and OCR vary."""
    return "".join(text.split()).translate(str.maketrans("’‘`´–—“”", "''''--\"\""))


def _around(page: Page, change: Change) -> Page:
    height, width = page.pixels.shape
    left, top, right, bottom = change.place.box
    margin = ABOVE * (bottom - top)
    fall = abs(change.place.slope) * (BESIDE + right - left)
    rows = slice(max(0, round((top - margin - fall) * height)), round((bottom + margin + fall) * height))
    columns = slice(max(0, round((left - BESIDE) * width)), round((right + BESIDE) * width))
    return Page(pixels=np.ascontiguousarray(page.pixels[rows, columns]), dpi=page.dpi)

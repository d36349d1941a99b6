"""A PDF with other values in its text: tried in several fonts, and read again before it is used."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pypdfium2

from harness.generate.pages.codecs.decode import PDFIUM
from harness.generate.pages.printed.lines import Line
from harness.generate.pages.printed.pdf_edit import Change, FontOf, edited, shipped_font, standard_font
from harness.generate.pages.printed.text_layer import text_lines
from harness.generate.payloads import Pixels

FONTS: Sequence[FontOf | None] = (None, standard_font, shipped_font)
"""The fonts in which a value is written, in the order in which they are tried: first that of the page."""

BAND = 0.6
"""Height above and below a changed text in which pixels may change, in heights of the text."""

COMMA = 0.3
"""What belongs to a line above and below its letters, in their height: the middle of a comma is lower than they are."""

OVERLAP = 0.35
"""Share of a character's width that its neighbour may cover."""

SCALE = 1.2
"""Pixels per point in which the pages before and after are compared."""

MIN_DIFFERENCE = 40
"""Difference of two grey levels that counts."""


def changed_pdf(content: bytes, changes: Sequence[Change]) -> bytes | None:
    """The PDF in which these texts are replaced; None if no font gives a page that reads as it should.

    The new texts stand in their lines, the old ones do not, no letters overlap, and the rest of the page is the same.
    """
    for font in FONTS:
        after = edited(content, changes, font)
        if after is not None and _reads(content, after, changes) and _rest_is_same(content, after, changes):
            return after
    return None


def _reads(before: bytes, after: bytes, changes: Sequence[Change]) -> bool:
    old, new = text_lines(before), text_lines(after)
    return all(_line_reads(old, new, change, changes) for change in changes)


def _line_reads(old: list[Line], new: list[Line], change: Change, changes: Sequence[Change]) -> bool:
    """Whether the band of the change reads as before, with all new texts of this band in place of the old ones."""
    expected = _in_band(old, change)[0]
    for one in changes:
        if one.place.page == change.place.page and _same_band(one, change):
            expected = expected.replace(_tight(one.place.text), _tight(one.text), 1)
    text, clear = _in_band(new, change)
    return clear and sorted(text) == sorted(expected) and _tight(change.text) in text


def _in_band(lines: list[Line], change: Change) -> tuple[str, bool]:
    """The characters at the height of the change from left to right, and whether none covers its neighbour."""
    top, bottom = change.place.box[1], change.place.box[3]
    top, bottom = top - COMMA * (bottom - top), bottom + COMMA * (bottom - top)
    found = sorted(
        (box, char)
        for line in lines
        if line.page == change.place.page
        for char, box in zip(line.text, line.boxes, strict=True)
        if char != " " and top <= (box[1] + box[3]) / 2 <= bottom
    )
    clear = all(
        min(a[2], b[2]) - b[0] <= OVERLAP * max(1e-6, min(a[2] - a[0], b[2] - b[0]))
        for (a, _), (b, _) in pairwise(found)
    )
    return "".join(char for _, char in found), clear and all(box[2] <= 1 for box, _ in found)


def _same_band(one: Change, other: Change) -> bool:
    middle = (one.place.box[1] + one.place.box[3]) / 2
    return other.place.box[1] <= middle <= other.place.box[3]


def _tight(text: str) -> str:
    return "".join(text.split())


def _rest_is_same(before: bytes, after: bytes, changes: Sequence[Change]) -> bool:
    """Whether the pages differ only at the height of the changes, and do differ there."""
    for number in {change.place.page for change in changes}:
        old, new = _rendered(before, number), _rendered(after, number)
        if old.shape != new.shape:
            return False
        differs = np.abs(old.astype(np.int16) - new) > MIN_DIFFERENCE
        for top, bottom in (change.place.box[1::2] for change in changes if change.place.page == number):
            margin = BAND * (bottom - top)
            first, last = (round(edge * len(old)) for edge in (top - margin, bottom + margin))
            if not differs[max(0, first) : last + 1].any():
                return False
            differs[max(0, first) : last + 1] = False
        if differs.any():
            return False
    return True


def _rendered(content: bytes, number: int) -> Pixels:
    with PDFIUM:
        pdf = pypdfium2.PdfDocument(content)
        try:
            pixels = np.asarray(pdf[number].render(scale=SCALE, grayscale=True).to_numpy(), dtype=np.uint8)
            return pixels.reshape(pixels.shape[:2]).copy()
        finally:
            pdf.close()

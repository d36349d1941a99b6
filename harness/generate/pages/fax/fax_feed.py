"""Paper feed of a fax machine: off centre, slipping, upside down, cut off."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from harness.core.seed import Stream
from harness.generate.pages.raster.raster import MM_PER_INCH
from harness.generate.payloads import Page, Word
from harness.generate.registry import op

BED_MM = 2.0
SLIP_SHARE = 0.03
SLIP_BANDS, SLIP_MM = 6, (8.0, 16.0)
CUT_SHARE = 0.06
READABLE_SHARE = 0.75
"""Minimum share of a word's width or height that must remain for the word to count as readable."""


@op("fax.bed", layer="page", kind="graded")
def bed(page: Page, severity: int, draw: Stream) -> Page:
    """Feed the sheet off centre, so that the dark bed of the machine shows next to its edge.

    severity: the black strip is 2 to 20 mm wide in ten even steps, on a side drawn once; the page moves away by
    as much, and the part beyond the other end of the line is lost.
    Source: our own range; scan lines are 215 mm long and A4 is 210 mm wide (CCITT T.30 table 2).
    """
    width = page.pixels.shape[1]
    strip = min(round(BED_MM * severity * page.dpi[0] / MM_PER_INCH), width)
    pixels = np.zeros_like(page.pixels)
    if draw.choice((False, True)):
        pixels[:, strip:], shift = page.pixels[:, : width - strip], strip
    else:
        pixels[:, : width - strip], shift = page.pixels[:, strip:], -strip
    return replace(page, pixels=pixels, words=tuple(_beside(word, shift, width) for word in page.words))


def _beside(word: Word, shift: int, width: int) -> Word:
    a, b, c, d, e, f, g, h = word.quad
    moved = replace(word, quad=(a + shift, b, c + shift, d, e + shift, f, g + shift, h))
    left, right = min(moved.quad[::2]), max(moved.quad[::2])
    inside = min(right, width) - max(left, 0)
    return replace(moved, legible=word.legible and inside >= READABLE_SHARE * (right - left))


@op("fax.slip", layer="page", kind="graded")
def slip(page: Page, severity: int, draw: Stream) -> Page:
    """Let the feed slip: the same paper is scanned several times, and print is stretched.

    severity: lines that are scanned twice or more, 3 to 30 % of the page's length in ten even steps, all of them in
    six bands 8 to 16 mm high; the page becomes longer by as much.
    Source: our own figures; converters cut off pages with an unusual length (fusionpbx/fusionpbx#1595).
    """
    height = len(page.pixels)
    rows = _slipping(height, page.dpi[1], draw)
    extra = round(SLIP_SHARE * severity * height)
    again = rows[np.arange(extra) * len(rows) // max(1, extra)]
    counts = 1 + np.bincount(again, minlength=height)
    starts = np.concatenate(([0], np.cumsum(counts)))
    words = tuple(_stretched(word, starts) for word in page.words)
    return replace(page, pixels=np.repeat(page.pixels, counts, axis=0), words=words)


def _slipping(height: int, dpi: float, draw: Stream) -> NDArray[np.int64]:
    """The lines on which the feed slips, in order."""
    slips = np.zeros(height, dtype=bool)
    for _ in range(SLIP_BANDS):
        long = max(1, round(draw.uniform(*SLIP_MM) * dpi / MM_PER_INCH))
        top = draw.below(max(1, height - long))
        slips[top : top + long] = True
    return np.flatnonzero(slips).astype(np.int64)


def _stretched(word: Word, starts: NDArray[np.int64]) -> Word:
    """The word with its corners on the new lines."""
    places = [float(np.interp(y, np.arange(len(starts)), starts)) for y in word.quad[1::2]]
    a, _, c, _, e, _, g, _ = word.quad
    return replace(word, quad=(a, places[0], c, places[1], e, places[2], g, places[3]))


@op("fax.cut_off", layer="page", kind="graded", effect="destroyed", by_word=True)
def cut_off(page: Page, severity: int, draw: Stream) -> Page:
    """End the page early, as an interrupted call does: the lines received so far are printed.

    severity: 6 to 60 % of the page's length is missing at its end, in ten even steps. Fields with a word that lost a
    quarter of its height are destroyed; if word positions are unknown, all fields are.
    Source: our own range; fusionpbx/fusionpbx#1595 received a page much shorter than its sheet.
    """
    height = len(page.pixels)
    kept = max(1, height - round(CUT_SHARE * severity * height))
    words = tuple(_above(word, kept) for word in page.words)
    return replace(page, pixels=page.pixels[:kept].copy(), words=words)


def _above(word: Word, end: float) -> Word:
    """The word on a page that ends at the line `end`. Its corners stay, even beyond the end."""
    top, bottom = min(word.quad[1::2]), max(word.quad[1::2])
    return replace(word, legible=word.legible and min(bottom, end) - top >= READABLE_SHARE * (bottom - top))


@op("fax.upside_down", layer="page", kind="binary")
def upside_down(page: Page, severity: int, draw: Stream) -> Page:
    """Turn the page by 180 degrees, as a sheet that was fed upside down.

    severity: binary, 0 or 10.
    Source: ocrmypdf/OCRmyPDF#581, cyanfish/naps2#108; Tesseract 5.3 gets 86 % of the characters of such a page wrong,
    with return code 0, unless it is configured to detect the orientation first (our own measurement).
    """
    height, width = page.pixels.shape
    words = tuple(_turned(word, width, height) for word in page.words)
    return replace(page, pixels=np.ascontiguousarray(page.pixels[::-1, ::-1]), words=words)


def _turned(word: Word, width: int, height: int) -> Word:
    """Corners keep their names: the top left of the word's own text is then at the bottom right."""
    a, b, c, d, e, f, g, h = word.quad
    quad = (width - a, height - b, width - c, height - d, width - e, height - f, width - g, height - h)
    return replace(word, quad=quad)

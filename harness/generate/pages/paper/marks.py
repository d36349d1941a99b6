"""Marks that people leave on paper: stamps, coffee rings, highlighter strokes."""

from collections.abc import Iterator

import numpy as np

from harness.core.seed import Stream
from harness.generate.pages.raster.legible import Mask
from harness.generate.pages.raster.light import dim
from harness.generate.pages.raster.raster import MM_PER_INCH, grey_between
from harness.generate.pages.raster.resample import resample
from harness.generate.payloads import Page, Pixels
from harness.generate.registry import op

CUP_MM, RIM_MM, REACH_MM = 40.0, 2.2, 44.0
COFFEE, FILM = 0.09, 0.1
PENS = (0.9, 0.8, 0.72, 0.62, 0.5, 0.44)
"""Brightness of paper under a marker, as a share: yellow, green, orange, pink, blue, violet."""

LINE_MM, GAP_MM, OVER_MM = (1.0, 9.0), 5.0, 0.8
Span = tuple[int, int, int, int]
"""Left, top, right and bottom."""


@op("paper.coffee_ring", layer="page", kind="graded")
def coffee_ring(page: Page, severity: int, draw: Stream) -> Page:
    """Put the ring of a coffee cup on the page, over any content.

    severity: darkness of the rim, 9 to 90 % in ten even steps, 80 mm across; its position is drawn once.
    Source: users of an augmentation tool ask for such stains (sparkfish/augraphy#153); our own range.
    """
    height, width = page.pixels.shape
    x, y = width * draw.uniform(0.2, 0.9), height * draw.uniform(0.15, 0.85)
    left, top = (max(0, round(at - REACH_MM / MM_PER_INCH * d)) for at, d in zip((x, y), page.dpi, strict=True))
    right, bottom = (round(at + REACH_MM / MM_PER_INCH * d) for at, d in zip((x, y), page.dpi, strict=True))
    part = page.pixels[top:bottom, left:right]
    across = (np.arange(left, left + part.shape[1]) + 0.5 - x) / page.dpi[0] * MM_PER_INCH
    down = (np.arange(top, top + part.shape[0]) + 0.5 - y) / page.dpi[1] * MM_PER_INCH
    away = np.sqrt(across[None, :] ** 2 + down[:, None] ** 2)
    patchy, wavy = (
        resample(draw.array_bytes(k * k).reshape(k, k), part.shape[1], part.shape[0]) / 255 for k in (13, 9)
    )
    rim = np.clip(1 - np.abs(away - CUP_MM + wavy) / (RIM_MM * (0.4 + wavy)), 0, 1) * (0.35 + 0.65 * patchy)
    stain = rim + FILM * (away < CUP_MM) * patchy
    pixels = page.pixels.copy()
    pixels[top:bottom, left:right] = dim(part, np.rint(255 * (1 - COFFEE * severity * stain)).astype(np.uint8))
    return page.with_pixels(pixels)


@op("paper.highlighter", layer="page", kind="nested")
def highlighter(page: Page, severity: int, draw: Stream) -> Page:
    """Mark pieces of lines with a highlighter, which a scan shows as grey.

    severity: 1 to 10 pieces, nested; the lightness of the marked paper, 90 % (yellow) to 44 % (violet), is drawn once.
    Source: text on a highlighted background becomes black and is lost (tesseract-ocr/tesseract#1990,
    ocrmypdf/OCRmyPDF#371); our own range.
    """
    pen = draw.choice(PENS)
    pieces = list(_pieces(page))
    gain = np.full(page.pixels.shape, 255, dtype=np.uint8)
    for k in draw.order(len(pieces))[:severity]:
        _mark(gain, pieces[k], page.dpi, pen, draw.child("piece", k))
    return page.with_pixels(dim(page.pixels, gain))


def _mark(gain: Pixels, piece: Span, dpi: tuple[float, float], pen: float, draw: Stream) -> None:
    """One stroke of the pen: slightly slanted, slightly longer than the text, darker at both ends."""
    left, top, right, bottom = piece
    over = round(OVER_MM / MM_PER_INCH * dpi[1])
    start = max(0, left - round(draw.uniform(0.5, 3) / MM_PER_INCH * dpi[0]))
    end = min(gain.shape[1], right + round(draw.uniform(0.5, 4) / MM_PER_INCH * dpi[0]))
    slant = draw.uniform(-0.006, 0.006)
    place = np.arange(start, end)
    for column, shift in zip(place, np.rint((place - start) * slant).astype(int), strict=True):
        ends = min(column - start, end - 1 - column) < dpi[0] / 25
        rows = slice(max(0, top - over + shift), max(0, bottom + over + shift))
        gain[rows, column] = np.minimum(gain[rows, column], round(255 * pen * (0.93 if ends else 1.0)))


def _pieces(page: Page) -> Iterator[Span]:
    """Pieces of text as a person sees them: rows of ink with the height of type, split at wide gaps."""
    ink = page.pixels < grey_between(page.pixels)
    gap = max(1, round(GAP_MM / MM_PER_INCH * page.dpi[0]))
    low, high = (mm / MM_PER_INCH * page.dpi[1] for mm in LINE_MM)
    for top, bottom in _runs(np.asarray(ink.any(axis=1)), 1):
        if low <= bottom - top <= high:
            for left, right in _runs(np.asarray(ink[top:bottom].any(axis=0)), gap):
                if right - left >= gap:
                    yield left, top, right, bottom


def _runs(where: Mask, gap: int) -> Iterator[tuple[int, int]]:
    """The beginnings and ends of runs of True. Runs with less than `gap` between them are joined."""
    at = np.flatnonzero(where)
    breaks = np.flatnonzero(np.diff(at) > gap)
    for first, last in zip([0, *(breaks + 1)], [*breaks, len(at) - 1], strict=True):
        if len(at):
            yield int(at[first]), int(at[last]) + 1

"""Losses of a picture in transfer: saved as JPEG several times, shrunk by a messenger, or kept as a preview."""

from dataclasses import replace
from io import BytesIO

import numpy as np
from PIL import Image

from harness.core.seed import Stream
from harness.generate.pages.raster.resample import resample
from harness.generate.payloads import Page, Pixels, Word
from harness.generate.registry import op

BLOCK = 8
QUALITIES = (6, 15)
LONG_EDGE, EDGE_STEP = 2000, 100
BEST, QUALITY_STEP = 78, 4
PREVIEW_DPI = (120.0, 110.0, 100.0, 95.0, 90.0, 85.0, 80.0, 70.0, 60.0, 50.0)
SMALLEST_WORD = 4.5
"""Minimum height of a word in pixels; a smaller word counts as lost. Digits of 5.5 pixels are still readable."""


@op("photo.jpeg", layer="page", kind="graded")
def jpeg(page: Page, severity: int, draw: Stream) -> Page:
    """Save the page as JPEG again and again, with its blocks in another position each time.

    severity: number of times, 1 to 10, each with a quality of 6 to 15; the first times are the same at every severity.
    Source: compression artefacts around letters after a PDF was rewritten (ocrmypdf/OCRmyPDF#964); our own range.
    """
    pixels = page.pixels
    for number in range(severity):
        pixels = one_generation(pixels, draw.child("generation", number))
    return page.with_pixels(pixels)


def one_generation(pixels: Pixels, draw: Stream) -> Pixels:
    """The pixels saved as JPEG once more, with random numbers of its own."""
    top, left = draw.below(BLOCK), draw.below(BLOCK)
    moved = np.pad(pixels, ((top, 0), (left, 0)), mode="edge")
    return _through_jpeg(moved, draw.between(*QUALITIES))[top:, left:].copy()


@op("photo.messenger", layer="page", kind="graded")
def messenger(page: Page, severity: int, draw: Stream) -> Page:
    """Send the page through a messenger that shrinks and compresses it.

    severity: the longer edge becomes 1900 to 1000 pixels and the JPEG quality 74 to 38, in ten even steps; a
    page that is smaller keeps its size.
    Source: a messenger reduces the longer edge to 1280 to 1600 pixels, and text suffers most
    (numandev1/react-native-compressor#200); our own range.
    """
    share = min(1.0, (LONG_EDGE - EDGE_STEP * severity) / max(page.pixels.shape))
    smaller = reduced(page, share, share)
    return smaller.with_pixels(_through_jpeg(smaller.pixels, BEST - QUALITY_STEP * severity))


@op("photo.thumbnail", layer="page", kind="graded")
def thumbnail(page: Page, severity: int, draw: Stream) -> Page:
    """Send the preview instead of the document: the page at the resolution of a thumbnail.

    severity: 120, 110, 100, 95, 90, 85, 80, 70, 60, 50 dpi. Words less than 4.5 pixels high are then
    destroyed. A coarser page keeps its size.
    Source: at 110 dpi small glyphs are silently left out (accelerated-intelligent-document-processing-
    on-aws#729); previews are as coarse as 50 dpi; our own range, with finer steps where readers begin to
    fail.
    """
    dpi = PREVIEW_DPI[severity - 1]
    small = reduced(page, *(min(1.0, dpi / d) for d in page.dpi))
    words = tuple(replace(word, legible=word.legible and _height(word) >= SMALLEST_WORD) for word in small.words)
    return replace(small, words=words) if small is not page else page


def reduced(page: Page, across: float, down: float) -> Page:
    """The page with that share of its pixels across and down, and its words; the same page for 1."""
    height, width = page.pixels.shape
    columns, rows = max(1, round(width * across)), max(1, round(height * down))
    if (columns, rows) == (width, height):
        return page
    x, y = columns / width, rows / height
    words = tuple(_scaled(word, x, y) for word in page.words)
    dpi = (page.dpi[0] * x, page.dpi[1] * y)
    return Page(pixels=resample(page.pixels, columns, rows), dpi=dpi, words=words)


def _scaled(word: Word, across: float, down: float) -> Word:
    a, b, c, d, e, f, g, h = word.quad
    quad = (a * across, b * down, c * across, d * down, e * across, f * down, g * across, h * down)
    return replace(word, quad=quad)


def _height(word: Word) -> float:
    return max(word.quad[1::2]) - min(word.quad[1::2])


def _through_jpeg(pixels: Pixels, quality: int) -> Pixels:
    out = BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=quality)
    with Image.open(out) as image:
        return np.array(image.convert("L"), dtype=np.uint8)

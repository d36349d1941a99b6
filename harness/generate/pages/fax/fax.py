"""A page sent through a group 3 fax machine: its resolution, and lines lost in a noisy call."""

import math
from dataclasses import replace

import numpy as np

from harness.core.seed import Stream
from harness.generate.pages.raster.raster import MM_PER_INCH, grey_between
from harness.generate.pages.raster.resample import resample
from harness.generate.payloads import Page, Pixels, Word
from harness.generate.registry import op

LINE_PELS = 1728
LINE_MM = 215.0
WIDEST_MM = LINE_PELS / 200 * MM_PER_INCH
"""Line width in millimetres of a 200 dpi machine: 1728 pels on 219 mm. Wider paper is reduced to fit."""

EXACT_DPI = {
    204.0: LINE_PELS / LINE_MM * MM_PER_INCH,
    391.0: 15.4 * MM_PER_INCH,
    196.0: 7.7 * MM_PER_INCH,
    98.0: 3.85 * MM_PER_INCH,
}
"""Exact resolution for the rounded dpi in files; the standard defines it in pels and lines per millimetre."""

SUPERFINE = (204.0, 391.0)
FINE = (204.0, 196.0)
STANDARD = (204.0, 98.0)
WHITE = 255

K_FINE, K_STANDARD = 4, 2
LOST_SHARE = 0.005


@op("fax.fine", layer="page", kind="binary")
def fine(page: Page, severity: int, draw: Stream) -> Page:
    """Scan the page as a fax in fine resolution, 204 x 196 dpi, still in grey.

    severity: 10 only. A line has 1728 pels on 215 mm and there are 7.7 lines per mm: A4 becomes 1688 x 2287 with a
    strip of the machine's bed on both sides. Wider paper is reduced to fit. Black and white comes with page.threshold,
    fax.refax or the encoder tiff-g4.
    Source: CCITT T.30 table 2; Canon Fax Basic 2000 service manual p. 161; TIFF class F (Toshiba e-Studio190F p. 274).
    """
    return scan_as_fax(page, FINE)


@op("fax.superfine", layer="page", kind="binary")
def superfine(page: Page, severity: int, draw: Stream) -> Page:
    """Scan the page as a fax in superfine resolution, 204 x 391 dpi, still in grey.

    severity: 10 only. As fax.fine with twice the lines, 15.4 per mm: pixels are twice as wide as high, and a reader
    that ignores the resolution sees a page stretched to twice its height.
    Source: Canon Fax Basic 2000 service manual p. 161; TIFF class F (Toshiba e-Studio190F p. 274).
    """
    return scan_as_fax(page, SUPERFINE)


@op("fax.standard", layer="page", kind="binary")
def standard(page: Page, severity: int, draw: Stream) -> Page:
    """Scan the page as a fax in standard resolution, 204 x 98 dpi, still in grey.

    severity: 10 only. As fax.fine with half the lines, 3.85 per mm: pixels are twice as high as wide, and a reader that
    ignores the resolution sees a squeezed page (Pillow issue 5581).
    Source: CCITT T.30 table 2; Canon Fax Basic 2000 service manual p. 161; TIFF class F (Toshiba e-Studio190F p. 274).
    """
    return scan_as_fax(page, STANDARD)


def scan_as_fax(page: Page, dpi: tuple[float, float]) -> Page:
    """The page centred on a line of 1728 pels, with its words."""
    height, width = page.pixels.shape
    inches = width / _exact(page.dpi[0])
    fit = LINE_MM / MM_PER_INCH / inches if inches > WIDEST_MM / MM_PER_INCH else 1.0
    pels = max(1, round(inches * fit * _exact(dpi[0])))
    lines = max(1, round(height / _exact(page.dpi[1]) * fit * _exact(dpi[1])))
    left = (LINE_PELS - pels) // 2
    pixels = _on_line(resample(page.pixels, pels, lines), left)
    words = tuple(_scaled(word, pels / width, lines / height, left) for word in page.words)
    return Page(pixels=pixels, dpi=dpi, words=words)


def _exact(dpi: float) -> float:
    return EXACT_DPI.get(dpi, dpi)


def _on_line(pixels: Pixels, left: int) -> Pixels:
    """Beds on both sides, or the sides cut off if `left` is negative."""
    line = np.full((pixels.shape[0], LINE_PELS), WHITE, dtype=np.uint8)
    shown = pixels[:, max(0, -left) : max(0, -left) + LINE_PELS]
    line[:, max(0, left) : max(0, left) + shown.shape[1]] = shown
    return line


def _scaled(word: Word, across: float, down: float, left: int) -> Word:
    a, b, c, d, e, f, g, h = word.quad
    quad = (a * across + left, b * down, c * across + left, d * down)
    return replace(word, quad=(*quad, e * across + left, f * down, g * across + left, h * down))


@op("fax.line_loss", layer="page", kind="nested")
def line_loss(page: Page, severity: int, draw: Stream) -> Page:
    """Lose lines as a noisy call does: from a damaged line up to the next one that is coded independently.

    severity: 0.5 to 5 % of the lines with ink, in ten even steps; nested. A blank line is so short
    that noise seldom hits it. Lines are coded from the one above in groups of K (4, in standard resolution 2), so
    damage lasts to the end of its group. The receiver leaves lost lines white or repeats the last good one (drawn
    once).
    Source: K by Canon Fax Basic 2000 service manual p. 161 and Panasonic FP342CX p. 175; HylaFAX accepts a page with at
    most 5 % and 5 consecutive bad lines by default (PercentGoodLines 95, MaxConsecutiveBadLines 5).
    """
    return _lose(page, K_FINE if page.dpi[1] > (FINE[1] + STANDARD[1]) / 2 else K_STANDARD, severity, draw)


@op("fax.line_loss_1d", layer="page", kind="nested")
def line_loss_1d(page: Page, severity: int, draw: Stream) -> Page:
    """Lose single lines, as a noisy call does to one-dimensional code, in which each line is independent.

    severity: 0.5 to 5 % of the lines with ink, in ten even steps; nested. The receiver leaves them white
    or repeats the line before (drawn once).
    Source: as fax.line_loss; every group 3 machine has one-dimensional code (CCITT T.30).
    """
    return _lose(page, 1, severity, draw)


def _lose(page: Page, k: int, severity: int, draw: Stream) -> Page:
    """The page with lost lines, white or repeated. k: number of lines that depend on each other."""
    pixels, repeats = page.pixels.copy(), draw.choice((False, True))
    for begin, end in _bursts(page.pixels, k, severity, draw):
        pixels[begin:end] = pixels[begin - 1] if repeats else WHITE
    return page.with_pixels(pixels)


def _bursts(pixels: Pixels, k: int, severity: int, draw: Stream) -> list[tuple[int, int]]:
    """Lost lines as (begin, end). Only every second group can be hit, so that a good line precedes each burst."""
    groups = len(pixels) // k
    inked = pixels[: groups * k].reshape(groups, k * pixels.shape[1]).min(axis=1, initial=WHITE) < grey_between(pixels)
    sites = np.flatnonzero(inked[1::2]) * 2 + 1
    first = [int(site) * k + draw.below(k) for site in sites]
    hits = math.ceil(np.count_nonzero(inked) * k * LOST_SHARE * severity / ((k + 1) / 2))
    return [(first[i], first[i] // k * k + k) for i in draw.order(len(first))[:hits]]

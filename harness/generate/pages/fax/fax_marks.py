"""Marks that dirt and wear leave on every fax of a machine: vertical streaks, periodic spots, a faded band."""

from itertools import islice

import numpy as np
from numpy.typing import NDArray

from harness.core.seed import Stream
from harness.generate.pages.raster.raster import MM_PER_INCH, grey_between
from harness.generate.payloads import Page
from harness.generate.registry import op

INK, PAPER = 0, 255
LANES = 60
STREAKS = 2
STREAK_MM = (0.1, 0.35)
CIRCUMFERENCES_MM = (38.0, 75.0)
SPOTS_MM = (0.4, 1.6)
DISCS = 3
FADE_BANDS, FADE_MM, MAX_LOST = 2, (18.0, 45.0), 0.6


@op("fax.column_streaks", layer="page", kind="nested")
def column_streaks(page: Page, severity: int, draw: Stream) -> Page:
    """Draw straight vertical streaks, as dirt on the glass over a line sensor does.

    severity: 2 to 20 streaks of 0.1 to 0.35 mm, nested. Four in five are black; the others are white, where the machine
    calibrated its white level with the dirt present. One in three begins within the page, where the dirt settled.
    Source: our own counts and widths; scratches and dirt on the glass leave marks on every copy (Kelly and Lindblom,
    Scientific Examination of Questioned Documents, on copiers).
    """
    pixels = page.pixels.copy()
    height, width = pixels.shape
    for lane in islice(draw.order(LANES), STREAKS * severity):
        # A lane has one streak, so that no streak removes another one.
        own = draw.child(lane)
        left, end = lane * width // LANES, (lane + 1) * width // LANES
        wide = max(1, round(own.uniform(*STREAK_MM) * page.dpi[0] / MM_PER_INCH))
        tone = INK if own.below(5) else PAPER
        top = own.below(height) if own.below(3) == 0 else 0
        pixels[top:, left : min(left + wide, end)] = tone
    return page.with_pixels(pixels)


@op("fax.roller_spots", layer="page", kind="nested")
def roller_spots(page: Page, severity: int, draw: Stream) -> Page:
    """Print the same spots again and again down the page, once per turn of a dirty or nicked roller.

    severity: 1 to 10 spots of 0.4 to 1.6 mm on a roller with a circumference of 38 to 75 mm; nested.
    Source: our own counts and sizes; the spacing between repeated defects identifies the roller (image defects in the
    service manual of the HP Color LaserJet 4500, p. 171: 37 mm for its developer).
    """
    pixels = page.pixels.copy()
    height, width = pixels.shape
    turn = max(1, round(draw.uniform(*CIRCUMFERENCES_MM) * page.dpi[1] / MM_PER_INCH))
    for number in range(severity):
        own = draw.child(number)
        shape = _blot(page.dpi, own)
        left, first = own.below(width), own.below(turn)
        for top in range(first, height, turn):
            window = pixels[top : top + shape.shape[0], left : left + shape.shape[1]]
            window[shape[: window.shape[0], : window.shape[1]]] = INK
    return page.with_pixels(pixels)


def _blot(dpi: tuple[float, float], draw: Stream) -> NDArray[np.bool_]:
    """An uneven spot: three discs near each other."""
    size = draw.uniform(*SPOTS_MM)
    wide, high = (max(1, round(size * d / MM_PER_INCH)) for d in dpi)
    y, x = np.mgrid[0:high, 0:wide]
    spot = np.zeros((high, wide), dtype=bool)
    for _ in range(DISCS):
        # Twice the distance from the middle, in squares of the whole box, so that all values stay integers.
        dx, dy = (
            2 * x + 1 - draw.between(wide // 2, wide + wide // 2),
            2 * y + 1 - draw.between(high // 2, 3 * high // 2),
        )
        spot |= (dx * high) ** 2 + (dy * wide) ** 2 <= (wide * high) ** 2 * 2 // 5
    return spot


@op("fax.thermal_fade", layer="page", kind="nested")
def thermal_fade(page: Page, severity: int, draw: Stream) -> Page:
    """Lose dots of the ink in vertical bands, where elements of a thermal print head are worn or dirty.

    severity: 6 to 60 % of the dots are lost in the middle of two bands 18 to 45 mm wide, fewer towards their edges and
    varying from column to column; nested.
    Source: our own range; at 60 % a person can still read 10 point type, above that letters fall apart.
    """
    pixels = page.pixels.copy()
    width = pixels.shape[1]
    level = grey_between(pixels)
    for number in range(FADE_BANDS):
        own = draw.child(number)
        wide = min(width, max(1, round(own.uniform(*FADE_MM) * page.dpi[0] / MM_PER_INCH)))
        left = own.below(width - wide + 1)
        band = pixels[:, left : left + wide]
        noise = own.array_bytes(band.size).reshape(band.shape)
        band[(band < level) & (noise < _lost(wide, severity, own))] = PAPER
    return page.with_pixels(pixels)


def _lost(wide: int, severity: int, draw: Stream) -> NDArray[np.uint8]:
    """Lost dots in each column, of 256: most in the middle, with a strength of each column's own."""
    middle = np.minimum(np.arange(wide) + 1, wide - np.arange(wide)) * 4
    share: NDArray[np.int64] = np.minimum(middle, wide) * (160 + draw.array_bytes(wide).astype(np.int64) * 96 // 256)
    return (share * round(256 * MAX_LOST * severity / 10) // (wide * 256)).astype(np.uint8)

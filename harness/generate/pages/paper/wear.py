"""Effects of printers and thin paper: show-through, toner running out, lines of a scratched drum."""

import numpy as np

from harness.core.seed import Stream
from harness.generate.pages.raster.light import dim
from harness.generate.pages.raster.raster import MM_PER_INCH, STRIP, smooth
from harness.generate.pages.raster.resample import resample
from harness.generate.pages.raster.share import own_share
from harness.generate.payloads import Page, Pixels
from harness.generate.registry import op

THROUGH, THROUGH_SIGMA_MM = 0.08, 0.2
FADE, FULLEST = 0.055, 0.3
STREAK_MM = (0.1, 0.4)
STREAKS = 10


@op("paper.bleed_through", layer="page", kind="graded")
def bleed_through(page: Page, severity: int, draw: Stream) -> Page:
    """Let the other side of the sheet show through, mirrored and blurred. It has similar text in another place.

    severity: darkness of the other side's ink on this one, 8 to 80 % of its own darkness in ten even steps, blurred
    by 0.2 mm; its offset from this side is drawn once.
    Source: readers mix the mirrored text of the other side into their answer (datalab-to/marker#1081, #596); our
    own range.
    """
    away = round(len(page.pixels) * draw.uniform(0.1, 0.9))
    sigma = THROUGH_SIGMA_MM / MM_PER_INCH
    other = np.roll(page.pixels, away, axis=0)[:, ::-1]
    other = smooth(other, (sigma * page.dpi[0]) ** 2, (sigma * page.dpi[1]) ** 2)
    levels = np.rint(255 - (255 - np.arange(256)) * THROUGH * severity).astype(np.uint8)
    return page.with_pixels(dim(page.pixels, levels[other]))


@op("paper.low_ink", layer="page", kind="graded")
def low_ink(page: Page, severity: int, draw: Stream) -> Page:
    """Print the page with a cartridge that runs out: ink becomes pale in vertical bands, and grainy.

    severity: how much paler the palest band is, at most 5.5 to 55 % in ten even steps; a page gets 30 to 100 % of it,
    and up to half as much again from grain to grain; this share and the positions of the bands are drawn once.
    Source: the contrast is too low for a receipt reader (JaidedAI/EasyOCR#235); our own range.
    """
    height, width = page.pixels.shape
    pale = 0.1 + 0.9 * draw.array_uniform(7)
    pale[draw.below(7)] = 1.0
    grain = draw.array_bytes(page.pixels.size).reshape(page.pixels.shape)
    left = np.rint(255 * (1 - FADE * severity * own_share(FULLEST, draw) * pale)).astype(np.uint8)
    left = resample(left[None, :], width, 1)
    out = np.empty_like(page.pixels, order="C")
    for top in range(0, height, STRIP):
        rows = slice(top, top + STRIP)
        lost = ((255 - left.astype(np.uint16)) * grain[rows] >> np.uint16(9)).astype(np.uint8)
        out[rows] = 255 - dim(255 - page.pixels[rows], left - np.minimum(lost, left))
    return page.with_pixels(out)


@op("paper.toner_streak", layer="page", kind="nested")
def toner_streak(page: Page, severity: int, draw: Stream) -> Page:
    """Draw lines down the whole page, as a scratched drum or dirt on the glass does: dark on paper, or white in ink.

    severity: 1 to 10 lines, nested, each 0.1 to 0.4 mm wide and 25 to 85 % as dark as ink.
    Source: streaks down scanned ballots that are read as marks (votingworks/vxsuite#5326); our own range.
    """
    pixels = page.pixels.copy()
    width = pixels.shape[1]
    for k in range(severity):
        place = draw.child("streak", k)
        left, depth, dark = place.below(width), place.uniform(0.25, 0.85), place.choice((True, True, False))
        columns = slice(left, left + max(1, round(place.uniform(*STREAK_MM) / MM_PER_INCH * page.dpi[0])))
        worn = _worn(page, depth, place)
        # The darkest of several lines wins, so that a further line never removes another one.
        if dark:
            pixels[:, columns] = np.minimum(pixels[:, columns], dim(page.pixels[:, columns], 255 - worn))
        else:
            lifted = 255 - dim(255 - page.pixels[:, columns], 255 - worn)
            pixels[:, columns] = np.where(pixels[:, columns] == page.pixels[:, columns], lifted, pixels[:, columns])
    return page.with_pixels(pixels)


def _worn(page: Page, depth: float, draw: Stream) -> Pixels:
    """The strength of a line from top to bottom, which varies a little: one column."""
    knots = np.rint(255 * depth * (0.6 + 0.4 * draw.array_uniform(12))).astype(np.uint8)
    return resample(knots[:, None], 1, len(page.pixels))

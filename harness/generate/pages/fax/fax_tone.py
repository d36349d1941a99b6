"""How a fax machine in photo mode converts grey to black and white: error diffusion, or a halftone screen."""

import numpy as np
from PIL import Image

from harness.core.seed import Stream
from harness.generate.pages.raster.raster import black_and_white
from harness.generate.pages.raster.share import own_share
from harness.generate.payloads import Page, Pixels
from harness.generate.registry import op

SPREAD, SCREENED, WHITEST = 0.02, 0.014, 0.3
"""Grey of the paper per severity step, for diffusion and for the screen; minimum share of it that a page gets."""

SCREEN = np.array(
    [
        [24, 10, 12, 26, 35, 47, 49, 37],
        [8, 0, 2, 14, 45, 59, 61, 51],
        [22, 6, 4, 16, 43, 57, 63, 53],
        [30, 20, 18, 28, 33, 41, 55, 39],
        [34, 46, 48, 36, 25, 11, 13, 27],
        [44, 58, 60, 50, 9, 1, 3, 15],
        [42, 56, 62, 52, 23, 7, 5, 17],
        [32, 40, 54, 38, 31, 21, 19, 29],
    ]
)
"""Threshold matrix of a clustered-dot screen at 45 degrees with 64 levels: dots grow from two centres per cell."""


@op("fax.error_diffusion", layer="page", kind="graded")
def error_diffusion(page: Page, severity: int, draw: Stream) -> Page:
    """Fax the page in photo mode: black and white by error diffusion.

    severity: how grey the paper looks to the machine (coloured, recycled or badly lit), 2 to 20 % in ten even steps;
    the grey becomes scattered dots all over the page, and the edges of letters fray.
    Source: Floyd and Steinberg (1976), as Pillow does it in integers; our own range of greys.
    """
    grey = _on_grey_paper(page.pixels, SPREAD * severity)
    dots = Image.fromarray(grey).convert("1", dither=Image.Dither.FLOYDSTEINBERG)
    return page.with_pixels(np.array(dots.convert("L"), dtype=np.uint8))


@op("fax.halftone", layer="page", kind="graded")
def halftone(page: Page, severity: int, draw: Stream) -> Page:
    """Fax the page in halftone mode: grey becomes a screen of dots that grow with it.

    severity: how grey the paper looks to the machine, at most 1.4 to 14 % in ten even steps; a page gets 30 to
    100 % of it, drawn once; the screen cuts letters.
    Source: our own screen of clustered dots, 8 x 8 pixels at 45 degrees, and our own range of greys.
    """
    grey = _on_grey_paper(page.pixels, SCREENED * severity * own_share(WHITEST, draw))
    height, width = grey.shape
    screen = np.tile((SCREEN * 4 + 2).astype(np.uint8), (-(-height // 8), -(-width // 8)))[:height, :width]
    return page.with_pixels(black_and_white(grey, screen))


def _on_grey_paper(pixels: Pixels, share: float) -> Pixels:
    """The page with white paper made grey by that share. Black stays black."""
    white = round(256 * (1 - share))
    return (pixels.astype(np.uint16) * white >> 8).astype(np.uint8)

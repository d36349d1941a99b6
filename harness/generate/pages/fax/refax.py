"""Faxes of faxes."""

import numpy as np

from harness.core.seed import Stream
from harness.generate.pages.raster.raster import MM_PER_INCH, STRIP, grey_between, shear, smooth
from harness.generate.payloads import Page, Pixels
from harness.generate.registry import op

MAX_DEGREES = 0.3
SIGMA_MM = 0.085
LEVELS = (0.4, 0.6)
GRAIN_BITS = 5
"""Bits of noise per pixel: print grain and sensor noise shift the level by up to 16 of 256."""


@op("fax.refax", layer="page", kind="graded")
def refax(page: Page, severity: int, draw: Stream) -> Page:
    """Print the fax and fax it again: each time slightly skewed, blurred, and black and white at another level.

    severity: number of times, 1 to 10. Each adds up to 0.3 degrees, a blur of 0.085 mm and a level of 40 to 60 % with
    grain; the first times are the same at every severity. As in real copies, letters gradually thin out or fill
    in.
    Source: our own figures. Of the amounts on twelve made invoices in fine resolution Tesseract reads 97 % right after
    one time, 96 % after four and 72 % after ten.
    """
    for number in range(severity):
        page = one_generation(page, draw.child("generation", number))
    return page


def one_generation(page: Page, draw: Stream) -> Page:
    """The page printed and faxed once more, with random numbers of its own."""
    page = shear(page, draw.uniform(-MAX_DEGREES, MAX_DEGREES))
    sigma = SIGMA_MM / MM_PER_INCH
    soft = smooth(page.pixels, (sigma * page.dpi[0]) ** 2, (sigma * page.dpi[1]) ** 2)
    return page.with_pixels(_grainy(soft, grey_between(soft, draw.uniform(*LEVELS)), draw))


def _grainy(pixels: Pixels, level: int, draw: Stream) -> Pixels:
    """Black and white at a level that varies from pixel to pixel."""
    grain = draw.array_bytes(pixels.size).reshape(pixels.shape)
    low = np.uint8(max(1, level - (1 << GRAIN_BITS) // 2))
    out = np.empty_like(pixels, order="C")
    for top in range(0, len(pixels), STRIP):
        levels = (grain[top : top + STRIP] >> np.uint8(8 - GRAIN_BITS)) + low
        out[top : top + STRIP] = np.negative((pixels[top : top + STRIP] >= levels).view(np.uint8))
    return out

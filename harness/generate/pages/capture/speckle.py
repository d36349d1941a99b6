"""Specks of dust and pinholes."""

import numpy as np
from numpy.typing import NDArray

from harness.core.seed import Stream
from harness.generate.pages.raster.raster import MM_PER_INCH, grey_between
from harness.generate.payloads import Page
from harness.generate.registry import op

DENSITY = 0.1
"""Spots per square centimetre at severity 1; the number grows with the square of the severity."""

DIAMETERS_MM = (0.1, 0.13, 0.25)
"""Diameters of 1, 1 and 2 pixels at 200 dpi: most spots are as small as the scanner can resolve."""


@op("page.speckle", layer="page", kind="nested")
def speckle(page: Page, severity: int, draw: Stream) -> Page:
    """Scatter specks on the paper and pinholes in the ink.

    severity: 0.1 to 10 spots per square centimetre, growing with the square of severity, 0.1 to 0.25 mm across; nested.
    Source: our own range; independent flips of pixels are the background noise of the document degradation model of
    Kanungo, Haralick and Phillips (1993).
    """
    height, width = page.pixels.shape
    area = height * width * (MM_PER_INCH / 10) ** 2 / (page.dpi[0] * page.dpi[1])
    count, most = (round(DENSITY * s**2 * area / len(DIAMETERS_MM)) for s in (severity, 10))
    base, paper = page.pixels.reshape(-1), grey_between(page.pixels)
    pixels = base.copy()
    for diameter in DIAMETERS_MM:
        # All spots are drawn and the first of them used, so that more severity only adds spots.
        at = (draw.array_uniform(most)[:count] * base.size).astype(np.int64)
        hit = _spread(at, page.pixels.shape, [diameter * dpi / MM_PER_INCH for dpi in page.dpi])
        pixels[hit] = np.where(base[hit] < paper, 255, 0)
    return page.with_pixels(pixels.reshape(height, width))


def _spread(at: NDArray[np.int64], shape: tuple[int, ...], size: list[float]) -> NDArray[np.int64]:
    """The pixels of spots whose first pixel is `at`, `size` pixels wide and high, cut off at the page's edge."""
    height, width = shape
    y, x = np.divmod(at, width)
    spots = []
    for down in range(max(1, round(size[1]))):
        for right in range(max(1, round(size[0]))):
            inside = (y + down < height) & (x + right < width)
            spots.append((at + down * width + right)[inside])
    return np.concatenate(spots)

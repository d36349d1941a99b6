"""Effects of a lens and an unsteady hand: out of focus, or moved while the shutter was open."""

import math
from collections import Counter
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from harness.core.seed import Stream
from harness.generate.pages.raster.raster import MM_PER_INCH, STRIP
from harness.generate.payloads import Page, Pixels
from harness.generate.registry import op

RADIUS_MM, LENGTH_MM = 0.043, 0.12
PARTS = 8
"""Subdivisions of a pixel in each direction, used to compute how much of it a disc covers."""

BANDS = 24
"""Number of horizontal bands of a page; within a band the blur is uniform."""

MANY = 6
"""Radius in pixels from which running sums are faster than adding pixels one by one."""


@op("photo.defocus", layer="page", kind="graded")
def defocus(page: Page, severity: int, draw: Stream) -> Page:
    """Take the photo out of focus: each point becomes an even disc, so strokes double before they vanish.

    severity: radius of the disc on paper where it is largest, 0.043 to 0.43 mm (0.3 to 3.4 pixels at 200 dpi) in ten
    even steps, in addition to the pixel size. The page is oblique to the plane of focus: on the line nearest to it,
    drawn once, the radius is a third.
    Source: a blurred receipt gets a random amount (Expensify/App#45904), and out-of-focus prints get the same words
    over and over (Tencent-Hunyuan/HunyuanOCR#29); our own range.
    """
    radius = RADIUS_MM * severity / MM_PER_INCH

    def spread(pixels: Pixels, share: float) -> Pixels:
        return _spread(pixels, _disc(*(radius * share * dpi + 0.5 for dpi in page.dpi)))

    return page.with_pixels(_by_bands(page.pixels, draw.uniform(), math.ceil(radius * page.dpi[1]) + 1, spread))


@op("photo.motion_blur", layer="page", kind="graded")
def motion_blur(page: Page, severity: int, draw: Stream) -> Page:
    """Move the camera while the shutter is open: everything is smeared in one direction.

    severity: length of the smear on paper where it is longest, 0.12 to 1.2 mm (1 to 9 pixels at 200 dpi) in ten even
    steps; the direction is drawn once, and so is the axis of the hand's turn, where the smear is a third as long.
    Source: photos taken while the phone moved are classified as sharp (jainullas/ImageBlurDetection#1); our own range.
    """
    angle = math.radians(draw.uniform(0, 180))
    length = LENGTH_MM * severity / MM_PER_INCH
    across, down = length * page.dpi[0] * math.cos(angle), length * page.dpi[1] * math.sin(angle)

    def smear(pixels: Pixels, share: float) -> Pixels:
        return _smear(pixels, _line(across * share, down * share))

    return page.with_pixels(_by_bands(page.pixels, draw.uniform(), math.ceil(abs(down)) + 1, smear))


def _by_bands(pixels: Pixels, line: float, reach: int, blur: Callable[[Pixels, float], Pixels]) -> Pixels:
    """The page blurred band by band: by a third at `line` (0 top, 1 bottom), fully at the edge farther from it.

    reach: rows above and below that the blur includes.
    """
    height = len(pixels)
    out = np.empty_like(pixels, order="C")
    for band in range(BANDS):
        top, bottom = height * band // BANDS, height * (band + 1) // BANDS
        away = abs((band + 0.5) / BANDS - line) / max(line, 1 - line)
        above = max(0, top - reach)
        out[top:bottom] = blur(pixels[above : bottom + reach], (1 + 2 * away) / 3)[top - above :][: bottom - top]
    return out


def _line(across: float, down: float) -> Mapping[tuple[int, int], int]:
    """How often a point that moves this far is over each pixel around it, at 64 moments."""
    moments = [(2 * k - 63) / 126 for k in range(64)]
    return Counter((round(down * at), round(across * at)) for at in moments)


def _smear(pixels: Pixels, taps: Mapping[tuple[int, int], int]) -> Pixels:
    """The weighted mean of moved copies. Beyond the edge the page continues as at the edge."""
    y, x = (max(abs(place[axis]) for place in taps) for axis in (0, 1))
    padded = np.pad(pixels, ((y, y), (x, x)), mode="edge")
    out = np.empty_like(pixels, order="C")
    width = pixels.shape[1]
    for top in range(0, len(pixels), STRIP):
        part = out[top : top + STRIP]
        total = np.full(part.shape, 32, dtype=np.uint16)
        for (down, right), weight in taps.items():
            moved = padded[top + y + down :][: len(part), x + right :][:, :width]
            total += np.multiply(moved, np.uint16(weight), dtype=np.uint16)
        part[:] = total >> np.uint16(6)
    return out


def _disc(across: float, down: float) -> NDArray[np.uint32]:
    """The covered share of each pixel in the lower right quarter of a disc, from its middle on, in 64ths."""
    size = [math.ceil(radius + 0.5) for radius in (down, across)]
    y, x = ((np.arange(n * PARTS) + 0.5) / PARTS - 0.5 for n in size)
    inside = (x[None, :] / across) ** 2 + (y[:, None] / down) ** 2 <= 1
    covered: NDArray[np.uint32] = inside.reshape(size[0], PARTS, size[1], PARTS).sum(axis=(1, 3)).astype(np.uint32)
    return covered


def _spread(pixels: Pixels, quarter: NDArray[np.uint32]) -> Pixels:
    """Each pixel spread over the disc of this quarter. Beyond the edge the page continues as at the edge."""
    y, x = (n - 1 for n in quarter.shape)
    padded = np.pad(pixels, ((y, y), (x, x)), mode="edge")
    doubled = np.where(np.arange(x + 1) > 0, 2, 1)[None, :] * np.where(np.arange(y + 1) > 0, 2, 1)[:, None]
    weight = int((quarter * doubled).sum())
    out = np.empty_like(pixels, order="C")
    for top in range(0, len(pixels), STRIP):
        part = out[top : top + STRIP]
        total = np.full(part.shape, weight // 2, dtype=np.uint32)
        for down in range(y + 1):
            _add_rows(total, padded[top : top + len(part) + 2 * y], down, quarter[down])
        part[:] = total // np.uint32(weight)
    return out


def _add_rows(total: NDArray[np.uint32], padded: Pixels, down: int, weights: NDArray[np.uint32]) -> None:
    """Add the contribution of the rows `down` above and below to each pixel: full pixels first, then the edge."""
    rows, width = total.shape
    middle, x = (len(padded) - rows) // 2, len(weights) - 1
    pair = padded[middle + down : middle + down + rows].astype(np.uint16)
    if down:
        pair += padded[middle - down : middle - down + rows]
    whole = int(np.count_nonzero(weights == PARTS**2))
    if whole:
        run = pair[:, x : x + width].copy() if whole < MANY else _run(pair, x - whole + 1, 2 * whole - 1, width)
        for right in range(1, whole if whole < MANY else 1):
            run += pair[:, x - right :][:, :width] + pair[:, x + right :][:, :width]
        total += np.multiply(run, np.uint32(PARTS**2), dtype=np.uint32)
    for right in range(whole, x + 1):
        if weights[right]:
            edge = (
                pair[:, x:][:, :width]
                if right == 0
                else pair[:, x - right :][:, :width] + pair[:, x + right :][:, :width]
            )
            total += np.multiply(edge, weights[right], dtype=np.uint32)


def _run(pair: NDArray[np.uint16], first: int, count: int, width: int) -> NDArray[np.uint32]:
    """The sum of `count` pixels in a row, as the difference of running sums."""
    sums = np.cumsum(np.pad(pair, ((0, 0), (1, 0))), axis=1, dtype=np.uint32)
    run: NDArray[np.uint32] = sums[:, first + count :][:, :width] - sums[:, first : first + width]
    return run

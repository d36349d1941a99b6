"""Lighting of a page: lamps to one side, and the photographer's shadow."""

import math

import numpy as np
from numpy.typing import NDArray

from harness.core.seed import Stream
from harness.generate.pages.raster.raster import MM_PER_INCH, STRIP
from harness.generate.pages.raster.resample import resample
from harness.generate.payloads import Page, Pixels
from harness.generate.registry import op

Floats = NDArray[np.float64]

GRID = 32
"""Spacing in pixels of the points at which light is computed; it is interpolated between them."""

FALL_OFF, DARKNESS = 0.07, 0.065
PENUMBRA_MM = (8.0, 30.0)


@op("photo.uneven_light", layer="page", kind="graded")
def uneven_light(page: Page, severity: int, draw: Stream) -> Page:
    """Light the page from one side, so that distant paper is darker than print near the lamp.

    severity: how much less light reaches the corner farthest from the lamp, 7 to 70 % in ten even steps, falling
    with the square of the distance; the lamp's position is drawn once.
    Source: one threshold for a whole photo loses the dark side (mythrex/OMR-Scanner#5); our own range.
    """
    x, y = _inches(page)
    lamp_x, lamp_y = draw.choice((x[0, 0], x[0, -1])), y[0, 0] + (y[-1, 0] - y[0, 0]) * draw.uniform(0.1, 0.9)
    far = (x - lamp_x) ** 2 + (y - lamp_y) ** 2
    return page.with_pixels(shade(page.pixels, 1 - FALL_OFF * severity * far / max(1e-9, float(far.max()))))


@op("photo.shadow", layer="page", kind="graded")
def shadow(page: Page, severity: int, draw: Stream) -> Page:
    """Cast the shadow of a phone or an arm on a part of the page.

    severity: darkness of the shadow, 6.5 to 65 % in ten even steps; position, slant and the width of its soft edge
    (8 to 30 mm) are drawn once.
    Source: the phone's own shadow across the total (Expensify/App#101920); fingers cast shadows over text, and a
    remedy there ruins the rest (lovell/sharp#3406); our own range.
    """
    x, y = _inches(page)
    width, height = x[0, -1] - x[0, 0], y[-1, 0] - y[0, 0]
    slant, soft = draw.uniform(-0.5, 0.5), draw.uniform(*PENUMBRA_MM) / MM_PER_INCH
    left = x[0, 0] + width * draw.uniform(0.1, 0.55)
    right = left + width * draw.uniform(0.35, 0.7)
    top = y[0, 0] + height * draw.uniform(0.05, 0.6)
    across, down = x + slant * y, y - slant * x
    inside = _step(across - left, soft) * _step(right - across, soft) * _step(down - top, soft)
    return page.with_pixels(shade(page.pixels, 1 - DARKNESS * severity * inside))


def shade(pixels: Pixels, light: Floats) -> Pixels:
    """The pixels under a light of 0 to 1, given for an even grid over the page."""
    height, width = pixels.shape
    gain = resample(np.rint(np.clip(light, 0, 1) * 255).astype(np.uint8), width, height)
    return dim(pixels, gain)


def dim(pixels: Pixels, gain: Pixels) -> Pixels:
    """Each pixel by its gain in 255ths; 255 leaves it unchanged."""
    out = np.empty_like(pixels, order="C")
    for top in range(0, len(pixels), STRIP):
        lit = pixels[top : top + STRIP] * (gain[top : top + STRIP].astype(np.uint16) + np.uint16(1))
        out[top : top + STRIP] = lit >> np.uint16(8)
    return out


def _inches(page: Page) -> tuple[Floats, Floats]:
    """The positions of the grid points on paper, from the page's middle: across and down."""
    down, across = page.pixels.shape
    x, y = (_spread(n, dpi) for n, dpi in ((across, page.dpi[0]), (down, page.dpi[1])))
    return x[None, :] + 0 * y[:, None], y[:, None] + 0 * x[None, :]


def _spread(pixels: int, dpi: float) -> Floats:
    points = max(2, math.ceil(pixels / GRID))
    return (np.arange(points) / (points - 1) - 0.5) * pixels / dpi


def _step(distance: Floats, soft: float) -> Floats:
    """From 0 to 1 over `soft` inches, slowly at both ends."""
    t = np.clip(distance / soft + 0.5, 0, 1)
    return t * t * (3 - 2 * t)

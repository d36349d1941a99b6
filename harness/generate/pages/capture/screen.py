"""Moiré patterns: a camera's pixels over a screen's, or over a printed raster."""

import math

import numpy as np
from numpy.typing import NDArray

from harness.core.seed import Stream
from harness.generate.pages.raster.light import dim, shade
from harness.generate.pages.raster.raster import MM_PER_INCH
from harness.generate.pages.raster.resample import resample
from harness.generate.pages.raster.share import own_share
from harness.generate.payloads import Page, Pixels
from harness.generate.registry import op

BANDS, FAINTEST = 0.065, 0.3
"""Darkening of the dark bands per severity step, and the minimum share of it that a page gets."""

BAND_MM = (2.0, 7.0)
SHARPEST_DPI, STEP_DPI = 180.0, 10.0
GAPS, SCREEN_BANDS, GLARE = 0.035, 0.012, 0.05
FULL = 256
"""Steps per period of a grid; phases wrap around as bytes do."""


@op("photo.moire", layer="page", kind="graded")
def moire(page: Page, severity: int, draw: Stream) -> Page:
    """Add the bands to the page that appear where two fine grids overlap.

    severity: how much darker the dark bands are, at most 6.5 to 65 % in ten even steps; a page gets 30 to
    100 % of it; this share, their width (2 to 7 mm), slant and bend are drawn once.
    Source: the grid of a screen against that of a sensor (sparkfish/augraphy#91); our own range.
    """
    return page.with_pixels(dim(page.pixels, _bands(page, BANDS * severity * own_share(FAINTEST, draw), draw)))


@op("photo.screen", layer="page", kind="graded")
def screen(page: Page, severity: int, draw: Stream) -> Page:
    """Photograph the page from a screen: coarse pixels with gaps, bands, and the reflection of a lamp.

    severity: the screen shows the page at 170 to 80 pixels per inch, its gaps are 3.5 to 35 % darker, the bands 1.2 to
    12 %, and the reflection goes 5 to 50 % of the way to white, in ten even steps. A coarser page keeps its
    resolution.
    Source: heavy lines of a photographed screen on which a reader fails (studio-dots-ai/dots.ocr#120); a
    letter shown whole on 1080 lines has 98 of them per inch; our own range.
    """
    dpi = SHARPEST_DPI - STEP_DPI * severity
    height, width = page.pixels.shape
    fine = [max(1, round(n * min(1.0, dpi / d))) for n, d in ((width, page.dpi[0]), (height, page.dpi[1]))]
    shown = resample(resample(page.pixels, fine[0], fine[1]), width, height)
    shown = dim(shown, _gaps(fine, page.pixels.shape, GAPS * severity))
    shown = dim(shown, _bands(page, SCREEN_BANDS * severity, draw))
    return page.with_pixels(_reflect(shown, GLARE * severity, draw))


def _bands(page: Page, depth: float, draw: Stream) -> Pixels:
    """The gain of every pixel under slanted, slightly bent bands."""
    period, slant = draw.uniform(*BAND_MM) / MM_PER_INCH, draw.uniform(0, math.pi)
    bend = [draw.uniform(-0.02, 0.02) for _ in range(2)]
    phases = []
    for n, dpi, share, bent in zip(
        page.pixels.shape[::-1], page.dpi, (math.cos(slant), math.sin(slant)), bend, strict=True
    ):
        place = np.arange(n) / dpi
        phases.append(_phase(place * (share + bent * place) / period))
    gain: Pixels = _waves(depth)[phases[1][:, None] + phases[0][None, :]]
    return gain


def _phase(turns: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The phase, in 256ths of a turn."""
    phase: NDArray[np.uint8] = np.rint((turns - np.floor(turns)) * FULL).astype(np.int64).astype(np.uint8)
    return phase


def _waves(depth: float) -> Pixels:
    """The gain at each phase: 255 in the middle of a light band, `depth` less in the middle of a dark one."""
    waves = [255 * (1 - depth * (0.5 - 0.5 * math.cos(2 * math.pi * k / FULL))) for k in range(FULL)]
    return np.rint(waves).astype(np.uint8)


def _gaps(fine: list[int], shape: tuple[int, ...], depth: float) -> Pixels:
    """The gain of every pixel under the screen's grid: dark where a camera pixel meets a gap."""
    rows, columns = (
        np.rint(255 - 255 * depth * _near_edge(few, many)).astype(np.int16)
        for few, many in ((fine[1], shape[0]), (fine[0], shape[1]))
    )
    gaps: Pixels = np.maximum(0, rows[:, None] + (columns[None, :] - np.int16(255))).astype(np.uint8)
    return gaps


def _near_edge(few: int, many: int) -> NDArray[np.float64]:
    """The share of the edges of `few` that each of `many` pixels covers, 0 to 1: a quarter on average."""
    place = np.arange(many + 1) * few / many
    within = 2 * (place - np.floor(place)) - 1
    covered: NDArray[np.float64] = np.diff(np.floor(place) / 4 + (within * np.abs(within) ** 3 + 1) / 8)
    return covered * many / few


def _reflect(pixels: Pixels, most: float, draw: Stream) -> Pixels:
    """A lamp's soft reflection: paper and ink both become lighter."""
    x, y = draw.uniform(-0.6, 0.6), draw.uniform(-0.7, 0.7)
    across, down = (np.linspace(-1, 1, 40) - at for at in (x, y))
    near = np.clip(1 - 2.5 * (across[None, :] ** 2 + down[:, None] ** 2), 0, 1) ** 2
    dark: Pixels = 255 - shade(255 - pixels, 1 - most * near)
    return dark

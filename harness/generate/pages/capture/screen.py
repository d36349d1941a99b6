"""Patterns of two grids: a camera's pixels over a screen's, or over a printed raster."""

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
"""How much darker the dark bands are, each step, and the least share of it that a page has."""

BAND_MM = (2.0, 7.0)
SHARPEST_DPI, STEP_DPI = 180.0, 10.0
GAPS, SCREEN_BANDS, GLARE = 0.035, 0.012, 0.05
FULL = 256
"""A turn of a grid, in whole steps: phases wrap round as bytes do."""


@op("photo.moire", layer="page", kind="dose")
def moire(page: Page, severity: int, draw: Stream) -> Page:
    """Lay the bands over the page that two fine grids make where they meet.

    severity: how much darker the dark bands are, at most 6.5 to 65 % in ten even steps, of which a page has 30 to
    100 %; that share, their width (2 to 7 mm), slant and bend are drawn once.
    Source: the grid of a screen against that of a sensor (sparkfish/augraphy#91); our own range.
    """
    return page.with_pixels(dim(page.pixels, _bands(page, BANDS * severity * own_share(FAINTEST, draw), draw)))


@op("photo.screen", layer="page", kind="dose")
def screen(page: Page, severity: int, draw: Stream) -> Page:
    """Photograph the page off a screen: its coarse pixels with gaps between them, bands, and a lamp that reflects.

    severity: the screen shows the page at 170 to 80 pixels an inch, its gaps are 3.5 to 35 % darker, the bands 1.2 to
    12 %, and the reflection 5 to 50 % of the way to white, in ten even steps. A page that is coarser stays as fine as
    it is.
    Source: heavy lines of a screen that a phone photographed and a reader fails on (studio-dots-ai/dots.ocr#120); a
    letter shown whole on 1080 lines has 98 of them an inch; our own range.
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
    """The part of a turn, in 256ths."""
    phase: NDArray[np.uint8] = np.rint((turns - np.floor(turns)) * FULL).astype(np.int64).astype(np.uint8)
    return phase


def _waves(depth: float) -> Pixels:
    """The gain at each phase: 255 in the middle of a light band, `depth` less in the middle of a dark one."""
    waves = [255 * (1 - depth * (0.5 - 0.5 * math.cos(2 * math.pi * k / FULL))) for k in range(FULL)]
    return np.rint(waves).astype(np.uint8)


def _gaps(fine: list[int], shape: tuple[int, ...], depth: float) -> Pixels:
    """The gain of every pixel under the grid of the screen's own: dark where a camera's pixel meets a gap."""
    rows, columns = (
        np.rint(255 - 255 * depth * _near_edge(few, many)).astype(np.int16)
        for few, many in ((fine[1], shape[0]), (fine[0], shape[1]))
    )
    gaps: Pixels = np.maximum(0, rows[:, None] + (columns[None, :] - np.int16(255))).astype(np.uint8)
    return gaps


def _near_edge(few: int, many: int) -> NDArray[np.float64]:
    """How much of the edges of `few` each of `many` pixels covers, 0 to 1: a quarter on the average."""
    place = np.arange(many + 1) * few / many
    within = 2 * (place - np.floor(place)) - 1
    covered: NDArray[np.float64] = np.diff(np.floor(place) / 4 + (within * np.abs(within) ** 3 + 1) / 8)
    return covered * many / few


def _reflect(pixels: Pixels, most: float, draw: Stream) -> Pixels:
    """A lamp's soft reflection: paper and ink both go towards white."""
    x, y = draw.uniform(-0.6, 0.6), draw.uniform(-0.7, 0.7)
    across, down = (np.linspace(-1, 1, 40) - at for at in (x, y))
    near = np.clip(1 - 2.5 * (across[None, :] ** 2 + down[:, None] ** 2), 0, 1) ** 2
    dark: Pixels = 255 - shade(255 - pixels, 1 - most * near)
    return dark

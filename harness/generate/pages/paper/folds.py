"""Folded paper: a letter's creases, and a dog-ear."""

import math

import numpy as np
from numpy.typing import NDArray

from harness.core.seed import Stream
from harness.generate.pages.raster.legible import cover
from harness.generate.pages.raster.light import dim
from harness.generate.pages.raster.raster import MM_PER_INCH
from harness.generate.pages.raster.warp import warp
from harness.generate.payloads import Page, Pixels
from harness.generate.registry import op

Floats = NDArray[np.float64]

SHIFT_MM, SHADE, REACH_MM = 0.12, 0.06, 7.0
WOBBLE_MM = 0.25
FOLDED = ((1 / 2,), (1 / 3, 2 / 3), (1 / 4, 1 / 2, 3 / 4))
"""Positions of the creases of a sheet that is folded for an envelope, as shares of its height from the top."""

EAR_MM = 8.0
LID, BACK_OF_PAPER = 246, 232


@op("paper.crease", layer="page", kind="graded")
def crease(page: Page, severity: int, draw: Stream) -> Page:
    """Crease the page as a letter folded in two, three or four: panels tilt, and creases have a dark and a light side.

    severity: displacement of the content of a panel, at most 0.1 to 1 mm, and darkness of the crease, 6 to
    60 % fading over 7 mm, in ten even steps; the positions of creases and the tilt of panels are drawn once.
    Source: a sheet folded in two or four is no longer a rectangle (allgood/OpenNoteScanner#10); our own range.
    """
    height = page.pixels.shape[0]
    places = [height * (part + draw.uniform(-0.03, 0.03)) for part in draw.choice(FOLDED)]
    leans = [draw.choice((-1.0, 1.0)) * draw.uniform(0.6, 1.0) for _ in places]
    shift = SHIFT_MM * severity / MM_PER_INCH

    def back(x: Floats, y: Floats) -> tuple[Floats, Floats]:
        lean = sum(k * (np.abs(y - at) / height - 0.4) for k, at in zip(leans, places, strict=True)) * shift
        return x + lean * page.dpi[0] * 1.2, y + lean * page.dpi[1]

    bent = warp(page, back)
    pixels = bent.pixels
    for at, lean in zip(places, leans, strict=True):
        pixels = _shaded(page, pixels, at, 1 if lean > 0 else -1, severity, draw)
    return bent.with_pixels(pixels)


def _shaded(page: Page, pixels: Pixels, at: float, side: int, severity: int, draw: Stream) -> Pixels:
    """Darker on one side of the crease, and darkest in it."""
    width, reach = page.pixels.shape[1], max(2, round(REACH_MM / MM_PER_INCH * page.dpi[1]))
    top, bottom = max(0, round(at) - 2 * reach), min(len(pixels), round(at) + 2 * reach)
    if top >= bottom:
        return pixels
    wobble = _wobble(width, WOBBLE_MM / MM_PER_INCH * page.dpi[1], draw)
    distance = side * (np.arange(top, bottom)[:, None] - round(at) - wobble[None, :])
    steps = np.arange(4 * reach + 2)
    fade = np.clip(1 - steps / reach, 0, 1) ** 2
    depth = SHADE * severity * np.where(steps < max(1, reach / 24), 1.0, 0.75 * fade)
    light = np.rint(255 * (1 - depth)).astype(np.uint8)
    gain = np.where(distance >= 0, light[np.clip(distance, 0, len(light) - 1)], np.uint8(255))
    out = pixels.copy()
    out[top:bottom] = dim(pixels[top:bottom], gain)
    return out


def _wobble(width: int, most: float, draw: Stream) -> NDArray[np.int64]:
    """The distance of the crease from its line at each column, in pixels: a few straight pieces."""
    knots = (draw.array_uniform(9) * 2 - 1) * most
    place = np.arange(width) * 8 / max(1, width)
    left = place.astype(np.int64)
    return np.rint(knots[left] + (knots[left + 1] - knots[left]) * (place - left)).astype(np.int64)


@op("paper.fold", layer="page", kind="graded", needs_words=True)
def fold(page: Page, severity: int, draw: Stream) -> Page:
    """Fold over a corner of the page. The text in the corner and under the flap is no longer legible.

    severity: the length of the folded corner along each edge, 8 to 80 mm in ten even steps; which corner is drawn once.
    Covered words are destroyed. A page with unknown word positions stays unchanged.
    Source: a folded corner, common on stapled sheets, breaks paper detection
    (allgood/OpenNoteScanner#187), and distorted text goes missing (the photographed tax form of
    accelerated-intelligent-document-processing-on-aws#729); our own range.
    """
    if not page.words:
        return page
    right, down = draw.choice((0, 1)), draw.choice((0, 1))
    length = EAR_MM * severity / MM_PER_INCH
    ear = _ear(length, page.dpi)[: page.pixels.shape[0], : page.pixels.shape[1]]
    ear = ear[:: -1 if down else 1, :: -1 if right else 1]
    height, width = ear.shape
    top, left = down * (page.pixels.shape[0] - height), right * (page.pixels.shape[1] - width)
    pixels = page.pixels.copy()
    part = pixels[top : top + height, left : left + width]
    part[:] = np.where(ear > 0, ear, dim(part, np.where(ear < 0, 255 + ear, 255).astype(np.uint8)))
    return cover(page, pixels, ear > 0, left, top)


def _ear(length: float, dpi: tuple[float, float]) -> NDArray[np.int16]:
    """The top left corner folded over: its visible grey, and negative values for the shadow on the paper next to it."""
    soft = 2.0 / MM_PER_INCH
    x, y = ((np.arange(math.ceil((length + soft) * d)) + 0.5) / d for d in dpi)
    x, y = x[None, :], y[:, None]
    beside = np.maximum(x, y) - length
    ear = np.where(beside > 0, -np.rint(70 * np.clip(1 - beside / soft, 0, 1) ** 2), BACK_OF_PAPER)
    ear = np.where(np.abs(x + y - length) < 0.012, 190, ear) if length else ear
    seen: NDArray[np.int16] = np.where((x + y < length) & (beside <= 0), LID, ear).astype(np.int16)
    return seen

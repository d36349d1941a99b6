"""Pixel arithmetic that the page ops share. Integers only, so that the result is the same on every machine."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from harness.generate.payloads import Page, Pixels, Word

MM_PER_INCH = 25.4
STRIP = 48
"""Rows processed at a time: few enough that intermediate results stay in the processor's cache."""

INK_SHARE, PAPER_SHARE = 0.002, 0.9
"""Quantiles of a page's grey levels that are taken as ink and as paper: most pixels of a page are paper."""


def grey_between(pixels: Pixels, share: float = 0.5) -> int:
    """The grey level at `share` of the range from ink to paper, 1..255, set for each page as scanners do.

    Every eighth pixel in every eighth row is sampled. Ink is at most half as light as paper, so that a
    blank page stays blank.
    """
    below = np.cumsum(np.bincount(pixels[::8, ::8].reshape(-1), minlength=256))
    darkest, lightest = np.searchsorted(below, below[-1] * np.array([INK_SHARE, PAPER_SHARE]))
    paper = max(1, int(lightest))
    ink = min(int(darkest), paper // 2)
    return max(1, round(ink + (paper - ink) * share))


def black_and_white(pixels: Pixels, level: int | Pixels) -> Pixels:
    """0 where darker than `level` (one for all, or one per pixel), else 255."""
    light = np.greater_equal(pixels, level).view(np.uint8)
    return np.negative(light, out=light)


def shear(page: Page, degrees: float) -> Page:
    """The page turned clockwise about its middle, by two shears in whole pixels; white comes in at the edges.

    Blocks of rows move left or right, then blocks of columns up or down. Up to 3 degrees this differs from a rotation
    by 0.14 % in length, and no pixel is mixed with its neighbour. Words move along.
    """
    height, width = page.pixels.shape
    aspect = page.dpi[0] / page.dpi[1]
    slope = math.tan(math.radians(degrees))
    across, down = _steps(height, -slope * aspect), _steps(width, slope / aspect)
    moved = _shift_rows(_shift_rows(page.pixels, across).T, down).T
    words = tuple(_sheared(word, across.tolist(), down.tolist()) for word in page.words)
    return replace(page, pixels=moved, words=words)


def _steps(n: int, slope: float) -> NDArray[np.int64]:
    steps: NDArray[np.int64] = np.rint(slope * (np.arange(n) + 0.5 - n / 2)).astype(np.int64)
    return steps


def _shift_rows(pixels: Pixels, steps: NDArray[np.int64]) -> Pixels:
    """Each row moved by its step. Rows with the same step are one block."""
    out = np.full_like(pixels, 255)
    width = pixels.shape[1]
    edges = [0, *(np.flatnonzero(np.diff(steps)) + 1).tolist(), len(steps)]
    for top, bottom in pairwise(edges):
        step = int(steps[top])
        if step >= 0:
            out[top:bottom, step:] = pixels[top:bottom, : max(0, width - step)]
        else:
            out[top:bottom, :step] = pixels[top:bottom, -step:]
    return out


def _sheared(word: Word, across: list[int], down: list[int]) -> Word:
    """Corners move by the same whole steps as their pixels, so that errors do not add up over several shears."""
    corners: list[float] = []
    for x, y in zip(word.quad[::2], word.quad[1::2], strict=True):
        moved = x + across[_within(y, across)]
        corners += [moved, y + down[_within(moved, down)]]
    a, b, c, d, e, f, g, h = corners
    return replace(word, quad=(a, b, c, d, e, f, g, h))


def _within(place: float, steps: list[int]) -> int:
    return min(max(0, int(place)), len(steps) - 1)


def smooth(pixels: Pixels, across: float, down: float) -> Pixels:
    """Blurred to a variance of `across` and `down` square pixels.

    Passes of three taps: two with the taps 1 pixel apart, two with 2, two with 4, ...; the rest of the variance is left
    to the next.
    """
    passes = 0
    while across > 0 or down > 0:
        spacing = 1 << passes // 2
        pixels = _three_taps(pixels, spacing, _weight(across, spacing), _weight(down, spacing))
        across, down = across - spacing**2 / 2, down - spacing**2 / 2
        passes += 1
    return pixels


def _weight(variance: float, spacing: int) -> int:
    """The weight of each outer tap, of 256; a weight of 64 gives a variance of half the spacing squared."""
    return max(0, min(64, round(128 * variance / spacing**2)))


def _three_taps(pixels: Pixels, spacing: int, across: int, down: int) -> Pixels:
    padded = np.pad(pixels, spacing, mode="edge")
    out = np.empty_like(pixels, order="C")
    for top in range(0, pixels.shape[0], STRIP):
        strip = padded[top : top + STRIP + 2 * spacing].astype(np.uint16)
        strip = _weigh(strip[: -2 * spacing], strip[spacing:-spacing], strip[2 * spacing :], down)
        strip = _weigh(strip[:, : -2 * spacing], strip[:, spacing:-spacing], strip[:, 2 * spacing :], across)
        out[top : top + STRIP] = strip
    return out


def _weigh(
    before: NDArray[np.uint16], here: NDArray[np.uint16], after: NDArray[np.uint16], weight: int
) -> NDArray[np.uint16]:
    if weight == 0:
        return here
    total = before + after
    total *= np.uint16(weight)
    total += here * np.uint16(256 - 2 * weight)
    total += np.uint16(128)
    total >>= np.uint16(8)
    return total

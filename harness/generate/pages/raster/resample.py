"""Resample a page to other numbers of rows and columns, by the area that each new pixel covers.

Weights are whole 256ths and the sums integers, so the pixels are the same everywhere. Pillow's own reduction
changed between versions 12 and 13.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.generate.pages.raster.raster import STRIP
from harness.generate.payloads import Pixels

WHITE = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Taps:
    """The old pixels of each new one (taps x new), and their weights in 256ths that add up to 256."""

    index: NDArray[np.int64]
    weight: NDArray[np.uint16]


def resample(pixels: Pixels, width: int, height: int) -> Pixels:
    """The page at `width` x `height` pixels."""
    rows, columns = make_taps(pixels.shape[0], height), make_taps(pixels.shape[1], width)
    out = np.full((height, width), WHITE, dtype=np.uint8)
    for top in range(0, height, STRIP):
        part = slice(top, top + STRIP)
        first, last = rows.index[:, part].min(), rows.index[:, part].max()
        if pixels[first : last + 1].min(initial=WHITE) == WHITE:
            continue  # paper stays paper, because weights add up; half of a page is paper
        strip = sum_taps([pixels[i] for i in rows.index[:, part]], rows.weight[:, part, None])
        out[part] = sum_taps([np.take(strip, i, axis=1) for i in columns.index], columns.weight[:, None])
    return out


def sum_taps(parts: list[Pixels], weights: NDArray[np.uint16]) -> Pixels:
    """The weighted mean of the parts."""
    total = np.full(parts[0].shape, 128, dtype=np.uint16)
    for part, weight in zip(parts, weights, strict=True):
        total += np.multiply(part, weight, dtype=np.uint16)
    total >>= np.uint16(8)
    return total.astype(np.uint8)


def make_taps(old: int, new: int) -> Taps:
    """The weights for `new` pixels from `old`: by area if there are fewer, between neighbours if more."""
    first, weight = _shrinking(old, new) if new <= old else _growing(old, new)
    index = np.clip(first + np.arange(len(weight))[:, None], 0, old - 1)
    return Taps(index=index, weight=weight.astype(np.uint16))


def _shrinking(old: int, new: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The overlap with each old pixel, in units in which an old pixel is `new` long and a new one `old`."""
    start = np.arange(new) * old
    first = start // new
    edges = (first + np.arange(-(-old // new) + 2)[:, None]) * new
    covered = np.clip(edges - start, 0, old)
    # Rounding the running sum keeps the total at 256.
    return first, np.diff((covered * 256 + old // 2) // old, axis=0)


def _growing(old: int, new: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    middle = (2 * np.arange(new) + 1) * old - new
    first, beyond = np.divmod(middle, 2 * new)
    second = (beyond * 256 + new) // (2 * new)
    return first, np.stack([256 - second, second])

"""Bend a page or change its perspective: every new pixel is interpolated between four old ones.

The old position is computed at every sixteenth pixel and linearly between. Pixels are mixed in integers, so that the
result is the same everywhere.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from harness.generate.pages.raster.legible import mark_gone
from harness.generate.payloads import Page, Pixels, Word

Floats = NDArray[np.float64]
Back = Callable[[Floats, Floats], tuple[Floats, Floats]]
"""Maps x and y on the new page to x and y on the old one, in pixels from the top left corner, elementwise."""

CELL = 16
FINE, FAR = 10, 1 << 16
"""Fractional bits of a coordinate, and the largest coordinate in pixels, so that both fit into 32 bits."""

PAIR = np.uint32(0x00FF00FF)


def warp(page: Page, back: Back, *, around: int | None = None) -> Page:
    """The page as `back` sees it, in a frame of the same size, with its words.

    around: the grey beyond the edges of the old page; None to repeat its edges.
    """
    height, width = page.pixels.shape
    packed = _packed(page.pixels, around)
    places = [_fixed(at) for at in _grid(back, height, width)]
    out = np.empty((height, width), dtype=np.uint8)
    for row, top in enumerate(range(0, height, CELL)):
        part = out[top : top + CELL]
        x, y = (_between(at[row], at[row + 1], len(part), width) for at in places)
        part[:] = _mixed(packed, x, y)
    return mark_gone(replace(page, pixels=out, words=moved(page.words, back)))


def moved(words: tuple[Word, ...], back: Back) -> tuple[Word, ...]:
    """The words at the positions where `back` sees them."""
    if not words:
        return ()
    corners = np.array([word.quad for word in words], dtype=np.float64).reshape(-1, 2)
    x, y = _ahead(corners[:, 0], corners[:, 1], back)
    quads = np.stack([x, y], axis=1).reshape(-1, 8).tolist()
    return tuple(
        replace(word, quad=(a, b, c, d, e, f, g, h))
        for word, (a, b, c, d, e, f, g, h) in zip(words, quads, strict=True)
    )


def _ahead(x: Floats, y: Floats, back: Back) -> tuple[Floats, Floats]:
    """The positions where `back` sees these points, by Newton's method: a map of paper is smooth and never flips."""
    u, v = x.copy(), y.copy()
    for _ in range(12):
        at, right, below = back(u, v), back(u + 0.5, v), back(u, v + 0.5)
        a, b = 2 * (right[0] - at[0]), 2 * (below[0] - at[0])
        c, d = 2 * (right[1] - at[1]), 2 * (below[1] - at[1])
        off_x, off_y = x - at[0], y - at[1]
        area = a * d - b * c
        u, v = u + (d * off_x - b * off_y) / area, v + (a * off_y - c * off_x) / area
    return u, v


def _grid(back: Back, height: int, width: int) -> tuple[Floats, Floats]:
    """The old positions of the pixel centres at the corners of all cells."""
    rows, columns = (np.arange(-(-n // CELL) + 1) * CELL + 0.5 for n in (height, width))
    x, y = np.meshgrid(columns, rows)
    return back(x, y)


def _fixed(at: Floats) -> NDArray[np.int32]:
    """The positions as fixed-point numbers, counted from the centre of a border one pixel wide."""
    return np.rint(np.clip(at + 0.5, -FAR, FAR) * (1 << FINE)).astype(np.int32)


def _between(above: NDArray[np.int32], below: NDArray[np.int32], rows: int, width: int) -> NDArray[np.int32]:
    """The positions of a strip of pixels, between those at the corners of its cells."""
    steps = np.arange(CELL, dtype=np.int32)
    above, below = (
        ((row[:-1, None] * (CELL - steps) + row[1:, None] * steps) >> 4).reshape(-1) for row in (above, below)
    )
    return above[:width] + ((below[:width] - above[:width]) * steps[:rows, None] >> 4)


def _packed(pixels: Pixels, around: int | None) -> NDArray[np.uint32]:
    """Each pixel with its neighbours to the right, below, and both, in one number; two more after the last."""
    border = np.pad(pixels, (1, 2), mode="edge") if around is None else np.pad(pixels, (1, 2), constant_values=around)
    packed = np.empty((border.shape[0] - 1, border.shape[1] - 1, 4), dtype=np.uint8)
    packed[..., 0], packed[..., 1] = border[:-1, :-1], border[:-1, 1:]
    packed[..., 2], packed[..., 3] = border[1:, :-1], border[1:, 1:]
    return packed.view("<u4")[..., 0].astype(np.uint32, copy=False)


def _mixed(packed: NDArray[np.uint32], x: NDArray[np.int32], y: NDArray[np.int32]) -> Pixels:
    """Four neighbours, each weighted by its nearness in 256ths; both rows of two in one number."""
    rows, columns = packed.shape
    x, y = np.clip(x, 0, columns - 1 << FINE), np.clip(y, 0, rows - 1 << FINE)
    four = packed.reshape(-1)[(y >> FINE) * columns + (x >> FINE)]
    right = (x >> (FINE - 8) & 255).astype(np.uint32)
    down = (y >> (FINE - 8) & 255).astype(np.uint32)
    two = (four & PAIR) * (256 - right) + (four >> np.uint32(8) & PAIR) * right
    two = (two + np.uint32(0x00800080)) >> np.uint32(8) & PAIR
    one = (two & np.uint32(0xFFFF)) * (256 - down) + (two >> np.uint32(16)) * down
    mixed: Pixels = ((one + 128) >> np.uint32(8)).astype(np.uint8)
    return mixed

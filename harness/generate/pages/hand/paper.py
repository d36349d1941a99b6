"""Find ink and blank areas on a page, and add and remove ink."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.generate.pages.hand.writing import Writing
from harness.generate.pages.raster.raster import grey_between
from harness.generate.payloads import Pixels, Word

BLOCK = 8
"""Side in pixels of the squares in which ink is looked for."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Room:
    """The number of inked squares above and left of each position; `free` asks for a box without any."""

    sums: NDArray[np.int64]
    height: int
    width: int

    def free(self, box: Box) -> bool:
        """Whether the box is on the page and has no ink."""
        left, top, right, bottom = box
        if left < 0 or top < 0 or right > self.width or bottom > self.height:
            return False
        return self.inked(box) == 0

    def inked(self, box: Box) -> int:
        """The number of squares with ink that the box touches."""
        left, top = int(box[0]) // BLOCK, int(box[1]) // BLOCK
        right, bottom = -(-int(box[2]) // BLOCK), -(-int(box[3]) // BLOCK)
        s = self.sums
        right, bottom = min(right, s.shape[1] - 1), min(bottom, s.shape[0] - 1)
        return int(s[bottom, right] - s[top, right] - s[bottom, left] + s[top, left])


def look_for_room(pixels: Pixels) -> Room:
    """The ink of the page, in squares of 8 pixels. Incomplete squares at the edges count as inked."""
    height, width = pixels.shape
    rows, columns = height // BLOCK, width // BLOCK
    # Whole rows first: numpy takes the minimum of many rows at a time, but of short stretches one by one.
    strips = pixels[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns * BLOCK).min(axis=1, initial=255)
    inked = strips.reshape(rows, columns, BLOCK).min(axis=2, initial=255) < grey_between(pixels, 0.8)
    sums = np.zeros((rows + 1, columns + 1), dtype=np.int64)
    sums[1:, 1:] = inked.cumsum(axis=0, dtype=np.int64).cumsum(axis=1)
    return Room(sums=sums, height=rows * BLOCK, width=columns * BLOCK)


def lay(pixels: Pixels, writing: Writing, x: int, y: int, ink: int) -> None:
    """Put a line's ink on the page, with its beginning at x, y; parts outside the page are cut off. ink: its grey."""
    height, width = pixels.shape
    left, top = x + writing.left, y + writing.top
    right, bottom = min(width, left + writing.ink.shape[1]), min(height, top + writing.ink.shape[0])
    cut_left, cut_top = max(0, -left), max(0, -top)
    if right <= left + cut_left or bottom <= top + cut_top:
        return
    place = pixels[top + cut_top : bottom, left + cut_left : right]
    alpha = writing.ink[cut_top : bottom - top, cut_left : right - left].astype(np.uint16)
    mixed = (place * (255 - alpha) + np.minimum(place, ink) * alpha + 127) // 255
    place[:] = mixed.astype(np.uint8)


def erase(pixels: Pixels, box: Box) -> None:
    """Fill a box with the paper around it: the most frequent grey on its border."""
    left, top, right, bottom = (round(edge) for edge in box)
    place = pixels[max(0, top) : max(0, bottom), max(0, left) : max(0, right)]
    if place.size:
        border = np.concatenate((place[0], place[-1], place[:, 0], place[:, -1]))
        place[:] = np.bincount(border).argmax()


def box_of(words: tuple[Word, ...]) -> Box:
    """The box around some words."""
    quads = np.array([word.quad for word in words]).reshape(-1, 2)
    (left, top), (right, bottom) = quads.min(axis=0), quads.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def quad_of(box: Box) -> tuple[float, float, float, float, float, float, float, float]:
    """A box as the corners of a word."""
    left, top, right, bottom = box
    return left, top, right, top, right, bottom, left, bottom

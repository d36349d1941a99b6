"""Single letters of a hand, bent on a fine grid: whole-number pixels, no scaling of images."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from harness.generate.pages.typesetting.type import Face, load_font
from harness.generate.payloads import Pixels

FINE = 3
"""Letters are bent on a grid this many times finer than the page, then averaged in whole numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bend:
    """How the pen bends one letter. All values are 0, and the scales 1, in the font's own drawing.

    slant: how far the top moves right, as a share of the height. tilt: how far the end moves down, as a share of the
    width. wide, tall: scales. x, y: position of the letter on the fine grid.
    """

    slant: float
    tilt: float
    wide: float
    tall: float
    x: float
    y: float

    def corners(self, box: tuple[int, int, int, int]) -> NDArray[np.float64]:
        """The four corners of a box after the bend, one per row."""
        left, top, right, bottom = box
        plain = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=np.float64)
        x = self.wide * (plain[:, 0] - self.slant * plain[:, 1])
        return np.stack((x + self.x, self.tall * plain[:, 1] + self.tilt * x + self.y), axis=1)

    def sources(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The columns and rows of the original letter, for positions after the bend."""
        across = x - self.x
        down = (y - self.y - self.tilt * across) / self.tall
        return np.floor(across / self.wide + self.slant * down).astype(np.int64), np.floor(down).astype(np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Letter:
    """A letter as in the font. box: left, top, right, bottom from its origin on the line; pixels: its ink."""

    box: tuple[int, int, int, int]
    pixels: Pixels
    advance: float


@lru_cache(maxsize=2048)
def load_letter(face: Face, size: int, text: str) -> Letter:
    """One letter, or several that are shaped together, at `size` pixels per em of the fine grid."""
    font = load_font(face, size)
    left, top, right, bottom = (round(edge) for edge in font.getbbox(text, anchor="ls"))
    image = Image.new("L", (max(1, right - left), max(1, bottom - top)), 0)
    ImageDraw.Draw(image).text((-left, -top), text, fill=255, font=font, anchor="ls")
    pixels = np.array(image, dtype=np.uint8)
    pixels.setflags(write=False)
    box = (left, top, left + image.width, top + image.height)
    return Letter(box=box, pixels=pixels, advance=font.getlength(text))


def draw_letter(canvas: Pixels, letter: Letter, bend: Bend, pressure: int, thicker: int) -> None:
    """Put a bent letter on the fine grid. pressure: 0..256 of full ink. thicker: pixels that the pen adds."""
    corners = bend.corners(letter.box)
    low = np.maximum(np.floor(corners.min(axis=0)).astype(int) - 1, 0)
    high = np.minimum(np.ceil(corners.max(axis=0)).astype(int) + 2 + thicker, np.array(canvas.shape)[::-1])
    if (high <= low).any():
        return
    y, x = np.mgrid[low[1] : high[1], low[0] : high[0]]
    column, row = bend.sources(x + 0.5, y + 0.5)
    column, row = column - letter.box[0], row - letter.box[1]
    height, width = letter.pixels.shape
    inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    ink = np.where(inside, letter.pixels[row.clip(0, height - 1), column.clip(0, width - 1)], 0)
    ink = _thickened(ink, thicker).astype(np.uint16) * pressure >> 8
    place = canvas[low[1] : high[1], low[0] : high[0]]
    np.maximum(place, ink.astype(np.uint8), out=place)


def _thickened(ink: Pixels, by: int) -> Pixels:
    """The darkest of each pixel and those up to `by` above and to the left of it."""
    for axis in (0, 1):
        before = ink
        for step in range(1, by + 1):
            ink = np.maximum(ink, np.roll(before, step, axis=axis))
    return ink


def averaged(fine: Pixels) -> Pixels:
    """The fine grid on the page's grid: the mean of each square, in whole numbers."""
    height, width = fine.shape[0] // FINE, fine.shape[1] // FINE
    total = np.zeros((height, width), dtype=np.uint16)
    for down in range(FINE):
        for across in range(FINE):
            total += fine[down : height * FINE : FINE, across : width * FINE : FINE]
    return (total // FINE**2).astype(np.uint8)

"""Where ops say that words went against where their ink went, over every op that moves any: within a pixel.

The page is white with black squares. They are found again in the pixels alone, as dark pieces of their size, and their
middle by the ink; the squares leave gaps so that no turn or reflection lays them on one another. Every square has to
be the nearest of exactly one word.
"""

import sys
from dataclasses import replace

import numpy as np
from scipy import ndimage

from harness.core.seed import Stream
from harness.generate.ops import all_ops
from harness.generate.payloads import Page, Pixels, Word
from harness.generate.registry import Op

SIDE, BLACK, MARGIN = 24, 50, 5
STRETCHED = 4.0
"""How many times as high a slipping feed may draw a square."""

LEFT_OUT = {(0, 1), (2, 0), (3, 3)}
"""Squares that are missing, by row and column."""

MAX_PIXELS = 1.0
NOISES, SEVERITIES = range(3), (1, 3, 5, 8, 10)


def marker_page() -> Page:
    pixels = np.full((2339, 1654), 255, dtype=np.uint8)
    words = []
    for row, top in enumerate(range(200, 2200, 440)):
        for column, left in enumerate(range(180, 1500, 310)):
            if (row, column) in LEFT_OUT:
                continue
            right, bottom = left + SIDE, top + SIDE
            pixels[top:bottom, left:right] = 0
            quad = (left, top, right, top, right, bottom, left, bottom)
            words.append(Word(text=f"{row}{column}", field="", quad=quad))
    return Page(pixels=pixels, dpi=(200.0, 200.0), words=tuple(words))


def find_squares(pixels: Pixels, dpi: tuple[float, float]) -> list[tuple[float, float]]:
    """The middles of the dark pieces that are as large as a square is, or at most 40 % wider or 60 % smaller."""
    across, down = SIDE * dpi[0] / 200, SIDE * dpi[1] / 200
    pieces, count = ndimage.label(pixels < BLACK)
    boxes = ndimage.find_objects(pieces, max_label=count)
    return [
        middle(pixels, box)
        for box in boxes
        if 0.4 * down <= box[0].stop - box[0].start <= STRETCHED * down
        and 0.4 * across <= box[1].stop - box[1].start <= 1.4 * across
    ]


def middle(pixels: Pixels, box: tuple[slice, slice]) -> tuple[float, float]:
    """The middle of the ink, with its grey edges in part, against the paper of each row: creases are dark."""
    top, left = max(0, box[0].start - MARGIN), max(0, box[1].start - MARGIN)
    part = pixels[top : box[0].stop + MARGIN, left : box[1].stop + MARGIN].astype(np.float64)
    ink = 1 - part / part.max(axis=1, keepdims=True)
    rows, columns = np.indices(ink.shape)
    return left + 0.5 + (ink * columns).sum() / ink.sum(), top + 0.5 + (ink * rows).sum() / ink.sum()


def farthest(page: Page) -> float:
    """The largest distance of a word's middle from its ink's, across or down, in pixels.

    Infinite where words and squares do not pair off.
    """
    squares = np.array(find_squares(page.pixels, page.dpi)).reshape(-1, 2)
    words = np.array([word.quad for word in page.words]).reshape(-1, 4, 2).mean(axis=1)
    if len(squares) != len(words):
        return float("inf")
    off = np.abs(words[:, None] - squares[None]).max(axis=2)
    return float(off.min(axis=1).max()) if len(set(off.argmin(axis=1).tolist())) == len(words) else float("inf")


def measured(op: Op) -> float | None:
    """The op's largest distance over severities and noises; None for one that moves no word."""
    page, found = marker_page(), []
    for severity in (10,) if op.kind == "binary" else SEVERITIES:
        for noise in NOISES:
            after = op.run(page, severity, Stream(1, "quads", noise))
            own = after.words[: len(page.words)]  # what is written besides comes after them
            if own and [w.quad for w in own] != [w.quad for w in page.words]:
                found.append(farthest(replace(after, words=own)))
    return max(found) if found else None


def main() -> int:
    off = {op.name: measured(op) for op in all_ops().values() if op.layer == "page" and not op.sited}
    moving = {name: distance for name, distance in off.items() if distance is not None}
    for name, distance in sorted(moving.items()):
        print(f"{name:<24}{distance:6.2f} px")
    worst = max(moving, key=lambda name: moving[name])
    print(
        f"{len(moving)} ops move words, farthest from their ink {moving[worst]:.2f} px ({worst}), at most {MAX_PIXELS}"
    )
    return 0 if moving[worst] <= MAX_PIXELS and len(moving) >= 7 else 1


if __name__ == "__main__":
    sys.exit(main())

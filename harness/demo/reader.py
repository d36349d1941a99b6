"""The reader: turns a grey page into pieces of text, each with its position and confidence."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.demo.components import Ints, find_components
from harness.demo.glyphs import (
    ALPHABET,
    INK,
    KNOWN_TYPE,
    UNKNOWN_TYPE,
    Floats,
    Glyphs,
    classify,
    describe,
    fit,
    normalise,
)
from harness.demo.layout import SMALLEST, Characters, find_characters
from harness.demo.split import GlyphReading, split_touching
from harness.demo.text import Piece, spell

SPACE = 0.13
"""Gap that separates two words, in ems, beyond the bearings of the letters; a space is 0.26."""


@lru_cache(maxsize=1)
def glyphs() -> Glyphs:
    """The classifier, fitted once."""
    return fit()


def read_page(pixels: NDArray[np.uint8]) -> list[Piece]:
    """The pieces of text on a page, from top to bottom."""
    characters = find_characters(find_components(pixels < INK))
    if not len(characters.boxes):
        return []
    shape = normalise(pixels, characters.boxes)
    em, baseline = _find_type(shape, characters)
    guess = classify(glyphs(), shape, describe(characters.boxes, em, baseline), KNOWN_TYPE)
    reading = GlyphReading(characters=characters, em=em, baseline=baseline, guess=guess)
    return _pieces(split_touching(glyphs(), pixels, reading))


def _find_type(shape: Floats, characters: Characters) -> tuple[NDArray[Any], NDArray[Any]]:
    """The em and the baseline of each piece: the majority of its characters, judged by their shapes."""
    boxes = characters.boxes
    ones = np.ones(len(boxes))
    guess = classify(glyphs(), shape, describe(boxes, ones, ones), UNKNOWN_TYPE)
    seen = glyphs().place[guess.template]
    letter = boxes.height >= SMALLEST
    vote = boxes.height / seen[:, 1]
    usual = float(np.median(vote[letter])) if letter.any() else 1.0
    em = _median(np.where(letter, vote, usual), characters.piece)
    return em, _median(boxes.bottom - seen[:, 2] * em, characters.piece)


def _median(value: NDArray[Any], piece: Ints) -> NDArray[Any]:
    """The median of each piece, for every one of its characters."""
    order = np.lexsort((value, piece))
    count = np.bincount(piece)
    middle = np.cumsum(count) - count + (count - 1) // 2
    found: NDArray[Any] = value[order][middle][piece]
    return found


def _pieces(reading: GlyphReading) -> list[Piece]:
    characters, guess = reading.characters, reading.guess
    boxes, bearings = characters.boxes, glyphs().bearings[guess.template]
    chars = [ALPHABET[i] for i in glyphs().char[guess.template]]
    white = (np.append(boxes.left[1:], 0) - boxes.right) / reading.em - bearings[:, 1] - np.append(bearings[1:, 0], 0)
    gaps = white.tolist()
    ends = np.cumsum(np.bincount(characters.piece)).tolist()
    found = []
    for first, last in zip([0, *ends], ends, strict=False):
        part = slice(first, last)
        found.append(
            Piece(
                text=spell(chars[part], [*gaps[first : last - 1], 0.0], SPACE),
                sure=float(guess.sure[part].mean()),
                left=float(boxes.left[part].min()),
                top=float(boxes.top[part].min()),
                right=float(boxes.right[part].max()),
                bottom=float(boxes.bottom[part].max()),
                em=float(reading.em[first]),
            )
        )
    return sorted(found, key=lambda piece: (piece.top, piece.left))

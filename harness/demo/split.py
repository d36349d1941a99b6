"""Split glyphs that touch: if a box resembles no letter, two letters may explain it better."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.demo.components import Boxes, Ints
from harness.demo.glyphs import INK, KNOWN_TYPE, Glyphs, Guess, classify, describe, normalise
from harness.demo.layout import Characters

DOUBT, NARROW = 0.12, 0.5
"""A glyph further than DOUBT from every template may be two letters, unless it is narrower than NARROW ems. Clean
glyphs of sizes between those of the templates have a distance of 0.05 on average; nine in ten are below 0.13."""
CUTS, NARROWEST, ROUNDS, MAX_BOXES = 6, 3, 2, 100
"""Cuts tried per box, minimum width of a part in pixels, passes (two passes split three letters), boxes per pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GlyphReading:
    """Characters with their type and their recognised letters, entry by entry."""

    characters: Characters
    em: NDArray[Any]
    baseline: NDArray[Any]
    guess: Guess


def split_touching(glyphs: Glyphs, pixels: NDArray[np.uint8], reading: GlyphReading) -> GlyphReading:
    """The reading with touching glyphs split if that explains the ink better."""
    for _ in range(ROUNDS):
        doubtful = _doubtful(reading)
        if not len(doubtful):
            break
        reading = _split(glyphs, pixels, reading, doubtful)
    return reading


def _doubtful(reading: GlyphReading) -> Ints:
    """The worst of those that are wide enough for two letters."""
    width, distance = reading.characters.boxes.width, reading.guess.distance
    found = np.flatnonzero((distance > DOUBT) & (width > 2 * NARROWEST) & (width > NARROW * reading.em))
    worst = np.argsort(-distance[found], kind="stable")[:MAX_BOXES]
    return np.sort(found[worst])


def _split(glyphs: Glyphs, pixels: NDArray[np.uint8], reading: GlyphReading, doubtful: Ints) -> GlyphReading:
    halves, whole = _candidates(pixels, reading.characters.boxes, doubtful)
    em, baseline = reading.em[whole], reading.baseline[whole]
    guess = classify(glyphs, normalise(pixels, halves), describe(halves, em, baseline), KNOWN_TYPE)
    pairs = guess.distance.reshape(-1, 2).mean(axis=1)
    chosen = _best(pairs, whole[::2], reading.guess.distance)
    return _replace(reading, halves, guess, whole, np.stack((2 * chosen, 2 * chosen + 1), axis=1).ravel())


def _candidates(pixels: NDArray[np.uint8], boxes: Boxes, doubtful: Ints) -> tuple[Boxes, Ints]:
    """Both halves of every cut, one after the other, and their original box."""
    rows, whole = [], []
    for i in doubtful.tolist():
        left, top, right, bottom = int(boxes.left[i]), int(boxes.top[i]), int(boxes.right[i]), int(boxes.bottom[i])
        ink = pixels[top:bottom, left:right] < INK
        inside = ink.sum(axis=0)[NARROWEST:-NARROWEST]
        for cut in (np.argsort(inside, kind="stable")[:CUTS] + NARROWEST).tolist():
            rows += [_tight(ink, 0, cut, left, top), _tight(ink, cut, right - left, left, top)]
            whole += [i, i]
    left, top, right, bottom, area = np.array(rows, dtype=np.int64).T
    return Boxes(left=left, top=top, right=right, bottom=bottom, area=area), np.array(whole)


def _tight(ink: NDArray[np.bool_], start: int, stop: int, left: int, top: int) -> tuple[int, int, int, int, int]:
    part = ink[:, start:stop]
    rows = np.flatnonzero(part.any(axis=1))
    if not len(rows):
        return left + start, top, left + stop, top + len(ink), 0
    return left + start, top + int(rows[0]), left + stop, top + int(rows[-1]) + 1, int(part.sum())


def _best(pairs: NDArray[Any], whole: Ints, before: NDArray[Any]) -> Ints:
    """The best cut of each box, if it is better than none."""
    order = np.lexsort((pairs, whole))
    first = order[np.flatnonzero(np.diff(whole[order], prepend=-1))]
    return first[pairs[first] < before[whole[first]]]


def _replace(reading: GlyphReading, halves: Boxes, guess: Guess, whole: Ints, chosen: Ints) -> GlyphReading:
    """The reading with the chosen halves in place of their boxes."""
    origin = whole[chosen]
    kept = np.setdiff1d(np.arange(len(reading.em)), origin)
    source = np.concatenate((kept, origin))
    boxes = _concatenate(reading.characters.boxes.take(kept), halves.take(chosen))
    piece = reading.characters.piece[source]
    order = np.lexsort((boxes.left, piece))
    return GlyphReading(
        characters=Characters(boxes=boxes.take(order), piece=piece[order]),
        em=reading.em[source][order],
        baseline=reading.baseline[source][order],
        guess=Guess(
            template=np.concatenate((reading.guess.template[kept], guess.template[chosen]))[order],
            distance=np.concatenate((reading.guess.distance[kept], guess.distance[chosen]))[order],
            sure=np.concatenate((reading.guess.sure[kept], guess.sure[chosen]))[order],
        ),
    )


def _concatenate(one: Boxes, other: Boxes) -> Boxes:
    return Boxes(
        left=np.concatenate((one.left, other.left)),
        top=np.concatenate((one.top, other.top)),
        right=np.concatenate((one.right, other.right)),
        bottom=np.concatenate((one.bottom, other.bottom)),
        area=np.concatenate((one.area, other.area)),
    )

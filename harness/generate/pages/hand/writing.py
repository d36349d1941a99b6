"""A handwritten line: letters that lean, drift, swell and skip as with a pen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import bidirectional, category

import numpy as np
from numpy.typing import NDArray

from harness.core.seed import Stream
from harness.generate.pages.hand.glyphs import FINE, Bend, averaged, draw_letter, load_letter
from harness.generate.pages.typesetting.type import Face, NoGlyphError, OwnFace, holds, load_font
from harness.generate.payloads import Pixels

HANDS = ("HandCaveat", "HandPatrickHand", "HandBadScript", "HandKalam", "HandReenieBeanie", "HandNothingYouCouldDo")
INKS = (20, 45, 75)
"""Grey levels of a black pen, a blue pen and a soft pencil."""

SLANT, TILT, SCALE, WANDER, SPACING = 0.25, 0.14, 0.16, 0.16, 0.06
"""Maximum slant, rotation, change in size, offset from the line and offset in spacing of a letter at looseness 1."""

DRIFT, GROWTH, PALER, SKIPS = 0.05, 0.18, 0.45, 0.3
"""Maxima at looseness 1: slope of the line, growth beyond the box, loss of ink of a letter, and share of the area
in which the pen skips."""

COARSE, SMALL = 30, 4
"""Cell size on the fine grid: of the areas in which a pen skips, and of a single skip."""

POINT = 2
"""Extra pen width of a point on the fine grid: people press points, and an amount is useless without them."""

LAST_OF_LATIN = "\u036f"
"""Last combining mark that is used with Latin letters; these marks can be drawn on their own."""

NEAR = 5
"""Number of neighbouring letters over which a movement of the hand is averaged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """A writer: the faces in order of preference, the ink (a grey), and how much the pen thickens a stroke."""

    faces: tuple[Face, ...]
    ink: int
    pen: int

    def face_for(self, text: str) -> Face | None:
        """The first face with every letter of the text, or None."""
        return next((face for face in self.faces if holds(face, text)), None)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Writing:
    """A handwritten line. ink: 0 none .. 255 full, with its top left at (left, top) relative to the line's start.

    words: each word with left, top, right, bottom of its letters, relative to the line's start.
    """

    ink: Pixels
    left: int
    top: int
    words: tuple[tuple[str, tuple[float, float, float, float]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a line is written. height: of a digit, in pixel rows. squeeze: horizontal pixels per vertical pixel.

    loose: 0 as the font is drawn .. 1 in a great hurry. room: pixels available for the line, 0 for no limit.
    over: letters (by index) that were first written as another one.
    """

    height: float
    squeeze: float = 1.0
    loose: float = 0.3
    room: float = 0.0
    over: Mapping[int, str] | None = None


def draw_hand(draw: Stream, own: Sequence[OwnFace] = ()) -> Hand:
    """A person's hand, for one page. own: the hands of the team's folder, in addition to the bundled ones.

    Each own hand gets a position among the bundled ones from its own stream, so that a new one moves none of the
    others.
    """
    faces: list[Face] = [f"{HANDS[i]}-Regular" for i in draw.order(len(HANDS))]
    places = [(draw.child("own", face.key), face) for face in own]
    ranked = [(stream.below(len(HANDS) + 1), stream.bits(), face.key, face) for stream, face in places]
    for place, _, _, face in sorted(ranked, key=lambda one: one[:3], reverse=True):
        faces.insert(place, face)
    return Hand(faces=tuple(faces), ink=draw.choice(INKS), pen=draw.below(3))


def write(text: str, hand: Hand, manner: Manner, draw: Stream) -> Writing:
    """The line `text` in this hand. The draws are the same at every looseness: letters only move further.

    Raises NoGlyphError if the hand has no face for the text.
    """
    face = hand.face_for(text)
    if face is None:
        raise NoGlyphError(f"no hand has every letter of {text!r}")
    size = _size(face, manner.height)
    units = _units(text)
    moves = draw.array_uniform(8 * max(1, len(units))).reshape(-1, 8) * 2 - 1
    bends = _bends(units, face, size, manner, moves, draw.uniform(-1, 1))
    boxes = [bend.corners(load_letter(face, size, unit).box) for unit, bend in zip(units, bends, strict=True)]
    low, high = np.min(boxes, axis=(0, 1)), np.max(boxes, axis=(0, 1))
    left, top = (int(np.floor(edge / FINE)) - 2 for edge in low)
    shape = [int(np.ceil(edge / FINE)) + 3 - first for edge, first in zip(high, (left, top), strict=True)]
    canvas = np.zeros((shape[1] * FINE, shape[0] * FINE), dtype=np.uint8)
    for place, (unit, bend) in enumerate(zip(units, bends, strict=True)):
        here = _moved(bend, -left * FINE, -top * FINE)
        pressure = round(256 * (1 - PALER * manner.loose * (moves[place, 6] + 1) / 2))
        _put(canvas, (face, size, unit), here, (pressure, hand.pen), (manner.over or {}).get(place, ""))
    words = _words(text, units, np.array(boxes) / FINE)
    return Writing(ink=averaged(_skipped(canvas, manner.loose, draw)), left=left, top=top, words=words)


def _put(canvas: Pixels, what: tuple[Face, int, str], bend: Bend, how: tuple[int, int], first: str) -> None:
    """A letter. If another one was written `first`, that one is drawn lightly, and the right one darker over it."""
    (face, size, unit), (pressure, pen) = what, how
    if first:
        draw_letter(canvas, load_letter(face, size, first), bend, pressure * 7 // 16, pen)
        pressure, pen = 256, pen + 2
    draw_letter(canvas, load_letter(face, size, unit), bend, pressure, pen + (POINT if unit in ".,:-" else 0))


@lru_cache(maxsize=512)
def _size(face: Face, height: float) -> int:
    """The size at which digits of the face are `height` pixels high on average; in some faces they differ."""
    boxes = [load_font(face, 1000).getbbox(digit, anchor="ls") for digit in "0123456789"]
    return max(FINE * 4, round(1000 * FINE * height * len(boxes) / sum(box[3] - box[1] for box in boxes)))


def _units(text: str) -> list[str]:
    """Single letters; whole words in a script whose letters are shaped together."""
    if _backwards(text) or any(_is_shaped(char) for char in text):
        return [part for word in text.split(" ") for part in (word, " ")][:-1]
    return list(text)


def _is_shaped(char: str) -> bool:
    """Whether its letters join or take marks: Devanagari, and marks of scripts other than Latin."""
    devanagari = "\N{DEVANAGARI SIGN CANDRABINDU}" <= char <= "\N{DEVANAGARI DANDA}"
    return devanagari or (char > LAST_OF_LATIN and category(char)[0] == "M")


def _backwards(text: str) -> bool:
    """Whether the line runs right to left. With figures it is one word, because figures run left to right."""
    return any(bidirectional(char) in ("R", "AL") for char in text)


def _bends(
    units: list[str], face: Face, size: int, manner: Manner, moves: NDArray[np.float64], slope: float
) -> list[Bend]:
    """The position and bend of each letter."""
    loose, steady = manner.loose, _steady(moves)
    advances = np.array([load_letter(face, size, unit).advance for unit in units]) * manner.squeeze
    grown = manner.squeeze * (1 + GROWTH * loose) * _fit(float(advances.sum()) / FINE, manner.room)
    advances = advances * grown / manner.squeeze + SPACING * size * loose * moves[:, 5] * grown * 0.5
    x = np.concatenate(([0.0], np.cumsum(advances)[:-1]))
    if _backwards("".join(units)):
        x = advances.sum() - x - advances
    drift = DRIFT * loose * slope / manner.squeeze
    y = drift * x + WANDER * FINE * manner.height * loose * (0.7 * steady[:, 0] + 0.3 * moves[:, 0])
    return [
        Bend(
            slant=SLANT * loose * (0.7 * steady[i, 1] + 0.3 * moves[i, 1]),
            tilt=TILT * loose * moves[i, 2] / manner.squeeze,
            wide=grown * (1 + SCALE * loose * moves[i, 3]),
            tall=1 + SCALE * loose * (0.6 * steady[i, 4] + 0.4 * moves[i, 4]),
            x=float(x[i]),
            y=float(y[i]),
        )
        for i in range(len(units))
    ]


def _fit(length: float, room: float) -> float:
    return min(1.0, room / length) if room and length else 1.0


def _steady(moves: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of the moves of each letter and its neighbours, so that the hand does not jump."""
    padded = np.pad(moves, ((NEAR // 2, NEAR // 2), (0, 0)), mode="edge")
    return sum((padded[i : i + len(moves)] for i in range(NEAR)), np.zeros_like(moves)) * (2.0 / NEAR)


def _moved(bend: Bend, x: float, y: float) -> Bend:
    return Bend(slant=bend.slant, tilt=bend.tilt, wide=bend.wide, tall=bend.tall, x=bend.x + x, y=bend.y + y)


def _skipped(canvas: Pixels, loose: float, draw: Stream) -> Pixels:
    """The ink with gaps: in some stretches of the line the pen skips now and then."""
    height, width = canvas.shape
    stretches = _cells(height, width, COARSE, draw) < 256 * SKIPS * loose
    skips = _cells(height, width, SMALL, draw) < 110
    return np.where(stretches & skips, np.uint8(0), canvas)


def _cells(height: int, width: int, side: int, draw: Stream) -> Pixels:
    rows, columns = -(-height // side), -(-width // side)
    cells = draw.array_bytes(rows * columns).reshape(rows, columns)
    return cells.repeat(side, axis=0).repeat(side, axis=1)[:height, :width]


def _words(
    text: str, units: list[str], boxes: NDArray[np.float64]
) -> tuple[tuple[str, tuple[float, float, float, float]], ...]:
    """Each word with the box around its letters."""
    found, at = [], 0
    for word in text.split(" "):
        end, letters = at, ""
        while len(letters) < len(word):
            letters += units[end]
            end += 1
        if word:
            low, high = boxes[at:end].min(axis=(0, 1)), boxes[at:end].max(axis=(0, 1))
            found.append((word, (float(low[0]), float(low[1]), float(high[0]), float(high[1]))))
        at = end + 1
    return tuple(found)

"""Values corrected by hand: struck through with the right one next to it, or with a digit overwritten."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from harness.core.seed import Stream
from harness.generate.pages.hand.fields import (
    Field,
    fields_of,
    hand_for,
    manner_of,
    moved_words,
    with_field,
    write_field,
)
from harness.generate.pages.hand.filling import USUAL
from harness.generate.pages.hand.paper import Box, Room, box_of, lay, look_for_room
from harness.generate.pages.hand.writing import Hand, Manner, Writing, write
from harness.generate.pages.typesetting.type import OwnFace
from harness.generate.payloads import Page, Pixels, Word
from harness.generate.registry import op

GAP = 0.1
"""Distance in inches between a value that is struck through and its correction."""

STROKE = 0.013
"""Line width of a pen in inches (0.33 mm)."""


@op("hand.corrected", layer="page", kind="nested", by_hand=True)
def corrected(page: Page, severity: int, draw: Stream, hands: Sequence[OwnFace] = ()) -> Page:
    """Write labelled values by hand with a slip, strike them through, and write the right ones next to them.

    severity: a tenth to all of the values with enough room, rounded up; nested. The slip: two
    neighbouring characters exchanged, or a digit replaced by the next. The line through it is hand-drawn: one or two
    wandering strokes. The page, and so the truth, has the value that is not struck through.
    Source: struck-through words are read as valid text (allenai/olmocr#53), or hide the text below
    (tesseract-ocr/tesseract#2783); a straight line looks fake (saurabhdaware/text-to-handwriting#93).
    """
    hand, room = hand_for(page, draw.child("hand"), hands), look_for_room(page.pixels)
    fields = [field for field in fields_of(page, hand) if slip_of(field.text, draw.child("slip", field.name))]
    order = draw.child("order").order(len(fields))
    pixels, hits = page.pixels.copy(), 0
    most = _share(severity, len(fields))
    for i in order:
        after = _correct(pixels, fields[i], page, (hand, room), draw.child("field", fields[i].name))
        hits += after is not page
        page = after
        if hits == most:
            break
    return replace(page, pixels=pixels) if hits else page


@op("hand.overwritten", layer="page", kind="nested", by_hand=True)
def overwritten(page: Page, severity: int, draw: Stream, hands: Sequence[OwnFace] = ()) -> Page:
    """Write labelled values by hand with one wrong digit, and the right digit over it with more weight.

    severity: a tenth to all of the values with a digit, rounded up; nested. The digit below has less than half
    of the ink of the one above it.
    Source: our own range; form instructions forbid such corrections, because they are common.
    """
    hand = hand_for(page, draw.child("hand"), hands)
    fields = [field for field in fields_of(page, hand) if any(char in "0123456789" for char in field.text)]
    order = draw.child("order").order(len(fields))
    pixels = page.pixels.copy()
    for i in order[: _share(severity, len(fields))]:
        own = draw.child("field", fields[i].name)
        place = own.choice([at for at, char in enumerate(fields[i].text) if char in "0123456789"])
        manner = manner_of(fields[i], page, USUAL, {place: _another(fields[i].text[place], own)})
        page = with_field(page, fields[i], write_field(pixels, fields[i], page, hand, manner, own))
    return replace(page, pixels=pixels) if fields else page


def _share(severity: int, count: int) -> int:
    return -(-severity * count // 10)


def _another(digit: str, draw: Stream) -> str:
    return str((int(digit) + draw.between(1, 9)) % 10)


def slip_of(text: str, draw: Stream) -> str:
    """The text with a slip of the pen that keeps its length: another value, never the same; "" if there is none."""
    pairs = [i for i, (a, b) in enumerate(pairwise(text)) if a != b and a.isalnum() and b.isalnum()]
    digits = [i for i, char in enumerate(text) if char in "0123456789"]
    if digits and (not pairs or draw.below(2)):
        i = draw.choice(digits)
        return f"{text[:i]}{_another(text[i], draw)}{text[i + 1 :]}"
    if not pairs:
        return ""
    i = draw.choice(pairs)
    return f"{text[:i]}{text[i + 1]}{text[i]}{text[i + 2 :]}"


def _correct(pixels: Pixels, field: Field, page: Page, by: tuple[Hand, Room], draw: Stream) -> Page:
    """The page with one field struck through and written again; the page itself if there is no room."""
    hand, room = by
    manner = manner_of(field, page, USUAL)
    right = write(field.text, hand, manner, draw.child("right"))
    found = _beside(field, right, room, GAP * page.dpi[0], manner)
    if found is None:
        return page
    wrong = replace(field, words=_renamed(field, slip_of(field.text, draw.child("slip"))))
    struck = write_field(pixels, wrong, page, hand, manner, draw.child("wrong"))
    strike(pixels, box_of(struck), hand, page.dpi, draw.child("strike"))
    lay(pixels, right, *found, hand.ink)
    return with_field(page, field, (*struck, *moved_words(right, field, *found)))


def _renamed(field: Field, slip: str) -> tuple[Word, ...]:
    """The slip's words at the position of the field. They belong to no field."""
    return tuple(replace(word, text=text, field="") for word, text in zip(field.words, slip.split(" "), strict=True))


def _beside(field: Field, writing: Writing, room: Room, gap: float, manner: Manner) -> tuple[int, int] | None:
    """The position of the right value: before or after the field, wherever there is room."""
    left, top, right, bottom = box_of(field.words)
    boxes = np.array([box for _, box in writing.words])
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    y = round((top + bottom + manner.height) / 2)
    grown = 0.2 * (right - left) + gap
    for x in (round(left - grown - high[0]), round(right + grown - low[0])):
        if room.free((x + low[0], y + low[1], x + high[0], y + high[1])):
            return x, y
    return None


def strike(pixels: Pixels, box: Box, hand: Hand, dpi: tuple[float, float], draw: Stream) -> None:
    """Draw one or two wandering strokes through a box, beyond its left and right edges."""
    left, top, right, bottom = box
    height, thick = bottom - top, max(1.0, STROKE * dpi[1] + hand.pen / 3)
    for _ in range(draw.between(1, 2)):
        climb = draw.uniform(-0.12, 0.12) * height
        middle = top + height * draw.uniform(0.42, 0.62) - climb / 2
        points = [middle + climb * i / 8 + draw.uniform(-0.05, 0.05) * height for i in range(9)]
        begin, end = left - draw.uniform(0, 0.4) * height, right + draw.uniform(0, 0.4) * height
        y = np.interp(np.arange(round(begin), round(end)), np.linspace(begin, end, 9), points)
        _line(pixels, y, round(begin), thick, hand.ink)


def _line(pixels: Pixels, y: NDArray[np.float64], begin: int, thick: float, ink: int) -> None:
    """Darken a line of that thickness, given by its height in each column from `begin` on; grey at its edges."""
    height, width = pixels.shape
    cut = slice(max(0, -begin), max(0, width - begin))
    y, begin = y[cut], max(0, begin)
    top, bottom = max(0, int(y.min(initial=height) - thick)), min(height, int(y.max(initial=0) + thick) + 2)
    place = pixels[top:bottom, begin : begin + len(y)]
    if place.size:
        away = np.abs(np.arange(top, bottom)[:, None] + 0.5 - y[None, :])
        cover = np.rint(255 * np.clip(thick / 2 + 0.5 - away, 0, 1)).astype(np.uint16)
        place[:] = (place * (255 - cover) + np.minimum(place, ink) * cover + 127) // 255

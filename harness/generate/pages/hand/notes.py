"""Handwritten notes in the blank areas of a page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from harness.core.seed import Stream
from harness.generate.pages.hand.filling import USUAL
from harness.generate.pages.hand.paper import Box, Room, lay, look_for_room, quad_of
from harness.generate.pages.hand.writing import Hand, Manner, Writing, draw_hand, write
from harness.generate.pages.locale.tables import read_rows
from harness.generate.pages.raster.raster import grey_between
from harness.generate.pages.typesetting.type import OwnFace
from harness.generate.payloads import Page, Word
from harness.generate.registry import op

HEIGHTS = (0.13, 0.2)
"""Minimum and maximum height of a digit in inches (3.3 to 5.1 mm)."""

AROUND = 0.06
"""Minimum distance in inches between a note and existing content."""

TRIES = 40
"""Positions that are tried for a note before it is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Note:
    """A handwritten line, its start position, and its box."""

    writing: Writing
    x: int
    y: int
    box: Box


@op("hand.notes", layer="page", kind="nested", by_hand=True)
def notes(page: Page, severity: int, draw: Stream, hands: Sequence[OwnFace] = ()) -> Page:
    """Write short notes by hand into margins and other blank areas, along the lines or up the page.

    severity: 1 to 10 notes; nested. One hand and one pen per page, digits 3.3 to 5.1 mm high. Notes never cover print,
    at most a light shade. Some notes contain a date or an amount that is not the page's. A note without room is left
    out, and so are all notes on a page without print.
    Source: our own wording (fixtures/tables/hand_notes.tsv), drawn with fonts (simulated handwriting); values are read
    from elsewhere on the page (MicrosoftDocs/azure-docs#53891).
    """
    hand = draw_hand(draw.child("hand"), hands)
    if int(page.pixels.min(initial=255)) >= grey_between(page.pixels, 0.8):
        return page
    room, pixels, taken, words = look_for_room(page.pixels), page.pixels.copy(), list[Box](), list[Word]()
    texts = draw.child("texts").order(len(_texts()))
    for number in texts[:severity]:
        note = _find_place(page, hand, room, taken, _texts()[number], draw.child("note", number))
        if note is not None:
            lay(pixels, note.writing, note.x, note.y, hand.ink)
            taken.append(note.box)
            words += _words(note)
    return replace(page, pixels=pixels, words=(*page.words, *words)) if taken else page


@lru_cache(maxsize=1)
def _texts() -> tuple[str, ...]:
    return tuple(text for _, text, _ in read_rows("hand_notes")[1:])


def _find_place(page: Page, hand: Hand, room: Room, taken: list[Box], text: str, draw: Stream) -> _Note | None:
    """A note at the first blank one of some random positions."""
    across, down = page.dpi
    manner = Manner(height=draw.uniform(*HEIGHTS) * down, squeeze=across / down, loose=USUAL)
    up = draw.below(4) == 0 and across == down
    writing = write(text, hand, manner, draw.child("writing"))
    if up:
        writing = _turned(writing)
    edge = AROUND * across
    for x, y in _places(writing, room, draw):
        height, width = writing.ink.shape
        left, top = x + writing.left, y + writing.top
        box = (left - edge, top - edge, left + width + edge, top + height + edge)
        if room.free(box) and not any(_meet(box, other) for other in taken):
            return _Note(writing=writing, x=x, y=y, box=box)
    return None


def _places(writing: Writing, room: Room, draw: Stream) -> Iterator[tuple[int, int]]:
    """Possible positions of the note, anywhere on the page."""
    height, width = writing.ink.shape
    for _ in range(TRIES):
        x = draw.between(0, max(0, room.width - width)) - writing.left
        yield x, draw.between(0, max(0, room.height - height)) - writing.top


def _turned(writing: Writing) -> Writing:
    """The line turned so that it reads up the page."""
    words = tuple((word, (box[1], -box[2], box[3], -box[0])) for word, box in writing.words)
    ink = np.ascontiguousarray(np.rot90(writing.ink))
    return Writing(ink=ink, left=writing.top, top=-(writing.left + writing.ink.shape[1]), words=words)


def _words(note: _Note) -> Iterator[Word]:
    for text, box in note.writing.words:
        here = (box[0] + note.x, box[1] + note.y, box[2] + note.x, box[3] + note.y)
        yield Word(text=text, field="", quad=quad_of(here))


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]

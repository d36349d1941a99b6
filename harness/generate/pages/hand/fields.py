"""The labelled fields of a page, each written by hand in place of its print."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from harness.core.seed import Stream
from harness.generate.pages.hand.paper import Box, box_of, erase, lay, quad_of
from harness.generate.pages.hand.writing import Hand, Manner, Writing, draw_hand, write
from harness.generate.pages.raster.raster import grey_between
from harness.generate.pages.typesetting.type import OwnFace, holds
from harness.generate.payloads import Page, Pixels, Word

TALLER = 0.95
"""Height of a handwritten digit relative to the box of the printed line, which includes ascenders and a margin."""

MIN_INCHES, MAX_INCHES = 0.12, 0.19
"""Minimum and maximum height of a handwritten digit in inches (3 to 4.8 mm), as usual on forms."""

BESIDE = 0.1
"""Inches by which a neatly written value may exceed its print on each side; a longer value is written narrower."""


CLOSE = 0.2
"""Distance in inches within which other content counts as close to a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A labelled value on a page, with its printed words."""

    name: str
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The printed value."""
        return " ".join(word.text for word in self.words)


def hand_for(page: Page, draw: Stream, own: Sequence[OwnFace] = ()) -> Hand:
    """One person's hand for the page, in the face that has the letters of most fields."""
    hand = draw_hand(draw, own)
    names = dict.fromkeys(word.field for word in page.words if word.field)
    texts = ["".join(word.text for word in page.words if word.field == name) for name in names]
    held = {face: sum(holds(face, text) for text in texts) for face in hand.faces}
    return replace(hand, faces=tuple(sorted(hand.faces, key=lambda face: -held[face])))


def fields_of(page: Page, hand: Hand) -> list[Field]:
    """The fields with known, legible and adjacent words that this hand can write, in page order."""
    found: list[Field] = []
    for name in dict.fromkeys(word.field for word in page.words if word.field):
        places = [i for i, word in enumerate(page.words) if word.field == name]
        words = tuple(page.words[i] for i in places)
        together = places == list(range(places[0], places[0] + len(places)))
        field = Field(name=name, words=words)
        if together and _has_size(box_of(words)) and _one_each(field) and hand.face_for(field.text):
            found.append(field)
    return found


def _has_size(box: Box) -> bool:
    return box[2] - box[0] >= 1 and box[3] - box[1] >= 1


def _one_each(field: Field) -> bool:
    """Whether each word is legible, and is a single word in handwriting too."""
    return all(word.legible and word.text and not any(char.isspace() for char in word.text) for word in field.words)


def manner_of(field: Field, page: Page, loose: float, over: Mapping[int, str] | None = None) -> Manner:
    """How a value is written in place of its print."""
    left, top, right, bottom = box_of(field.words)
    across, down = page.dpi
    height = min(MAX_INCHES * down, max(MIN_INCHES * down, TALLER * (bottom - top)))
    return Manner(height=height, squeeze=across / down, loose=loose, room=right - left + 2 * BESIDE * across, over=over)


def write_field(pixels: Pixels, field: Field, page: Page, hand: Hand, manner: Manner, draw: Stream) -> tuple[Word, ...]:
    """Remove a field's print and write its value there; returns its words at their new positions.

    The line grows away from a close neighbour, such as the side of a box, else to both sides.
    """
    left, top, right, bottom = box_of(field.words)
    writing = write(field.text, hand, manner, draw)
    erase(pixels, (left, top, right, bottom))
    x = round(left + _leaning(page, (left, top, right, bottom)) * (right - left - _width(writing)) - _left(writing))
    y = round((top + bottom + manner.height) / 2)
    lay(pixels, writing, x, y, hand.ink)
    return moved_words(writing, field, x, y)


def _leaning(page: Page, box: Box) -> float:
    """The alignment of a line in its place: 0 left, 1 right, values between them in the middle."""
    left, top, right, bottom = (round(edge) for edge in box)
    reach, level = round(CLOSE * page.dpi[0]), grey_between(page.pixels, 0.8)
    rows = page.pixels[max(0, top) : max(0, bottom)]
    before = rows[:, max(0, left - reach) : max(0, left)].min(initial=255) < level
    behind = rows[:, max(0, right) : max(0, right + reach)].min(initial=255) < level
    return 0.5 if before == behind else float(behind)


def moved_words(writing: Writing, field: Field, x: int, y: int) -> tuple[Word, ...]:
    """The field's words at the boxes of a line that begins at x, y."""
    boxes = [(box[0] + x, box[1] + y, box[2] + x, box[3] + y) for _, box in writing.words]
    return tuple(replace(word, quad=quad_of(box)) for word, box in zip(field.words, boxes, strict=True))


def with_field(page: Page, field: Field, words: tuple[Word, ...]) -> Page:
    """The page with the words of this field replaced."""
    first = next(i for i, word in enumerate(page.words) if word.field == field.name)
    return replace(page, words=(*page.words[:first], *words, *page.words[first + len(field.words) :]))


def _left(writing: Writing) -> float:
    return min(box[0] for _, box in writing.words)


def _width(writing: Writing) -> float:
    return max(box[2] for _, box in writing.words) - _left(writing)

"""The lines of text on a page, with the place of each character."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from harness.core.sample import Box

NARROW, WIDE = ".,:;'!|()[]/-ilIjtfr", "mwMWO@%&QGD"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenWord:
    """A word as a text layer or an OCR gives it. box: shares of the page's width and height."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a page: its words with one space between them, and a box for each character.

    pixels: whether an OCR read it.
    """

    text: str
    boxes: tuple[Box, ...]
    page: int = 0
    slope: float = 0.0
    pixels: bool = False

    def box(self, start: int, end: int) -> Box:
        """The box around some characters."""
        return around(self.boxes[start:end])


def around(boxes: Sequence[Box]) -> Box:
    """The box around some boxes."""
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)


def as_line(words: Sequence[SeenWord], page: int, slope: float = 0.0) -> Line:
    """The words of an OCR as a line. The characters of a word share its width by how wide they usually are."""
    text, boxes = "", list[Box]()
    for word in words:
        if text:
            text += " "
            boxes.append((boxes[-1][2], word.box[1], word.box[0], word.box[3]))
        text += word.text
        boxes += _parts(word)
    return Line(text=text, boxes=tuple(boxes), page=page, slope=slope, pixels=True)


def _parts(word: SeenWord) -> Iterable[Box]:
    left, top, right, bottom = word.box
    edges = [0.0, *accumulate(_wide(char) for char in word.text)]
    across = [left + (right - left) * edge / edges[-1] for edge in edges]
    return ((a, top, b, bottom) for a, b in pairwise(across))


def _wide(char: str) -> float:
    """The usual width of a character in widths of a digit."""
    return 0.5 if char in NARROW else 1.5 if char in WIDE else 1.0

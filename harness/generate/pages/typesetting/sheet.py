"""A sheet to set type on. It keeps the pixels, and the ink box of every word."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from unicodedata import bidirectional

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from harness.generate.pages.typesetting.type import BUNDLED, Face, Run, Typeface, load_font, split_runs
from harness.generate.payloads import Page, Word

DPI = 200
WIDTH, HEIGHT = 1654, 2339
"""A4 at 200 dpi, in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a text is set. size: pixels per em. grey: 0 black .. 255. language: selects the form of Han characters."""

    size: int
    bold: bool = False
    grey: int = 0
    language: str = ""


@dataclass(slots=True)
class Sheet:
    """A white page under construction; `page()` returns the result. typeface: the typeface of its texts."""

    typeface: Typeface = BUNDLED
    image: Image.Image = field(default_factory=lambda: Image.new("L", (WIDTH, HEIGHT), 255))
    words: list[Word] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, style: Style, *, name: str = "", right: bool = False) -> None:
        """Set one line with its baseline at y, beginning at x or, with `right`, ending there.

        name: the labelled field that the words belong to.
        """
        size = self.typeface.size(style.size)
        runs = [(run, load_font(run.face, size)) for run in self.runs(text, style)]
        lengths = [length(run.text, run.face, size) for run, _ in runs]
        # Whole pixels: a glyph of one size then has the same pixels in every position, as in a typesetter's raster.
        x = round(x - sum(lengths)) if right else round(x)
        for (run, font), advance in zip(runs, lengths, strict=True):
            self._run(x, y, run, font, style, name)
            x += round(advance)

    def runs(self, text: str, style: Style) -> tuple[Run, ...]:
        """The text cut into pieces that one face sets each."""
        return split_runs(text, bold=style.bold, language=style.language, typeface=self.typeface)

    def wide(self, text: str, style: Style) -> float:
        """The width of a line in pixels."""
        size = self.typeface.size(style.size)
        return sum(length(run.text, run.face, size) for run in self.runs(text, style))

    def _run(self, x: float, y: float, run: Run, font: ImageFont.FreeTypeFont, style: Style, name: str) -> None:
        ImageDraw.Draw(self.image).text((x, y), run.text, fill=style.grey, font=font, anchor="ls")
        for word, offset in place_words(run, self.typeface.size(style.size)):
            left, top, right, bottom = font.getbbox(word, anchor="ls")
            a, b, c, d = x + offset + left - 1, y + top - 1, x + offset + right + 1, y + bottom + 1
            self.words.append(Word(text=word, field=name, quad=(a, b, c, b, c, d, a, d)))

    def column(self, x: float, y: float, text: str, style: Style, *, name: str = "") -> None:
        """Set one line from top to bottom with its middle at x, beginning at y. Marks and brackets stay upright.

        The text is one word with one box, set by one face. Pillow sets only one column (issue 4945).
        """
        (run,) = self.runs(text, style)
        font = load_font(run.face, self.typeface.size(style.size))
        place = (round(x), round(y))
        ImageDraw.Draw(self.image).text(place, text, fill=style.grey, font=font, anchor="mt", direction="ttb")
        left, top, right, bottom = font.getbbox(text, anchor="mt", direction="ttb")
        a, b, c, d = place[0] + left - 1, place[1] + top - 1, place[0] + right + 1, place[1] + bottom + 1
        self.words.append(Word(text=text, field=name, quad=(a, b, c, b, c, d, a, d)))

    def rule(self, x0: int, y: int, x1: int, *, thick: int = 2, grey: int = 0) -> None:
        """A horizontal line from x0 to x1, `thick` pixels down from y."""
        self.box(x0, y, x1, y + thick, grey=grey)

    def box(self, x0: int, y0: int, x1: int, y1: int, *, grey: int) -> None:
        """A filled rectangle, right and bottom excluded."""
        ImageDraw.Draw(self.image).rectangle((x0, y0, x1 - 1, y1 - 1), fill=grey)

    def page(self) -> Page:
        """The page in its present state."""
        pixels = np.array(self.image, dtype=np.uint8)
        pixels.setflags(write=False)
        return Page(pixels=pixels, dpi=(float(DPI), float(DPI)), words=tuple(self.words))


@lru_cache(maxsize=4096)
def length(text: str, face: Face, size: int) -> float:
    """The advance of a text in pixels."""
    return load_font(face, size).getlength(text)


def place_words(run: Run, size: int) -> Iterator[tuple[str, float]]:
    """Each word of a run with its distance from the run's left edge.

    A right-to-left line with figures or Latin is one word, because only the layout engine knows the positions of its
    parts, and a wrong box is worse than a wide one.
    """
    backwards = any(bidirectional(char) in ("R", "AL") for char in run.text)
    if backwards and any(bidirectional(char) in ("L", "EN", "AN") for char in run.text):
        yield run.text, 0.0
        return
    whole, at = length(run.text, run.face, size), 0
    for word in run.text.split():
        at = run.text.index(word, at)
        before = length(run.text[:at], run.face, size) if at else 0.0
        yield word, whole - before - length(word, run.face, size) if backwards else before
        at += len(word)

"""Documents in a team's own typefaces: choose one for a document, and check that everything fits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

import numpy as np

from harness.core.seed import Stream
from harness.generate.pages.typesetting.type import BUNDLED, Family, NoGlyphError, OwnFace, Typeface
from harness.generate.payloads import Page, Word

BUNDLED_NAME = "bundled"

SCALES = (1.0, 0.9, 0.8, 0.7)
"""Scales that are tried for a family, in order: wide type is set smaller on a printed form, as far as it is legible."""

TOUCH = 6
"""Pixels by which the boxes of two words may overlap: they have a margin of one pixel, and ascenders reach high."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fonts:
    """A team's own fonts, ordered by content; paths and the order of a listing do not matter.

    where: their folder, "" for none. families: for print. hands: for handwriting. left_out: other entries of the
    folder.
    """

    where: str = field(default="", compare=False)
    families: tuple[Family, ...] = ()
    hands: tuple[OwnFace, ...] = ()
    left_out: tuple[str, ...] = field(default=(), compare=False)

    def digest(self) -> str:
        """Digest of their content; "" without fonts."""
        keys = [*(f"print {one.key}" for one in self.families), *(f"hand {one.key}" for one in self.hands)]
        return sha256("\n".join(keys).encode()).hexdigest() if keys else ""


NO_FONTS = Fonts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Typeset:
    """Pages in type. face: the name of the family, BUNDLED_NAME for the bundled faces; "" if there is no typeface."""

    pages: tuple[Page, ...]
    face: str


def typeset(make: Callable[[Typeface], tuple[Page, ...]], fonts: Fonts, draw: Stream) -> Typeset:
    """The document that `make` sets, in one of the families or in the bundled faces, each equally likely.

    If a family lacks a glyph, or words would overlap in it, the next one is used. A new family in the folder changes
    only the documents that it gets. Characters that the bundled faces lack are set from any family of the folder.
    """
    if not fonts.families:
        return Typeset(pages=make(BUNDLED), face="")
    for family in _order(fonts.families, draw):
        if family is None:
            break
        pages = _set_in(family, make)
        if pages:
            return Typeset(pages=pages, face=family.name)
    more = tuple(family.regular for family in fonts.families)
    return Typeset(pages=make(Typeface(more=more)), face=BUNDLED_NAME)


def _order(families: Sequence[Family], draw: Stream) -> list[Family | None]:
    """The families and the bundled faces (None) in an order of the document's own, from a stream of each."""
    keyed: list[tuple[str, Family | None]] = [("", None), *((one.key, one) for one in families)]
    ranked = sorted(keyed, key=lambda one: (draw.child("face", one[0]).bits(), one[0]))
    return [family for _, family in ranked]


def _set_in(family: Family, make: Callable[[Typeface], tuple[Page, ...]]) -> tuple[Page, ...]:
    """The pages in the largest size in which every word fits; none if a word does not fit or a glyph is missing."""
    for scale in SCALES:
        try:
            pages = make(Typeface(family=family, scale=scale))
        except NoGlyphError:
            return ()
        if all(_tidy(page) for page in pages):
            return pages
    return ()


def _tidy(page: Page) -> bool:
    """Whether every word is on the page, and no two overlap."""
    boxes = np.array([_box(word) for word in page.words]).reshape(-1, 4)
    height, width = page.pixels.shape
    if (boxes[:, :2] < 0).any() or (boxes[:, 2] > width).any() or (boxes[:, 3] > height).any():
        return False
    low, high = (np.maximum(boxes[:, None, :2], boxes[None, :, :2]), np.minimum(boxes[:, None, 2:], boxes[None, :, 2:]))
    deep = np.triu((high - low).min(axis=2), k=1)
    return bool((deep <= TOUCH).all())


def _box(word: Word) -> tuple[float, float, float, float]:
    return min(word.quad[::2]), min(word.quad[1::2]), max(word.quad[::2]), max(word.quad[1::2])

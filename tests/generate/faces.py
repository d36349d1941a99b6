"""Fonts of nobody, made of the bundled ones: other names, wider, leaning, or with glyphs left out."""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from fontTools.misc.transform import Transform
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from harness.core.loading.shipped import shipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """How a face differs from the bundled one that it is cut from.

    wide: scale of its letters and of the room each takes. lean: how far the top goes right, as a share of the height.
    without: characters that it does not map. empty: that it maps to nothing. boxed: that it maps to the box. renamed:
    characters, each with another that gets its glyph. drop: tables that it does not have.
    units: by how much smaller all of it is drawn.
    """

    name: str
    style: str = "Regular"
    source: str = "NotoSans-Regular"
    wide: float = 1.0
    lean: float = 0.0
    without: str = ""
    empty: str = ""
    boxed: str = ""
    units: int = 1
    renamed: tuple[tuple[str, str], ...] = ()
    drop: tuple[str, ...] = ()


def cut_face(path: Path, cut: Cut) -> Path:
    """Write the face to that path; the same bytes each time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_face(cut))
    return path


@lru_cache(maxsize=16)
def _face(cut: Cut) -> bytes:
    font = TTFont(shipped("fixtures") / "fonts" / f"{cut.source}.ttf", recalcTimestamp=False)
    if cut.wide != 1 or cut.lean or cut.empty:
        _bend(font, cut)
    for table in font["cmap"].tables:
        for char in cut.without:
            table.cmap.pop(ord(char), None)
        table.cmap.update({ord(char): ".notdef" for char in cut.boxed if ord(char) in table.cmap})
        table.cmap.update({ord(new): table.cmap[ord(old)] for old, new in cut.renamed if ord(old) in table.cmap})
    for tag in cut.drop:
        del font[tag]
    font["head"].unitsPerEm *= cut.units
    _rename(font, cut)
    file = BytesIO()
    font.save(file)
    return file.getvalue()


def _bend(font: Any, cut: Cut) -> None:
    glyphs, cmap, metrics = font.getGlyphSet(), font.getBestCmap(), font["hmtx"]
    empty = {cmap[ord(char)] for char in cut.empty}
    bend = Transform(cut.wide, 0, cut.lean, 1, 0, 0)
    drawn = {}
    for name in font.getGlyphOrder():
        pen = TTGlyphPen(None)
        if name not in empty:
            glyphs[name].draw(_Flat(TransformPen(pen, bend), glyphs))
        drawn[name] = pen.glyph()
    for name, glyph in drawn.items():
        font["glyf"][name] = glyph
        advance, _ = metrics[name]
        metrics[name] = (round(advance * cut.wide), getattr(glyph, "xMin", 0) if glyph.numberOfContours else 0)


class _Flat:
    """A pen that draws what composite glyphs are made of."""

    def __init__(self, pen: Any, glyphs: Any) -> None:
        self._pen, self._glyphs = pen, glyphs

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pen, name)

    def addComponent(self, name: str, transform: Any) -> None:
        self._glyphs[name].draw(_Flat(TransformPen(self._pen, transform), self._glyphs))


def _rename(font: Any, cut: Cut) -> None:
    table = font["name"]
    table.names = []
    full = f"{cut.name} {cut.style}"
    for number, text in ((1, cut.name), (2, cut.style), (4, full), (6, full.replace(" ", "-"))):
        table.setName(text, number, 3, 1, 0x409)

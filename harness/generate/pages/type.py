"""Type: the bundled fonts, and which of them can set a text. Pillow has no font fallback, so it is done here."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

from PIL import ImageFont, features

from harness.core.errors import HarnessError, PackError
from harness.core.shipped import shipped

FACES = (
    "NotoSans-{weight}",
    "NotoSansArabic-Regular",
    "NotoSansHebrew-Regular",
    "NotoSansDevanagari-Regular",
    "NotoSansThai-Regular",
    "NotoSansSC-Regular",
    "NotoSansJP-Regular",
    "NotoSansKR-Regular",
)
"""In order of preference. A script font also holds plain Latin, so a mixed line seldom needs two."""

OF_LANGUAGE = MappingProxyType({"zh": "NotoSansSC-Regular", "ja": "NotoSansJP-Regular", "ko": "NotoSansKR-Regular"})
"""One code point is written in different ways in China, Japan and Korea: the language chooses the face."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A piece of text that one face sets."""

    text: str
    face: str


@lru_cache(maxsize=1)
def engine() -> ImageFont.Layout:
    """Raqm, named explicitly everywhere: the basic engine sets other pixels, and Arabic and Hindi wrongly."""
    if not features.check("raqm"):
        raise HarnessError(
            "this build of Pillow has no Raqm, without which pages cannot be set the same everywhere\n"
            "  install a wheel from PyPI: pip install --force-reinstall --only-binary :all: pillow"
        )
    return ImageFont.Layout.RAQM


@lru_cache(maxsize=64)
def load_font(face: str, size: int) -> ImageFont.FreeTypeFont:
    """The bundled face at `size` pixels an em."""
    return ImageFont.truetype(str(_file(face)), size, layout_engine=engine())


def _file(face: str) -> Path:
    """TrueType outlines, or for Chinese, Japanese and Korean PostScript ones."""
    folder = shipped("fixtures") / "fonts"
    return folder / f"{face}.{'otf' if face in OF_LANGUAGE.values() else 'ttf'}"


def split_runs(text: str, *, bold: bool = False, language: str = "") -> tuple[Run, ...]:
    """The text cut into runs, from left to right; one run where a single face holds it all.

    language: which of the faces for Han characters goes first.
    Raises PackError for a character that no bundled face holds: a box instead of a letter would be a wrong truth.
    """
    faces = [face.format(weight="Bold" if bold else "Regular") for face in FACES]
    faces.sort(key=lambda face: face == OF_LANGUAGE.get(language), reverse=language in OF_LANGUAGE)
    whole = next((face for face in faces if covered(face).issuperset(text)), None)
    if whole is not None:
        return (Run(text=text, face=whole),)
    chosen = zip(text, _choose(text, faces), strict=True)
    return tuple(
        Run(text="".join(char for char, _ in group), face=face) for face, group in groupby(chosen, key=lambda c: c[1])
    )


def _choose(text: str, faces: list[str]) -> Iterator[str]:
    """A face for each character; the one in use goes on as long as it can, so that marks stay with their letter."""
    face = faces[0]
    for char in text:
        if char not in covered(face):
            face = next((f for f in faces if char in covered(f)), "")
        if not face:
            raise PackError(
                f"no bundled font has a glyph for {char!r} (U+{ord(char):04X}) in {text!r}\n"
                "  the scripts they hold are listed in fixtures/fonts/README.md"
            )
        yield face


@lru_cache(maxsize=16)
def covered(face: str) -> frozenset[str]:
    """The characters that a face holds, read from its cmap table."""
    return frozenset(chr(code) for code in read_cmap(_file(face).read_bytes()))


def read_cmap(data: bytes) -> Iterator[int]:
    """The code points of a TrueType or OpenType file whose cmap has a subtable of format 4, as ours have."""
    cmap = _table(data, b"cmap")
    for i in range(_u16(cmap, 2)):
        start = int.from_bytes(cmap[8 + 8 * i : 12 + 8 * i], "big")
        if _u16(cmap, start) == 4:
            yield from _format_4(cmap[start:])
            return


def _table(data: bytes, tag: bytes) -> bytes:
    for i in range(_u16(data, 4)):
        entry = data[12 + 16 * i : 28 + 16 * i]
        if entry[:4] == tag:
            start, size = int.from_bytes(entry[8:12], "big"), int.from_bytes(entry[12:16], "big")
            return data[start : start + size]
    raise PackError(f"not a TrueType or OpenType font: it has no table {tag.decode()}")


def _format_4(table: bytes) -> Iterator[int]:
    """Segments end at `ends`, start at `starts`; a character whose glyph is 0 is missing all the same."""
    count = _u16(table, 6) // 2
    ends, starts, deltas, offsets = 14, 16 + 2 * count, 16 + 4 * count, 16 + 6 * count
    for i in range(0, 2 * count, 2):
        first, last = _u16(table, starts + i), _u16(table, ends + i)
        delta, offset = _u16(table, deltas + i), _u16(table, offsets + i)
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = _u16(table, offsets + i + offset + 2 * (code - first)) if offset else code
            if glyph and (glyph + delta) % 0x10000:
                yield code


def _u16(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "big")

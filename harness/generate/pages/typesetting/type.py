"""Typefaces: the bundled ones and a team's own, and which of them can set a text. Pillow has no font fallback."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from unicodedata import bidirectional, category

from PIL import ImageFont, features

from harness.core.errors import HarnessError, PackError
from harness.core.loading.shipped import shipped
from harness.generate.pages.typesetting.sfnt import read_cmap

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
"""Bundled faces in order of preference. Script fonts contain basic Latin too, so mixed lines rarely need two fonts."""

OF_LANGUAGE = MappingProxyType({"zh": "NotoSansSC-Regular", "ja": "NotoSansJP-Regular", "ko": "NotoSansKR-Regular"})
"""China, Japan and Korea write the same code point differently, so the language selects the face."""

LOOKED_AT = 40
"""Pixels per em at which a glyph of a team's own face is checked."""

LARGEST = 16
"""Maximum width or height of a glyph of a team's own face in ems; a larger one is damaged and would fill the memory."""

NOBODYS = "\U0010fffd"
"""A character that no font contains; fonts draw their missing-glyph box for it."""

SMALLEST = 14
"""Minimum type size in pixels per em, 5 points at 200 dpi: no printed form uses a smaller one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFace:
    """A face of a team's own, identified by the content of its file.

    digest: SHA-256 of the file. index: which face of a collection, else 0. start: offset of its table directory in the
    file. name: its own name without the style.
    """

    digest: str
    index: int = 0
    start: int = field(default=0, compare=False)
    path: Path = field(compare=False)
    name: str = field(compare=False)
    bold: bool = field(default=False, compare=False)

    @property
    def key(self) -> str:
        """Its name among all faces, derived from the content only."""
        return f"{self.digest}#{self.index}"


Face = str | OwnFace
"""Name of a bundled face, or a team's own face."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A face of a team's own in both weights. A single weight is used for both."""

    name: str
    regular: OwnFace
    bold: OwnFace

    @property
    def key(self) -> str:
        """Its name among all families, derived from the content only."""
        return f"{self.regular.key} {self.bold.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typeface:
    """The typeface of a document: a family of the team's own, or the bundled faces (None).

    scale: factor for sizes. more: faces for characters that no bundled one has.
    """

    family: Family | None = None
    scale: float = 1.0
    more: tuple[OwnFace, ...] = ()

    def size(self, size: int) -> int:
        """The size of the family that corresponds to `size` pixels per em of the bundled faces."""
        return size if self.scale == 1.0 else max(min(size, SMALLEST), round(size * self.scale))


BUNDLED = Typeface()


class NoGlyphError(PackError):
    """No face can set a character. A box instead of a letter would make the truth wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A piece of text that one face sets."""

    text: str
    face: Face


@lru_cache(maxsize=1)
def engine() -> ImageFont.Layout:
    """Raqm, named explicitly everywhere: the basic engine gives other pixels, and wrong Arabic and Hindi."""
    if not features.check("raqm"):
        raise HarnessError(
            "this build of Pillow has no Raqm, which is needed to set pages the same everywhere\n"
            "  install a wheel from PyPI: pip install --force-reinstall --only-binary :all: pillow"
        )
    return ImageFont.Layout.RAQM


@lru_cache(maxsize=128)
def load_font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    """The face at `size` pixels per em. HarnessError if an own file has changed since it was read."""
    if isinstance(face, str):
        return ImageFont.truetype(str(_file(face)), size, layout_engine=engine())
    _read(face)
    return ImageFont.truetype(str(face.path), size, index=face.index, layout_engine=engine())


def _file(face: str) -> Path:
    """TrueType outlines; for Chinese, Japanese and Korean PostScript ones."""
    folder = shipped("fixtures") / "fonts"
    return folder / f"{face}.{'otf' if face in OF_LANGUAGE.values() else 'ttf'}"


def _read(face: OwnFace) -> bytes:
    """The file of an own face, checked against its digest: every page must follow from the digest."""
    try:
        data = face.path.read_bytes()
    except OSError as reason:
        raise HarnessError(f"{face.path}: the font can no longer be read: {reason.strerror}") from None
    if sha256(data).hexdigest() != face.digest:
        raise HarnessError(f"{face.path}: the font changed while it was in use\n  run the command again")
    return data


def split_runs(text: str, *, bold: bool = False, language: str = "", typeface: Typeface = BUNDLED) -> tuple[Run, ...]:
    """The text cut into runs, from left to right; one run if a single face has all characters.

    language: selects the first of the bundled faces for Han characters.
    Raises NoGlyphError for a character that no face has, or that a team's own family lacks.
    """
    family = typeface.family
    own: list[Face] = [family.bold if bold else family.regular] if family else []
    faces = [*(own or _bundled(bold=bold, language=language)), *typeface.more]
    whole = next((face for face in faces if holds(face, text)), None)
    if whole is not None:
        return (Run(text=text, face=whole),)
    chosen = zip(text, _choose(text, faces), strict=True)
    return tuple(
        Run(text="".join(char for char, _ in group), face=face) for face, group in groupby(chosen, key=lambda c: c[1])
    )


def _bundled(*, bold: bool, language: str) -> list[Face]:
    faces: list[Face] = [face.format(weight="Bold" if bold else "Regular") for face in FACES]
    faces.sort(key=lambda face: face == OF_LANGUAGE.get(language), reverse=language in OF_LANGUAGE)
    return faces


def _choose(text: str, faces: list[Face]) -> Iterator[Face]:
    """A face for each character. The current face continues as long as it can, so that marks stay with their letter."""
    face: Face | None = faces[0]
    for char in text:
        if face is None or not holds(face, char):
            face = next((f for f in faces if holds(f, char)), None)
        if face is None:
            raise NoGlyphError(
                f"no bundled font has a glyph for {char!r} (U+{ord(char):04X}) in {text!r}\n"
                "  fixtures/fonts/README.md lists their scripts; add your own fonts with --font-dir"
            )
        yield face


def holds(face: Face, text: Collection[str]) -> bool:
    """Whether the face can set every character of the text.

    For an own face its rendering is checked too: no ink, the box, or unjoined Arabic letters would be wrong.
    """
    if not covered(face).issuperset(text):
        return False
    return isinstance(face, str) or all(_is_drawn(face, char) for char in set(text))


@lru_cache(maxsize=256)
def covered(face: Face) -> frozenset[str]:
    """The characters that a face maps to a glyph, read from its cmap table."""
    codes = read_cmap(_file(face).read_bytes()) if isinstance(face, str) else read_cmap(_read(face), face.start)
    return frozenset(map(chr, codes))


@lru_cache(maxsize=1 << 16)
def _is_drawn(face: OwnFace, char: str) -> bool:
    """Whether a mapped character has ink of its own. Characters without ink by nature do not count."""
    if category(char)[0] in "CZ":
        return True
    if bidirectional(char) == "AL" and not _joins(face):
        return False
    font = load_font(face, LOOKED_AT)
    left, top, right, bottom = font.getbbox(char)
    if max(right - left, bottom - top) > LARGEST * LOOKED_AT:
        return False
    mask = font.getmask(char, mode="L")
    return mask.getbbox() is not None and bytes(mask) != _box(face)


@lru_cache(maxsize=256)
def _box(face: OwnFace) -> bytes:
    return bytes(load_font(face, LOOKED_AT).getmask(NOBODYS, mode="L"))


@lru_cache(maxsize=256)
def _joins(face: OwnFace) -> bool:
    """Whether the face joins two Arabic letters."""
    joined, apart = (bytes(load_font(face, LOOKED_AT).getmask(text, mode="L")) for text in ("بب", "ب\u200cب"))
    return joined != apart

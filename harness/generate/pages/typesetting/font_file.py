"""One file of a team's own fonts, with its faces. Errors are reported before anything is set in it."""

from hashlib import sha256
from pathlib import Path

from PIL import ImageFont

from harness.core.errors import ConfigError
from harness.generate.pages.typesetting.sfnt import read_name, tables_of
from harness.generate.pages.typesetting.type import LOOKED_AT, OwnFace, engine

SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")

LARGEST = 64 << 20
"""Maximum size of a font file in bytes. Fonts with all Han characters have up to 40 MB."""

MAX_FACES = 32
"""Maximum number of faces in a collection."""

COLLECTION, SINGLE = b"ttcf", (b"\0\1\0\0", b"OTTO", b"true")
"""First four bytes of a font collection, and of a file with a single face."""

OUTLINES = {b"glyf", b"CFF ", b"CFF2"}
"""Tables with scalable outlines."""

PLAIN = ("regular", "roman", "book", "normal")
"""Style words that are left out of a name, because they distinguish no face."""

FAMILY, STYLE = (16, 1), (17, 2)
"""Name IDs in order of preference: the typographic name, else the legacy name of four styles."""

LONGEST = 64
"""Maximum length of a name in characters; the rest is cut off."""

OTHERWISE = "  replace it, or remove it from the folder"


def read_faces(path: Path) -> list[OwnFace]:
    """The faces of the file; several in a collection. ConfigError if none can be used."""
    data = _content(path)
    digest = sha256(data).hexdigest()
    return [_face(path, data, digest, place) for place in enumerate(_starts(path, data))]


def _content(path: Path) -> bytes:
    """The content of the file. A pipe or a device, which would not end, is never opened."""
    try:
        size = path.resolve(strict=True).stat().st_size
        if not path.is_file():
            raise ConfigError(f"{path}: is not a regular file\n{OTHERWISE}")
        if size > LARGEST:
            raise ConfigError(
                f"{path}: has {size >> 20} MB, more than the maximum of {LARGEST >> 20} MB for a font\n{OTHERWISE}"
            )
        return path.read_bytes()
    except (OSError, RuntimeError) as reason:
        why = getattr(reason, "strerror", None) or "its links form a loop"
        raise ConfigError(f"{path}: cannot be read: {why}\n{OTHERWISE}") from None


def _starts(path: Path, data: bytes) -> list[int]:
    """The positions of the table directory of each face in the file."""
    if data[:4] in SINGLE:
        return [0]
    if data[:3] == b"wOF":
        raise ConfigError(f"{path}: is a web font\n  convert it: fonttools ttLib {path.name} -o NAME.ttf")
    if data[:4] != COLLECTION:
        what = f"it begins with {data[:4]!r}" if data else "it is empty"
        raise ConfigError(f"{path}: is not a TrueType or OpenType font ({what})\n{OTHERWISE}")
    count = int.from_bytes(data[8:12], "big")
    starts = [int.from_bytes(data[12 + 4 * i : 16 + 4 * i], "big") for i in range(min(count, MAX_FACES + 1))]
    if not 0 < count <= MAX_FACES or max(starts) >= len(data):
        raise ConfigError(f"{path}: is a broken collection of fonts\n{OTHERWISE}")
    return starts


def _face(path: Path, data: bytes, digest: str, place: tuple[int, int]) -> OwnFace:
    index, start = place
    tables = tables_of(data, start)
    for tag, (_, end) in tables.items():
        if end > len(data):
            shown = _plain(tag.decode("ascii", "replace")).strip()
            raise ConfigError(
                f"{path}: is truncated: its table {shown} ends at byte {end}, the file at byte {len(data)}\n"
                "  copy it again"
            )
    if not OUTLINES & tables.keys():
        raise ConfigError(f"{path}: has no outlines, only bitmaps in fixed sizes at most\n{OTHERWISE}")
    try:
        ImageFont.truetype(str(path), LOOKED_AT, index=index, layout_engine=engine())
    except (OSError, ValueError) as reason:
        raise ConfigError(f"{path}: cannot be used as a font: {reason}\n{OTHERWISE}") from None
    name, bold = _named(data, start, digest)
    return OwnFace(digest=digest, index=index, start=start, path=path, name=name, bold=bold)


def _named(data: bytes, start: int, digest: str) -> tuple[str, bool]:
    """The name of the face without its style, and the style."""
    family, style = (_plain(read_name(data, start, *numbers)) for numbers in (FAMILY, STYLE))
    first, *words = [*(family.split() or ["font", digest[:8]]), *style.split()]
    words = [word for word in words if word.lower() not in PLAIN]
    name = " ".join([first, *(word for word in words if word.lower() != "bold")])
    return name, any(word.lower() == "bold" for word in words)


def _plain(text: str) -> str:
    """A name from a font as a printable line."""
    return "".join(char if char.isprintable() else " " for char in text[:LONGEST])

"""The folder of a team's own fonts: fonts directly in it are for print, those in `hands` for handwriting.

Reading it lists the content. Checking it sets everything once, so that no error appears in the middle of a run.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from PIL import Image

from harness.core.errors import ConfigError, PackError, did_you_mean
from harness.generate.pages.locale.alphabets import alphabets, scripts_in
from harness.generate.pages.typesetting.font_file import SUFFIXES, read_faces
from harness.generate.pages.typesetting.type import LOOKED_AT, Family, OwnFace, covered, holds, load_font
from harness.generate.pages.typesetting.typeset import NO_FONTS, Fonts

HANDS = "hands"
"""Subfolder with the handwriting fonts."""

OTHER = (".woff", ".woff2", ".pfb", ".pfa", ".dfont", ".bdf", ".pcf", ".fon", ".eot")
"""Suffixes of font files that cannot be read; a licence or a list beside the fonts is no error."""

MAX_FONTS = 64
"""Maximum number of fonts in a folder. More are the fonts of a system, not those of a team's documents."""

NAMED, NAMED_GLYPHS, NAMED_SCRIPTS = 3, 12, 8
"""Maximum number of files, missing characters and scripts that a message lists."""

DIGITS = "0123456789"
TALL, WIDE, EM = (0.3, 1.2), (0.2, 1.5), 1000
"""Allowed mean height and width of the digits as shares of the type size, and the size they are measured at. Outside
these limits digits are unreadable or overlap. The bundled fonts have 0.41 to 0.81 and 0.36 to 0.57."""


def read_fonts(where: str) -> Fonts:
    """The fonts of that folder, none for "". Raises ConfigError if it is not a font folder.

    Derived values depend on the content of the files, never on their names, order or location.
    """
    if not where:
        return NO_FONTS
    folder = Path(where)
    _check_folder(folder)
    printed, left_out = _fonts_in(folder)
    written, more = _fonts_in(folder / HANDS) if (folder / HANDS).is_dir() else ([], [])
    if not printed and not written:
        raise ConfigError(
            f"{folder}: contains no font; subfolders are not searched\n"
            f"  put fonts for print into it ({', '.join(SUFFIXES)}), fonts for handwriting into {folder / HANDS}"
        )
    families = _paired(face for path in printed for face in read_faces(path))
    hands = _sorted(face for path in written for face in read_faces(path))
    return Fonts(where=where, families=families, hands=hands, left_out=tuple(dict.fromkeys((*left_out, *more))))


def check_fonts(fonts: Fonts) -> tuple[str, ...]:
    """What the fonts can set, and what was left out. ConfigError for a font that can set nothing or fails."""
    if not fonts.where:
        return ()
    listed = "; ".join((*map(_print, fonts.families), *map(_hand, fonts.hands)))
    names = ", ".join(fonts.left_out[:NAMED]) + (", ..." if len(fonts.left_out) > NAMED else "")
    not_read = (f"{fonts.where}: left out, not fonts by their names: {names}",) if names else ()
    return (f"{fonts.where}: {listed}", *not_read)


def _check_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    if folder.exists():
        raise ConfigError(f"{folder}: is a file\n  give the folder of the fonts: {folder.parent}")
    near: list[str] = []
    with suppress(OSError):
        near = [path.name for path in folder.parent.iterdir() if path.is_dir()]
    hint = did_you_mean(folder.name, near) or f"  give a folder with {', '.join(SUFFIXES)} files"
    raise ConfigError(f"{folder}: no such font folder\n{hint}")


def _fonts_in(folder: Path) -> tuple[list[Path], list[str]]:
    """The fonts directly in a folder, and the names of other entries. Subfolders are not searched."""
    try:
        found = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as reason:
        raise ConfigError(f"{folder}: cannot be read: {reason.strerror}") from None
    for path in found:
        if path.suffix.lower() in OTHER:
            web = (
                f", for example with: fonttools ttLib {path.name} -o {path.stem}.ttf"
                if ".wof" in path.suffix.lower()
                else ""
            )
            raise ConfigError(
                f"{path}: is a font in an unsupported format\n  use its {' or '.join(SUFFIXES[:2])} version{web}"
            )
    fonts = [path for path in found if path.suffix.lower() in SUFFIXES]
    if len(fonts) > MAX_FONTS:
        raise ConfigError(
            f"{folder}: has {len(fonts)} fonts, more than the maximum of {MAX_FONTS}\n"
            "  make a folder with only the fonts of your documents"
        )
    return fonts, [path.name for path in found if path not in fonts and not (path.name == HANDS and path.is_dir())]


def _sorted(faces: Iterable[OwnFace]) -> tuple[OwnFace, ...]:
    """Each face once, in the order of their content digests."""
    return tuple({face.key: face for face in sorted(faces, key=lambda one: one.key)}.values())


def _paired(faces: Iterable[OwnFace]) -> tuple[Family, ...]:
    """Regular and bold of one name as a family. ConfigError for two different faces with the same name and style."""
    found: dict[str, dict[bool, OwnFace]] = {}
    for face in _sorted(faces):
        same = found.setdefault(face.name, {}).setdefault(face.bold, face)
        if same != face:
            paths = sorted(str(one.path) for one in (same, face))
            raise ConfigError(
                f"{paths[0]}: has the name {_styled(face)}, and so has {paths[1]}, but they differ\n  keep one of them"
            )
    families = [
        Family(name=name, regular=of.get(False, of.get(True)), bold=of.get(True, of.get(False)))  # type: ignore[arg-type]
        for name, of in found.items()
    ]
    return tuple(sorted(families, key=lambda one: one.key))


def _styled(face: OwnFace) -> str:
    return f'"{face.name} Bold"' if face.bold else f'"{face.name}"'


def _print(family: Family) -> str:
    """A family with the languages whose papers it can set completely. ConfigError if there are none."""
    faces = tuple(dict.fromkeys((family.regular, family.bold)))
    for face in faces:
        _try(face)
    sets = [language for language, chars in alphabets().items() if all(holds(face, chars) for face in faces)]
    if not sets:
        raise ConfigError(_of_no_use(faces))
    return f"{family.name} sets {' '.join(sets)}"


def _hand(face: OwnFace) -> str:
    """A hand with the languages that it can write. ConfigError if it has no digits: they define its size."""
    _try(face)
    if not holds(face, DIGITS):
        missing = "".join(digit for digit in DIGITS if not holds(face, digit))
        raise ConfigError(
            f"{face.path}: has no {' '.join(missing)}, but papers consist mostly of numbers\n"
            f"  remove it from {face.path.parent}"
        )
    writes = [language for language, chars in alphabets().items() if holds(face, chars)]
    return f"{face.name} writes {' '.join(writes) or 'numbers'}"


def _try(face: OwnFace) -> None:
    """Set every text that papers may need from the face, so that errors of FreeType or Raqm appear now."""
    try:
        if holds(face, DIGITS):
            _measure(face)
        for chars in alphabets().values():
            can = "".join(sorted(char for char in chars if holds(face, char)))
            load_font(face, LOOKED_AT).getbbox(can)
    except (OSError, ValueError, RuntimeError, MemoryError, PackError, Image.DecompressionBombError) as reason:
        raise ConfigError(
            f"{face.path}: {_styled(face)} cannot be set: {reason}\n  replace it, or remove it from the folder"
        ) from None


def _measure(face: OwnFace) -> None:
    """ConfigError for figures that are illegible in the requested size, or that do not fit."""
    font = load_font(face, EM)
    boxes = [font.getbbox(digit, anchor="ls") for digit in DIGITS]
    tall, wide = sum(box[3] - box[1] for box in boxes), font.getlength(DIGITS)
    for what, found, (low, high) in (("high", tall, TALL), ("wide", wide, WIDE)):
        share = found / len(DIGITS) / EM
        if not low <= share <= high:
            raise ConfigError(
                f"{face.path}: the figures of {_styled(face)} are {share:.0%} of its size {what}; allowed are "
                f"{low:.0%} to {high:.0%}\n  replace it, or remove it from the folder"
            )


def _of_no_use(faces: Sequence[OwnFace]) -> str:
    """Why a family can set no paper: what it lacks for the nearest language, and what it has."""
    missing = {
        language: [char for char in sorted(chars) if not all(holds(face, char) for face in faces)]
        for language, chars in alphabets().items()
    }
    nearest = min(missing, key=lambda language: len(missing[language]) / len(alphabets()[language]))
    lacks = missing[nearest]
    shown = " ".join(lacks[:NAMED_GLYPHS]) + (" ..." if len(lacks) > NAMED_GLYPHS else "")
    scripts = scripts_in(covered(faces[0]))
    has = ", ".join(scripts[:NAMED_SCRIPTS]) + (", ..." if len(scripts) > NAMED_SCRIPTS else "")
    return (
        f"{faces[0].path}: {_styled(faces[0])} can set no paper: for {nearest}, the nearest language, it lacks "
        f"{len(lacks)} of {len(alphabets()[nearest])} characters: {shown}\n"
        f"  papers are set in {', '.join(scripts_in(set().union(*alphabets().values())))}; it has {has or 'no letters'}"
    )

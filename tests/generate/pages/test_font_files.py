"""What is wrong with a folder of fonts is said where it is read, with the file and what to do."""

import os
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib import TTCollection, TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable
from hypothesis import given
from hypothesis import strategies as st

from harness.core.errors import ConfigError, PackError
from harness.core.loading.shipped import shipped
from harness.generate.pages.typesetting.font_file import LARGEST
from harness.generate.pages.typesetting.fonts import MAX_FONTS, check_fonts, read_fonts
from harness.generate.pages.typesetting.sfnt import read_cmap, tables_of
from harness.generate.pages.typesetting.type import covered, load_font
from tests.generate.faces import Cut, cut_face

SOON = 5.0
"""Seconds within which a folder with something endless in it is refused."""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return cut_face(tmp_path_factory.mktemp("house") / "house.ttf", Cut(name="House", lean=0.1)).read_bytes()


def refused(says: str) -> None:
    with pytest.raises(ConfigError) as error:
        check_fonts(read_fonts("fonts"))
    assert str(error.value).startswith(says), str(error.value)


def put(name: str, content: bytes) -> None:
    Path("fonts", name).parent.mkdir(parents=True, exist_ok=True)
    Path("fonts", name).write_bytes(content)


def test_a_folder_that_is_not_there_is_told_with_the_nearest_name() -> None:
    Path("fonds").mkdir()
    refused('fonts: no such font folder\n  did you mean "fonds"?')


def test_a_file_in_place_of_the_folder_is_told(house: bytes) -> None:
    Path("fonts").write_bytes(house)
    refused("fonts: is a file\n  give the folder of the fonts: .")


def test_a_folder_without_a_font_is_told() -> None:
    put("readme.txt", b"fonts come here")
    Path("fonts/.hidden.ttf").touch()
    Path("fonts/hands").mkdir()
    Path("fonts/more").mkdir()
    refused("fonts: contains no font; subfolders are not searched\n  put fonts for print into it (.ttf, .otf, .ttc")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.ttf", b"", "fonts/a.ttf: is not a TrueType or OpenType font (it is empty)\n  replace it"),
        ("a.ttf", b"%PDF-1.7", "fonts/a.ttf: is not a TrueType or OpenType font (it begins with b'%PDF')"),
        (
            "hands/a.otf",
            b"wOF2....",
            "fonts/hands/a.otf: is a web font\n  convert it: fonttools ttLib a.otf -o NAME.ttf",
        ),
        (
            "a.woff2",
            b"wOF2",
            "fonts/a.woff2: is a font in an unsupported format\n  use its .ttf or .otf version, for example with",
        ),
        ("a.pfb", b"\x80\x01", "fonts/a.pfb: is a font in an unsupported format\n  use its .ttf or .otf version"),
        ("a.ttf", b"\0\1\0\0" + bytes(60), "fonts/a.ttf: has no outlines, only bitmaps in fixed sizes at most"),
        ("a.ttc", b"ttcf" + bytes(60), "fonts/a.ttc: is a broken collection of fonts"),
        ("a.ttc", b"ttcf\0\1\0\0" + b"\xff" * 60, "fonts/a.ttc: is a broken collection of fonts"),
    ],
)
def test_what_is_no_font_is_told(name: str, content: bytes, says: str, house: bytes) -> None:
    put("good.ttf", house)
    put(name, content)
    refused(says)


def test_a_font_that_is_cut_off_is_told_with_where(house: bytes) -> None:
    put("a.ttf", house[:-5000])
    refused("fonts/a.ttf: is truncated: its table ")
    with pytest.raises(ConfigError, match=rf"ends at byte \d+, the file at byte {len(house) - 5000}\n  copy it again"):
        read_fonts("fonts")


@given(st.integers(0, 4000), st.binary(min_size=1, max_size=40))
def test_damage_in_its_tables_is_told_or_does_no_harm(at: int, wrong: bytes) -> None:
    """Never anything but one error with the file's name: no other exception, and no hang."""
    house = (shipped("fixtures") / "fonts" / "NotoSans-Bold.ttf").read_bytes()
    put("a.ttf", house[:at] + wrong + house[at + len(wrong) :])
    said = ""
    try:
        check_fonts(read_fonts("fonts"))
    except ConfigError as error:
        said = str(error)
    assert said.startswith("fonts/a.ttf: ") or not said


def test_a_font_of_pictures_alone_is_told() -> None:
    with_pictures("fonts/a.ttf")
    refused("fonts/a.ttf: has no outlines, only bitmaps in fixed sizes at most\n  replace it")


def with_pictures(path: str) -> None:
    """A font as terminals had them, its outlines replaced by tables of bitmaps."""
    font = TTFont(shipped("fixtures") / "fonts" / "NotoSans-Regular.ttf", recalcTimestamp=False)
    for tag in ("glyf", "loca"):
        del font[tag]
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    font.save(path)


def test_a_font_of_a_symbol_map_alone_is_told() -> None:
    def symbols(font: Any) -> None:
        (table, *_) = font["cmap"].tables
        table.platformID, table.platEncID = 3, 0
        font["cmap"].tables = [table]

    changed("fonts/a.ttf", symbols)
    refused('fonts/a.ttf: "Noto Sans" cannot be set: it has no map from Unicode to its glyphs')


def changed(path: str, change: Callable[[Any], None], source: str = "NotoSans-Regular.ttf") -> None:
    font = TTFont(shipped("fixtures") / "fonts" / source, recalcTimestamp=False)
    change(font)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    font.save(path)


def test_a_font_that_can_set_no_paper_is_told_with_what_it_lacks_and_has() -> None:
    def only_capitals(font: Any) -> None:
        for table in font["cmap"].tables:
            table.cmap = {code: name for code, name in table.cmap.items() if 0x30 <= code < 0x5B}

    changed("fonts/caps.ttf", only_capitals)
    refused('fonts/caps.ttf: "Noto Sans" can set no paper: ')
    with pytest.raises(ConfigError, match=r"lacks .*\n  papers are set in Han, .*Latin.*; it has Latin$"):
        check_fonts(read_fonts("fonts"))


@pytest.mark.parametrize("folder", ["fonts", "fonts/hands"])
@pytest.mark.parametrize(
    ("cut", "says"),
    [
        (Cut(name="Small", units=16), "5% of its size high; allowed are 30% to 120%\n  replace it"),
        (Cut(name="Heap", wide=0.15), "9% of its size wide; allowed are 20% to 150%\n  replace it"),
        (Cut(name="Apart", wide=3.5), "200% of its size wide; allowed are 20% to 150%\n  replace it"),
    ],
)
def test_a_font_whose_figures_cannot_be_read_or_have_no_room_is_told(folder: str, cut: Cut, says: str) -> None:
    cut_face(Path(folder, "a.ttf"), cut)
    with pytest.raises(ConfigError) as error:
        check_fonts(read_fonts("fonts"))
    assert str(error.value).startswith(f'{folder}/a.ttf: the figures of "{cut.name}" are {says}')


@pytest.mark.parametrize(("table", "wrong"), [("glyf", b"\xff"), ("glyf", b"\x7f"), ("maxp", b"\0")])
def test_a_font_that_breaks_when_it_is_set_is_told_before_anything_is(house: bytes, table: str, wrong: bytes) -> None:
    begin, end = tables_of(house)[table.encode()]
    put("a.ttf", house[:begin] + wrong * (end - begin) + house[end:])
    refused('fonts/a.ttf: "House" cannot be set: ')


def test_a_hand_without_figures_is_told() -> None:
    cut_face(Path("fonts/hands/a.ttf"), Cut(name="Anna", source="HandKalam-Regular", without="07"))
    refused("fonts/hands/a.ttf: has no 0 7, but papers consist mostly of numbers\n  remove it from fonts/hands")


def test_two_files_that_say_they_are_the_same_face_are_told(house: bytes) -> None:
    put("b.ttf", house)
    put("a.ttf", house)
    assert len(read_fonts("fonts").families) == 1  # the same file twice is one face
    cut_face(Path("fonts/a.ttf"), Cut(name="House"))
    refused('fonts/a.ttf: has the name "House", and so has fonts/b.ttf, but they differ\n  keep one of them')


def test_more_fonts_than_a_team_has_are_told(house: bytes) -> None:
    for number in range(MAX_FONTS + 1):
        put(f"{number}.ttf", house)
    refused(
        f"fonts: has {MAX_FONTS + 1} fonts, more than the maximum of {MAX_FONTS}\n"
        "  make a folder with only the fonts of your documents"
    )


def test_nothing_that_does_not_end_is_read(house: bytes) -> None:
    put("good.ttf", house)
    started = time.monotonic()
    Path("fonts/a.ttf").symlink_to("a.ttf")
    refused("fonts/a.ttf: cannot be read: ")
    Path("fonts/a.ttf").unlink()
    os.mkfifo("fonts/a.ttf")
    refused("fonts/a.ttf: is not a regular file\n  replace it, or remove it from the folder")
    Path("fonts/a.ttf").unlink()
    Path("fonts/a.ttf").symlink_to("/dev/zero")
    refused("fonts/a.ttf: is not a regular file")
    Path("fonts/a.ttf").unlink()
    Path("fonts/a.ttf").mkdir()
    refused("fonts/a.ttf: is not a regular file")
    Path("fonts/a.ttf").rmdir()
    with Path("fonts/a.ttf").open("wb") as file:
        file.truncate(LARGEST + (1 << 20))
    refused(f"fonts/a.ttf: has {(LARGEST >> 20) + 1} MB, more than the maximum of {LARGEST >> 20}")
    assert time.monotonic() - started < SOON


def test_a_folder_that_leads_to_itself_is_no_trouble(house: bytes) -> None:
    put("house.ttf", house)
    Path("fonts/hands").symlink_to(".")
    Path("fonts/again").symlink_to(".")
    fonts = read_fonts("fonts")
    assert (len(fonts.families), len(fonts.hands)) == (1, 1)
    assert check_fonts(fonts)[1] == "fonts: left out, not fonts by their names: again"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_font_that_may_not_be_read_is_told(house: bytes) -> None:
    put("a.ttf", house)
    Path("fonts/a.ttf").chmod(0)
    refused("fonts/a.ttf: cannot be read: Permission denied")


def test_what_the_fonts_can_set_is_told_and_what_was_left_out(house: bytes) -> None:
    put("house.ttf", house)
    put("OFL.txt", b"the licence")
    cut_face(Path("fonts/hands/a.ttf"), Cut(name="Anna", source="HandKalam-Regular"))
    told, left_out = check_fonts(read_fonts("fonts"))
    assert told == "fonts: House sets en de fr es pl cs tr hu vi el ru uk; Anna writes en de fr es hi"
    assert left_out == "fonts: left out, not fonts by their names: OFL.txt"


@pytest.mark.parametrize(
    ("name", "style", "family", "bold"),
    [
        ("House", "Bold", "House", True),
        ("House", "Regular", "House", False),
        ("House Sans", "Condensed Bold", "House Sans Condensed", True),
        ("House", "Bold Italic", "House Italic", True),
        ("House", "SemiBold", "House SemiBold", False),
        ("House Bold", "Book", "House", True),
        ("Bold", "Regular", "Bold", False),
        ("House\n\x07\u202e", "Regular", "House", False),
        ("游ゴシック", "Bold", "游ゴシック", True),
    ],
)
def test_what_a_face_is_called_and_whether_it_is_bold_follows_from_its_names(
    name: str, style: str, family: str, *, bold: bool
) -> None:
    cut_face(Path("fonts/a.ttf"), Cut(name=name, style=style))
    (one,) = read_fonts("fonts").families
    assert (one.name, one.regular.bold, one.bold) == (family, bold, one.regular)


def test_every_face_of_a_collection_is_read(house: bytes) -> None:
    cut_face(Path("parts/b.ttf"), Cut(name="House", style="Bold", source="NotoSans-Bold"))
    collection = TTCollection()
    Path("parts/a.ttf").write_bytes(house)
    collection.fonts = [TTFont(f"parts/{name}.ttf", recalcTimestamp=False) for name in "ab"]
    Path("fonts").mkdir()
    collection.save("fonts/house.ttc")
    (one,) = read_fonts("fonts").families
    assert (one.regular.index, one.bold.index) == (0, 1)
    assert covered(one.bold) == covered("NotoSans-Bold")


def test_a_font_that_varies_is_set_as_it_is_by_default() -> None:
    varying("fonts/a.ttf")
    (one,) = read_fonts("fonts").families
    assert TTFont("fonts/a.ttf")["fvar"].axes[0].axisTag == "wght"
    faces = (one.regular, "NotoSans-Regular")
    assert len({bytes(load_font(face, 40).getmask("Ag 7", mode="L")) for face in faces}) == 1


def varying(path: str) -> None:
    """The bundled face with an axis of weight that moves nothing yet."""

    def vary(font: Any) -> None:
        build = FontBuilder(font=font)
        build.setupFvar([("wght", 100, 400, 900, "Weight")], [])
        build.setupGvar({})

    changed(path, vary)


def test_a_map_of_all_of_unicode_is_read_as_freetype_reads_it() -> None:
    def all_of_it(font: Any) -> None:
        full = CmapSubtable.newSubtable(12)
        full.platformID, full.platEncID, full.language = 3, 10, 0
        full.cmap = {**font.getBestCmap(), 0x1F600: "A"}
        font["cmap"].tables.append(full)

    changed("fonts/a.ttf", all_of_it)
    (one,) = read_fonts("fonts").families
    assert covered(one.regular) == covered("NotoSans-Regular") | {"\U0001f600"}


def test_a_map_whose_groups_never_end_is_read_to_where_it_is_sound() -> None:
    groups = [(0x41, 0x5A, 1), (0x61, 0x7A, 30), (0x0, 0xFFFFFFFF, 1)] + [(0x41, 0x10FFFF, 1)] * 10_000
    table = struct.pack(">HHIII", 12, 0, 16 + 12 * len(groups), 0, 0xFFFFFFFF)
    table = table[:12] + struct.pack(">I", 0xFFFFFFFF) + b"".join(struct.pack(">III", *group) for group in groups)
    cmap = struct.pack(">HHHHI", 0, 1, 3, 10, 12) + table
    font = b"\0\1\0\0" + struct.pack(">HHHH", 1, 0, 0, 0) + struct.pack(">4sIII", b"cmap", 0, 28, len(cmap)) + cmap
    assert len(list(read_cmap(font))) == 52


@given(st.binary(max_size=200))
def test_reading_the_tables_of_anything_ends_in_tables_or_an_error(data: bytes) -> None:
    tables_of(data)
    try:
        codes = list(read_cmap(data))
    except PackError:
        return
    assert all(0 <= code <= 0x10FFFF for code in codes)

"""Papers and handwriting in a team's own fonts: the same truth, other pixels, and nothing where a glyph is missing."""

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import combinations
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import Plan, Step
from harness.core.errors import HarnessError
from harness.core.loading.shipped import shipped
from harness.core.sample import Samples
from harness.core.seed import Stream
from harness.demo import reader, rules, tesseract
from harness.demo.text import Piece
from harness.generate.bases import Bases
from harness.generate.ops import get_op
from harness.generate.pages.hand.writing import HANDS, Hand, Manner, draw_hand, write
from harness.generate.pages.locale.tables import read_rows
from harness.generate.pages.made.invoice import draw_invoice, invoice_truth, render_invoice
from harness.generate.pages.made.invoice_ops import native
from harness.generate.pages.made.letter_pages import upright
from harness.generate.pages.made.paper_kinds import KINDS, draw_paper
from harness.generate.pages.made.paper_page import render_paper
from harness.generate.pages.made.papers import blank_page, render_pages
from harness.generate.pages.typesetting.fonts import read_fonts
from harness.generate.pages.typesetting.sheet import Sheet, Style, length
from harness.generate.pages.typesetting.type import (
    BUNDLED,
    SMALLEST,
    Family,
    NoGlyphError,
    OwnFace,
    Typeface,
    holds,
    load_font,
    split_runs,
)
from harness.generate.pages.typesetting.typeset import BUNDLED_NAME, NO_FONTS, Fonts, typeset
from harness.generate.payloads import Page, Pixels, Word
from harness.generate.render import Rendered, render
from tests.generate.faces import Cut, cut_face

NO_SAMPLES = Samples(kind="text", items=(), columns=())
MANY = 60
"""Documents over which choices are counted."""

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two families, one of them in two weights, and a hand."""
    where = tmp_path_factory.mktemp("fonts")
    cut_face(where / "house.ttf", Cut(name="House", lean=0.2))
    cut_face(where / "house-b.ttf", Cut(name="House", style="Bold", source="NotoSans-Bold", lean=0.2))
    cut_face(where / "broad.ttf", Cut(name="Broad", wide=1.4))
    cut_face(where / "hands" / "anna.ttf", Cut(name="Anna", source="HandPatrickHand-Regular", lean=-0.2))
    return where


@pytest.fixture(scope="module")
def fonts(folder: Path) -> Fonts:
    return read_fonts(str(folder))


def family(fonts: Fonts, name: str) -> Family:
    return next(one for one in fonts.families if one.name == name)


def made(base: str, fonts: Fonts, *steps: Step, seed: int = 1) -> Rendered:
    plan = Plan(base=base, steps=steps, stream=f"test/{base}")
    return render(plan, Bases(seed=seed, samples=NO_SAMPLES, fonts=fonts))


def papers(count: int) -> list[Callable[[Typeface], Page]]:
    """Invoices in English, of other countries, and papers of each kind, each ready to be set in a typeface."""
    found: list[Callable[[Typeface], Page]] = []
    for k in range(count):
        invoice = draw_invoice(Stream(1, "typeset", k))
        found += [partial(render_invoice, one) for one in (invoice, native(invoice, 1 + k % 2, Stream(k)))]
        found += [partial(render_paper, draw_paper(kind, Stream(k, kind))) for kind in KINDS]
    return found


def can_be_set(page: Callable[[Typeface], Page], face: Typeface) -> bool:
    try:
        page(face)
    except NoGlyphError:
        return False
    return True


def said(page: Page) -> list[tuple[str, str]]:
    return [(word.text, word.field) for word in page.words]


def box(word: Word) -> tuple[int, int, int, int]:
    x, y = word.quad[::2], word.quad[1::2]
    return round(min(x)), round(min(y)), round(max(x)), round(max(y))


@pytest.mark.parametrize("name", ["House", "Broad"])
def test_a_paper_in_another_face_says_the_same_in_other_pixels(fonts: Fonts, name: str) -> None:
    face = Typeface(family=family(fonts, name))
    pages = [page for page in papers(3) if can_be_set(page, face)]
    assert len(pages) >= 9
    for page in pages:
        assert said(page(face)) == said(page(BUNDLED))
        assert not np.array_equal(page(face).pixels, page(BUNDLED).pixels)


@pytest.mark.parametrize("name", ["House", "Broad"])
def test_every_word_in_another_face_has_its_ink_in_its_box(fonts: Fonts, name: str) -> None:
    """All ink of the type, and none that is not in a box: what stands out of all of them may be rules and boxes."""
    face = Typeface(family=family(fonts, name))
    sheet = Sheet(face)
    for k, line in enumerate(("Rechnung 1.234,50", "Żółć Ąę", "INV-204817 jpqy|", "Ελλάδα Кириллица")):
        sheet.text(100, 200 + 100 * k, line, Style(size=22 + 8 * k, bold=k % 2 == 1))
    page = sheet.page()
    left = page.pixels < 255
    for word in page.words:
        x0, y0, x1, y1 = box(word)
        ink = np.argwhere(left[y0:y1, x0:x1])
        assert len(ink)
        assert ink.min(axis=0).max() <= 2  # the box is no larger than the ink and its margin
        left[y0:y1, x0:x1] = False
    assert not left.any()


@pytest.mark.parametrize("name", ["House", "Broad"])
def test_what_is_set_in_a_family_is_set_by_its_own_faces_alone(fonts: Fonts, name: str) -> None:
    one = family(fonts, name)
    for bold in (False, True):
        (run,) = split_runs("Total due 1,250.00", bold=bold, typeface=Typeface(family=one))
        assert run.face == (one.bold if bold else one.regular)
    with pytest.raises(NoGlyphError, match=r"U\+0E01"):
        split_runs("Total ก", typeface=Typeface(family=one))


def test_regular_and_bold_are_a_pair_and_a_single_weight_stands_for_both(fonts: Fonts) -> None:
    house, broad = family(fonts, "House"), family(fonts, "Broad")
    assert (house.regular.path.name, house.bold.path.name) == ("house.ttf", "house-b.ttf")
    assert broad.regular == broad.bold


def test_every_face_and_the_bundled_ones_get_about_as_many_papers(fonts: Fonts) -> None:
    make = partial(render_pages, draw_invoice(Stream(1)))
    faces = Counter(typeset(make, fonts, Stream(k)).face for k in range(MANY))
    assert set(faces) == {"House", "Broad", BUNDLED_NAME}
    assert min(faces.values()) >= MANY / 6


def test_a_paper_keeps_its_face_whatever_is_done_to_it(fonts: Fonts) -> None:
    faces = []
    for k in range(6):
        base, fax = f"made:invoices#{k}", Step(op="page.skew", severity=3)
        faces.append({made(base, fonts).tags["face"], made(base, fonts, fax).tags["face"]})
    assert all(len(of_one) == 1 for of_one in faces)


def test_one_more_face_moves_only_the_papers_that_it_gets(fonts: Fonts) -> None:
    fewer = replace(fonts, families=(family(fonts, "House"),))
    moved = 0
    for k in range(12):
        before, after = (made(f"made:invoices#{k}", some) for some in (fewer, fonts))
        moved += after.tags["face"] == "Broad"
        assert after.tags["face"] == "Broad" or after.file == before.file
    assert 0 < moved < 12


@pytest.mark.parametrize("base", ["made:invoices", *(f"made:{kind}" for kind in KINDS)])
def test_without_fonts_of_ones_own_nothing_is_said_of_a_face(base: str) -> None:
    assert "face" not in made(f"{base}#0", NO_FONTS).tags


def test_a_face_that_lacks_what_a_paper_needs_leaves_it_as_it_was(tmp_path: Path) -> None:
    cut_face(tmp_path / "a.ttf", Cut(name="No e with an accent", lean=0.2, without="é"))
    fonts = read_fonts(str(tmp_path))
    french: list[str] = []
    english: list[str] = []
    for k in range(30):
        for base in (f"made:{kind}#{k}" for kind in KINDS):
            paper = Bases(seed=1, samples=NO_SAMPLES).paper(base)
            assert paper is not None
            of_language = {"fr": french, "en": english}.get(paper.form.figures.locale.language)
            if of_language is not None:
                of_language.append(base)
    needs = [base for base in french if any("é" in word.text for word in _words(base))]
    assert len(needs) >= 2
    for base in needs:
        assert made(base, fonts).file == made(base, NO_FONTS).file
        assert made(base, fonts).tags["face"] == BUNDLED_NAME
    assert "No e with an accent" in {made(base, fonts).tags["face"] for base in english}


def _words(base: str) -> tuple[Word, ...]:
    paper = Bases(seed=1, samples=NO_SAMPLES).paper(base)
    assert paper is not None
    return render_paper(paper).words


def test_a_hand_that_lacks_letters_leaves_the_notes_as_they_were(tmp_path: Path, fonts: Fonts) -> None:
    assert all(set(row[1]) & set(LETTERS) for row in read_rows("hand_notes")[1:])
    cut_face(tmp_path / "hands" / "figures.ttf", Cut(name="Figures", source="HandKalam-Regular", without=LETTERS))
    figures = read_fonts(str(tmp_path)).hands
    page, op = render_invoice(draw_invoice(Stream(1))), get_op("hand.notes")
    changed = 0
    for k in range(20):
        plain = op.run(page, 3, Stream(k, "notes"))
        assert np.array_equal(op.run(page, 3, Stream(k, "notes"), hands=figures).pixels, plain.pixels)
        changed += not np.array_equal(op.run(page, 3, Stream(k, "notes"), hands=fonts.hands).pixels, plain.pixels)
    assert 0 < changed < 20  # a hand with all letters gets about one page in seven


@pytest.mark.parametrize("missing", ["without", "empty", "boxed"])
def test_a_character_that_is_not_drawn_is_none_however_it_is_mapped(tmp_path: Path, missing: str) -> None:
    cut_face(tmp_path / "a.ttf", Cut(name="A", **{missing: "é"}))  # type: ignore[arg-type]
    (one,) = read_fonts(str(tmp_path)).families
    assert holds(one.regular, "Cafe 7 \u00a0")
    assert not holds(one.regular, "Café")
    with pytest.raises(NoGlyphError, match=r"U\+00E9"):
        split_runs("Café", typeface=Typeface(family=one))


def test_arabic_that_does_not_join_is_not_set(tmp_path: Path) -> None:
    cut_face(tmp_path / "joins.ttf", Cut(name="Joins", source="NotoSansArabic-Regular", wide=1.1))
    (joins,) = read_fonts(str(tmp_path)).families
    assert holds(joins.regular, "شركة")
    cut_face(tmp_path / "joins.ttf", Cut(name="Apart", source="NotoSansArabic-Regular", drop=("GSUB",)))
    (apart,) = read_fonts(str(tmp_path)).families
    assert not holds(apart.regular, "شركة")
    assert holds(apart.regular, "Invoice 12")


def test_what_no_bundled_face_has_is_set_from_the_folder_and_else_is_an_error(tmp_path: Path) -> None:
    cut_face(tmp_path / "a.ttf", Cut(name="A", renamed=(("ß", "Ა"),)))
    (one,) = read_fonts(str(tmp_path)).families
    runs = split_runs("ก Ა", typeface=Typeface(more=(one.regular,)))
    assert [(run.text, run.face) for run in runs] == [("ก ", "NotoSansThai-Regular"), ("Ა", one.regular)]
    sheet = Sheet(Typeface(more=(one.regular,)))
    sheet.text(100, 100, "Ა", Style(size=40))
    own = Sheet(Typeface(family=one))
    own.text(100, 100, "Ა", Style(size=40))
    assert np.array_equal(sheet.page().pixels, own.page().pixels)
    with pytest.raises(NoGlyphError, match=r"U\+10D0"):
        split_runs("Ა ა", typeface=Typeface(more=(one.regular,)))


def test_a_wide_face_is_set_smaller_until_every_word_has_its_place(tmp_path: Path) -> None:
    cut_face(tmp_path / "wide.ttf", Cut(name="Wide", wide=2.4))
    fonts = read_fonts(str(tmp_path))
    (wide,) = fonts.families
    own = smaller = 0
    for k in range(10):
        invoice = draw_invoice(Stream(3, "wide", k))
        found = typeset(partial(render_pages, invoice), fonts, Stream(k))
        (page,) = found.pages
        own += found.face == "Wide"
        full = render_invoice(invoice, Typeface(family=wide))
        smaller += found.face == "Wide" and not np.array_equal(page.pixels, full.pixels)
        assert [(a.text, b.text) for a, b in combinations(page.words, 2) if overlap(a, b) > 6] == []
        assert all(box(word)[2] <= 1654 and box(word)[0] >= 0 for word in page.words)
    assert own >= 2
    assert smaller


def overlap(a: Word, b: Word) -> int:
    one, other = box(a), box(b)
    return min(min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1]))


def test_a_face_in_which_words_would_lie_on_one_another_gets_no_paper(tmp_path: Path) -> None:
    cut_face(tmp_path / "wide.ttf", Cut(name="Far too wide", wide=6.0))
    fonts = read_fonts(str(tmp_path))
    for k in range(4):
        found = made(f"made:invoices#{k}", fonts)
        assert (found.tags["face"], found.file) == (BUNDLED_NAME, made(f"made:invoices#{k}", NO_FONTS).file)


@given(st.integers(1, 90), st.sampled_from([1.0, 0.9, 0.8, 0.7]))
def test_no_size_grows_and_none_that_can_be_read_falls_below_five_points(size: int, scale: float) -> None:
    scaled = Typeface(scale=scale).size(size)
    assert min(size, SMALLEST) <= scaled <= size


def test_an_own_hand_is_drawn_among_the_others_and_leaves_their_order(fonts: Fonts) -> None:
    first = 0
    for k in range(140):
        plain, more = draw_hand(Stream(k)), draw_hand(Stream(k), fonts.hands)
        assert tuple(face for face in more.faces if isinstance(face, str)) == plain.faces
        assert (more.ink, more.pen) == (plain.ink, plain.pen)
        first += more.faces[0] == fonts.hands[0]
    assert first == pytest.approx(140 / (len(HANDS) + 1), abs=12)


@pytest.mark.parametrize("op", ["hand.filled", "hand.careless", "hand.corrected", "hand.overwritten", "hand.notes"])
def test_handwriting_in_an_own_hand_says_the_same_and_has_its_ink_in_its_boxes(fonts: Fonts, op: str) -> None:
    page, written = render_invoice(draw_invoice(Stream(1))), 0
    for k in range(14):
        one = get_op(op).run(page, 10, Stream(k, op), hands=fonts.hands)
        written += not np.array_equal(one.pixels, get_op(op).run(page, 10, Stream(k, op)).pixels)
        labelled = [[pair for pair in said(each) if pair[1]] for each in (one, page)]
        assert labelled[0] == labelled[1]
        for word in one.words:
            x0, y0, x1, y1 = box(word)
            assert (one.pixels[max(0, y0) : y1, max(0, x0) : x1] < 200).any(), word
    assert written


@pytest.mark.parametrize(
    ("source", "text"),
    [("NotoSansHebrew-Regular", "דפוס כרמלית"), ("NotoSansArabic-Regular", "شركة نخيل الوادي"),
     ("NotoSansThai-Regular", "บริษัท ช้างแก้ว"), ("NotoSans-Regular", "Αφοί Καρυδάκη")],
)  # fmt: skip
def test_a_hand_of_another_script_writes_words_in_the_order_in_which_they_are_read(
    tmp_path: Path, source: str, text: str
) -> None:
    cut_face(tmp_path / "hands" / "a.ttf", Cut(name="A", source=source))
    hand = Hand(faces=read_fonts(str(tmp_path)).hands, ink=20, pen=0)
    written = write(text, hand, Manner(height=40, loose=0), Stream(1))
    assert [word for word, _ in written.words] == text.split(" ")
    lefts = [place[0] for _, place in written.words]
    assert lefts == sorted(lefts, reverse="Hebrew" in source or "Arabic" in source)
    boxes = [place for _, place in written.words]
    assert all(max(a[0], b[0]) >= min(a[2], b[2]) for a, b in combinations(boxes, 2))
    printed = length(text, hand.faces[0], 100)
    assert max(b[2] for b in boxes) - min(b[0] for b in boxes) == pytest.approx(
        printed * _size_of(hand, 40) / 100, rel=0.15
    )


def _size_of(hand: Hand, height: int) -> float:
    digits = [load_font(hand.faces[0], 1000).getbbox(digit, anchor="ls") for digit in "0123456789"]
    return 1000 * height * len(digits) / sum(high[3] - high[1] for high in digits)


def test_neither_where_the_folder_lies_nor_its_files_names_nor_their_order_count(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    for number, path in enumerate(sorted(folder.rglob("*.ttf"), reverse=True)):
        copy = other / path.relative_to(folder).with_name(f"{number}.TTF")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
        os.utime(copy, (number, number))
    here, there = read_fonts(str(folder)), read_fonts(str(other))
    assert here.digest() == there.digest() != ""
    for k in range(4):
        step = Step(op="hand.filled", severity=10)
        assert made(f"made:invoices#{k}", here, step) == made(f"made:invoices#{k}", there, step)


PRINT_DIGESTS = """
import sys
from hashlib import sha256
from harness.core.case import Plan, Step
from harness.core.sample import Samples
from harness.generate.bases import Bases
from harness.generate.pages.typesetting.fonts import read_fonts
from harness.generate.render import render
bases = Bases(seed=1, samples=Samples(kind="text", items=(), columns=()), fonts=read_fonts(sys.argv[1]))
for k in map(int, sys.argv[2:]):
    plan = Plan(base=f"made:claims#{k}", steps=(Step(op="hand.filled", severity=10),), stream=f"test/{k}")
    print(k, sha256(render(plan, bases).file.content).hexdigest())
"""


def test_bytes_are_the_same_in_two_processes_and_in_any_order(folder: Path) -> None:
    said = []
    for order in ("0 1 2 3", "3 1 0 2"):
        command = [sys.executable, "-c", PRINT_DIGESTS, str(folder), *order.split()]
        said.append(subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines())
    assert sorted(said[0]) == sorted(said[1])
    assert len(set(said[0])) == 4


def test_another_hand_is_another_digest_than_the_same_face_for_print(tmp_path: Path) -> None:
    cut_face(tmp_path / "one" / "a.ttf", Cut(name="A"))
    cut_face(tmp_path / "two" / "hands" / "a.ttf", Cut(name="A"))
    digests = {read_fonts(str(tmp_path / name)).digest() for name in ("one", "two")}
    assert len(digests | {NO_FONTS.digest()}) == 3


def test_a_font_that_changes_while_it_is_in_use_is_told(tmp_path: Path) -> None:
    cut_face(tmp_path / "a.ttf", Cut(name="A"))
    (one,) = read_fonts(str(tmp_path)).families
    cut_face(tmp_path / "a.ttf", Cut(name="A", lean=0.3))
    with pytest.raises(HarnessError, match=r"a\.ttf: the font changed while it was in use"):
        load_font(one.regular, 333)
    Path(tmp_path, "a.ttf").unlink()
    with pytest.raises(HarnessError, match=r"a\.ttf: the font can no longer be read"):
        load_font(one.regular, 334)


def read_right(typeface: Typeface, read: Callable[[Pixels], list[Piece]]) -> int:
    """How many fields of three invoices a reader reads right."""
    right = 0
    for k in range(3):
        invoice = draw_invoice(Stream(9, k))
        pixels, truth = render_invoice(invoice, typeface).pixels, invoice_truth(invoice)
        found = rules.extract_fields(read(pixels), len(pixels)).fields
        right += sum(found[name] == truth[name] for name in rules.READ)
    return right


def test_the_pilots_reader_reads_a_narrower_face_and_not_one_that_leans(tmp_path: Path) -> None:
    """It is fitted to upright letters; that it falls behind on others is what such a folder is for."""
    cut_face(tmp_path / "a.ttf", Cut(name="Narrow", wide=0.92))
    cut_face(tmp_path / "b.ttf", Cut(name="Leaning", lean=0.2))
    narrow, leaning = (Typeface(family=family(read_fonts(str(tmp_path)), name)) for name in ("Narrow", "Leaning"))
    assert read_right(narrow, reader.read_page) == read_right(BUNDLED, reader.read_page) == 3 * len(rules.READ)
    assert read_right(leaning, reader.read_page) < 2 * len(rules.READ)


@pytest.mark.full_dose
@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_tesseract_reads_a_page_in_another_face_about_as_well(fonts: Fonts) -> None:
    as_bundled = read_right(BUNDLED, tesseract.read_page)
    assert as_bundled >= 2 * len(rules.READ)
    assert read_right(Typeface(family=family(fonts, "House")), tesseract.read_page) >= as_bundled - 2


def some_family(digest: str) -> Family:
    face = OwnFace(digest=digest, path=Path("nowhere"), name=digest)
    return Family(name=digest, regular=face, bold=face)


DIGESTS = st.lists(st.text("0123456789abcdef", min_size=4, max_size=4), min_size=1, max_size=8, unique=True)


@given(DIGESTS, st.randoms(use_true_random=False), st.integers(0, 1 << 30))
def test_the_face_of_a_paper_depends_on_the_paper_and_the_set_of_faces_alone(
    digests: list[str], order: Random, seed: int
) -> None:
    shuffled = order.sample(digests, len(digests))
    one, other = (Fonts(families=tuple(map(some_family, names))) for names in (digests, shuffled))
    assert set_blank(one, seed) == set_blank(other, seed)


@given(DIGESTS, st.integers(0, 1 << 30))
def test_one_face_more_takes_a_paper_or_leaves_it_where_it_was(digests: list[str], seed: int) -> None:
    families = tuple(map(some_family, digests))
    before, after = (set_blank(Fonts(families=some), seed) for some in (families[1:], families))
    assert after in (before or BUNDLED_NAME, digests[0])


def set_blank(fonts: Fonts, seed: int) -> str:
    """The face that a paper without a word is set in."""
    return typeset(lambda _: (blank_page(),), fonts, Stream(seed)).face


def test_a_bundled_face_in_the_folder_sets_the_very_pixels_of_the_bundled_one_down_a_column_too(tmp_path: Path) -> None:
    bundled = shipped("fixtures") / "fonts"
    for name in ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "NotoSansJP-Regular.otf"):
        shutil.copy(bundled / name, tmp_path / name)
    fonts = read_fonts(str(tmp_path))
    latin, japanese = (Typeface(family=family(fonts, name)) for name in ("Noto Sans", "Noto Sans CJK JP"))
    invoice = draw_invoice(Stream(4))
    assert np.array_equal(render_invoice(invoice, latin).pixels, render_invoice(invoice).pixels)
    letters = (draw_paper("letters", Stream(k, "columns")) for k in range(400))
    letter = next(one for one in letters if upright(one))
    assert np.array_equal(render_paper(letter, japanese).pixels, render_paper(letter).pixels)
    assert said(render_paper(letter, japanese)) == said(render_paper(letter))

"""What befalls paper and photos: what it does to single pixels, and which words it takes."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import Plan, Step
from harness.core.errors import PackError
from harness.core.sample import Samples
from harness.core.seed import Stream
from harness.generate.bases import Bases
from harness.generate.ops import all_ops, get_op
from harness.generate.pages.capture.lens import _disc, _spread
from harness.generate.pages.codecs.decode import decode
from harness.generate.pages.codecs.encode import ENCODERS, encode
from harness.generate.pages.made.invoice import draw_invoice, render_invoice
from harness.generate.payloads import Document, Page, Word
from harness.generate.render import render
from harness.generate.samples.read_samples import read_samples

PAGE_WIDE = [name for name, op in all_ops().items() if name.startswith(("paper.", "photo.")) and not op.needs_words]
FOR_MADE_PAGES = ["paper.fold", "paper.stamp_field"]


def white(width: int = 1654, height: int = 2339, *words: Word) -> Page:
    return Page(pixels=np.full((height, width), 255, dtype=np.uint8), dpi=(200.0, 200.0), words=words)


@given(st.floats(0.6, 9.0), st.floats(0.6, 9.0), st.integers(0, 50))
def test_a_disc_out_of_focus_is_the_sum_over_its_pixels(across: float, down: float, seed: int) -> None:
    pixels = Stream(seed).array_bytes(23 * 31).reshape(23, 31)
    quarter = _disc(across, down).astype(np.int64)
    y, x = (n - 1 for n in quarter.shape)
    padded = np.pad(pixels, ((y, y), (x, x)), mode="edge").astype(np.int64)
    total = sum(
        quarter[abs(i), abs(j)] * padded[y + i : y + i + 23, x + j : x + j + 31]
        for i in range(-y, y + 1)
        for j in range(-x, x + 1)
    )
    weight = sum(int(quarter[abs(i), abs(j)]) for i in range(-y, y + 1) for j in range(-x, x + 1))
    assert np.array_equal(_spread(pixels, _disc(across, down)), (total + weight // 2) // weight)


@pytest.mark.parametrize("name", ["photo.defocus", "photo.motion_blur"])
def test_a_blurred_point_keeps_its_ink_and_its_place(name: str) -> None:
    page = white(101, 101)
    pixels = page.pixels.copy()
    pixels[50, 50] = 0
    pixels[49:52, 49:52] = 0
    for severity in (1, 5, 10):
        ink = 255 - get_op(name).run(page.with_pixels(pixels), severity, Stream(1, severity)).pixels.astype(float)
        rows, columns = np.indices(ink.shape)
        assert ink.sum() == pytest.approx(9 * 255, rel=0.06)
        assert (ink * rows).sum() / ink.sum() == pytest.approx(50, abs=0.6)
        assert (ink * columns).sum() / ink.sum() == pytest.approx(50, abs=0.6)


def test_a_smear_is_as_long_as_it_says_where_it_is_longest() -> None:
    pixels = white(400, 2400).pixels.copy()
    pixels[100:2400:200, 200] = 0
    for severity in (2, 5, 10):
        smeared = get_op("photo.motion_blur").run(white(400, 2400).with_pixels(pixels), severity, Stream(4)).pixels
        lengths = []
        for top in range(0, 2400, 200):
            rows, columns = np.nonzero(smeared[top : top + 200] < 252)
            lengths.append(np.hypot(rows.max() - rows.min(), columns.max() - columns.min()))
        assert max(lengths) == pytest.approx(0.12 * severity / 25.4 * 200, abs=1.5)
        assert min(lengths) == pytest.approx(0.04 * severity / 25.4 * 200, abs=1.5)


@pytest.mark.parametrize(("severity", "dpi"), [(1, 120), (5, 90), (10, 50)])
def test_a_thumbnail_has_the_resolution_that_it_says_and_words_of_its_size(severity: int, dpi: int) -> None:
    page = render_invoice(draw_invoice(Stream(1, "thumbnail")))
    small = get_op("photo.thumbnail").run(page, severity, Stream(1))
    assert small.pixels.shape == (round(2339 * dpi / 200), round(1654 * dpi / 200))
    assert small.dpi == pytest.approx((dpi, dpi), rel=0.002)
    ratio = [after.quad[0] / before.quad[0] for before, after in zip(page.words, small.words, strict=True)]
    assert ratio == pytest.approx([dpi / 200] * len(ratio), rel=0.002)


def test_a_page_that_is_small_already_is_not_made_larger() -> None:
    small = Page(pixels=white(300, 400).pixels, dpi=(40.0, 40.0))
    assert get_op("photo.thumbnail").run(small, 10, Stream(1)).pixels.shape == (400, 300)
    assert get_op("photo.messenger").run(small, 10, Stream(1)).pixels.shape == (400, 300)


@cache
def read_back(encoder: str) -> Page:
    """A small page as it is read from a file of that kind."""
    made = render_invoice(draw_invoice(Stream(1, "own")))
    small = Page(pixels=made.pixels[:900:2, ::2], dpi=(100.0, 100.0))
    return decode(encode(Document(pages=(small,)), encoder, "a")).pages[0]


@pytest.mark.parametrize("name", PAGE_WIDE)
@pytest.mark.parametrize("encoder", list(ENCODERS))
def test_page_wide_ops_work_on_the_pages_of_every_kind_of_file(name: str, encoder: str) -> None:
    page = read_back(encoder)
    after = (get_op(name).run(page, 10, Stream(1, "own", name, noise)) for noise in range(3))
    assert not all(np.array_equal(one.pixels, page.pixels) for one in after)


@pytest.mark.parametrize("name", FOR_MADE_PAGES)
def test_an_op_that_needs_words_leaves_a_page_without_them_alone(name: str) -> None:
    page = Page(pixels=render_invoice(draw_invoice(Stream(1))).pixels, dpi=(200.0, 200.0))
    assert get_op(name).run(page, 10, Stream(1)) is page


def effects(op: str, severity: int, index: int, site: str = "") -> dict[str, str]:
    bases = Bases(seed=1, samples=Samples(kind="page", items=(), columns=("total",)))
    step = Step(op=op, severity=severity, site=site)
    return dict(render(Plan(base=f"made:invoices#{index}", steps=(step,), stream=f"{op}#{index}"), bases).effects)


def test_a_dark_stamp_over_a_field_destroys_it_and_a_pale_one_does_not() -> None:
    dark = [effects("paper.stamp_field", 10, index, "total") for index in range(8)]
    assert {"total": "destroyed"} in dark
    assert {} in dark
    assert all(effects("paper.stamp_field", 5, index, "total") == {} for index in range(4))


def test_a_stamp_over_a_field_that_the_page_does_not_have_is_refused() -> None:
    with pytest.raises(PackError, match='the position of "iban" on this page is unknown'):
        effects("paper.stamp_field", 5, 0, "iban")


def test_a_staple_through_a_word_destroys_its_field() -> None:
    found = [effects("paper.staple", 10, index) for index in range(20)]
    assert any(one == {"vendor": "destroyed", "vendor_id": "destroyed"} for one in found)
    assert {} in found


@pytest.mark.parametrize("name", ["paper.punch_holes", "paper.staple"])
def test_what_covers_paper_leaves_ink_alone_where_nobody_knows_the_words(name: str) -> None:
    for noise in range(6):
        page = Page(pixels=render_invoice(draw_invoice(Stream(1, noise))).pixels, dpi=(200.0, 200.0))
        after = get_op(name).run(page, 10, Stream(1, noise)).pixels
        ink = page.pixels < 100
        assert (after[ink] <= page.pixels[ink]).all()


def test_holes_are_where_the_standard_has_them() -> None:
    holes = get_op("paper.punch_holes").run(white(), 2, Stream(1)).pixels < 120
    rows = np.flatnonzero(holes.any(axis=1))
    first, second = rows[: rows.size // 2].mean(), rows[rows.size // 2 :].mean()
    assert (second - first) / 200 * 25.4 == pytest.approx(80, abs=0.3)
    assert np.flatnonzero(holes.any(axis=0)).mean() / 200 * 25.4 == pytest.approx(12, abs=0.3)
    assert holes.sum() / 2 * (25.4 / 200) ** 2 == pytest.approx(np.pi * 9, rel=0.05)


def test_what_shows_through_is_the_page_in_mirror_writing() -> None:
    pixels = white().pixels.copy()
    pixels[100:300, 100:160] = 0
    after = get_op("paper.bleed_through").run(white().with_pixels(pixels), 10, Stream(1)).pixels
    ghost = (after < 250) & (pixels == 255)
    columns = np.flatnonzero(ghost.any(axis=0))
    assert 1654 - 160 - 12 <= columns.min() <= columns.max() <= 1654 - 100 + 12
    assert after[ghost].min() == pytest.approx(255 * 0.2, abs=4)


def test_a_marker_leaves_letters_as_black_as_they_were() -> None:
    page = render_invoice(draw_invoice(Stream(1, "marker")))
    after = get_op("paper.highlighter").run(page, 10, Stream(1)).pixels
    assert (after[page.pixels == 0] == 0).all()
    assert np.count_nonzero((page.pixels == 255) & (after < 240)) > 20_000


@pytest.fixture
def photo(tmp_path: Path) -> Bases:
    """One sample, as a team has it: a JPEG whose words nobody knows."""
    made = render_invoice(draw_invoice(Stream(2, "photo")))
    file = encode(Document(pages=(made,)), "jpeg", "receipt")
    (tmp_path / file.filename).write_bytes(file.content)
    (tmp_path / "truth.csv").write_text("file,total\nreceipt.jpg,12.00\n", encoding="utf-8")
    return Bases(seed=1, samples=read_samples(str(tmp_path), str(tmp_path / "truth.csv")))


def test_an_unknown_page_keeps_its_fields_under_all_that_works_on_the_whole_page(photo: Bases) -> None:
    for name in PAGE_WIDE:
        made = render(Plan(base="sample:receipt.jpg", steps=(Step(op=name, severity=4),), stream=name), photo)
        assert (made.effects, made.file.media_type) == ({}, "image/jpeg")

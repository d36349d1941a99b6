"""Where things are on a page after the ops that move them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.seed import Stream
from harness.generate.ops import get_op
from harness.generate.pages.fax.fax import LINE_PELS
from harness.generate.pages.raster.raster import smooth
from harness.generate.pages.raster.resample import make_taps, resample
from harness.generate.payloads import Page, Pixels, Word

MARK = 24
"""Side of a marker in pixels."""

GEOMETRY = [("page.skew", s) for s in (1, 5, 10)] + [("fax.fine", 10), ("fax.standard", 10)]
GEOMETRY += [("fax.refax", 1), ("fax.refax", 4), ("fax.superfine", 10), ("fax.upside_down", 10)]
GEOMETRY += [("fax.bed", 1), ("fax.bed", 10)]


def marker_page() -> Page:
    """Black squares in white, far apart, each with a word round it."""
    pixels = np.full((2339, 1654), 255, dtype=np.uint8)
    words = []
    for top in range(200, 2200, 440):
        for left in range(180, 1500, 310):
            pixels[top : top + MARK, left : left + MARK] = 0
            right, bottom = left + MARK, top + MARK
            quad = (left, top, right, top, right, bottom, left, bottom)
            words.append(Word(text="x", field="", quad=quad))
    return Page(pixels=pixels, dpi=(200.0, 200.0), words=tuple(words))


def ink_box(pixels: Pixels, word: Word) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Left, top, right and bottom of the ink near a word, in fractions of a pixel: grey at an edge counts in part."""
    margin = 12
    x0, y0 = int(min(word.quad[::2])) - margin, int(min(word.quad[1::2])) - margin
    x1, y1 = int(max(word.quad[::2])) + margin, int(max(word.quad[1::2])) + margin
    ink = 1 - pixels[y0:y1, x0:x1] / 255
    area, down, across = ink.sum(), ink.sum(axis=1), ink.sum(axis=0)
    x = x0 + 0.5 + (across * np.arange(len(across))).sum() / area
    y = y0 + 0.5 + (down * np.arange(len(down))).sum() / area
    return np.array([x, y])


def middle(word: Word) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([np.mean(word.quad[::2]), np.mean(word.quad[1::2])])


@pytest.mark.parametrize(("name", "severity"), GEOMETRY)
@pytest.mark.parametrize("noise", [0, 1, 2])
def test_words_move_with_their_ink(name: str, severity: int, noise: int) -> None:
    after = get_op(name).run(marker_page(), severity, Stream(1, "markers", noise))
    off = [np.abs(ink_box(after.pixels, word) - middle(word)).max() for word in after.words]
    assert max(off) <= 1.0


@pytest.mark.parametrize(("name", "lines"), [("fax.fine", 2287), ("fax.standard", 1144), ("fax.superfine", 4575)])
def test_words_keep_their_size_on_paper_through_a_fax(name: str, lines: int) -> None:
    after = get_op(name).run(marker_page(), 10, Stream(1))
    assert after.pixels.shape == (lines, LINE_PELS)
    width = (after.words[0].quad[2] - after.words[0].quad[0]) / after.dpi[0]
    height = (after.words[0].quad[5] - after.words[0].quad[1]) / after.dpi[1]
    assert width == pytest.approx(MARK / 200, rel=0.01)
    assert height == pytest.approx(MARK / 200, rel=0.01)


@pytest.mark.parametrize("severity", [1, 10])
def test_skew_turns_lines_by_its_angle(severity: int) -> None:
    page = marker_page()
    before = page.words[4].quad[1] - page.words[0].quad[1]
    across = page.words[4].quad[0] - page.words[0].quad[0]
    after = get_op("page.skew").run(page, severity, Stream(1, "angle"))
    tilt = (after.words[4].quad[1] - after.words[0].quad[1] - before) / across
    assert abs(np.degrees(np.arctan(tilt))) == pytest.approx(0.3 * severity, abs=0.05)


def test_skew_of_a_standard_fax_is_an_angle_on_paper() -> None:
    square = marker_page()
    fax = get_op("fax.standard").run(square, 10, Stream(1))
    after = get_op("page.skew").run(fax, 5, Stream(1, "angle"))
    down = [w.quad[1] / fax.dpi[1] for w in (after.words[0], after.words[4])]
    across = [w.quad[0] / fax.dpi[0] for w in (after.words[0], after.words[4])]
    tilt = (down[1] - down[0]) / (across[1] - across[0])
    assert abs(np.degrees(np.arctan(tilt))) == pytest.approx(1.5, abs=0.05)


def test_a_fax_has_a_strip_of_the_bed_on_both_sides() -> None:
    black = Page(pixels=np.zeros((2339, 1654), dtype=np.uint8), dpi=(200.0, 200.0))
    line = get_op("fax.fine").run(black, 10, Stream(1)).pixels[100]
    assert np.flatnonzero(line == 0)[[0, -1]].tolist() == [20, 1707]


@pytest.mark.parametrize(
    ("width", "dpi", "ink"),
    [
        (2550, 300.0, 1728),  # US Letter, 215.9 mm: cut off by a fifth of a millimetre on each side
        (3508, 300.0, 1728),  # A3: reduced until it fits
        (4000, 72.0, 1728),  # a photo that states a nonsense resolution
        (500, 200.0, 510),
    ],
)
def test_paper_of_other_sizes_goes_on_the_line_as_a_machine_does_it(width: int, dpi: float, ink: int) -> None:
    black = Page(pixels=np.zeros((300, width), dtype=np.uint8), dpi=(dpi, dpi))
    fax = get_op("fax.fine").run(black, 10, Stream(1))
    assert fax.pixels.shape[1] == LINE_PELS
    assert np.count_nonzero(fax.pixels[len(fax.pixels) // 2] < 128) == ink


def test_a_fax_faxed_again_at_the_same_resolution_stays_on_its_grid() -> None:
    fax = get_op("fax.fine").run(marker_page(), 10, Stream(1))
    again = get_op("fax.fine").run(fax, 10, Stream(1))
    assert np.array_equal(fax.pixels, again.pixels)
    assert fax.words == again.words


@given(st.integers(1, 400), st.integers(1, 400))
def test_weights_of_resampling_add_up(old: int, new: int) -> None:
    taps = make_taps(old, new)
    assert (taps.weight.sum(axis=0) == 256).all()
    assert taps.index.min() >= 0
    assert taps.index.max() < old


@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 255))
def test_resampling_keeps_an_even_grey(width: int, height: int, grey: int) -> None:
    assert (resample(np.full((37, 53), grey, dtype=np.uint8), width, height) == grey).all()


def test_resampling_to_the_same_size_changes_nothing() -> None:
    pixels = Stream(1).array_bytes(50 * 70).reshape(50, 70)
    assert np.array_equal(resample(pixels, 70, 50), pixels)


@given(st.floats(0, 9), st.floats(0, 9))
def test_blur_spreads_a_point_by_the_variance_asked_for(across: float, down: float) -> None:
    """A black row or column of 255 in 255 tells the spread free of rounding."""
    for asked, axis in ((across, 1), (down, 0)):
        line = np.zeros((81, 81), dtype=np.uint8)
        line[(slice(None), 40) if axis == 1 else (40, slice(None))] = 255
        spread = smooth(line, across, down).astype(np.float64).take(40, axis=1 - axis)
        place = np.arange(81) - 40
        assert (spread * place**2).sum() / spread.sum() == pytest.approx(asked, abs=0.15 + 0.1 * asked)


def test_speckle_is_a_share_of_the_paper_and_not_of_the_pixels() -> None:
    def specks(dpi: int) -> int:
        white = Page(pixels=np.full((4 * dpi, 4 * dpi), 255, dtype=np.uint8), dpi=(float(dpi), float(dpi)))
        return int(np.count_nonzero(get_op("page.speckle").run(white, 10, Stream(1)).pixels == 0))

    assert specks(400) / 400**2 == pytest.approx(specks(200) / 200**2, rel=0.6)


def test_lost_lines_of_a_fine_fax_are_at_most_four_together() -> None:
    for noise in range(6):
        black = Page(pixels=np.zeros((2287, 64), dtype=np.uint8), dpi=(204.0, 196.0))
        lost = get_op("fax.line_loss").run(black, 10, Stream(1, noise)).pixels[:, 0] == 255
        runs = [len(run) for run in "".join("x" if one else " " for one in lost).split()]
        assert not runs or (max(runs) <= 4 and 0.03 <= lost.mean() <= 0.055)


@pytest.mark.parametrize(("name", "severity"), [("page.threshold", 5), ("fax.refax", 1), ("page.speckle", 1)])
def test_the_paper_of_a_dark_scan_is_still_paper(name: str, severity: int) -> None:
    """Grey paper at 127: the marks stay, and the page does not turn black."""
    page = marker_page()
    dark = replace(page, pixels=(page.pixels // 2).astype(np.uint8))
    for noise in range(4):
        after = get_op(name).run(dark, severity, Stream(1, noise)).pixels
        assert np.count_nonzero(after < 64) / np.count_nonzero(page.pixels == 0) == pytest.approx(1, abs=0.2)

"""What happens to a page in a fax machine and on the line, and what can no longer be read after it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.seed import Stream
from harness.generate.ops import get_op
from harness.generate.pages.codecs.t6 import Lines, paint, read_lines
from harness.generate.pages.codecs.tiff import group_4
from harness.generate.pages.made.invoice import draw_invoice, render_invoice
from harness.generate.pages.raster.raster import black_and_white
from harness.generate.payloads import Page, Pixels, Word
from tests.generate.pages.test_page_geometry import ink_box, marker_page, middle

NOISES = range(4)


def fax(seed: int = 1) -> Page:
    page: Page = get_op("fax.fine").run(render_invoice(draw_invoice(Stream(seed, "fax"))), 10, Stream(1))
    return page


def run(name: str, severity: int, page: Page, noise: int = 0) -> Page:
    after: Page = get_op(name).run(page, severity, Stream(1, "damage", name, noise))
    return after


def read_code(code: bytes, width: int, height: int) -> Pixels:
    return paint(list(read_lines(Lines(code, width), height)), width)


@settings(max_examples=60)
@given(st.integers(1, 90), st.integers(1, 300), st.integers(1, 254), st.integers(0, 1 << 32))
def test_group_4_code_is_read_as_the_library_wrote_it(height: int, width: int, level: int, seed: int) -> None:
    noise = Stream(seed, "code").array_bytes(height * width).reshape(height, width)
    pixels = black_and_white(noise, level)
    assert np.array_equal(read_code(group_4(pixels), width, height), pixels)


@pytest.mark.parametrize("run", [0, 1, 63, 64, 65, 1727, 1728, 1792, 2559, 2560, 2561, 5200])
def test_every_length_of_run_is_read_as_it_was_written(run: int) -> None:
    pixels = np.full((6, 5300), 255, dtype=np.uint8)
    pixels[1, 5 : 5 + run] = pixels[3, : run // 2] = 0
    pixels[4:] = 0
    pixels[4, 7 : 7 + run] = 255
    assert np.array_equal(read_code(group_4(pixels), 5300, 6), pixels)


@given(st.binary(max_size=60), st.integers(1, 80))
def test_code_that_makes_no_sense_still_gives_lines(code: bytes, width: int) -> None:
    lines = list(read_lines(Lines(code, width), 40))
    assert all(0 <= place <= width for line in lines for place in line)
    assert paint(lines, width).shape == (len(lines), width)


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("severity", [2, 6, 10])
def test_an_error_in_group_4_leaves_what_came_before_and_ruins_what_comes_after(severity: int, noise: int) -> None:
    page = fax()
    whole = black_and_white(page.pixels, 128)
    after = run("fax.mmr_error", severity, page.with_pixels(whole), noise)
    first = int(np.flatnonzero((after.pixels != whole).any(axis=1))[0])
    for word, old in zip(after.words, page.words, strict=True):
        assert word.legible == (max(old.quad[1::2]) <= first)
    for word in after.words:
        if not word.legible and min(word.quad[1::2]) > first:
            box = tuple(slice(int(min(q)), int(max(q)) + 1) for q in (word.quad[1::2], word.quad[::2]))
            assert not np.array_equal(after.pixels[box], whole[box])


@pytest.mark.parametrize("severity", [1, 5, 10])
def test_words_below_a_cut_are_lost_and_no_others(severity: int) -> None:
    page = fax()
    after = run("fax.cut_off", severity, page)
    kept = len(after.pixels)
    assert kept == len(page.pixels) - round(0.06 * severity * len(page.pixels))
    for word in after.words:
        top, bottom = min(word.quad[1::2]), max(word.quad[1::2])
        assert word.legible or bottom > kept
        assert not (word.legible and top + 0.75 * (bottom - top) > kept)


def test_a_word_that_was_lost_stays_lost() -> None:
    page = run("fax.upside_down", 10, run("fax.cut_off", 10, fax()))
    again = run("fax.bed", 1, run("fax.cut_off", 6, page))
    assert sum(word.legible for word in again.words) < sum(word.legible for word in page.words) < len(page.words)


@pytest.mark.parametrize("noise", NOISES)
def test_a_sheet_off_the_middle_loses_what_leaves_the_line(noise: int) -> None:
    quads = [(float(x), 10.0, x + 20.0, 10.0, x + 20.0, 30.0, float(x), 30.0) for x in (2, 140, 278)]
    words = tuple(Word(text="x", field=str(i), quad=quad) for i, quad in enumerate(quads))
    page = Page(pixels=np.full((60, 300), 255, dtype=np.uint8), dpi=(200.0, 200.0), words=words)
    after = run("fax.bed", 3, page, noise)
    strip = round(3 * 2 * 200 / 25.4)
    left = after.pixels[0, 0] == 0
    assert [word.legible for word in after.words] == ([True, True, False] if left else [False, True, True])
    assert np.count_nonzero(after.pixels == 0) == 60 * strip


@pytest.mark.parametrize("severity", [1, 4, 10])
@pytest.mark.parametrize("noise", NOISES)
def test_words_keep_round_their_ink_where_the_feed_slips(severity: int, noise: int) -> None:
    """A mark that is stretched in part has its ink elsewhere than in its middle, so edges are compared."""
    after = run("fax.slip", severity, marker_page(), noise)
    for word in after.words:
        rows = np.flatnonzero(after.pixels[:, int(word.quad[0]) + 2] == 0)
        inside = rows[(rows >= word.quad[1] - 1) & (rows < word.quad[5] + 1)]
        assert abs(inside[0] - word.quad[1]) <= 1
        assert abs(inside[-1] + 1 - word.quad[5]) <= 1


def test_a_slipping_feed_draws_print_long_in_bands_only() -> None:
    page = marker_page()
    after = run("fax.slip", 10, page)
    assert len(after.pixels) == len(page.pixels) + round(0.3 * len(page.pixels))
    heights = [word.quad[5] - word.quad[1] for word in after.words]
    assert min(heights) == 24
    assert sum(height > 25 for height in heights) < len(heights)


def test_an_upside_down_page_turned_again_is_the_page() -> None:
    page = marker_page()
    twice = run("fax.upside_down", 10, run("fax.upside_down", 10, page))
    assert np.array_equal(twice.pixels, page.pixels)
    assert twice.words == page.words
    turned = run("fax.upside_down", 10, page)
    assert max(np.abs(ink_box(turned.pixels, word) - middle(word)).max() for word in turned.words) <= 1


def test_streaks_run_straight_down_to_the_end_of_the_page() -> None:
    page = Page(pixels=np.full((700, 900), 255, dtype=np.uint8), dpi=(204.0, 196.0))
    after = run("fax.column_streaks", 10, page).pixels
    hit = np.flatnonzero((after == 0).any(axis=0))
    assert len(hit)
    for column in hit:
        rows = np.flatnonzero(after[:, column] == 0)
        assert rows[-1] == 699
        assert len(rows) == 700 - rows[0]


@pytest.mark.parametrize("dpi", [(204.0, 98.0), (204.0, 196.0), (300.0, 300.0)])
def test_spots_of_a_roller_come_again_at_one_distance_on_paper(dpi: tuple[float, float]) -> None:
    page = Page(pixels=np.full((round(11 * dpi[1]), 900), 255, dtype=np.uint8), dpi=dpi)
    after = run("fax.roller_spots", 1, page).pixels
    rows = np.flatnonzero((after == 0).any(axis=1))
    starts = rows[np.flatnonzero(np.diff(rows, prepend=-9) > 1)]
    distances = np.diff(starts)
    assert len(distances) >= 2
    assert len(set(distances.tolist())) == 1
    assert 38 <= distances[0] / dpi[1] * 25.4 <= 75.2


@pytest.mark.parametrize("noise", NOISES)
def test_fading_takes_at_most_six_dots_in_ten_and_none_outside_its_bands(noise: int) -> None:
    black = Page(pixels=np.zeros((800, 1728), dtype=np.uint8), dpi=(204.0, 196.0))
    black.pixels[:, 1700:] = 255  # some paper, so that what is ink can be told
    lost = (run("fax.thermal_fade", 10, black, noise).pixels[:, :1700] == 255).mean(axis=0)
    assert 0.4 < lost.max() < 0.9  # two bands may lie on each other
    assert np.count_nonzero(lost == 0) > 800


@pytest.mark.parametrize(("name", "least"), [("fax.halftone", 0.3), ("fax.error_diffusion", 1.0)])
@pytest.mark.parametrize("noise", NOISES)
def test_photo_mode_keeps_the_mean_of_the_grey(name: str, least: float, noise: int) -> None:
    grey = Page(pixels=np.full((400, 400), 160, dtype=np.uint8), dpi=(204.0, 196.0))
    after = run(name, 5, grey, noise).pixels
    assert set(np.unique(after).tolist()) == {0, 255}
    assert 160 * 0.9 - 3 <= after.mean() <= 160 * (1 - 0.1 * least) + 3


@pytest.mark.parametrize(("name", "longest"), [("fax.line_loss", 4), ("fax.line_loss_1d", 1)])
def test_lost_lines_hang_together_as_their_code_does(name: str, longest: int) -> None:
    y, x = np.mgrid[0:800, 0:300]
    page = Page(pixels=np.where((x + y) % 7 < 3, 0, 255).astype(np.uint8), dpi=(204.0, 196.0))
    lengths = set[int]()
    for noise in NOISES:
        lost = (run(name, 10, page, noise).pixels != page.pixels).any(axis=1)
        edges = np.flatnonzero(np.diff(np.concatenate(([False], lost, [False]))))
        lengths |= set((edges[1::2] - edges[::2]).tolist())
    assert max(lengths) == longest

"""Own pages in another place, size and number: nothing is lost, and words move along."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.seed import Stream
from harness.generate.ops import get_op
from harness.generate.pages.made.invoice import draw_invoice, render_invoice
from harness.generate.payloads import Document, Page

PAGE = render_invoice(draw_invoice(Stream(1, "made:invoices#0")))


def applied(op: str, severity: int, page: Page = PAGE, seed: int = 1) -> Page:
    after: Page = get_op(op).run(page, severity, Stream(seed, op))
    return after


@given(st.integers(1, 10), st.integers(0, 30))
def test_a_moved_page_keeps_all_its_ink_and_its_words(severity: int, seed: int) -> None:
    after = applied("page.moved", severity, seed=seed)
    assert np.bincount(after.pixels.reshape(-1), minlength=256)[:128].tolist() == (
        np.bincount(PAGE.pixels.reshape(-1), minlength=256)[:128].tolist()
    )
    dx, dy = after.words[0].quad[0] - PAGE.words[0].quad[0], after.words[0].quad[1] - PAGE.words[0].quad[1]
    for old, new in zip(PAGE.words, after.words, strict=True):
        left, top, right, bottom = (round(old.quad[k]) for k in (0, 1, 4, 5))
        shifted = after.pixels[top + round(dy) : bottom + round(dy), left + round(dx) : right + round(dx)]
        assert np.array_equal(shifted, PAGE.pixels[top:bottom, left:right])
        assert new.legible


@given(st.integers(1, 10), st.integers(0, 30))
def test_a_smaller_page_has_its_words_on_it_in_proportion(severity: int, seed: int) -> None:
    after = applied("page.scaled", severity, seed=seed)
    assert after.pixels.shape == PAGE.pixels.shape
    share = 1 - 0.04 * severity
    for old, new in zip(PAGE.words, after.words, strict=True):
        assert new.quad[2] - new.quad[0] == pytest.approx(share * (old.quad[2] - old.quad[0]), rel=0.01, abs=1)
        left, top, right, bottom = (round(new.quad[k]) for k in (0, 1, 4, 5))
        assert after.pixels[top:bottom, left:right].min() < 200


def test_a_blank_page_that_is_moved_stays_blank() -> None:
    blank = Page(pixels=np.full((400, 300), 255, dtype=np.uint8), dpi=(200.0, 200.0))
    assert np.array_equal(applied("page.moved", 10, blank).pixels, blank.pixels)


@pytest.mark.parametrize("count", [1, 3])
def test_pages_of_terms_make_a_document_up_to_four_times_as_long(count: int) -> None:
    document = Document(pages=(PAGE,) * count)
    lengths = [len(get_op("page.terms_behind").run(document, s, Stream(1)).pages) for s in range(1, 11)]
    assert lengths == sorted(lengths)
    assert lengths[0] > count
    assert lengths[-1] == 4 * count
    before = get_op("page.terms_before").run(document, 10, Stream(1)).pages
    assert before[-count:] == document.pages
    assert not any(word.field for page in before[:-count] for word in page.words)


def test_copies_are_whole_documents() -> None:
    document = Document(pages=(PAGE, applied("page.moved", 5)))
    for severity, times in ((1, 2), (5, 3), (10, 4)):
        assert get_op("page.copies").run(document, severity, Stream(1)).pages == document.pages * times

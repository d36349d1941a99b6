"""PDFs that another library made: their pages come out as a viewer shows them."""

import numpy as np
import pypdfium2
import pytest

from harness.core.errors import SampleError
from harness.generate.pages.codecs.decode import DPI, count_pages, decode
from harness.generate.payloads import File, Page
from tests.endpoints.pdf_pilot import FIELDS, KINDS, read_text_layer, truth_of, write_pdf

MM = DPI / 25.4
SIZES = {"text_layer": (279, 216), "landscape": (210, 297), "a5": (210, 148)}
PAGES = {"several_pages": 3}


def pdf(kind: str, password: str = "") -> File:
    content = write_pdf(kind, truth_of(list(KINDS).index(kind)), password)
    return File(content=content, media_type="application/pdf", filename=f"{kind}.pdf")


def dark(page: Page, top: float, bottom: float, left: float, right: float) -> int:
    """Dark pixels in a part of the page, in millimetres from its top left corner."""
    return int((page.pixels[round(top * MM) : round(bottom * MM), round(left * MM) : round(right * MM)] < 100).sum())


@pytest.mark.parametrize("kind", KINDS)
def test_a_pdf_comes_out_in_its_size_with_its_ink(kind: str) -> None:
    pages = decode(pdf(kind)).pages
    assert len(pages) == count_pages(pdf(kind)) == PAGES.get(kind, 1)
    for page in pages:
        assert np.allclose(np.array(page.pixels.shape) / MM, SIZES.get(kind, (297, 210)), atol=0.6)
        assert dark(page, 0, 297, 0, 297) > 500


def test_a_page_that_a_flag_turns_is_upright() -> None:
    """Its lines begin at the left, below the top; nothing stands at the right or in the lower half."""
    (page,) = decode(pdf("turned_by_flag")).pages
    assert dark(page, 15, 100, 15, 110) > 5000
    assert dark(page, 0, 297, 115, 210) == dark(page, 100, 297, 0, 210) == 0


def test_what_is_filled_into_a_form_is_seen() -> None:
    (page,) = decode(pdf("form_fields")).pages
    rows = [250 - 14 * row for row in range(3)]
    assert min(dark(page, 297 - y - 4.4, 297 - y + 1.4, 71, 110) for y in rows) > 300


def test_the_pixels_of_a_pdf_do_not_change_when_it_is_decoded_again() -> None:
    for kind in ("odd_fonts", "four_colours"):
        first, again = (decode(pdf(kind)).pages[0].pixels for _ in range(2))
        assert np.array_equal(first, again)


def test_a_pdf_with_an_empty_password_is_read_and_one_with_another_is_named() -> None:
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(pdf("text_layer", "secret").content)
    assert b"/Encrypt" in pdf("empty_password").content
    assert dark(decode(pdf("empty_password")).pages[0], 0, 297, 0, 210) > 5000
    with pytest.raises(SampleError, match=r"^text_layer\.pdf: the PDF is encrypted with a password\n"):
        decode(pdf("text_layer", "secret"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_service_reads_a_text_layer_and_hands_over_what_has_none(kind: str) -> None:
    truth = truth_of(list(KINDS).index(kind))
    status, reply = read_text_layer(b"--b\r\nX: y\r\n\r\n" + pdf(kind).content + b"\r\n--b--\r\n")
    without = kind in ("scanned", "four_colours", "form_fields")
    fields = dict.fromkeys(FIELDS) if without else dict(truth)
    assert (status, reply) == (200, {"fields": fields, "needs_review": without})

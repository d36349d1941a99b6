"""Files as fax machines and gateways write them: group 3 and 4, bits in both orders, black as 1 and as 0."""

from io import BytesIO

import numpy as np
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageSequence

from harness.generate.pages.codecs.decode import decode
from harness.generate.pages.codecs.encode import ENCODERS, encode
from tests.generate.pages.test_encode_decode import document, fax_page, grey_page

FORMS = {
    "tiff-g3": ("group3", 2, 0, 4),
    "tiff-g3-2d": ("group3", 1, 0, 5),
    "tiff-g4": ("group4", 1, 0, None),
    "tiff-g4-lsb": ("group4", 2, 0, None),
    "tiff-g4-black-is-zero": ("group4", 1, 1, None),
}
"""Compression, order of bits, photometric interpretation and options of group 3."""


def test_every_form_of_tiff_is_tested() -> None:
    assert set(FORMS) == {name for name in ENCODERS if name.startswith(("tiff-g3", "tiff-g4"))}


@pytest.mark.parametrize("name", FORMS)
def test_each_frame_says_what_it_is_and_has_its_own_resolution(name: str) -> None:
    pages = [fax_page(228, (204.0, 196.0)), fax_page(114, (204.0, 98.0)), fax_page(456, (204.0, 391.0))]
    with Image.open(BytesIO(encode(document(*pages), name, "a").content)) as tiff:
        frames = [(frame.copy(), dict(frame.tag_v2)) for frame in ImageSequence.Iterator(tiff)]  # type: ignore[attr-defined]
    compression, order, photometric, options = FORMS[name]
    for (frame, tags), page in zip(frames, pages, strict=True):
        assert frame.info["compression"] == compression
        assert (tags.get(266, 1), tags[262], tags.get(292)) == (order, photometric, options)
        assert tuple(map(float, frame.info["dpi"])) == page.dpi
        assert np.array_equal(np.array(frame.convert("L")), page.pixels)


@settings(max_examples=30)
@given(st.sampled_from(sorted(FORMS)), st.integers(1, 70), st.integers(1, 70), st.integers(0, 99))
def test_every_form_gives_back_black_and_white_of_any_size(name: str, width: int, height: int, seed: int) -> None:
    page = fax_page(height, (204.0, 98.0), width, seed)
    assert np.array_equal(decode(encode(document(page), name, "a")).pages[0].pixels, page.pixels)


def strip(content: bytes) -> bytes:
    with Image.open(BytesIO(content)) as tiff:
        (begin,), (size,) = tiff.tag_v2[273], tiff.tag_v2[279]  # type: ignore[attr-defined]
    return content[begin : begin + size]


def test_bits_of_the_other_order_are_the_same_code() -> None:
    page = document(fax_page(300, (204.0, 196.0)))
    there, back = (strip(encode(page, name, "a").content) for name in ("tiff-g4", "tiff-g4-lsb"))
    assert there != back
    assert np.array_equal(np.unpackbits(np.frombuffer(there, np.uint8), bitorder="little"), bits(back))


def bits(code: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.unpackbits(np.frombuffer(code, np.uint8), bitorder="big")


@pytest.mark.parametrize(("dpi", "k"), [((204.0, 98.0), 2), ((204.0, 196.0), 4), ((204.0, 391.0), 4)])
def test_group_3_in_two_dimensions_starts_anew_every_k_lines(dpi: tuple[float, float], k: int) -> None:
    """Behind each end of line one bit says whether the line stands by itself."""
    page = fax_page(24, dpi, width=400)
    text = "".join(map(str, bits(strip(encode(document(page), "tiff-g3-2d", "a").content))))
    tags = [part[0] for part in text.split("00000000001")[1:]]
    assert "".join(tags) == ("1" + "0" * (k - 1)) * (24 // k)


def test_a_fax_server_s_pdf_is_group_4_in_each_page_s_own_size() -> None:
    pages = [grey_page(2287, 1728, (204.0, 196.0)), fax_page(1144, (204.0, 98.0))]
    content = encode(document(*pages), "pdf-fax", "a").content
    assert content.count(b"CCITTFaxDecode") == 2
    assert b"DCTDecode" not in content
    pdf = pypdfium2.PdfDocument(content)
    sizes = [pdf.get_page_size(i) for i in range(2)]
    pdf.close()
    assert np.allclose(np.array(sizes) / 72, [(p.pixels.shape[1] / p.dpi[0], len(p.pixels) / p.dpi[1]) for p in pages])

"""Pages to files and back."""

from io import BytesIO
from time import struct_time

import numpy as np
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageSequence

from harness.core.errors import PackError, SampleError
from harness.core.seed import Stream
from harness.generate.pages.codecs.decode import count_pages, decode
from harness.generate.pages.codecs.encode import ENCODERS, encode
from harness.generate.payloads import Document, File, Page


def grey_page(height: int = 300, width: int = 211, dpi: tuple[float, float] = (200.0, 200.0), seed: int = 1) -> Page:
    """Smooth enough for JPEG, with every grey in it."""
    y, x = np.mgrid[0:height, 0:width]
    pixels = ((np.sin(x / 17 + seed) + np.cos(y / 23)) * 63 + 128).astype(np.uint8)
    return Page(pixels=pixels, dpi=dpi)


def fax_page(height: int, dpi: tuple[float, float], width: int = 1728, seed: int = 1) -> Page:
    noise = Stream(seed, "fax").array_bytes(height * width).reshape(height, width)
    return Page(pixels=np.where(noise < 20, 0, 255).astype(np.uint8), dpi=dpi)


def document(*pages: Page) -> Document:
    return Document(pages=pages)


def test_png_gives_back_every_grey_and_the_resolution() -> None:
    page = grey_page(dpi=(204.0, 98.0))
    back = decode(encode(document(page), "png", "a")).pages[0]
    assert np.array_equal(back.pixels, page.pixels)
    assert back.dpi == page.dpi


@pytest.mark.parametrize("name", ENCODERS)
def test_pages_are_counted_as_they_are_decoded(name: str) -> None:
    file = encode(document(*(grey_page(),) * (3 if ENCODERS[name].many else 1)), name, "a")
    assert count_pages(file) == len(decode(file).pages)


@pytest.mark.parametrize("media_type", ["application/pdf", "image/png"])
def test_pages_of_what_is_no_file_of_its_kind_are_not_counted(media_type: str) -> None:
    with pytest.raises(SampleError):
        count_pages(File(content=b"<html>", media_type=media_type, filename="a"))


def test_jpeg_gives_back_nearly_every_grey() -> None:
    page = grey_page()
    back = decode(encode(document(page), "jpeg", "a")).pages[0]
    assert np.abs(back.pixels.astype(int) - page.pixels).mean() < 2
    assert back.dpi == page.dpi


@settings(max_examples=40)
@given(st.integers(1, 70), st.integers(1, 70), st.integers(0, 99))
def test_tiff_gives_back_black_and_white_of_any_size(width: int, height: int, seed: int) -> None:
    page = fax_page(height, (204.0, 196.0), width, seed)
    back = decode(encode(document(page), "tiff-g4", "a")).pages[0]
    assert np.array_equal(back.pixels, page.pixels)


def test_a_tiff_of_grey_pages_is_split_between_ink_and_paper() -> None:
    """Of what the page has: a scan on grey paper does not turn black."""
    page = fax_page(300, (200.0, 200.0))
    faint = page.with_pixels((page.pixels // 4 + 50).astype(np.uint8))
    back = decode(encode(document(faint), "tiff-g4", "a")).pages[0]
    assert np.array_equal(back.pixels, page.pixels)


def test_each_frame_of_a_tiff_is_group_4_with_its_own_resolution() -> None:
    pages = [fax_page(228, (204.0, 196.0)), fax_page(114, (204.0, 98.0)), grey_page(dpi=(300.0, 300.0))]
    with Image.open(BytesIO(encode(document(*pages), "tiff-g4", "a").content)) as tiff:
        frames = [frame.copy() for frame in ImageSequence.Iterator(tiff)]
    assert [f.info["compression"] for f in frames] == ["group4"] * 3
    assert [f.mode for f in frames] == ["1"] * 3
    assert [tuple(map(float, f.info["dpi"])) for f in frames] == [p.dpi for p in pages]
    assert all(np.array_equal(np.array(f.convert("L")), p.pixels) for f, p in zip(frames[:2], pages, strict=False))


def test_each_frame_of_a_tiff_is_as_fax_machines_write_it() -> None:
    page = fax_page(228, (204.0, 196.0))
    with Image.open(BytesIO(encode(document(page, page), "tiff-g4", "a").content)) as tiff:
        for number, frame in enumerate(ImageSequence.Iterator(tiff)):
            tags = frame.tag_v2  # type: ignore[attr-defined]
            assert (tags[262], len(tags[273]), tags[278]) == (0, 1, 228)
            assert tags[297] == (number, 2)


def test_pdf_holds_every_page_in_its_size() -> None:
    pages = [fax_page(2287, (204.0, 196.0)), fax_page(1144, (204.0, 98.0)), grey_page()]
    file = encode(document(*pages), "pdf", "a")
    pdf = pypdfium2.PdfDocument(file.content)
    sizes = [pdf.get_page_size(i) for i in range(3)]
    pdf.close()
    inches = [(p.pixels.shape[1] / p.dpi[0], p.pixels.shape[0] / p.dpi[1]) for p in pages]
    assert np.allclose(np.array(sizes) / 72, inches, rtol=1e-4)
    assert decode(file).pages[2].pixels.shape == pages[2].pixels.shape


def test_pdf_of_black_and_white_is_the_same_page_again() -> None:
    page = fax_page(300, (200.0, 200.0), width=411)
    file = encode(document(page), "pdf", "a")
    assert b"CCITTFaxDecode" in file.content
    assert np.array_equal(decode(file).pages[0].pixels, page.pixels)


@pytest.mark.parametrize("name", ENCODERS)
def test_files_name_neither_day_nor_machine(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    page = document(grey_page())
    first = encode(page, name, "a")
    monkeypatch.setattr("time.gmtime", lambda *_: struct_time((1999, 12, 31, 23, 59, 59, 4, 365, 0)))
    assert encode(page, name, "a") == first
    assert b"Date" not in first.content
    assert first.filename == "a" + ENCODERS[name].suffix


@pytest.mark.parametrize("name", ["png", "jpeg"])
def test_an_image_of_one_page_refuses_more_and_names_what_to_use(name: str) -> None:
    with pytest.raises(PackError, match=r'holds one page, "a" has 2\n  write encode = "tiff-g4" or .*"pdf" instead'):
        encode(document(grey_page(), grey_page()), name, "a")


def test_a_photo_has_no_resolution_and_several_are_one_pdf() -> None:
    one = encode(document(grey_page()), "photo", "a")
    with Image.open(BytesIO(one.content)) as image:
        assert (image.format, "dpi" in image.info) == ("JPEG", False)
    assert np.abs(decode(one).pages[0].pixels.astype(int) - grey_page().pixels).mean() < 3
    two = encode(document(grey_page(), grey_page()), "photo", "a")
    assert (two.media_type, two.filename, len(decode(two).pages)) == ("application/pdf", "a.pdf", 2)


def test_an_unknown_encoder_is_told_with_the_nearest_name() -> None:
    with pytest.raises(PackError, match='unknown encoder "tif-g4"\n  did you mean "tiff-g4"'):
        encode(document(grey_page()), "tif-g4", "a")


def image_file(image: Image.Image, format_: str, **options: object) -> File:
    out = BytesIO()
    image.save(out, format_, **options)
    return File(content=out.getvalue(), media_type=f"image/{format_.lower()}", filename=f"a.{format_.lower()}")


def test_a_photo_taken_on_its_side_is_read_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    wide = Image.fromarray(grey_page(200, 300).pixels)
    page = decode(image_file(wide, "JPEG", exif=exif, dpi=(100, 50))).pages[0]
    assert page.pixels.shape == (300, 200)
    assert page.dpi == (50.0, 100.0)


def test_what_is_transparent_is_white() -> None:
    clear = Image.new("RGBA", (20, 10), (0, 0, 0, 0))
    assert (decode(image_file(clear, "PNG")).pages[0].pixels == 255).all()


def test_sixteen_bits_become_eight() -> None:
    deep = Image.fromarray(np.full((5, 6), 0x80FF, dtype=np.uint16))
    assert (decode(image_file(deep, "PNG")).pages[0].pixels == 0x80).all()


@pytest.mark.parametrize("options", [{}, {"dpi": (0, 0)}, {"dpi": (1, 1)}])
def test_an_image_without_a_usable_resolution_is_taken_as_200_dpi(options: dict[str, object]) -> None:
    assert decode(image_file(Image.new("L", (20, 10)), "PNG", **options)).pages[0].dpi == (200.0, 200.0)


def broken(content: bytes, media_type: str, filename: str) -> str:
    with pytest.raises(SampleError) as caught:
        decode(File(content=content, media_type=media_type, filename=filename))
    return str(caught.value)


def test_an_encrypted_pdf_is_told_as_such() -> None:
    assert broken(ENCRYPTED, "application/pdf", "contract.pdf") == (
        "contract.pdf: the PDF is encrypted with a password\n"
        "  save it without a password, or remove it from the samples"
    )


def test_a_broken_pdf_is_told_with_its_cause() -> None:
    whole = encode(document(grey_page()), "pdf", "a").content
    for content in (b"%PDF-1.7 and no more", b"hello", whole[:80]):
        assert broken(content, "application/pdf", "a.pdf") == (
            "a.pdf: the PDF cannot be read: Failed to load document (PDFium: Data format error).\n"
            "  open it in a viewer and save it again, or remove it from the samples"
        )


def test_what_is_no_image_is_told_as_such() -> None:
    assert broken(b"GIF or not", "image/png", "scan.png") == (
        "scan.png: the image cannot be read: not a PNG, JPEG or TIFF\n"
        "  open it in a viewer and save it again, or remove it from the samples"
    )


@pytest.mark.parametrize("name", ["png", "jpeg", "tiff-g4"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_an_image_cut_off_anywhere_is_an_error_or_a_page_but_no_crash(name: str, share: float) -> None:
    file = encode(document(fax_page(200, (204.0, 196.0), width=300)), name, "a")
    cut = file.content[: int(len(file.content) * share)]
    assert broken(cut, file.media_type, "cut.img").startswith("cut.img: the image cannot be read: ")


def test_an_empty_file_and_a_text_are_told_as_such() -> None:
    assert broken(b"", "image/png", "a.png").startswith("a.png: is empty\n")
    assert broken(b"hello", "text/plain", "a.txt").startswith("a.txt: text/plain has no pages\n")


@pytest.mark.parametrize("side", [21_000, 12_000, 60_000])
def test_a_page_too_large_to_work_on_is_refused_before_it_is_unpacked(side: int) -> None:
    wide = Page(pixels=np.zeros((1, 1), dtype=np.uint8), dpi=(200.0, 200.0))
    content = bytearray(encode(document(wide), "tiff-g4", "a").content)
    for tag in (256, 257, 278):
        at = content.index(tag.to_bytes(2, "little") + (4).to_bytes(2, "little")) + 8
        content[at : at + 4] = side.to_bytes(4, "little")
    assert "too large" in broken(bytes(content), "image/tiff", "big.tif")


def test_a_pdf_of_a_giant_page_is_refused_before_it_is_drawn() -> None:
    content = encode(document(grey_page()), "pdf", "a").content.replace(b"/MediaBox [ 0 0 75.96 108.0 ]", GIANT)
    assert broken(content, "application/pdf", "a.pdf") == (
        "a.pdf: too large (1 page, more than 400 million pixels)\n"
        "  split it or save it at a lower resolution, or remove it from the samples"
    )


GIANT = b"/MediaBox [ 0 0 99999 99999 ]"


def encrypted_pdf() -> bytes:
    """A PDF of one empty page, encrypted with RC4 (revision 2) under a password that is not empty."""
    from hashlib import md5

    padding = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
    owner = b"\x11" * 32
    key = md5((b"secret" + padding)[:32] + owner + (-4 & 0xFFFFFFFF).to_bytes(4, "little") + b"0" * 16).digest()[:5]
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>",
        b"<</Filter/Standard/V 1/R 2/P -4/O<"
        + owner.hex().encode()
        + b">/U<"
        + rc4(key, padding).hex().encode()
        + b">>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%sendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<" + b"30" * 16 + b"><" + b"30" * 16 + b">]>>"
    return (
        out + b"xref\n0 5\n0000000000 65535 f \n" + table + b"trailer" + trailer + b"startxref\n%d\n%%%%EOF" % len(out)
    )


def rc4(key: bytes, data: bytes) -> bytes:
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


ENCRYPTED = encrypted_pdf()

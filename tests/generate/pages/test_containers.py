"""A page in an odd container is still that page: to a viewer, and to our own reader."""

from functools import cache
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from harness.core.seed import Stream
from harness.generate.ops import all_ops, get_op
from harness.generate.pages.codecs.decode import decode
from harness.generate.pages.codecs.encode import encode
from harness.generate.pages.made.invoice import draw_invoice, render_invoice
from harness.generate.payloads import Document, File, Page
from tests.dose import most_in_full

OPS = [name for name in all_ops() if name.startswith("container.") and name != "container.giant"]
LOSSY = ("container.exif_turned", "container.exif_mirrored", "container.cmyk", "container.progressive")
CHANGED = {**dict.fromkeys(LOSSY, 2.0), "container.bilevel": 10.0, "container.palette": 9.0}
"""Mean distance of grey levels, at most; nothing where the op is not named."""

PAGE = render_invoice(draw_invoice(Stream(1, "containers")))


def file_of(page: Page) -> File:
    return encode(Document(pages=(page,)), "png", "scan")


@cache
def scan() -> File:
    """The page as a PNG."""
    return file_of(PAGE)


def put(name: str, file: File, noise: int = 0) -> File:
    after = get_op(name).run(file, 10, Stream(noise, "containers", name))
    assert isinstance(after, File)
    return after


@pytest.mark.parametrize("noise", most_in_full(range(4)))
@pytest.mark.parametrize("name", OPS)
def test_a_viewer_shows_the_same_page(name: str, noise: int) -> None:
    frames = decode(put(name, scan(), noise)).pages
    shown = frames[-1] if name == "container.preview_first" else frames[0]
    assert shown.pixels.shape == PAGE.pixels.shape
    far = float(np.abs(shown.pixels.astype(int) - PAGE.pixels).mean())
    assert far <= CHANGED.get(name, 0.0)


@pytest.mark.parametrize("name", OPS)
def test_the_name_and_the_type_are_those_of_the_bytes(name: str) -> None:
    file = put(name, scan())
    with Image.open(BytesIO(file.content)) as image:
        assert Image.MIME[str(image.format)] == file.media_type
    assert file.filename.rpartition(".")[0] == "scan"
    assert {"image/png": ".png", "image/jpeg": ".jpg", "image/tiff": ".tif"}[file.media_type] == file.filename[4:]


@pytest.mark.parametrize("name", OPS)
def test_a_file_of_several_pages_stays_as_it_is(name: str) -> None:
    several = encode(Document(pages=(PAGE, PAGE)), "tiff-g4", "scan")
    assert put(name, several) == several


def opened(name: str, noise: int = 0) -> Image.Image:
    return Image.open(BytesIO(put(name, scan(), noise).content))


def test_each_container_is_what_it_says() -> None:
    orientations = {opened("container.exif_turned", noise).getexif()[274] for noise in range(20)}
    mirrored = {opened("container.exif_mirrored", noise).getexif()[274] for noise in range(30)}
    assert (orientations, mirrored) == ({3, 6, 8}, {2, 4, 5, 7})
    assert opened("container.cmyk").mode == "CMYK"
    assert opened("container.deep").mode == "I;16"
    assert opened("container.bilevel").mode == "1"
    assert opened("container.palette").mode == "P"
    assert opened("container.transparent").mode == "LA"
    assert opened("container.inverted").tag_v2[262] == 0  # type: ignore[attr-defined]
    assert opened("container.interlaced").info["interlace"] == 1
    assert opened("container.progressive").info["progressive"] == 1
    assert "dpi" not in opened("container.no_dpi").info
    assert round(opened("container.wrong_dpi").info["dpi"][0]) == 72
    assert opened("container.animated").n_frames == 2  # type: ignore[attr-defined]


def test_the_preview_is_a_tenth_of_the_page_and_marked_as_one() -> None:
    image = opened("container.preview_first")
    assert (image.n_frames, image.tag_v2[254]) == (2, 1)  # type: ignore[attr-defined]
    assert image.size == (-(-PAGE.pixels.shape[1] // 10), -(-PAGE.pixels.shape[0] // 10))
    image.seek(1)
    assert image.tag_v2[254] == 0  # type: ignore[attr-defined]


def test_ink_on_nothing_is_all_black_where_the_paper_is_dropped() -> None:
    assert not np.asarray(opened("container.transparent"))[..., 0].any()


def test_a_giant_page_is_small_as_a_file_and_refused_by_a_careful_reader() -> None:
    file = put("container.giant", scan())
    assert len(file.content) < 400_000
    with pytest.raises(Image.DecompressionBombError):
        Image.open(BytesIO(file.content))


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", bytes(range(256))])
def test_what_is_no_page_is_made_no_giant_of(content: bytes) -> None:
    file = File(content=content, media_type="application/pdf", filename="a.pdf")
    assert put("container.giant", file) == file


def test_a_giant_of_the_smallest_page_is_as_large() -> None:
    dot = file_of(Page(pixels=np.zeros((1, 1), dtype=np.uint8), dpi=(72.0, 72.0)))
    content = put("container.giant", dot).content
    assert [int.from_bytes(content[at : at + 4], "big") for at in (16, 20)] == [30_000, 30_000]

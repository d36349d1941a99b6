"""The same page in a file that readers seldom meet: turned by a tag, in other colours, with other claims about itself.

What a viewer shows stays the page. A file of several pages, and one that cannot be read, stays as it is.
"""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import numpy as np
from PIL import Image

from harness.core.errors import SampleError
from harness.core.seed import Stream
from harness.generate.pages.decode import decode
from harness.generate.pages.png import write_deep, write_giant, write_interlaced
from harness.generate.pages.raster import black_and_white, grey_between
from harness.generate.payloads import File, Page
from harness.generate.registry import op

QUALITY = 90
ORIENTATION = 0x0112
WHITE_IS_ZERO, PHOTOMETRIC = 0, 262
PREVIEW = 10
"""A preview has one pixel for so many of the page, each way."""

SCREEN = (72, 72)
"""The dots an inch that software writes which does not know any."""

LEVELS = 16
"""Greys of a palette, which is enough for type."""

Method = Image.Transpose
STORED = {
    2: Method.FLIP_LEFT_RIGHT,
    3: Method.ROTATE_180,
    4: Method.FLIP_TOP_BOTTOM,
    5: Method.TRANSPOSE,
    6: Method.ROTATE_90,
    7: Method.TRANSVERSE,
    8: Method.ROTATE_270,
}
"""What is done to an upright page that is stored with that orientation; a viewer does the opposite."""

Write = Callable[[Page], tuple[bytes, str]]
"""The bytes, and the suffix of the file's name."""

MEDIA_TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".tif": "image/tiff"}


@op("container.exif_turned", layer="serialise", kind="switch")
def exif_turned(file: File, severity: int, draw: Stream) -> File:
    """Store the page on its side or on its head as a JPEG, with the tag that tells a viewer to turn it back.

    severity: a switch, 10 alone; the orientation is 3, 6 or 8, as telephones write them.
    Source: EXIF 2.32, tag 0x0112; a page of orientation 6 was read with 91 % of its characters wrong and without an
    error by a reader that looks at pixels alone (our own measurement with Tesseract 5.3).
    """
    orientation = draw.choice((3, 6, 8))
    return _rewritten(file, lambda page: _oriented(page, orientation))


@op("container.exif_mirrored", layer="serialise", kind="switch")
def exif_mirrored(file: File, severity: int, draw: Stream) -> File:
    """Store the page mirrored as a JPEG, with the tag that tells a viewer to mirror it back.

    severity: a switch, 10 alone; the orientation is 2, 4, 5 or 7, as front cameras and scanners write them.
    Source: EXIF 2.32, tag 0x0112.
    """
    orientation = draw.choice((2, 4, 5, 7))
    return _rewritten(file, lambda page: _oriented(page, orientation))


@op("container.cmyk", layer="serialise", kind="switch")
def cmyk(file: File, severity: int, draw: Stream) -> File:
    """Write the page as a JPEG in the four colours of print, as publishing software exports it.

    severity: a switch, 10 alone.
    Source: ITU T.872 (JPEG for print); readers that take three channels for granted fail on the fourth (our own).
    """
    return _rewritten(file, lambda page: _jpeg(Image.fromarray(page.pixels).convert("RGB").convert("CMYK"), page))


@op("container.progressive", layer="serialise", kind="switch")
def progressive(file: File, severity: int, draw: Stream) -> File:
    """Write the page as a progressive JPEG, as web services do to make files smaller.

    severity: a switch, 10 alone.
    Source: ITU T.81, annex G.
    """
    return _rewritten(file, lambda page: _jpeg(Image.fromarray(page.pixels), page, progressive=True))


@op("container.deep", layer="serialise", kind="switch")
def deep(file: File, severity: int, draw: Stream) -> File:
    """Write the page as a PNG with 16 bits a pixel, as scanners for archives do.

    severity: a switch, 10 alone.
    Source: PNG (third edition) 11.2.1; who takes the first byte of each pair for a pixel sees noise (our own).
    """
    return _rewritten(file, lambda page: (write_deep(page), ".png"))


@op("container.bilevel", layer="serialise", kind="switch")
def bilevel(file: File, severity: int, draw: Stream) -> File:
    """Write the page as a PNG with one bit a pixel, split in the middle between ink and paper.

    severity: a switch, 10 alone.
    Source: PNG (third edition) 11.2.1; scanners in their setting for text.
    """
    return _rewritten(file, _one_bit)


@op("container.interlaced", layer="serialise", kind="switch")
def interlaced(file: File, severity: int, draw: Stream) -> File:
    """Write the page as an interlaced PNG, in the seven passes of Adam7.

    severity: a switch, 10 alone.
    Source: PNG (third edition) 8.2.
    """
    return _rewritten(file, lambda page: (write_interlaced(page), ".png"))


@op("container.palette", layer="serialise", kind="switch")
def palette(file: File, severity: int, draw: Stream) -> File:
    """Write the page as a PNG with a palette of 16 greys, its paper transparent.

    severity: a switch, 10 alone.
    Source: PNG (third edition) 11.3.1; on black, where a reader drops the transparency, nothing is left (our own).
    """
    return _rewritten(file, _with_palette)


@op("container.transparent", layer="serialise", kind="switch")
def transparent(file: File, severity: int, draw: Stream) -> File:
    """Write the page as black ink on transparent paper, as signing and whiteboard apps export it.

    severity: a switch, 10 alone.
    Source: PNG (third edition) 13.16; a reader that drops the alpha channel sees a black page (our own).
    """
    return _rewritten(file, _on_nothing)


@op("container.inverted", layer="serialise", kind="switch")
def inverted(file: File, severity: int, draw: Stream) -> File:
    """Write the page as a TIFF in which white is zero.

    severity: a switch, 10 alone.
    Source: TIFF 6.0, PhotometricInterpretation; readers ignore it (image-rs/image-tiff#229).
    """
    return _rewritten(file, lambda page: _tiff(page, tiffinfo={PHOTOMETRIC: WHITE_IS_ZERO}))


@op("container.no_dpi", layer="serialise", kind="switch")
def no_dpi(file: File, severity: int, draw: Stream) -> File:
    """Write the page without its resolution, as messengers and web forms do.

    severity: a switch, 10 alone.
    Source: pages without a resolution were read as empty (tesseract-ocr/tesseract#756).
    """
    return _rewritten(file, lambda page: _png(Image.fromarray(page.pixels)))


@op("container.wrong_dpi", layer="serialise", kind="switch")
def wrong_dpi(file: File, severity: int, draw: Stream) -> File:
    """Write the page with 72 dots an inch, whatever it has.

    severity: a switch, 10 alone.
    Source: the same as without one (tesseract-ocr/tesseract#756); 72 is what software writes that knows none.
    """
    return _rewritten(file, lambda page: _png(Image.fromarray(page.pixels), dpi=SCREEN))


@op("container.preview_first", layer="serialise", kind="switch")
def preview_first(file: File, severity: int, draw: Stream) -> File:
    """Put a small preview of the page before it into a TIFF, marked as one.

    severity: a switch, 10 alone.
    Source: TIFF 6.0, NewSubfileType 1; cameras and scanners write it, and who opens the first frame reads a stamp.
    """
    return _rewritten(file, _after_a_preview)


@op("container.animated", layer="serialise", kind="switch")
def animated(file: File, severity: int, draw: Stream) -> File:
    """Write the page as the first frame of an animated PNG whose second is white.

    severity: a switch, 10 alone.
    Source: PNG (third edition) 4.9; screen recorders and messengers write them.
    """
    return _rewritten(file, _then_white)


@op("container.giant", layer="serialise", kind="switch", effect="destroyed")
def giant(file: File, severity: int, draw: Stream) -> File:
    """Put the page into the corner of a white PNG of 30,000 x 30,000 pixels: small as a file, 900 MB when it is opened.

    severity: a switch, 10 alone.
    Source: scans of that size stop document stores (paperless-ngx/paperless-ngx#5955, ocrmypdf/OCRmyPDF#1104).
    """
    return _rewritten(file, lambda page: (write_giant(page), ".png"))


def _rewritten(file: File, write: Write) -> File:
    try:
        pages = decode(file).pages
    except SampleError:
        return file
    if len(pages) != 1:
        return file
    content, suffix = write(pages[0])
    stem = file.filename.rpartition(".")[0] or file.filename
    return replace(file, content=content, media_type=MEDIA_TYPES[suffix], filename=f"{stem}{suffix}")


def _oriented(page: Page, orientation: int) -> tuple[bytes, str]:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return _jpeg(Image.fromarray(page.pixels).transpose(STORED[orientation]), page, exif=exif)


def _jpeg(image: Image.Image, page: Page, **options: object) -> tuple[bytes, str]:
    out = BytesIO()
    dpi = tuple(round(d) for d in page.dpi)
    image.save(out, "JPEG", quality=QUALITY, dpi=dpi, **options)
    return out.getvalue(), ".jpg"


def _png(image: Image.Image, **options: object) -> tuple[bytes, str]:
    out = BytesIO()
    image.save(out, "PNG", **options)
    return out.getvalue(), ".png"


def _tiff(page: Page, **options: object) -> tuple[bytes, str]:
    out = BytesIO()
    Image.fromarray(page.pixels).save(out, "TIFF", compression="tiff_lzw", dpi=page.dpi, **options)
    return out.getvalue(), ".tif"


def _one_bit(page: Page) -> tuple[bytes, str]:
    split = black_and_white(page.pixels, grey_between(page.pixels))
    return _png(Image.fromarray(split).convert("1", dither=Image.Dither.NONE), dpi=page.dpi)


def _with_palette(page: Page) -> tuple[bytes, str]:
    step = 256 // LEVELS
    image = Image.fromarray(page.pixels // step, mode="P")
    image.putpalette([level * 255 // (LEVELS - 1) for level in range(LEVELS) for _ in range(3)])
    return _png(image, dpi=page.dpi, transparency=LEVELS - 1)


def _on_nothing(page: Page) -> tuple[bytes, str]:
    ink = np.zeros((*page.pixels.shape, 2), np.uint8)
    ink[..., 1] = 255 - page.pixels
    return _png(Image.fromarray(ink, mode="LA"), dpi=page.dpi)


def _after_a_preview(page: Page) -> tuple[bytes, str]:
    out = BytesIO()
    preview = Image.fromarray(np.ascontiguousarray(page.pixels[::PREVIEW, ::PREVIEW]))
    preview.encoderinfo = {"tiffinfo": {254: 1}}
    image = Image.fromarray(page.pixels)
    image.encoderinfo = {"tiffinfo": {254: 0}}
    preview.save(out, "TIFF", save_all=True, append_images=[image], compression="tiff_lzw", dpi=page.dpi)
    return out.getvalue(), ".tif"


def _then_white(page: Page) -> tuple[bytes, str]:
    image = Image.fromarray(page.pixels)
    white = Image.new("L", image.size, 255)
    return _png(image, dpi=page.dpi, save_all=True, append_images=[white], duration=1000, loop=0)

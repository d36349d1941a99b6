"""Write a page into unusual files."""

from io import BytesIO

import numpy as np
from PIL import Image

from harness.generate.pages.codecs.png import write_deep, write_giant, write_interlaced
from harness.generate.pages.raster.raster import black_and_white, grey_between
from harness.generate.payloads import Page

Written = tuple[bytes, str]
"""The file's bytes and the suffix of its name."""

MEDIA_TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".tif": "image/tiff"}

QUALITY = 90
ORIENTATION = 0x0112
WHITE_IS_ZERO, PHOTOMETRIC = 0, 262
PREVIEW = 10
"""Reduction factor of a preview, in each direction."""

SCREEN = (72, 72)
"""Resolution in dpi that software writes if it does not know the real one."""

LEVELS = 16
"""Grey levels of a palette; 16 are enough for text."""

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
"""Transposition of an upright page for each stored EXIF orientation; a viewer applies the inverse."""


def four_colours(page: Page) -> Written:
    """A CMYK JPEG."""
    return _jpeg(Image.fromarray(page.pixels).convert("RGB").convert("CMYK"), page)


def progressive(page: Page) -> Written:
    """A progressive JPEG."""
    return _jpeg(Image.fromarray(page.pixels), page, progressive=True)


def deep(page: Page) -> Written:
    """A PNG with 16 bits per pixel."""
    return write_deep(page), ".png"


def interlaced(page: Page) -> Written:
    """A PNG in the seven passes of Adam7."""
    return write_interlaced(page), ".png"


def giant(page: Page) -> Written:
    """The page in the corner of a sheet that does not fit into memory."""
    return write_giant(page), ".png"


def without_dpi(page: Page) -> Written:
    """A file without resolution."""
    return _png(Image.fromarray(page.pixels))


def with_dpi_of_a_screen(page: Page) -> Written:
    """A file with 72 dpi, whatever the true resolution is."""
    return _png(Image.fromarray(page.pixels), dpi=SCREEN)


def oriented(page: Page, orientation: int) -> Written:
    """The page stored as this orientation requires, with its tag."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return _jpeg(Image.fromarray(page.pixels).transpose(STORED[orientation]), page, exif=exif)


def _jpeg(image: Image.Image, page: Page, **options: object) -> Written:
    out = BytesIO()
    dpi = tuple(round(d) for d in page.dpi)
    image.save(out, "JPEG", quality=QUALITY, dpi=dpi, **options)
    return out.getvalue(), ".jpg"


def _png(image: Image.Image, **options: object) -> Written:
    out = BytesIO()
    image.save(out, "PNG", **options)
    return out.getvalue(), ".png"


def inverted(page: Page) -> Written:
    """A TIFF in which white is zero."""
    out = BytesIO()
    tags = {PHOTOMETRIC: WHITE_IS_ZERO}
    Image.fromarray(page.pixels).save(out, "TIFF", compression="tiff_lzw", dpi=page.dpi, tiffinfo=tags)
    return out.getvalue(), ".tif"


def one_bit(page: Page) -> Written:
    """One bit per pixel, split in the middle between ink and paper."""
    split = black_and_white(page.pixels, grey_between(page.pixels))
    return _png(Image.fromarray(split).convert("1", dither=Image.Dither.NONE), dpi=page.dpi)


def with_palette(page: Page) -> Written:
    """LEVELS greys in a palette, the lightest one transparent."""
    step = 256 // LEVELS
    image = Image.fromarray(page.pixels // step, mode="P")
    image.putpalette([level * 255 // (LEVELS - 1) for level in range(LEVELS) for _ in range(3)])
    return _png(image, dpi=page.dpi, transparency=LEVELS - 1)


def ink_alone(page: Page) -> Written:
    """Black ink on transparent paper, with the darkness of the page as opacity."""
    ink = np.zeros((*page.pixels.shape, 2), np.uint8)
    ink[..., 1] = 255 - page.pixels
    return _png(Image.fromarray(ink, mode="LA"), dpi=page.dpi)


def after_a_preview(page: Page) -> Written:
    """The second frame of a TIFF, after a preview that is marked as such."""
    out = BytesIO()
    preview = Image.fromarray(np.ascontiguousarray(page.pixels[::PREVIEW, ::PREVIEW]))
    preview.encoderinfo = {"tiffinfo": {254: 1}}
    image = Image.fromarray(page.pixels)
    image.encoderinfo = {"tiffinfo": {254: 0}}
    preview.save(out, "TIFF", save_all=True, append_images=[image], compression="tiff_lzw", dpi=page.dpi)
    return out.getvalue(), ".tif"


def then_white(page: Page) -> Written:
    """The first frame of an animated PNG, before a white one."""
    image = Image.fromarray(page.pixels)
    white = Image.new("L", image.size, 255)
    return _png(image, dpi=page.dpi, save_all=True, append_images=[white], duration=1000, loop=0)

"""Convert pages to files. The same pages give the same bytes on any day and machine."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image

from harness.core.errors import PackError, did_you_mean
from harness.generate.pages.codecs.tiff import FILL_BITS, TWO_DIMENSIONAL, Form, write_grey_tiff, write_tiff
from harness.generate.pages.raster.raster import black_and_white, grey_between
from harness.generate.payloads import Document, File, Page, Pixels

JPEG_QUALITY, PHOTO_QUALITY = 85, 92


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoder:
    """How pages are written. many: one file can hold several pages. several: the encoder for several pages."""

    media_type: str
    suffix: str
    many: bool
    write: Callable[[tuple[Page, ...]], bytes]
    several: str = ""


def encode(document: Document, name: str, stem: str) -> File:
    """The document as the file `stem` with the encoder's suffix. PackError if the encoder cannot hold it."""
    if name not in ENCODERS:
        known = f"encoders: {', '.join(ENCODERS)}"
        raise PackError(f'unknown encoder "{name}"\n{did_you_mean(name, ENCODERS, known)}')
    encoder = ENCODERS[name]
    if len(document.pages) > 1 and encoder.several:
        return encode(document, encoder.several, stem)
    if len(document.pages) > 1 and not encoder.many:
        several = " or ".join(f'"{other}"' for other in ("tiff-g4", "pdf"))
        raise PackError(
            f'encoder "{name}" holds one page, "{stem}" has {len(document.pages)}\n  write encode = {several} instead'
        )
    return File(
        content=encoder.write(document.pages), media_type=encoder.media_type, filename=f"{stem}{encoder.suffix}"
    )


def _write_png(pages: tuple[Page, ...]) -> bytes:
    out = BytesIO()
    Image.fromarray(pages[0].pixels).save(out, "PNG", dpi=pages[0].dpi)
    return out.getvalue()


def _write_jpeg(pages: tuple[Page, ...]) -> bytes:
    out = BytesIO()
    dpi = tuple(round(d) for d in pages[0].dpi)
    Image.fromarray(pages[0].pixels).save(out, "JPEG", quality=JPEG_QUALITY, dpi=dpi)
    return out.getvalue()


def _write_photo(pages: tuple[Page, ...]) -> bytes:
    """The page as a camera writes it. The file has no resolution, because a camera does not know the paper's size."""
    out = BytesIO()
    Image.fromarray(pages[0].pixels).save(out, "JPEG", quality=PHOTO_QUALITY)
    return out.getvalue()


_NO_PARTICULARS = {"title": None, "creationDate": None, "modDate": None}
"""Omits the metadata that Pillow would write: the time and the name of the file object."""


def _write_pdf(pages: tuple[Page, ...]) -> bytes:
    """One image per page, in group 4 if it is black and white, else JPEG.

    Pages are appended one by one, because Pillow gives all pages of one call the same resolution.
    """
    out = BytesIO()
    for number, page in enumerate(pages):
        image, options = Image.fromarray(page.pixels), {"quality": JPEG_QUALITY}
        if is_bilevel(page):
            image, options = image.convert("1", dither=Image.Dither.NONE), {}
        image.save(out, "PDF", dpi=page.dpi, append=number > 0, **options, **_NO_PARTICULARS)
    return out.getvalue()


def _write_fax_pdf(pages: tuple[Page, ...]) -> bytes:
    """The pages as fax servers mail them: every page in group 4, with its own resolution."""
    return _write_pdf(
        tuple(page.with_pixels(black_and_white(page.pixels, grey_between(page.pixels))) for page in pages)
    )


def _tiff(form: Form) -> Encoder:
    return Encoder(media_type="image/tiff", suffix=".tif", many=True, write=lambda pages: write_tiff(pages, form))


def is_bilevel(page: Page) -> bool:
    """Whether the page is black and white."""
    return _black_or_white(page.pixels[::64]) and _black_or_white(page.pixels)


def _black_or_white(pixels: Pixels) -> bool:
    """Whether no pixel is grey. Adding 1 wraps round, so only the bytes 0 and 255 become 1 and 0."""
    return bool((pixels + np.uint8(1) <= 1).all())


ENCODERS: dict[str, Encoder] = {
    "png": Encoder(media_type="image/png", suffix=".png", many=False, write=_write_png),
    "jpeg": Encoder(media_type="image/jpeg", suffix=".jpg", many=False, write=_write_jpeg),
    "tiff-g4": Encoder(media_type="image/tiff", suffix=".tif", many=True, write=write_tiff),
    "tiff-grey": Encoder(media_type="image/tiff", suffix=".tif", many=True, write=write_grey_tiff),
    "photo": Encoder(media_type="image/jpeg", suffix=".jpg", many=False, write=_write_photo, several="pdf"),
    "pdf": Encoder(media_type="application/pdf", suffix=".pdf", many=True, write=_write_pdf),
    "pdf-fax": Encoder(media_type="application/pdf", suffix=".pdf", many=True, write=_write_fax_pdf),
    "tiff-g3": _tiff(Form(t4=FILL_BITS, low_bit_first=True)),
    "tiff-g3-2d": _tiff(Form(t4=FILL_BITS | TWO_DIMENSIONAL)),
    "tiff-g4-lsb": _tiff(Form(low_bit_first=True)),
    "tiff-g4-black-is-zero": _tiff(Form(black_is_zero=True)),
}
"""Encoders by their name in a pack's `encode`. Every reader of TIFF class F must support tiff-g3."""

"""Convert files to pages: PDF rendered at 200 dpi; PNG, JPEG and TIFF unchanged, with every frame."""

import math
import warnings
from collections.abc import Iterator
from io import BytesIO
from threading import Lock
from typing import Any

import numpy as np
import pypdfium2
from PIL import Image, ImageOps, ImageSequence

from harness.core.errors import SampleError
from harness.generate.payloads import Document, File, Page, Pixels

DPI = 200
MAX_PIXELS = 400_000_000
"""Maximum for all pages of a file together, at one byte per pixel: about a hundred A4 pages."""

PDFIUM = Lock()
"""PDFium is not thread-safe: only one call at a time per process."""

_POINTS_PER_INCH = 72
_ROUNDING = 1 - 1e-6
"""Page sizes in points are rounded; without this factor a page of 1654 pixels is rendered as 1655, blurred."""

_WRONG_PASSWORD = 4
"""PDFium's error code FPDF_ERR_PASSWORD."""


def decode(file: File) -> Document:
    """The file's pages in grey, with their resolution (200 dpi if the file states none).

    Raises SampleError with the file, the cause and a remedy.
    """
    if not file.content:
        raise SampleError(f"{file.filename}: is empty\n  replace it, or remove it from the samples")
    if file.media_type == "application/pdf":
        with PDFIUM:
            return Document(pages=tuple(_pdf_pages(file)))
    if file.media_type.startswith("image/"):
        return Document(pages=tuple(_image_pages(file)))
    raise SampleError(f"{file.filename}: {file.media_type} has no pages\n  pages are PDF, PNG, JPEG and TIFF")


def may_have_pages(media_type: str) -> bool:
    """Whether files of this type can hold more than one page."""
    return media_type in ("application/pdf", "image/tiff")


def count_pages(file: File) -> int:
    """The number of pages in the file, without decoding them. Raises SampleError as `decode` does."""
    if file.media_type == "application/pdf":
        with PDFIUM:
            try:
                pdf = pypdfium2.PdfDocument(file.content)
            except pypdfium2.PdfiumError as reason:
                raise _pdf_problem(file, reason) from None
            try:
                return len(pdf)
            finally:
                pdf.close()
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(BytesIO(file.content)) as image:
            return int(getattr(image, "n_frames", 1))
    except (OSError, ValueError, SyntaxError, TypeError, EOFError, Image.DecompressionBombError) as reason:
        raise SampleError(f"{file.filename}: its pages cannot be counted: {reason}") from None


def _pdf_pages(file: File) -> Iterator[Page]:
    try:
        pdf = pypdfium2.PdfDocument(file.content)
    except pypdfium2.PdfiumError as reason:
        raise _pdf_problem(file, reason) from None
    try:
        pdf.init_forms()  # must come first; without it, values in form fields are not rendered
        scale = DPI / _POINTS_PER_INCH * _ROUNDING
        _check_size(file, [(w * scale, h * scale) for w, h in (pdf.get_page_size(i) for i in range(len(pdf)))])
        for number in range(len(pdf)):
            yield Page(pixels=_render(pdf, number, scale), dpi=(float(DPI), float(DPI)))
    except pypdfium2.PdfiumError as reason:
        raise _pdf_problem(file, reason) from None
    finally:
        pdf.close()


def _render(pdf: Any, number: int, scale: float) -> Pixels:
    """One page in grey, with the values of its form fields."""
    pixels = np.asarray(pdf[number].render(scale=scale, grayscale=True).to_numpy(), dtype=np.uint8)
    return pixels.reshape(pixels.shape[:2]).copy()


def _pdf_problem(file: File, reason: Exception) -> SampleError:
    text = str(reason)
    if getattr(reason, "err_code", None) == _WRONG_PASSWORD or "password" in text.lower():
        return SampleError(
            f"{file.filename}: the PDF is encrypted with a password\n"
            "  save it without a password, or remove it from the samples"
        )
    return SampleError(
        f"{file.filename}: the PDF cannot be read: {text}\n"
        "  open it in a viewer and save it again, or remove it from the samples"
    )


def _image_pages(file: File) -> Iterator[Page]:
    try:
        with warnings.catch_warnings(action="ignore"):
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield from _frames(file)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large(file) from None
    except (OSError, ValueError, SyntaxError, TypeError, EOFError) as reason:
        # Pillow raises all of these for broken files, its own "cannot identify" as an OSError.
        cause = "not a PNG, JPEG or TIFF" if "cannot identify" in str(reason) else str(reason) or type(reason).__name__
        raise SampleError(
            f"{file.filename}: the image cannot be read: {cause}\n"
            "  open it in a viewer and save it again, or remove it from the samples"
        ) from None


def _frames(file: File) -> Iterator[Page]:
    with Image.open(BytesIO(file.content)) as image:
        _check_size(file, [frame.size for frame in ImageSequence.Iterator(image)])
        for frame in ImageSequence.Iterator(image):
            yield _image_page(frame)


def _image_page(frame: Image.Image) -> Page:
    """The image upright as a viewer shows it, with white behind transparent parts."""
    dpi = _dpi(frame.info.get("dpi"))
    upright = ImageOps.exif_transpose(frame)
    if (upright.width < upright.height) != (frame.width < frame.height):
        dpi = (dpi[1], dpi[0])
    return Page(pixels=_grey(upright), dpi=dpi)


def _grey(image: Image.Image) -> Pixels:
    if image.mode.startswith("I;16") or image.mode == "I":
        levels: Pixels = np.clip(np.asarray(image).astype(np.int64) >> 8, 0, 255).astype(np.uint8)
        return levels
    if image.has_transparency_data:
        colours = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), colours)
    return np.array(image.convert("L"), dtype=np.uint8)


def _dpi(given: Any) -> tuple[float, float]:
    """The resolution in the file, to a tenth (PNG counts per metre); the default if it is missing or nonsense."""
    try:
        across, down = round(float(given[0]), 1), round(float(given[1]), 1)
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return float(DPI), float(DPI)
    usable = all(math.isfinite(d) and d > 1 for d in (across, down))
    return (across, down) if usable else (float(DPI), float(DPI))


def _check_size(file: File, sizes: list[tuple[float, float]]) -> None:
    if sum(width * height for width, height in sizes) > MAX_PIXELS:
        raise _too_large(file, f"{len(sizes)} page{'s' if len(sizes) != 1 else ''}, ")


def _too_large(file: File, pages: str = "") -> SampleError:
    return SampleError(
        f"{file.filename}: too large ({pages}more than {MAX_PIXELS // 1_000_000} million pixels)\n"
        "  split it or save it at a lower resolution, or remove it from the samples"
    )

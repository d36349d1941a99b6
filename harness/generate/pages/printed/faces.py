"""Text in the standard faces of PDF and in Noto Sans, as ink: for values that are redrawn on scans."""

import ctypes
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from harness.core.loading.shipped import shipped
from harness.generate.pages.codecs.decode import PDFIUM

FACES = (
    *("Helvetica", "Helvetica-Bold", "Times-Roman", "Times-Bold", "Courier", "Courier-Bold"),
    *("NotoSans-Regular", "NotoSans-Bold"),
)
MARGIN = 1.6
"""Blank space around the line in heights of its letters."""

Ink = NDArray[np.uint8]
"""Height x width, 0 no ink .. 255 all ink."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How a line is set: size in pixels, width of letters and fall of the line as factors of the face's own."""

    face: str
    size: float
    stretch: float = 1.0
    slope: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SetLine:
    """A line as ink, and where it begins in it: x and y of the start of its baseline, in pixels."""

    ink: Ink
    x: int
    y: int

    def box(self, level: int = 128) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of the ink that is at least this dark; zeros if there is none."""
        rows, columns = np.flatnonzero((self.ink >= level).any(axis=1)), np.flatnonzero((self.ink >= level).any(axis=0))
        if not len(rows):
            return 0, 0, 0, 0
        return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


@lru_cache(maxsize=128)
def set_line(text: str, setting: Setting) -> SetLine | None:
    """The text as ink; None if the face lacks a letter of it."""
    with PDFIUM:
        pdf = pypdfium2.PdfDocument.new()
        try:
            return _set(pdf, text, setting)
        finally:
            pdf.close()


def _set(pdf: Any, text: str, setting: Setting) -> SetLine | None:
    font, data = _font(pdf, setting.face)
    handle = pdfium.FPDFPageObj_CreateTextObj(pdf, font, setting.size)
    code = ctypes.create_string_buffer(f"{text}\0".encode("utf-16-le"))
    pdfium.FPDFText_SetText(handle, ctypes.cast(code, ctypes.POINTER(ctypes.c_ushort)))
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(handle, left, bottom, right, top)
    margin = round(MARGIN * setting.size)
    across = setting.stretch * max(1.0, right.value)
    fall = abs(setting.slope) * across
    width, height = round(across) + 2 * margin, round(setting.size + fall) + 2 * margin
    x, y = margin, margin + round(setting.size + (fall if setting.slope < 0 else 0))
    page = pdf.new_page(width, height)
    down = -setting.slope * setting.stretch
    pdfium.FPDFPageObj_SetMatrix(handle, pdfium.FS_MATRIX(setting.stretch, down, 0, 1, x, height - y))
    pdfium.FPDFPage_InsertObject(page, handle)
    pdfium.FPDFPage_GenerateContent(page)
    del data
    if not _has_all(page, text):
        return None
    pixels = np.asarray(page.render(scale=1, grayscale=True).to_numpy(), dtype=np.uint8).reshape(height, width)
    return SetLine(ink=255 - pixels, x=x, y=y)


def _has_all(page: Any, text: str) -> bool:
    textpage = page.get_textpage()
    count = pdfium.FPDFText_CountChars(textpage)
    shown = "".join(chr(pdfium.FPDFText_GetUnicode(textpage, index)) for index in range(count))
    return "".join(shown.split()) == "".join(text.split())


def _font(pdf: Any, face: str) -> tuple[Any, Any]:
    if not face.startswith("Noto"):
        return pdfium.FPDFText_LoadStandardFont(pdf, face.encode()), None
    content = (shipped("fixtures") / "fonts" / f"{face}.ttf").read_bytes()
    data = (ctypes.c_ubyte * len(content)).from_buffer_copy(content)
    return pdfium.FPDFText_LoadFont(pdf, data, len(content), pdfium.FPDF_FONT_TRUETYPE, 1), data

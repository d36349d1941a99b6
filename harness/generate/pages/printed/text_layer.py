"""The text layer of a PDF as lines."""

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from harness.core.sample import Box
from harness.generate.pages.codecs.decode import PDFIUM
from harness.generate.pages.printed.lines import Line

SIZE = 1_000_000
"""Width and height in which PDFium gives places on a page: fine enough for any resolution."""


def text_lines(content: bytes) -> list[Line]:
    """The lines of all pages; none for pages without a text layer, or if the PDF cannot be read."""
    with PDFIUM:
        try:
            pdf = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError:
            return []
        try:
            return [line for number in range(len(pdf)) for line in _lines(pdf[number], number)]
        except pypdfium2.PdfiumError:
            return []
        finally:
            pdf.close()


def _lines(page: Any, number: int) -> Iterator[Line]:
    text, boxes = "", list[Box]()
    textpage = page.get_textpage()
    for index in range(pdfium.FPDFText_CountChars(textpage)):
        char = chr(pdfium.FPDFText_GetUnicode(textpage, index))
        if char in "\r\n":
            if text.strip():
                yield Line(text=text, boxes=tuple(boxes), page=number)
            text, boxes = "", []
        elif char.isprintable() or char.isspace():
            text += " " if char.isspace() else char
            boxes.append(char_box(page, textpage, index))
    if text.strip():
        yield Line(text=text, boxes=tuple(boxes), page=number)


def char_box(page: Any, textpage: Any, index: int) -> Box:
    """The place of one character on the page as it is shown."""
    edges = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = edges
    pdfium.FPDFText_GetCharBox(textpage, index, left, right, bottom, top)
    corners = [_shown(page, x.value, y.value) for x in (left, right) for y in (bottom, top)]
    across, down = [x for x, _ in corners], [y for _, y in corners]
    return min(across), min(down), max(across), max(down)


def _shown(page: Any, x: float, y: float) -> tuple[float, float]:
    """A point of the page's own space on the page as it is shown, turned and cut."""
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, SIZE, SIZE, 0, x, y, across, down)
    return across.value / SIZE, down.value / SIZE

"""Replace values in the text of a PDF, which stays a PDF with a text layer."""

import ctypes
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from types import MappingProxyType
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from harness.core.loading.shipped import shipped
from harness.core.sample import Box, Printed
from harness.generate.pages.codecs.decode import PDFIUM
from harness.generate.pages.printed.text_layer import char_box

EDGE = 0.002
"""Share of the page's width within which edges of texts count as aligned."""

RIGHT = 0.5
"""A text whose middle is in the last quarter of the page is taken as aligned on the right, if nothing else shows it."""

BOLD_FROM = 600
FIXED, SERIF = 1, 2
"""Bits of a font's flags (ISO 32000-1, table 123)."""

NOTO: Mapping[bool, str] = MappingProxyType({False: "NotoSans-Regular", True: "NotoSans-Bold"})

FontOf = Callable[[Any, Any], Any]
"""The font for a new text object, by the document and the object that it replaces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Another text for a place on a page."""

    place: Printed
    text: str


@dataclass(slots=True, kw_only=True)
class _Page:
    """One page with the text object of each of its characters."""

    pdf: Any
    page: Any
    textpage: Any
    chars: list[str]
    boxes: list[Box]
    objects: list[int]
    handles: dict[int, Any]

    def inside(self, place: Printed) -> list[int]:
        """The characters of a place, without spaces that PDFium made up."""
        left, top, right, bottom = place.box
        middles = [((a + c) / 2, (b + d) / 2) for a, b, c, d in self.boxes]
        return [
            i
            for i, (x, y) in enumerate(middles)
            if self.objects[i] and left <= x <= right and top <= y <= bottom + EDGE
        ]


def edited(content: bytes, changes: Iterable[Change], font: FontOf | None) -> bytes | None:
    """The PDF with these texts replaced; None if a text cannot be reached.

    font: None to write in the font of the old text, which may lack letters: the result has to be read again.
    """
    with PDFIUM:
        try:
            pdf = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError:
            return None
        try:
            by_page = groupby(sorted(changes, key=lambda one: one.place.page), lambda one: one.place.page)
            for number, on_page in by_page:
                page = _read(pdf, number)
                for change in on_page:
                    if not _replace(page, change, font):
                        return None
                pdfium.FPDFPage_GenerateContent(page.page)
            out = BytesIO()
            pdf.save(out)
            return _without_id(out.getvalue())
        except pypdfium2.PdfiumError:
            return None
        finally:
            pdf.close()


def _without_id(content: bytes) -> bytes:
    """PDFium writes random file identifiers. They become zeros, so that the same change gives the same bytes."""
    head, trailer, tail = content.rpartition(b"trailer")
    tail = re.sub(rb"/ID\s*\[[^\]]*\]", lambda found: re.sub(rb"[0-9A-Fa-f](?=[0-9A-Fa-f]*>)", b"0", found[0]), tail)
    return head + trailer + tail


def _read(pdf: Any, number: int) -> _Page:
    page = pdf[number]
    textpage = page.get_textpage()
    handles: dict[int, Any] = {}
    chars, boxes, objects = list[str](), list[Box](), list[int]()
    for index in range(pdfium.FPDFText_CountChars(textpage)):
        found = pdfium.FPDFText_GetTextObject(textpage, index)
        address = ctypes.addressof(found.contents) if found and not pdfium.FPDFText_IsGenerated(textpage, index) else 0
        handles.setdefault(address, found)
        chars.append(chr(pdfium.FPDFText_GetUnicode(textpage, index)))
        boxes.append(char_box(page, textpage, index))
        objects.append(address)
    return _Page(pdf=pdf, page=page, textpage=textpage, chars=chars, boxes=boxes, objects=objects, handles=handles)


def _replace(page: _Page, change: Change, font: FontOf | None) -> bool:
    """Whether the text of the place stood in text objects and was replaced."""
    inside = page.inside(change.place)
    shown = "".join(page.chars[i] for i in inside)
    if not inside or _tight(shown) != _tight(change.place.text):
        return False
    first, last = page.objects[inside[0]], page.objects[inside[-1]]
    if pdfium.FPDFTextObj_GetTextRenderMode(page.handles[first]) != pdfium.FPDF_TEXTRENDERMODE_FILL:
        return False  # the text behind a scan is not what the page shows, and PDFium would make it visible
    before = _text(page, first, lambda i: i < inside[0])
    behind = _text(page, last, lambda i: i > inside[-1])
    for middle in dict.fromkeys(page.objects[i] for i in inside):
        if middle != first:
            pdfium.FPDFPage_RemoveObject(page.page, page.handles[middle])
    handle = page.handles[first]
    width = _width(handle)
    upright = page.page.get_rotation() == 0
    if font is not None and before and not upright:
        return False
    right = upright and first == last and not (before and font) and _right_aligned(page, first)
    if font is None:
        new = handle
        _set(new, f"{before}{change.text}{behind}")
    else:
        new = _other_font(page, handle, font, (before, f"{change.text}{behind}"), page.boxes[inside[0]][0])
    if right:
        pdfium.FPDFPageObj_Transform(new, 1, 0, 0, 1, width - _width(new), 0)
    return True


def _tight(text: str) -> str:
    return "".join(text.split())


def _text(page: _Page, address: int, where: Callable[[int], bool]) -> str:
    """The text of an object in some part, with the spaces that PDFium made up between its characters."""
    places = [i for i, own in enumerate(page.objects) if own == address]
    span = range(places[0], places[-1] + 1)
    return "".join(page.chars[i] for i in span if where(i) and page.chars[i] not in "\r\n")


def _set(handle: Any, text: str) -> None:
    code = ctypes.create_string_buffer(f"{text}\0".encode("utf-16-le"))
    pdfium.FPDFText_SetText(handle, ctypes.cast(code, ctypes.POINTER(ctypes.c_ushort)))


def _edges(handle: Any) -> tuple[float, float]:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(handle, left, bottom, right, top)
    return left.value, right.value


def _width(handle: Any) -> float:
    left, right = _edges(handle)
    return right - left


def _right_aligned(page: _Page, address: int) -> bool:
    """Whether more texts of the page end where this one ends than begin where it begins; else, if it stands right."""
    spans: dict[int, tuple[float, float]] = {}
    for own, box in zip(page.objects, page.boxes, strict=True):
        left, right = spans.get(own, (1.0, 0.0))
        spans[own] = min(left, box[0]), max(right, box[2])
    left, right = spans[address]
    others = [span for own, span in spans.items() if own not in (0, address)]
    starts, ends = (sum(abs(span[k] - edge) < EDGE for span in others) for k, edge in enumerate((left, right)))
    return ends > starts or (ends == starts and left + right > 1 + RIGHT)


def _other_font(page: _Page, handle: Any, font: FontOf, texts: tuple[str, str], left: float) -> Any:
    """Cut an object off before a value, and write the value and what follows in another font at its place."""
    matrix, size = pdfium.FS_MATRIX(), ctypes.c_float()
    pdfium.FPDFPageObj_GetMatrix(handle, matrix)
    pdfium.FPDFTextObj_GetFontSize(handle, size)
    new = pdfium.FPDFPageObj_CreateTextObj(page.pdf, font(page.pdf, handle), size.value)
    colour = [ctypes.c_uint() for _ in range(4)]
    if pdfium.FPDFPageObj_GetFillColor(handle, *colour):
        pdfium.FPDFPageObj_SetFillColor(new, *(part.value for part in colour))
    before, text = texts
    if before:
        across = page.page.get_width() * left
        matrix.e = across if matrix.b == 0 else matrix.e
        _set(handle, before)
    else:
        pdfium.FPDFPage_RemoveObject(page.page, handle)
    _set(new, text)
    pdfium.FPDFPageObj_SetMatrix(new, matrix)
    pdfium.FPDFPage_InsertObject(page.page, new)
    return new


def standard_font(pdf: Any, handle: Any) -> Any:
    """The standard font of PDF that is most like that of the object: Helvetica, Times or Courier, bold or not."""
    font = pdfium.FPDFTextObj_GetFont(handle)
    bold, flags = _is_bold(font), pdfium.FPDFFont_GetFlags(font)
    family = "Courier" if flags & FIXED else "Times" if flags & SERIF else "Helvetica"
    plain = "Times-Roman" if family == "Times" else family
    return pdfium.FPDFText_LoadStandardFont(pdf, (f"{family}-Bold" if bold else plain).encode())


def shipped_font(pdf: Any, handle: Any) -> Any:
    """Noto Sans, which has all Latin letters."""
    name = NOTO[_is_bold(pdfium.FPDFTextObj_GetFont(handle))]
    data = (shipped("fixtures") / "fonts" / f"{name}.ttf").read_bytes()
    code = (ctypes.c_ubyte * len(data)).from_buffer_copy(data)
    return pdfium.FPDFText_LoadFont(pdf, code, len(data), pdfium.FPDF_FONT_TRUETYPE, 1)


def _is_bold(font: Any) -> bool:
    size = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
    name = ctypes.create_string_buffer(max(1, size))
    pdfium.FPDFFont_GetBaseFontName(font, name, size)
    return b"bold" in name.value.lower() or pdfium.FPDFFont_GetWeight(font) >= BOLD_FROM

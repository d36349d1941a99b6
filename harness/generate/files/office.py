"""The sample in an office file: a text document, a sheet, a web page, rich text. Pages are embedded as pictures.

A service that takes no such files is right to reject them. The ops with effect `kept` are for services that take
them.
"""

import base64
from collections.abc import Sequence
from html import escape

from harness.core.seed import Stream
from harness.generate.files.beside import another_page, is_body, is_text, lines_of, pages_of, written_as
from harness.generate.files.office_write import MAIN, write_docx, write_xlsx
from harness.generate.pages.codecs.encode import encode
from harness.generate.payloads import Document, File
from harness.generate.registry import op

DOCX, XLSX = f"{MAIN}.wordprocessingml.document", f"{MAIN}.spreadsheetml.sheet"
HTML, RTF = "text/html; charset=utf-8", "application/rtf"
A_LINE = 64
"""Bytes of a picture per line of rich text, two hexadecimal digits each."""


def _held(file: File) -> tuple[list[str], list[bytes]]:
    """The content of the file as lines and as pictures (PNG); empty if it cannot be read."""
    if is_body(file):
        return [], []
    if is_text(file):
        return file.content.decode("utf-8", "replace").splitlines() or [""], []
    if file.media_type == "image/png":
        return [], [file.content] if pages_of(file) else []
    return [], [encode(Document(pages=(page,)), "png", "page").content for page in pages_of(file)]


def _written(file: File, content: bytes, media_type: str, suffix: str, held: Sequence[object]) -> File:
    return written_as(file, content, media_type, suffix) if held else file


@op("office.docx", layer="envelope", kind="binary")
def docx(file: File, severity: int, draw: Stream) -> File:
    """Put the pages as pictures, or the text, into a Word document.

    severity: binary, 0 or 10.
    Source: ECMA-376; people paste scans into documents.
    """
    lines, pictures = _held(file)
    return _written(file, write_docx(lines, pictures), DOCX, ".docx", [*lines, *pictures])


@op("office.xlsx", layer="envelope", kind="binary")
def xlsx(file: File, severity: int, draw: Stream) -> File:
    """Put the pages as pictures, or the text as rows, into an Excel sheet.

    severity: binary, 0 or 10.
    Source: ECMA-376; our own.
    """
    lines, pictures = _held(file)
    return _written(file, write_xlsx(lines, pictures), XLSX, ".xlsx", [*lines, *pictures])


@op("office.deleted_text", layer="envelope", kind="binary", effect="destroyed")
def deleted_text(file: File, severity: int, draw: Stream) -> File:
    """Put the sample into a Word document, below another invoice's words that a reviewer deleted with changes tracked.

    severity: binary, 0 or 10.
    Source: readers take deleted text for content (ui-insight/vandalizer#822, nissl-lab/npoi#302).
    """
    lines, pictures = _held(file)
    content = write_docx(lines, pictures, deleted=lines_of(another_page(draw)))
    return _written(file, content, DOCX, ".docx", [*lines, *pictures])


@op("office.hidden_sheet", layer="envelope", kind="binary", effect="destroyed")
def hidden_sheet(file: File, severity: int, draw: Stream) -> File:
    """Put the sample into an Excel workbook, after a hidden sheet with another invoice's words.

    severity: binary, 0 or 10.
    Source: readers treat hidden content as visible (firecrawl/anydoc#9).
    """
    lines, pictures = _held(file)
    content = write_xlsx(lines, pictures, hidden=lines_of(another_page(draw)))
    return _written(file, content, XLSX, ".xlsx", [*lines, *pictures])


@op("office.html", layer="envelope", kind="binary")
def html(file: File, severity: int, draw: Stream) -> File:
    """Send the pages as a web page with embedded pictures, or the text as a web page.

    severity: binary, 0 or 10.
    Source: RFC 2397 (data URLs); portals offer this as a download.
    """
    lines, pictures = _held(file)
    markup = "<br>\n".join(escape(line) for line in lines)
    shown = "".join(f'<img src="data:image/png;base64,{base64.b64encode(one).decode("ascii")}">' for one in pictures)
    page = f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body><p>{markup}</p>{shown}</body></html>\n'
    return _written(file, page.encode("utf-8", "replace"), HTML, ".html", [*lines, *pictures])


@op("office.rtf", layer="envelope", kind="binary")
def rtf(file: File, severity: int, draw: Stream) -> File:
    """Send the pages as pictures in rich text, or the text as rich text.

    severity: binary, 0 or 10.
    Source: Rich Text Format 1.9.1, pictures and Unicode; old case files use it.
    """
    lines, pictures = _held(file)
    markup = "\\par\n".join("".join(map(_sign, line)) for line in lines)
    drawn = "".join(f"{{\\pict\\pngblip\n{_digits(one)}}}\\par\n" for one in pictures)
    text = f"{{\\rtf1\\ansi\\uc1\\deff0{{\\fonttbl{{\\f0 Arial;}}}}\n{markup}{drawn}}}\n"
    return _written(file, text.encode("ascii"), RTF, ".rtf", [*lines, *pictures])


def _sign(sign: str) -> str:
    """A character in rich text: escaped, or as its UTF-16 code units."""
    if sign in "\\{}":
        return f"\\{sign}"
    if sign.isascii():
        return sign if sign >= " " else " "
    units = sign.encode("utf-16-le", "surrogatepass")
    return "".join(f"\\u{int.from_bytes(units[k : k + 2], 'little', signed=True)}?" for k in range(0, len(units), 2))


def _digits(picture: bytes) -> str:
    return "\n".join(picture[k : k + A_LINE].hex() for k in range(0, len(picture), A_LINE))

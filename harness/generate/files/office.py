"""The sample in a file of an office program: a text, a sheet, a web page, rich text. Pages stand in it as pictures.

A service that takes no such files refuses them rightly; the ops whose effect is `kept` are for those that say they do.
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
"""Bytes of a picture on a line of rich text, two signs each."""


def _held(file: File) -> tuple[list[str], list[bytes]]:
    """What the file says, as lines and as pictures (PNG); neither where it cannot be read."""
    if is_body(file):
        return [], []
    if is_text(file):
        return file.content.decode("utf-8", "replace").splitlines() or [""], []
    if file.media_type == "image/png":
        return [], [file.content] if pages_of(file) else []
    return [], [encode(Document(pages=(page,)), "png", "page").content for page in pages_of(file)]


def _written(file: File, content: bytes, media_type: str, suffix: str, held: Sequence[object]) -> File:
    return written_as(file, content, media_type, suffix) if held else file


@op("office.docx", layer="envelope", kind="switch")
def docx(file: File, severity: int, draw: Stream) -> File:
    """Put the pages as pictures, or the text, into a file of a text processor.

    severity: a switch, 10 alone.
    Source: ECMA-376; scans come pasted into documents, since that is where people write.
    """
    lines, pictures = _held(file)
    return _written(file, write_docx(lines, pictures), DOCX, ".docx", [*lines, *pictures])


@op("office.xlsx", layer="envelope", kind="switch")
def xlsx(file: File, severity: int, draw: Stream) -> File:
    """Put the pages as pictures onto a sheet, or the text into its rows.

    severity: a switch, 10 alone.
    Source: ECMA-376; our own.
    """
    lines, pictures = _held(file)
    return _written(file, write_xlsx(lines, pictures), XLSX, ".xlsx", [*lines, *pictures])


@op("office.deleted_text", layer="envelope", kind="switch", effect="destroyed")
def deleted_text(file: File, severity: int, draw: Stream) -> File:
    """The same text file, with another invoice's words above it that a reviewer struck out.

    severity: a switch, 10 alone.
    Source: deleted text is read as what the paper says (ui-insight/vandalizer#822, nissl-lab/npoi#302).
    """
    lines, pictures = _held(file)
    content = write_docx(lines, pictures, deleted=lines_of(another_page(draw)))
    return _written(file, content, DOCX, ".docx", [*lines, *pictures])


@op("office.hidden_sheet", layer="envelope", kind="switch", effect="destroyed")
def hidden_sheet(file: File, severity: int, draw: Stream) -> File:
    """The same workbook, with another invoice's words on a sheet before it that is hidden.

    severity: a switch, 10 alone.
    Source: what is hidden is read as if it were seen (firecrawl/anydoc#9).
    """
    lines, pictures = _held(file)
    content = write_xlsx(lines, pictures, hidden=lines_of(another_page(draw)))
    return _written(file, content, XLSX, ".xlsx", [*lines, *pictures])


@op("office.html", layer="envelope", kind="switch")
def html(file: File, severity: int, draw: Stream) -> File:
    """Export the pages as a web page with its pictures in it, or the text as one.

    severity: a switch, 10 alone.
    Source: RFC 2397 (data URLs); what portals offer as a download.
    """
    lines, pictures = _held(file)
    said = "<br>\n".join(escape(line) for line in lines)
    shown = "".join(f'<img src="data:image/png;base64,{base64.b64encode(one).decode("ascii")}">' for one in pictures)
    page = f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body><p>{said}</p>{shown}</body></html>\n'
    return _written(file, page.encode("utf-8", "replace"), HTML, ".html", [*lines, *pictures])


@op("office.rtf", layer="envelope", kind="switch")
def rtf(file: File, severity: int, draw: Stream) -> File:
    """Save the pages as pictures in rich text, or the text as rich text.

    severity: a switch, 10 alone.
    Source: Rich Text Format 1.9.1, pictures and Unicode; old case files are kept in it.
    """
    lines, pictures = _held(file)
    said = "\\par\n".join("".join(map(_sign, line)) for line in lines)
    drawn = "".join(f"{{\\pict\\pngblip\n{_digits(one)}}}\\par\n" for one in pictures)
    text = f"{{\\rtf1\\ansi\\uc1\\deff0{{\\fonttbl{{\\f0 Arial;}}}}\n{said}{drawn}}}\n"
    return _written(file, text.encode("ascii"), RTF, ".rtf", [*lines, *pictures])


def _sign(sign: str) -> str:
    """A character in rich text: escaped, or as the numbers of its UTF-16."""
    if sign in "\\{}":
        return f"\\{sign}"
    if sign.isascii():
        return sign if sign >= " " else " "
    units = sign.encode("utf-16-le", "surrogatepass")
    return "".join(f"\\u{int.from_bytes(units[k : k + 2], 'little', signed=True)}?" for k in range(0, len(units), 2))


def _digits(picture: bytes) -> str:
    return "\n".join(picture[k : k + A_LINE].hex() for k in range(0, len(picture), A_LINE))

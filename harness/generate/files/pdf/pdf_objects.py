"""A PDF as a small set of objects that can be changed and written again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO

import pypdfium2

from harness.generate.files.beside import KEPT, pages_of, stem_of
from harness.generate.files.pdf.pdf_syntax import head_of, reference, references, value_of, with_stream, with_value
from harness.generate.pages.codecs.decode import PDFIUM
from harness.generate.pages.codecs.encode import encode
from harness.generate.payloads import Document, File

MEDIA_TYPE = "application/pdf"
HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
FREE, USED = b"0000000000 65535 f\r\n", b"%010d 00000 n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pdf:
    """Objects by number, each as written between `obj` and `endobj`. root: number of the catalogue."""

    objects: Mapping[int, bytes]
    root: int

    @property
    def pages(self) -> list[int]:
        """The numbers of the page objects, in order."""
        return references(value_of(self.objects[self.tree], b"/Kids") or b"")

    @property
    def tree(self) -> int:
        """The number of the root of the page tree."""
        return references(value_of(self.objects[self.root], b"/Pages") or b"")[0]

    def changed(self, number: int, body: bytes) -> "Pdf":
        """The PDF with another body for one object."""
        return replace(self, objects={**self.objects, number: body})

    def added(self, body: bytes) -> tuple["Pdf", int]:
        """The PDF with one more object, and the number of that object."""
        number = max(self.objects) + 1
        return self.changed(number, body), number

    def with_value(self, number: int, key: bytes, value: bytes) -> "Pdf":
        """The PDF with another value in the dictionary of one object."""
        return self.changed(number, with_value(self.objects[number], key, value))


@lru_cache(maxsize=KEPT)
def read_pdf(file: File, encoder: str = "pdf") -> Pdf | None:
    """The pages of the file as a PDF, or None if it has none that can be read.

    The pages of a PDF keep all their content, also text. Other pages become one image each.
    """
    if file.media_type == MEDIA_TYPE:
        return _read(file.content)
    pages = pages_of(file)
    return _read(encode(Document(pages=pages), encoder, stem_of(file)).content) if pages else None


@lru_cache(maxsize=KEPT)
def as_scan(file: File, encoder: str = "pdf") -> Pdf | None:
    """The pages of the file as a PDF of one image each."""
    pages = pages_of(file)
    return _read(encode(Document(pages=pages), encoder, stem_of(file)).content) if pages else None


def write_pdf(pdf: Pdf, trailer: bytes = b"") -> bytes:
    """The file with a classic cross-reference table. trailer: more entries of the trailer."""
    out, places = bytearray(HEADER), dict[int, int]()
    for number, body in sorted(pdf.objects.items()):
        places[number] = len(out)
        out += _object(number, body)
    start, size = len(out), max(places) + 1
    table = b"".join(USED % places[n] if n in places else FREE for n in range(size))
    return bytes(out) + b"xref\n0 %d\n%s" % (size, table) + _tail(pdf.root, size, start, trailer)


def append_update(content: bytes, root: int, changed: Mapping[int, bytes], size: int) -> bytes:
    """The file with an incremental update after its end: other bodies for some of its objects."""
    before = int(re.findall(rb"startxref\s+(\d+)", content)[-1])
    out, table = bytearray(content), b""
    for number, body in sorted(changed.items()):
        table += b"%d 1\n%s" % (number, USED % len(out))
        out += _object(number, body)
    return bytes(out) + b"xref\n" + table + _tail(root, size, len(out), b"/Prev %d" % before)


def _object(number: int, body: bytes) -> bytes:
    return b"%d 0 obj\n%s\nendobj\n" % (number, body)


def _tail(root: int, size: int, start: int, more: bytes) -> bytes:
    return b"trailer\n<</Root %d 0 R /Size %d %s>>\nstartxref\n%d\n%%%%EOF\n" % (root, size, more, start)


def draw_before(pdf: Pdf, page: int, first: bytes, last: bytes) -> Pdf:
    """The PDF with drawing commands before and after those of a page."""
    head = pdf.objects[page]
    own = references(value_of(head, b"/Contents") or b"")
    if len(own) == 1 and value_of(head_of(pdf.objects[own[0]]), b"/Length") is None:
        own = references(pdf.objects[own[0]])  # an array in an object of its own
    pdf, before = pdf.added(with_stream(b"<<>>", first))
    pdf, behind = pdf.added(with_stream(b"<<>>", last))
    return pdf.with_value(page, b"/Contents", b"[%s]" % b" ".join(b"%d 0 R" % n for n in (before, *own, behind)))


def with_resource(pdf: Pdf, page: int, kind: bytes, name: bytes, number: int) -> Pdf:
    """The PDF with one more entry in the resources of a page, for example a font under /Font."""
    value = value_of(pdf.objects[page], b"/Resources") or b"<<>>"
    shared = reference(value)
    head = head_of(pdf.objects[shared]) if shared else value
    known = value_of(head, kind) or b"<<>>"
    if (apart := reference(known)) is not None:
        known = pdf.objects[apart]
    head = with_value(head, kind, with_value(known, name, b"%d 0 R" % number))
    return pdf.changed(shared, head) if shared else pdf.with_value(page, b"/Resources", head)


def _read(content: bytes) -> Pdf | None:
    """The file as PDFium writes it, in one plain form, without the time and the random identity."""
    out = BytesIO()
    with PDFIUM:
        try:
            source = pypdfium2.PdfDocument(content)
            plain = pypdfium2.PdfDocument.new()
            plain.import_pages(source)
            plain.save(out)
            plain.close()
            source.close()
        except pypdfium2.PdfiumError:
            return None
    pdf = _parse(out.getvalue())
    return pdf if pdf.pages else None


def _parse(content: bytes) -> Pdf:
    start = int(re.findall(rb"startxref\s+(\d+)", content)[-1])
    table, _, trailer = content[start:].partition(b"trailer")
    places, number = dict[int, int](), 0
    for line in table.split(b"\r\n")[1:]:
        cells = line.split()
        if len(cells) == 2:
            number = int(cells[0])
        elif len(cells) == 3:
            places |= {number: int(cells[0])} if cells[2] == b"n" else {}
            number += 1
    ends = dict(zip(sorted(places.values()), [*sorted(places.values())[1:], start], strict=True))
    bodies = {n: _body(content[at : ends[at]]) for n, at in places.items()}
    info = references(value_of(trailer, b"/Info") or b"")
    return Pdf(
        objects={n: body for n, body in bodies.items() if n not in info},
        root=references(value_of(trailer, b"/Root") or b"")[0],
    )


def _body(text: bytes) -> bytes:
    return text.partition(b"obj")[2].strip(b"\r\n").removesuffix(b"endobj").strip(b"\r\n")

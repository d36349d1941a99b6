"""PDFs that every viewer shows as the sample's pages, but that a custom parser may misread.

Other pages become a PDF first. A file that cannot be read stays as it is. A service that takes PDFs must read these.
"""

import re
from functools import lru_cache

from harness.core.seed import Stream
from harness.generate.files.beside import OTHERS, other_page
from harness.generate.files.pdf.pdf_broken import as_pdf, rewritten
from harness.generate.files.pdf.pdf_crypt import OWNER, encrypt
from harness.generate.files.pdf.pdf_objects import Pdf, append_update, as_scan, draw_before, read_pdf, write_pdf
from harness.generate.files.pdf.pdf_syntax import head_of, numbers, value_of, without
from harness.generate.pages.codecs.encode import encode
from harness.generate.payloads import Document, File
from harness.generate.registry import op

FARTHEST = 300
"""Maximum offset of the corner of a page, in points."""

MARGINS = (50.0, 80.0, 90.0, 30.0)
"""Width in points of the sheet around the visible area: left, below, right, above."""


@op("pdf.owner_locked", layer="serialise", kind="binary")
def owner_locked(file: File, severity: int, draw: Stream) -> File:
    """Encrypt the PDF without a user password, and forbid printing and copying.

    severity: binary, 0 or 10; RC4 or AES of 128 bits.
    Source: PDF 1.7 7.6.3; banks and authorities send such files; readers without a cipher reject them or
    crash (py-pdf/pypdf#249, VectifyAI/PageIndex#426).
    """
    pdf = read_pdf(file)
    return as_pdf(file, encrypt(pdf, b"", OWNER, draw)) if pdf else file


@op("pdf.turned", layer="serialise", kind="binary")
def turned(file: File, severity: int, draw: Stream) -> File:
    """Store the pages sideways or upside down, with the Rotate entry that a viewer needs to turn them back.

    severity: binary, 0 or 10; by 90, 180 or 270 degrees.
    Source: PDF 1.7 7.7.3.3, Rotate; a text layer was placed on the page as stored (ocrmypdf/OCRmyPDF#668).
    """
    angle = draw.choice((90, 180, 270))

    def turn(pdf: Pdf) -> bytes:
        for page in pdf.pages:
            pdf = _turned(pdf, page, angle)
        return write_pdf(pdf)

    return rewritten(file, turn)


def _turned(pdf: Pdf, page: int, angle: int) -> Pdf:
    left, below, width, height = _shown(pdf, page)
    matrix = {
        90: (0, 1, -1, 0, height + below, -left),
        180: (-1, 0, 0, -1, width + left, height + below),
        270: (0, -1, 1, 0, -below, width + left),
    }[angle]
    pdf = draw_before(pdf, page, b"q %.3f %.3f %.3f %.3f %.3f %.3f cm" % matrix, b"Q")
    size = (width, height) if angle == 180 else (height, width)
    before = int(float(value_of(pdf.objects[page], b"/Rotate") or b"0"))
    pdf = pdf.changed(page, without(pdf.objects[page], b"/CropBox"))
    pdf = pdf.with_value(page, b"/MediaBox", b"[0 0 %.3f %.3f]" % size)
    return pdf.with_value(page, b"/Rotate", b"%d" % ((before + angle) % 360))


def _shown(pdf: Pdf, page: int) -> tuple[float, float, float, float]:
    """The visible part of the sheet: left and lower edge, width and height, in points."""
    head = pdf.objects[page]
    box = numbers(value_of(head, b"/CropBox") or value_of(head, b"/MediaBox"))
    return box[0], box[1], box[2] - box[0], box[3] - box[1]


@op("pdf.odd_boxes", layer="serialise", kind="binary")
def odd_boxes(file: File, severity: int, draw: Stream) -> File:
    """Put the pages on larger sheets whose origin is not at zero, cropped to the original area.

    severity: binary, 0 or 10; the origin is up to 300 points off, in either direction.
    Source: PDF 1.7 14.11.2; pages from print shops and from programs that crop. A reader that takes the corner for zero
    finds the words in wrong positions (jsvine/pdfplumber#1054, firecrawl/pdf-inspector#487).
    """
    across, down = (draw.between(-FARTHEST, FARTHEST) for _ in range(2))

    def boxed(pdf: Pdf) -> bytes:
        for page in pdf.pages:
            left, below, width, height = _shown(pdf, page)
            pdf = draw_before(pdf, page, b"q 1 0 0 1 %.3f %.3f cm" % (across - left, down - below), b"Q")
            crop = (across, down, across + width, down + height)
            sheet = (crop[0] - MARGINS[0], crop[1] - MARGINS[1], crop[2] + MARGINS[2], crop[3] + MARGINS[3])
            pdf = pdf.with_value(page, b"/MediaBox", b"[%.3f %.3f %.3f %.3f]" % sheet)
            pdf = pdf.with_value(page, b"/CropBox", b"[%.3f %.3f %.3f %.3f]" % crop)
        return write_pdf(pdf)

    return rewritten(file, boxed)


@op("pdf.updated", layer="serialise", kind="binary")
def updated(file: File, severity: int, draw: Stream) -> File:
    """Keep an older state in the file: first another invoice, then the sample's page as an incremental update.

    severity: binary, 0 or 10.
    Source: PDF 1.7 7.5.6; programs save changes this way. Readers take the older state
    (mozilla/pdf.js#20280, michaelrsweet/pdfio#181).
    """
    old = _old(draw.below(OTHERS))

    def update(pdf: Pdf) -> bytes:
        page, above = pdf.pages[0], max(pdf.objects)
        moved = {n + above: _renumbered(body, above) for n, body in old.objects.items()}
        before = Pdf(objects={**pdf.objects, **moved, page: moved[old.pages[0] + above]}, root=pdf.root)
        before = before.with_value(page, b"/Parent", b"%d 0 R" % pdf.tree)
        return append_update(write_pdf(before), pdf.root, {page: pdf.objects[page]}, max(moved) + 1)

    return rewritten(file, update)


@lru_cache(maxsize=OTHERS)
def _old(number: int) -> Pdf:
    """Another invoice as a PDF."""
    pdf = as_scan(encode(Document(pages=(other_page(number),)), "png", "old"), "pdf-fax")
    assert pdf is not None, "a page that was just written can be read"
    return pdf


def _renumbered(body: bytes, by: int) -> bytes:
    """The object with raised reference numbers; its stream is unchanged."""
    head = head_of(body)
    return re.sub(rb"(\d+)( \d+ R)", lambda at: b"%d%s" % (int(at[1]) + by, at[2]), head) + body[len(head) :]


@op("pdf.large_sheet", layer="serialise", kind="graded")
def large_sheet(file: File, severity: int, draw: Stream) -> File:
    """Declare a larger page: the same page on a sheet of 1.1 to 2 times the size.

    severity: 1.1 to 2 times the width and height, in ten even steps.
    Source: our own range; photographs printed into a PDF come on sheets of any size. A service that renders them at
    a fixed resolution gets four times the pixels and letters twice as tall.
    """
    times = 1 + 0.1 * severity

    def larger(pdf: Pdf) -> bytes:
        for page in pdf.pages:
            left, below, width, height = _shown(pdf, page)
            matrix = (times, times, -left * times, -below * times)
            pdf = draw_before(pdf, page, b"q %.3f 0 0 %.3f %.3f %.3f cm" % matrix, b"Q")
            pdf = pdf.changed(page, without(pdf.objects[page], b"/CropBox"))
            pdf = pdf.with_value(page, b"/MediaBox", b"[0 0 %.3f %.3f]" % (width * times, height * times))
        return write_pdf(pdf)

    return rewritten(file, larger)

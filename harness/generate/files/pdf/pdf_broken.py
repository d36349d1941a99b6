"""PDFs that are locked, broken or contradictory: the sample's pages in a file that a reader should not simply trust.

Other pages become a PDF first. A file that cannot be read stays as it is. A service that takes no PDF, or no such PDF,
is right to reject it. An accepted answer must be true.
"""

import re
from collections.abc import Callable

from harness.core.seed import Stream
from harness.generate.files.beside import another_file, another_page, written_as
from harness.generate.files.pdf.pdf_crypt import OWNER, USER, encrypt
from harness.generate.files.pdf.pdf_objects import (
    MEDIA_TYPE,
    Pdf,
    as_scan,
    draw_before,
    read_pdf,
    with_resource,
    write_pdf,
)
from harness.generate.files.pdf.pdf_syntax import head_of, numbers, stream_of, value_of, with_stream
from harness.generate.payloads import File, Page
from harness.generate.registry import op

FONT = b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding>>"
EM, SIGN = 1.2, 0.52
"""Type size relative to the height of a word's ink, and mean character width relative to the size, as in Helvetica."""

FARTHEST = 900
"""Maximum error in bytes of the position of a table of objects."""


def as_pdf(file: File, content: bytes) -> File:
    """The file with this PDF as its content."""
    return written_as(file, content, MEDIA_TYPE, ".pdf")


def rewritten(file: File, change: Callable[[Pdf], bytes]) -> File:
    """The file as a PDF after `change`; unchanged if it has no readable pages."""
    pdf = read_pdf(file)
    return as_pdf(file, change(pdf)) if pdf else file


@op("pdf.encrypted", layer="serialise", kind="binary", effect="destroyed")
def encrypted(file: File, severity: int, draw: Stream) -> File:
    """Encrypt the PDF with a password that the service does not get, with RC4 or AES of 128 bits.

    The pages are black and white, because nobody sees them.
    severity: binary, 0 or 10.
    Source: PDF 1.7 (ISO 32000-1) 7.6; such files are stored without their text
    (paperless-ngx/paperless-ngx#1361), or block the files after them (icereed/paperless-gpt#872).
    """
    pdf = as_scan(file, "pdf-fax")
    return as_pdf(file, encrypt(pdf, USER, OWNER, draw)) if pdf else file


@op("pdf.xref_off", layer="serialise", kind="binary", effect="destroyed")
def xref_off(file: File, severity: int, draw: Stream) -> File:
    """Shift the offsets in the cross-reference table, as a text-mode transfer does.

    severity: binary, 0 or 10; all offsets are wrong by one number, 1 to 900 bytes.
    Source: PDF 1.7 7.5.4; readers repair it, each in its own way, or reject a complete file
    (firecrawl/pdf-inspector#230).
    """
    by = draw.between(1, FARTHEST)

    def off(pdf: Pdf) -> bytes:
        front, table = write_pdf(pdf).rsplit(b"xref\n0 ", 1)
        return front + b"xref\n0 " + re.sub(rb"(\d{10})(?= 00000 n)", lambda at: b"%010d" % (int(at[1]) + by), table)

    return rewritten(file, off)


@op("pdf.xref_gone", layer="serialise", kind="binary", effect="destroyed")
def xref_gone(file: File, severity: int, draw: Stream) -> File:
    """Remove the cross-reference table, the trailer and the end marker, as a download cut off at its end.

    severity: binary, 0 or 10.
    Source: PDF 1.7 7.5.5; all pages are still in the file.
    """
    return rewritten(file, lambda pdf: write_pdf(pdf).rsplit(b"xref\n0 ", 1)[0])


@op("pdf.stream_cut", layer="serialise", kind="graded", effect="destroyed")
def stream_cut(file: File, severity: int, draw: Stream) -> File:
    """Cut off the end of the largest stream, usually a page image, but keep its declared length.

    severity: share of the stream that is missing, 5 to 95 % in ten even steps.
    Source: our own; a reader shows the upper part of the page and reports success.
    """

    def cut(pdf: Pdf) -> bytes:
        number = max(pdf.objects, key=lambda n: len(stream_of(pdf.objects[n]) or b""))
        body = pdf.objects[number]
        data = stream_of(body) or b""
        kept = data[: len(data) * (105 - 10 * severity) // 100]
        return write_pdf(pdf.changed(number, head_of(body) + b"stream\r\n" + kept + b"\r\nendstream"))

    return rewritten(file, cut)


@op("pdf.page_loop", layer="serialise", kind="binary", effect="destroyed")
def page_loop(file: File, severity: int, draw: Stream) -> File:
    """Make the root of the page tree one of its own children, after the pages.

    severity: binary, 0 or 10.
    Source: a reader that walks the tree without a limit does not return (pdfminer/pdfminer.six#998).
    """

    def looped(pdf: Pdf) -> bytes:
        kids = (*pdf.pages, pdf.tree)
        return write_pdf(pdf.with_value(pdf.tree, b"/Kids", b"[%s]" % b" ".join(b"%d 0 R" % n for n in kids)))

    return rewritten(file, looped)


@op("pdf.no_pages", layer="serialise", kind="binary", effect="destroyed")
def no_pages(file: File, severity: int, draw: Stream) -> File:
    """Remove all pages from the page tree: a valid file without content.

    severity: binary, 0 or 10.
    Source: our own; a service that takes the first page fails; one that adds up pages adds up nothing.
    """
    return rewritten(
        file, lambda pdf: write_pdf(pdf.with_value(pdf.tree, b"/Kids", b"[]").with_value(pdf.tree, b"/Count", b"0"))
    )


@op("pdf.many_pages", layer="serialise", kind="graded", effect="destroyed")
def many_pages(file: File, severity: int, draw: Stream) -> File:
    """Add white pages after those of the file, as a scanner does if its feed was not stopped.

    severity: 200 to 2,000 white pages in ten even steps.
    Source: our own range; a service that renders every page first needs a gigabyte for white pages.
    """

    def longer(pdf: Pdf) -> bytes:
        first, box = max(pdf.objects) + 1, value_of(pdf.objects[pdf.pages[0]], b"/MediaBox") or b"[0 0 595 842]"
        white = b"<</Type /Page /Parent %d 0 R /MediaBox %s /Resources <<>>>>" % (pdf.tree, box)
        more = dict.fromkeys(range(first, first + 200 * severity), white)
        kids = b"[%s]" % b" ".join(b"%d 0 R" % number for number in (*pdf.pages, *more))
        whole = Pdf(objects={**pdf.objects, **more}, root=pdf.root).with_value(pdf.tree, b"/Kids", kids)
        return write_pdf(whole.with_value(pdf.tree, b"/Count", b"%d" % (len(pdf.pages) + len(more))))

    return rewritten(file, longer)


@op("pdf.script", layer="serialise", kind="binary", effect="destroyed")
def script(file: File, severity: int, draw: Stream) -> File:
    """Add a script to the PDF that runs when it is opened. The script is a comment and does nothing.

    severity: binary, 0 or 10.
    Source: PDF 1.7 12.6.4.16 and 7.7.4; gateways and filters are right to reject such files.
    """
    action = b"<</S /JavaScript /JS (// nothing is done here)>>"
    named = b"<</JavaScript <</Names [(once) " + action + b"]>>>>"
    return rewritten(
        file,
        lambda pdf: write_pdf(pdf.with_value(pdf.root, b"/OpenAction", action).with_value(pdf.root, b"/Names", named)),
    )


@op("pdf.hidden_text", layer="serialise", kind="binary", effect="destroyed")
def hidden_text(file: File, severity: int, draw: Stream) -> File:
    """Add the text of another invoice as an invisible text layer over the picture of the page.

    Every page becomes a picture. The layer of the first page uses the mode of OCR programs.
    severity: binary, 0 or 10.
    Source: PDF 1.7 9.3.6, mode 3; it turned a total of 485,000 into 1, and a report was built on it
    (ui-insight/vandalizer#777); all text goes to the model alike (Unstructured-IO/unstructured#4377).
    """
    pdf = as_scan(file)
    if pdf is None:
        return file
    return as_pdf(file, write_pdf(_with_layer(pdf, another_page(draw))))


def _with_layer(pdf: Pdf, other: Page) -> Pdf:
    page = pdf.pages[0]
    box = numbers(value_of(pdf.objects[page], b"/MediaBox"))
    pdf, font = pdf.added(FONT)
    pdf = with_resource(pdf, page, b"/Font", b"/Unseen", font)
    return draw_before(pdf, page, b"q", b"Q\n" + _layer(other, box[2] - box[0], box[3] - box[1]))


def _layer(other: Page, width: float, height: float) -> bytes:
    """The words in their positions on a sheet of this size, stretched to their width as OCR programs do."""
    across, down = width / other.pixels.shape[1], height / other.pixels.shape[0]
    commands = [b"BT 3 Tr"]
    for word in other.words:
        left, top, right, bottom = word.quad[0], word.quad[1], word.quad[2], word.quad[7]
        size = max(1.0, EM * (bottom - top) * down)
        stretch = 100 * (right - left) * across / (SIGN * size * len(word.text))
        text = word.text.encode("cp1252", "replace").hex().encode()
        at = (size, max(50.0, min(stretch, 200.0)), left * across, height - bottom * down)
        commands.append(b"/Unseen %.2f Tf %.1f Tz 1 0 0 1 %.2f %.2f Tm <%s20> Tj" % (*at, text))
    return b"\n".join((*commands, b"ET"))


@op("pdf.attached_other", layer="serialise", kind="binary", effect="destroyed")
def attached_other(file: File, severity: int, draw: Stream) -> File:
    """Make the file a PDF portfolio: its first page is the sample's, and another invoice is attached.

    severity: binary, 0 or 10.
    Source: PDF 1.7 7.11.4 and 12.3.5; mail archives are exported in this format.
    """
    other = another_file(draw)

    def attached(pdf: Pdf) -> bytes:
        pdf, data = pdf.added(with_stream(b"<</Type /EmbeddedFile /Subtype /image#2Fpng>>", other.content))
        name = other.filename.encode()
        pdf, filespec = pdf.added(b"<</Type /Filespec /F (%s) /UF (%s) /EF <</F %d 0 R>>>>" % (name, name, data))
        names = b"<</EmbeddedFiles <</Names [(%s) %d 0 R]>>>>" % (name, filespec)
        shown = pdf.with_value(pdf.root, b"/Names", names)
        return write_pdf(shown.with_value(pdf.root, b"/Collection", b"<</Type /Collection /View /T>>"))

    return rewritten(file, attached)

"""What is lost from a file or added to it: one byte left, blanks, a header, fill, another file."""

from dataclasses import replace
from io import BytesIO

from PIL import Image

from harness.core.seed import Stream
from harness.generate.files.archive_write import packed, write_zip
from harness.generate.files.beside import another_file, is_body, pages_of, written_as
from harness.generate.payloads import File
from harness.generate.registry import op

HEADER = 16
BLANKS = (b" ", b"\n", b"\r\n", b"\t", b"\xc2\xa0", b"\xef\xbb\xbf")
LATEST = 1000
"""Bytes before the header of a PDF at severity 10; viewers look for the header in the first 1,024 bytes."""

FILL = 1024
INERT = b"<script>/* nothing is done here */</script>"


@op("file.one_byte", layer="bytes", kind="binary", effect="destroyed")
def one_byte(file: File, severity: int, draw: Stream) -> File:
    """Keep only the first byte.

    severity: binary, 0 or 10.
    Source: our own; it passes a check for empty files.
    """
    return replace(file, content=file.content[:1])


@op("file.header_only", layer="bytes", kind="binary", effect="destroyed")
def header_only(file: File, severity: int, draw: Stream) -> File:
    """Keep only the 16 bytes that identify the file type.

    severity: binary, 0 or 10.
    Source: our own; it passes a check of the first bytes.
    """
    return replace(file, content=file.content[:HEADER])


@op("file.blank", layer="bytes", kind="binary", effect="destroyed")
def blank(file: File, severity: int, draw: Stream) -> File:
    """Send only white space under the file's own name and type.

    severity: binary, 0 or 10; 1 to 400 blanks, line ends or byte order marks.
    Source: our own; the text of a page without text is neither a page nor a text.
    """
    count = draw.between(1, 400)
    return replace(file, content=b"".join(draw.choice(BLANKS) for _ in range(count))) if file.content else file


@op("file.late_start", layer="bytes", kind="graded", effect="destroyed")
def late_start(file: File, severity: int, draw: Stream) -> File:
    """Put header lines in front of the file, as a proxy or a mail gateway does.

    severity: 100 to 1,000 bytes in ten even steps; a PDF still begins where viewers search for it.
    Source: PDF Reference 1.7, appendix H, note 13; readers differ on such files (J-F-Liu/lopdf#362).
    """
    line = b"X-Received-By: gateway %d\r\n" % draw.between(1, 99)
    before = (line * LATEST)[: LATEST // 10 * severity - 2] + b"\r\n"
    return replace(file, content=before + file.content) if file.content else file


@op("file.filled_up", layer="bytes", kind="graded")
def filled_up(file: File, severity: int, draw: Stream) -> File:
    """Fill up the file with zeros after its end, as copies from tapes and fixed blocks do.

    severity: 100 to 1,000 bytes in ten even steps, so that the end of a PDF stays in its last 1,024.
    Source: our own; viewers search from the front or for the last end marker, and show the page.
    """
    return replace(file, content=file.content + bytes(100 * severity)) if file.content else file


@op("file.also_zip", layer="bytes", kind="binary", effect="destroyed")
def also_zip(file: File, severity: int, draw: Stream) -> File:
    """Append an archive with another invoice to the file: some readers see the page, others the archive.

    severity: binary, 0 or 10.
    Source: APPNOTE 6.3.10, 4.3.1: an archive is read from its end, a page from its start; filters take one for the
    other (our own).
    """
    return replace(file, content=file.content + write_zip([packed(another_file(draw))]))


@op("file.gif_note", layer="serialise", kind="binary", effect="destroyed")
def gif_note(file: File, severity: int, draw: Stream) -> File:
    """Write the first page as a GIF with a script tag in its comment. The script is a comment and does nothing.

    severity: binary, 0 or 10.
    Source: GIF 89a, section 24; a service that serves uploads under a guessed type serves a script.
    """
    pages = pages_of(file)
    if is_body(file) or not pages:
        return file
    out = BytesIO()
    Image.fromarray(pages[0].pixels).save(out, "GIF", comment=INERT)
    return written_as(file, out.getvalue(), "image/gif", ".gif")

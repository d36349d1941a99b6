"""File names and types: odd names, hostile names, and types that do not match the bytes."""

from dataclasses import replace

from harness.core.seed import Stream
from harness.generate.files.beside import is_body, stem_of, suffix_of
from harness.generate.payloads import File
from harness.generate.registry import op
from harness.generate.text.rows import rows

TABLE = "file_names"
LONGEST = 255
"""Maximum length of a file name in bytes on common file systems."""

LABELS = (
    ("application/pdf", ".pdf"),
    ("image/png", ".png"),
    ("image/jpeg", ".jpg"),
    ("image/tiff", ".tif"),
    ("text/plain", ".txt"),
    ("text/html", ".html"),
)
UNKNOWN = ("application/octet-stream", "binary/octet-stream", "application/x-download", "")
"""Media types that clients send if they do not know the type; "" omits the header."""

SECOND = (".exe", ".zip", ".html", ".docx", ".bak", ".part", ".p7m", ".lnk")
"""Suffixes that are added after the file's own suffix."""


@op("file.odd_name", layer="envelope", kind="binary")
def odd_name(file: File, severity: int, draw: Stream) -> File:
    """Send the file under an odd but honest name: emoji, brackets, blanks, other scripts, 255 bytes.

    severity: binary, 0 or 10; one of 17 forms. If the protocol carries no name, the bytes stay clean.
    Source: table fixtures/tables/file_names.tsv, each row with its own.
    """
    return _named(file, "odd", draw)


@op("file.hostile_name", layer="envelope", kind="binary", effect="destroyed")
def hostile_name(file: File, severity: int, draw: Stream) -> File:
    """Send the file under a hostile name: paths, NUL, line ends, device names, reversed text, a prompt injection.

    No name does anything by itself. The service may reject the file, or read the page.
    severity: binary, 0 or 10; one of 19 forms. If the protocol carries no name, the bytes stay clean.
    Source: table fixtures/tables/file_names.tsv, each row with its own.
    """
    return _named(file, "hostile", draw)


def _named(file: File, kind: str, draw: Stream) -> File:
    if is_body(file):
        return file
    form = draw.choice(rows(TABLE, kind)).cells[0]
    room = LONGEST - len(file.filename.encode("utf-8", "surrogatepass"))
    return replace(file, filename=form.format(stem=stem_of(file), suffix=suffix_of(file), filler="o" * max(1, room)))


@op("file.other_label", layer="envelope", kind="binary", effect="destroyed")
def other_label(file: File, severity: int, draw: Stream) -> File:
    """Send the file with the type and suffix of another format. The bytes stay the same.

    severity: binary, 0 or 10; PDF, PNG, JPEG, TIFF, text or HTML, except the true one.
    Source: people rename scans to what a form accepts, and browsers send a type of their own (indico/indico#1994).
    """
    media_type, suffix = draw.choice([label for label in LABELS if not file.media_type.startswith(label[0])])
    return file if is_body(file) else replace(file, media_type=media_type, filename=f"{stem_of(file)}{suffix}")


@op("file.no_label", layer="envelope", kind="binary", effect="destroyed")
def no_label(file: File, severity: int, draw: Stream) -> File:
    """Send the file without a suffix, and with a generic media type or none.

    severity: binary, 0 or 10.
    Source: uploads without a type were silently skipped (Zipstack/unstract#1392), or kept as an
    attachment of 0 bytes (firefly-iii/firefly-iii#6332).
    """
    media_type = draw.choice(UNKNOWN)
    return file if is_body(file) else replace(file, media_type=media_type, filename=stem_of(file))


@op("file.second_suffix", layer="envelope", kind="binary", effect="destroyed")
def second_suffix(file: File, severity: int, draw: Stream) -> File:
    """Put a second suffix after the file's own. The bytes stay the same.

    severity: binary, 0 or 10; one of eight suffixes.
    Source: our own; a service that uses the last suffix may run a page; one that uses the first lets any file in.
    """
    suffix = draw.choice(SECOND)
    return file if is_body(file) else replace(file, filename=f"{file.filename}{suffix}")

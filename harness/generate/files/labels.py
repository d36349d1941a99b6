"""What a file is called and what it says that it is: odd names, hostile names, and labels that are not the bytes'."""

from dataclasses import replace

from harness.core.seed import Stream
from harness.generate.files.beside import is_body, stem_of, suffix_of
from harness.generate.payloads import File
from harness.generate.registry import op
from harness.generate.text.rows import rows

TABLE = "file_names"
LONGEST = 255
"""Bytes of a name, as common file systems have it."""

LABELS = (
    ("application/pdf", ".pdf"),
    ("image/png", ".png"),
    ("image/jpeg", ".jpg"),
    ("image/tiff", ".tif"),
    ("text/plain", ".txt"),
    ("text/html", ".html"),
)
UNKNOWN = ("application/octet-stream", "binary/octet-stream", "application/x-download", "")
"""What clients say that do not know; "" leaves the line out."""

SECOND = (".exe", ".zip", ".html", ".docx", ".bak", ".part", ".p7m", ".lnk")
"""Suffixes behind the file's own."""


@op("file.odd_name", layer="envelope", kind="switch")
def odd_name(file: File, severity: int, draw: Stream) -> File:
    """Send the file under a name that an honest person gave it: emoji, brackets, blanks, other scripts, 255 bytes.

    severity: a switch, 10 alone; one of 17 forms. Where the protocol carries no name the request is the clean one.
    Source: table fixtures/tables/file_names.tsv, each row with its own.
    """
    return _named(file, "odd", draw)


@op("file.hostile_name", layer="envelope", kind="switch", effect="destroyed")
def hostile_name(file: File, severity: int, draw: Stream) -> File:
    """Send the file under a name that nobody means well with: paths, NUL, line ends, devices, a turned end, an order.

    Nothing in a name does anything by itself. To refuse it is right, and so is to read the page.
    severity: a switch, 10 alone; one of 19 forms. Where the protocol carries no name the request is the clean one.
    Source: table fixtures/tables/file_names.tsv, each row with its own.
    """
    return _named(file, "hostile", draw)


def _named(file: File, kind: str, draw: Stream) -> File:
    if is_body(file):
        return file
    form = draw.choice(rows(TABLE, kind)).cells[0]
    room = LONGEST - len(file.filename.encode("utf-8", "surrogatepass"))
    return replace(file, filename=form.format(stem=stem_of(file), suffix=suffix_of(file), filler="o" * max(1, room)))


@op("file.other_label", layer="envelope", kind="switch", effect="destroyed")
def other_label(file: File, severity: int, draw: Stream) -> File:
    """Call the file by the type and suffix of another kind, with its bytes as they are.

    severity: a switch, 10 alone; PDF, PNG, JPEG, TIFF, text or HTML, whichever it is not.
    Source: people rename scans to what a form accepts, and browsers send a type of their own (indico/indico#1994).
    """
    media_type, suffix = draw.choice([label for label in LABELS if not file.media_type.startswith(label[0])])
    return file if is_body(file) else replace(file, media_type=media_type, filename=f"{stem_of(file)}{suffix}")


@op("file.no_label", layer="envelope", kind="switch", effect="destroyed")
def no_label(file: File, severity: int, draw: Stream) -> File:
    """Leave out what the file is: no suffix, and a media type that says nothing or none at all.

    severity: a switch, 10 alone.
    Source: uploads without a type were left out of the work, without a word (Zipstack/unstract#1392), or kept as an
    attachment of 0 bytes (firefly-iii/firefly-iii#6332).
    """
    media_type = draw.choice(UNKNOWN)
    return file if is_body(file) else replace(file, media_type=media_type, filename=stem_of(file))


@op("file.second_suffix", layer="envelope", kind="switch", effect="destroyed")
def second_suffix(file: File, severity: int, draw: Stream) -> File:
    """Put another suffix behind the file's own, as programs, filters and jokers do; the bytes are as they were.

    severity: a switch, 10 alone; one of eight suffixes.
    Source: our own; who goes by the last suffix runs or unpacks what is a page, who goes by the first lets anything in.
    """
    suffix = draw.choice(SECOND)
    return file if is_body(file) else replace(file, filename=f"{file.filename}{suffix}")

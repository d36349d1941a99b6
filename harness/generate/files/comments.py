"""A file that nobody has sent before, with the very pixels of its sample: another comment in it, another name."""

from dataclasses import replace

from harness.core.seed import Stream
from harness.generate.pages.codecs.png import SIGNATURE, chunk
from harness.generate.payloads import File
from harness.generate.registry import op
from harness.generate.text.accents import accented

JPEG = b"\xff\xd8"
HEADER = len(SIGNATURE) + 25
"""Bytes of a PNG up to the end of its first chunk, IHDR."""


@op("file.comment", layer="bytes", kind="switch")
def comment(file: File, severity: int, draw: Stream) -> File:
    """Write a comment that no reader looks at into the file: other bytes, the same pixels.

    A PNG gets a tEXt chunk, a JPEG a COM segment, every other file a comment line of PDF behind its end. An empty file
    stays empty.
    severity: a switch, 10 alone.
    Source: PNG (third edition) 11.3.3.2, JPEG (ITU T.81) B.2.4.5, PDF 1.7 7.5.5; it makes files that no cache can have.
    """
    word = b"copy %d" % draw.between(10**11, 10**12 - 1)
    content = file.content
    if content.startswith(SIGNATURE):
        content = content[:HEADER] + chunk(b"tEXt", b"Comment\0" + word) + content[HEADER:]
    elif content.startswith(JPEG):
        content = JPEG + b"\xff\xfe" + (len(word) + 2).to_bytes(2, "big") + word + content[len(JPEG) :]
    elif content:
        content += b"\n%" + word + b"\n"
    return replace(file, content=content)


@op("file.name", layer="envelope", kind="switch")
def name(file: File, severity: int, draw: Stream) -> File:
    """Send the file under the name that a scanner gives: scan-204817553120 and its own suffix.

    severity: a switch, 10 alone.
    Source: our own; that uploads are told apart by a name alone is reported in fastapi/fastapi#2178.
    """
    stem, dot, suffix = file.filename.rpartition(".")
    return replace(file, filename=f"scan-{draw.between(10**11, 10**12 - 1)}{dot}{suffix if stem else ''}")


@op("file.name_accent", layer="envelope", kind="switch")
def name_accent(file: File, severity: int, draw: Stream) -> File:
    """Put an accent on the last letter of the file's name that can carry one, its suffix left alone: scań-204817553120.

    severity: a switch, 10 alone.
    Source: our own; werkzeug's secure_filename drops accents, so two such uploads are stored under one name.
    """
    stem, dot, suffix = file.filename.rpartition(".")
    name = stem if dot else suffix
    return replace(file, filename=accented(name, reversed(range(len(name)))) + (f".{suffix}" if dot else ""))

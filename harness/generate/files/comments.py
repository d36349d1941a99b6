"""New file bytes or names with exactly the pixels of the sample: another comment, another name."""

from dataclasses import replace

from harness.core.seed import Stream
from harness.generate.pages.codecs.png import SIGNATURE, chunk
from harness.generate.payloads import File
from harness.generate.registry import op
from harness.generate.text.accents import accented

JPEG = b"\xff\xd8"
HEADER = len(SIGNATURE) + 25
"""Length in bytes of a PNG up to the end of its first chunk, IHDR."""


@op("file.comment", layer="bytes", kind="binary")
def comment(file: File, severity: int, draw: Stream) -> File:
    """Write a comment into the file that readers ignore: other bytes, the same pixels.

    A PNG gets a tEXt chunk, a JPEG a COM segment. Every other file gets a PDF comment line after its end. An empty file
    stays empty.
    severity: binary, 0 or 10.
    Source: PNG (third edition) 11.3.3.2, JPEG (ITU T.81) B.2.4.5, PDF 1.7 7.5.5; no cache can hold such a file yet.
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


@op("file.name", layer="envelope", kind="binary")
def name(file: File, severity: int, draw: Stream) -> File:
    """Send the file under a scanner's name: scan-204817553120 and its own suffix.

    severity: binary, 0 or 10.
    Source: our own; a service that identified uploads by name alone is reported in fastapi/fastapi#2178.
    """
    stem, dot, suffix = file.filename.rpartition(".")
    return replace(file, filename=f"scan-{draw.between(10**11, 10**12 - 1)}{dot}{suffix if stem else ''}")


@op("file.name_accent", layer="envelope", kind="binary")
def name_accent(file: File, severity: int, draw: Stream) -> File:
    """Put an accent on the last letter of the file name that can carry one, not in its suffix: scań-204817553120.

    severity: binary, 0 or 10.
    Source: our own; werkzeug's secure_filename drops accents, so two such uploads get one name.
    """
    stem, dot, suffix = file.filename.rpartition(".")
    name = stem if dot else suffix
    return replace(file, filename=accented(name, reversed(range(len(name)))) + (f".{suffix}" if dot else ""))

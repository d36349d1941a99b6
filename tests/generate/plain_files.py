"""Plain files as common programs write them, with what they say: what services on files are right on.

None of them is written by an op.
"""

import gzip
import zipfile
from email.message import EmailMessage
from io import BytesIO

from PIL import Image

from harness.generate.payloads import File
from tests.endpoints.openers import LINE
from tests.generate.sample_files import SAMPLES, TEXT, page

MAIL, ZIP, GZIP, GIF = "message/rfc822", "application/zip", "application/gzip", "image/gif"
OFFICE = "application/vnd.openxmlformats-officedocument"
DOCX, XLSX = f"{OFFICE}.wordprocessingml.document", f"{OFFICE}.spreadsheetml.sheet"
KINDS = {
    **{file.media_type: kind for kind, file in SAMPLES.items()},
    **{GIF: "gif", MAIL: "mail", ZIP: "zip", GZIP: "gzip", DOCX: "docx", XLSX: "xlsx"},
    **{"text/plain": "text", "text/html": "html", "application/rtf": "rtf"},
}
"""Kinds of file by their media types."""

WORDS = "My parcel has not arrived."
SAID = {**dict.fromkeys(SAMPLES, LINE), "text": TEXT.content.decode().strip()}
"""What the samples say."""


def kind_of(file: File) -> str:
    """The kind by the media type."""
    return KINDS.get(file.media_type.partition(";")[0], "")


def mailed(file: File | None) -> File:
    """A mail as Python's own library writes it, with the file attached."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "parcel", "a@example.org", "b@example.org"
    message.set_content("Please find it attached." if file else WORDS)
    if file:
        main, sub = file.media_type.split("/")
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.filename)
    return File(content=message.as_bytes(), media_type=MAIL, filename="mail.eml")


def packed(entries: dict[str, bytes], name: str = "scan.zip", media_type: str = ZIP) -> File:
    """An archive of these."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in entries.items():
            archive.writestr(entry, content)
    return File(content=out.getvalue(), media_type=media_type, filename=name)


def gzipped(file: File) -> File:
    """The file as Python's own library packs it, without a name in the header."""
    return File(content=gzip.compress(file.content), media_type=GZIP, filename=f"{file.filename}.gz")


def as_gif() -> File:
    """The page as a GIF."""
    out = BytesIO()
    Image.fromarray(page().pixels).save(out, "GIF")
    return File(content=out.getvalue(), media_type=GIF, filename="scan.gif")


def _office() -> dict[str, File]:
    body = f"<w:document><w:body><w:p><w:r><w:t>{WORDS}</w:t></w:r></w:p></w:body></w:document>"
    shared = f"<sst><si><t>{WORDS}</t></si></sst>"
    sheet = '<worksheet><sheetData><row><c t="s"><v>0</v></c></row></sheetData></worksheet>'
    book = {"xl/worksheets/sheet1.xml": sheet.encode(), "xl/sharedStrings.xml": shared.encode()}
    web = f"<html><body><p>{WORDS}</p></body></html>".encode()
    rich = f"{{\\rtf1\\ansi{{\\fonttbl{{\\f0 Arial;}}}}\\f0 {WORDS}\\par}}".encode()
    return {
        "docx": packed({"word/document.xml": body.encode()}, "t.docx", DOCX),
        "xlsx": packed(book, "t.xlsx", XLSX),
        "html": File(content=web, media_type="text/html", filename="t.html"),
        "rtf": File(content=rich, media_type="application/rtf", filename="t.rtf"),
    }


def plain_files() -> list[tuple[str, File, str]]:
    """The kind (`png`, or `mail/png` in a wrapping), the file, and what it says."""
    bare = {**SAMPLES, "text": TEXT}
    found = [(kind, file, SAID[kind]) for kind, file in bare.items()]
    found += [(f"mail/{kind}", mailed(file), LINE) for kind, file in SAMPLES.items()]
    for kind, file in bare.items():
        found.append((f"zip/{kind}", packed({file.filename: file.content}), SAID[kind]))
        found.append((f"gzip/{kind}", gzipped(file), SAID[kind]))
    found += [(f"{kind}/text", file, WORDS) for kind, file in _office().items()]
    return [*found, ("gif", as_gif(), LINE), ("mail/text", mailed(None), WORDS)]

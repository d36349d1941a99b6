"""Small services that take mail, archives and office files, each as one would write it in an afternoon.

Each is right on a plain mail, archive or office file of the kind that it is for.
"""

import html
import posixpath
import re
import zipfile
import zlib
from collections.abc import Mapping
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from io import BytesIO
from types import MappingProxyType

from harness.generate.payloads import File
from tests.endpoints.openers import FOLDER, MEMORY, OPENING, REFUSED, Opener, check_path, shown, words


def _mail(file: File) -> EmailMessage:
    message = message_from_bytes(file.content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def _said(message: EmailMessage) -> str:
    """The words of a mail; AttributeError if it has no plain text."""
    text: str = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    return "\n".join(text.split("\r\n")).strip()


def mail_words(file: File) -> str:
    """Reads the plain text of the mail as the request."""
    return _said(_mail(file))


def mail_words_as_they_stand(file: File) -> str:
    """As `mail_words`, but ignores the transfer encoding."""
    parts = [part for part in _mail(file).walk() if part.get_content_type() == "text/plain"]
    return str(parts[0].get_payload()).strip()


def first_attached(file: File) -> str:
    """Reads the first attachment as the document."""
    return shown(next(_mail(file).iter_attachments()).get_content())


def last_attached(file: File) -> str:
    """The last that has a name, however deep: what was passed on comes last."""
    return shown([part for part in _mail(file).walk() if part.get_filename()][-1].get_content())


def all_attached(file: File) -> str:
    """Returns a line for each attached page."""
    held = [part.get_content() for part in _mail(file).walk() if part.get_content_type() in OPENING]
    return "\n".join(shown(one) for one in held if isinstance(one, bytes))


def by_written_name(file: File) -> str:
    """Finds the attachment by the file name in its header, as written."""
    found = re.search(rb'filename="?([^"\r\n]+\.(?:png|jpg|tif|pdf))"?', file.content)
    if not found:
        return REFUSED
    return next(
        shown(part.get_content()) for part in _mail(file).walk() if part.get_filename() == found[1].decode("ascii")
    )


def words_or_paper(file: File) -> str:
    """Reads the words of a mail too, and takes an amount from them rather than from the paper."""
    amounts = re.findall(r"\d[\d.,]*[.,]\d\d\b", _said(_mail(file)))
    return f"Total due {amounts[-1]}" if amounts else first_attached(file)


def _archive(file: File) -> zipfile.ZipFile:
    return zipfile.ZipFile(BytesIO(file.content))


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The content of the entry; MemoryError if the size that it states is too large, without unpacking it."""
    if entry.file_size > MEMORY:
        raise MemoryError
    return archive.read(entry)


def _paper(name: str, content: bytes) -> str:
    return OPENING.get(name.rpartition(".")[2], words)(content)


def first_entry(file: File) -> str:
    """The first file in the archive."""
    with _archive(file) as archive:
        entry = archive.infolist()[0]
        return _paper(entry.filename, _unpacked(archive, entry))


def largest_entry(file: File) -> str:
    """Reads the largest file in the archive, because smaller ones may be notes."""
    with _archive(file) as archive:
        entry = max(archive.infolist(), key=lambda one: one.file_size)
        return _paper(entry.filename, _unpacked(archive, entry))


def at_the_top(file: File) -> str:
    """The file at the top of the archive; folders are not looked into."""
    with _archive(file) as archive:
        name = next(one for one in archive.namelist() if "/" not in one)
        return _paper(name, archive.read(name))


def into_a_folder(file: File) -> str:
    """Unpacks all of it under the names of the entries (into a dict here), and reads what came last."""
    folder = dict[str, bytes]()
    with _archive(file) as archive:
        for entry in archive.infolist():
            path = posixpath.normpath(posixpath.join(FOLDER, entry.filename))
            check_path(path)
            folder[path] = _unpacked(archive, entry)
    return _paper(path, folder[path])


def all_the_way_down(file: File) -> str:
    """Opens archives in archives too, and answers for the first paper."""
    with _archive(file) as archive:
        held = [(one.filename, _unpacked(archive, one)) for one in archive.infolist()]
    inner = [File(content=data, media_type="", filename=name) for name, data in held if name.endswith(".zip")]
    deeper = [all_the_way_down(one) for one in inner]
    return [*(_paper(name, data) for name, data in held if not name.endswith(".zip")), *deeper][0]


def also_an_archive(file: File) -> str:
    """Treats a file as an archive if zipfile does, else as a page."""
    return first_entry(file) if zipfile.is_zipfile(BytesIO(file.content)) else shown(file.content)


def ten_bytes_off(file: File) -> str:
    """Inflates the data behind a gzip header of ten bytes."""
    return _paper(file.filename.removesuffix(".gz"), zlib.decompress(file.content[10:-8], -15))


def docx_without_tags(file: File) -> str:
    """The words of a text file: its XML without the tags."""
    with _archive(file) as archive:
        return re.sub("<[^>]+>", "", archive.read("word/document.xml").decode()).strip()


def docx_by_paragraph(file: File) -> str:
    """The same with its paragraphs and entities, as it is after the first complaint."""
    with _archive(file) as archive:
        marked = archive.read("word/document.xml").decode().replace("</w:p>", "\n")
    return html.unescape(re.sub("<[^>]+>", "", marked)).strip()


def xlsx_shared_words(file: File) -> str:
    """The words of a workbook, from its table of shared strings."""
    with _archive(file) as archive:
        return "\n".join(_cells(archive, "xl/sharedStrings.xml"))


def xlsx_first_sheet(file: File) -> str:
    """The shared strings, or the inline strings of the first sheet if there are none."""
    with _archive(file) as archive:
        shared = "xl/sharedStrings.xml"
        return "\n".join(_cells(archive, shared if shared in archive.namelist() else "xl/worksheets/sheet1.xml"))


def _cells(archive: zipfile.ZipFile, name: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r"<t(?: [^>]*)?>([^<]*)</t>", archive.read(name).decode())]


def html_without_tags(file: File) -> str:
    """The words of a web page, without the tags."""
    return re.sub("<[^>]+>", "", file.content.decode()).strip()


def rtf_without_words(file: File) -> str:
    """The words of rich text, without what begins with a backslash."""
    return re.sub(r"\{\\fonttbl.*?\}\}|\\[a-z]+-?\d* ?|[{}\n]", "", file.content.decode("ascii")).strip()


MAILED = "mail/png mail/jpeg mail/tiff mail/pdf"
PACKED = "zip/png zip/jpeg zip/tiff zip/pdf zip/text"
WRAPPED_OPENERS: Mapping[Opener, str] = MappingProxyType(
    {
        **dict.fromkeys((mail_words, mail_words_as_they_stand), "mail/text"),
        **dict.fromkeys((first_attached, last_attached, all_attached, by_written_name, words_or_paper), MAILED),
        **dict.fromkeys((first_entry, largest_entry, at_the_top, into_a_folder, all_the_way_down), PACKED),
        also_an_archive: "png jpeg tiff pdf zip/png zip/jpeg zip/tiff zip/pdf",
        ten_bytes_off: "gzip/png gzip/jpeg gzip/tiff gzip/pdf gzip/text",
        **dict.fromkeys((docx_without_tags, docx_by_paragraph), "docx/text"),
        **dict.fromkeys((xlsx_shared_words, xlsx_first_sheet), "xlsx/text"),
        html_without_tags: "html/text",
        rtf_without_words: "rtf/text",
    }
)
"""The services, with the kinds of files that each one is for: the wrapping and its content."""

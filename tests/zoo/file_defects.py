"""Defects of the document service that come with what files are wrapped in: the wrong one of two is read, surely."""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from email import message_from_bytes
from io import BytesIO

import pypdfium2
import pypdfium2.raw as pdfium

from harness.demo.text import Piece
from harness.generate.pages.codecs.decode import PDFIUM
from tests.zoo.defects import Defect, of_scenarios
from tests.zoo.document import Document, Pixels, RefusedError, Sheet

PDF, ZIP, MAIL = b"%PDF", b"PK\x03\x04", b"From: "
SURE, GAP = 0.99, 1.2
"""How far a text layer is believed; white between two words of one piece, in ems."""


def layer_believed(service: Document) -> Document:
    def told(content: bytes) -> Sequence[Sheet]:
        if not content.startswith(PDF):
            return ()
        with PDFIUM:
            try:
                pdf = pypdfium2.PdfDocument(content)
            except pypdfium2.PdfiumError:
                return ()
            page = pdf[0] if len(pdf) else None
            height = page.get_height() if page else 0.0
            pieces = tuple(_pieces(page.get_textpage(), height)) if page else ()
            pdf.close()
        return (Sheet(pieces=pieces, height=round(height)),) if pieces else ()

    return replace(service, told=told)


def _pieces(text: pypdfium2.PdfTextPage, height: float) -> Iterator[Piece]:
    """Words that stand together on a line, from the text layer of a page."""
    piece: Piece | None = None
    for word in _words(text, height):
        near = piece and abs(piece.middle - word.middle) < 0.5 * word.em and word.left - piece.right < GAP * word.em
        if piece and near and word.left > piece.left:
            piece = replace(piece, text=f"{piece.text} {word.text}", right=word.right)
            continue
        if piece:
            yield piece
        piece = word
    if piece:
        yield piece


def _words(text: pypdfium2.PdfTextPage, height: float) -> Iterator[Piece]:
    signs: list[tuple[str, tuple[float, float, float, float], float]] = []
    for k in range(text.count_chars()):
        sign = chr(pdfium.FPDFText_GetUnicode(text, k))
        if not sign.isspace():
            signs.append((sign, text.get_charbox(k, loose=True), pdfium.FPDFText_GetFontSize(text, k)))
        elif signs:
            yield _word(signs, height)
            signs = []
    if signs:
        yield _word(signs, height)


def _word(signs: list[tuple[str, tuple[float, float, float, float], float]], height: float) -> Piece:
    boxes = [box for _, box, _ in signs]
    return Piece(
        text="".join(sign for sign, _, _ in signs),
        sure=SURE,
        left=boxes[0][0],
        top=height - boxes[0][3],
        right=boxes[-1][2],
        bottom=height - boxes[0][1],
        em=signs[0][2],
    )


def first_attachment(service: Document) -> Document:
    def opened(content: bytes) -> list[Pixels]:
        held = pictures_of(content)
        return service.open(held[0] if held else content)

    return replace(service, open=opened)


def deepest_attachment(service: Document) -> Document:
    def opened(content: bytes) -> list[Pixels]:
        held = pictures_of(content)
        return service.open(held[-1] if held else content)

    return replace(service, open=opened)


def pictures_of(content: bytes) -> list[bytes]:
    """What is attached to a mail as a picture, mail in mail included; nothing where it is no mail."""
    if not content.startswith(MAIL):
        return []
    parts = (part for part in message_from_bytes(content).walk() if part.get_content_type().startswith("image/"))
    return [whole for part in parts if isinstance(whole := part.get_payload(decode=True), bytes)]


def first_entry(service: Document) -> Document:
    def opened(content: bytes) -> list[Pixels]:
        if not content.startswith(ZIP):
            return service.open(content)
        return service.open(next(entries_of(content), b""))

    return replace(service, open=opened)


def entries_of(content: bytes) -> Iterator[bytes]:
    """The files of an archive with something in them, in its order. Raises RefusedError where it is locked."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            yield from (archive.read(one) for one in archive.infolist() if one.file_size)
    except (zipfile.BadZipFile, RuntimeError) as reason:
        raise RefusedError(422, f"no readable archive: {reason}") from reason


DEFECTS = (
    Defect(
        name="document/layer_believed",
        service="document",
        what="the text layer of a PDF is what the page says, surely; met by a layer of another invoice",
        wrap=layer_believed,
        family="ui-insight/vandalizer#777; hostile_files/hidden_text",
        must_name="hostile_files",
        meets=of_scenarios("hidden_text"),
    ),
    Defect(
        name="document/first_attachment",
        service="document",
        what="the first picture of a mail is the one that is meant; met by old invoices before the new one",
        wrap=first_attachment,
        family="hackclub/hcb#12597; hostile_files/mail_of_several",
        must_name="hostile_files",
        meets=of_scenarios("mail_of_several", "mail_with_logos"),
    ),
    Defect(
        name="document/deepest_attachment",
        service="document",
        what="the last picture of a mail counts, in mail within it too; met by an older mail that is attached",
        wrap=deepest_attachment,
        family="oneprolabs/devify#47; hostile_files/mail_with_older",
        must_name="hostile_files",
        meets=of_scenarios("mail_with_older", "mail_with_logos"),
    ),
    Defect(
        name="document/first_entry",
        service="document",
        what="the first file of an archive is the one that is meant; met by old invoices in a folder before it",
        wrap=first_entry,
        family="scireum/sirius-biz#329; hostile_files/zip_of_several",
        must_name="hostile_files",
        meets=of_scenarios("zip_of_several", "zip_one_name"),
    ),
)

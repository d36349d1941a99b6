"""The sample in a mail: attached, nested, inline, signed, or next to other papers.

Pages are attached; a text becomes the words of the mail. A service that takes no mail is right to reject it. The ops
with effect `kept` are for services that take mail.
"""

from collections.abc import Callable
from dataclasses import replace
from html import escape

from harness.core.seed import Stream
from harness.generate.files.beside import is_body, is_text, written_as
from harness.generate.files.mail.mail_write import (
    EML,
    Header,
    MimePart,
    in_base64,
    joined,
    mail,
    named,
    quoted_printable,
    text_part,
)
from harness.generate.payloads import File
from harness.generate.registry import op
from harness.generate.text.rows import rows

TABLE = "mail_lines"
NAMES = ("extended", "word", "raw")
SIGNED = '; protocol="application/pkcs7-signature"; micalg=sha-256'
UNIQUE = "Rechnung Büro Süd"
"""A name with non-ASCII characters, so that the encoding of file names matters."""


def line(kind: str, draw: Stream) -> str:
    """The subject or the words of a mail."""
    return draw.choice(rows(TABLE, kind)).cells[1]


def attachment(
    file: File, how: str = "attachment", *more: Header, form: str = "extended", body: bytes = b""
) -> MimePart:
    """The file as a part in base64. form: the form of its name. body: the content if it is already encoded."""
    disposition = f"{how}; {named(file.filename, form)}"
    one = in_base64(file.media_type, b"" if body else file.content, ("Content-Disposition", disposition), *more)
    return replace(one, body=body or one.body)


def mailed(file: File, draw: Stream, build: Callable[[], MimePart]) -> File:
    """A mail with the file as that part. A request body stays as it is."""
    if is_body(file):
        return file
    return written_as(file, mail(line("subject", draw), build(), draw), EML, ".eml")


def as_declared(file: File, draw: Stream) -> MimePart:
    """The words of the mail. A text sample is the words itself."""
    if is_text(file):
        return quoted_printable(file.media_type, file.content)
    return text_part(line("body", draw))


def around(file: File, draw: Stream) -> MimePart:
    """The plain case: words and an attachment, or words only."""
    own = as_declared(file, draw)
    return own if is_text(file) else joined("mixed", [own, attachment(file)], draw)


@op("mail.attached", layer="envelope", kind="binary")
def attached(file: File, severity: int, draw: Stream) -> File:
    """Send the file as the attachment of a mail. A text becomes the words of the mail.

    severity: binary, 0 or 10.
    Source: RFC 5322 and 2045; mailboxes forward mails whole.
    """
    return mailed(file, draw, lambda: around(file, draw))


@op("mail.odd_names", layer="envelope", kind="binary")
def odd_names(file: File, severity: int, draw: Stream) -> File:
    """Send the file in a mail with a non-ASCII name in one of three forms, in base64 or quoted-printable.

    severity: binary, 0 or 10.
    Source: RFC 2231, RFC 2047 (not allowed there, but written by Outlook), and plain UTF-8.
    """
    renamed = File(content=file.content, media_type=file.media_type, filename=f"{UNIQUE} {file.filename}")
    form, packed = draw.choice(NAMES), draw.below(2)

    def build() -> MimePart:
        if is_text(file):
            return as_declared(file, draw)
        disposition_header = ("Content-Disposition", f"attachment; {named(renamed.filename, form)}")
        write = quoted_printable if packed else in_base64
        return joined(
            "mixed", [as_declared(file, draw), write(file.media_type, file.content, disposition_header)], draw
        )

    return mailed(file, draw, build)


@op("mail.nested", layer="envelope", kind="graded")
def nested(file: File, severity: int, draw: Stream) -> File:
    """Send the file in a mail that was forwarded as an attachment, several times.

    severity: 1 to 10 mails around the original one.
    Source: RFC 2046 5.2.1; readers skip a mail inside a mail (oneprolabs/devify#47, roundcube/roundcubemail#7323).
    """
    inner = attached(file, 10, draw.child("innermost"))
    for depth in range(severity if inner != file else 0):
        one = draw.child("around", depth)
        whole = joined("mixed", [text_part(line("body", one)), passed_on(inner.content)], one)
        inner = written_as(file, mail(line("subject", one), whole, one), EML, ".eml")
    return inner


def passed_on(whole: bytes) -> MimePart:
    """A mail as an attachment."""
    return MimePart(headers=(("Content-Type", EML), ("Content-Disposition", "attachment")), body=whole)


@op("mail.inline_twice", layer="envelope", kind="binary")
def inline_twice(file: File, severity: int, draw: Stream) -> File:
    """Show the file inside the mail and attach it again under the same name.

    severity: binary, 0 or 10.
    Source: RFC 2387 and 2392; a service that adds up attachments counts each one twice (our own).
    """

    def build() -> MimePart:
        if is_text(file):
            return joined("alternative", [as_declared(file, draw), as_html(file)], draw)
        shown = attachment(file, "inline", ("Content-ID", "<page1@example.org>"))
        page = quoted_printable("text/html", b'<html><body><img src="cid:page1@example.org"></body></html>')
        return joined("mixed", [joined("related", [page, shown], draw), attachment(file)], draw)

    return mailed(file, draw, build)


def as_html(file: File) -> MimePart:
    """A text as the HTML that mail programs write."""
    lines = escape(file.content.decode("utf-8", "replace")).splitlines()
    body = f"<html><body><p>{'<br>'.join(lines)}</p></body></html>"
    return quoted_printable("text/html; charset=utf-8", body.encode())


@op("mail.html_only", layer="envelope", kind="binary")
def html_only(file: File, severity: int, draw: Stream) -> File:
    """Write the words of the mail in HTML only.

    severity: binary, 0 or 10.
    Source: our own; newsletters and portals send no plain part, so a reader of plain parts finds nothing.
    """

    def build() -> MimePart:
        if is_text(file):
            return as_html(file)
        words = File(content=line("body", draw).encode(), media_type="text/plain", filename="")
        return joined("mixed", [as_html(words), attachment(file)], draw)

    return mailed(file, draw, build)


@op("mail.signed", layer="envelope", kind="binary")
def signed(file: File, severity: int, draw: Stream) -> File:
    """Send a signed mail: the content in its first part, a signature in the second.

    The signature is random bytes of the usual length. Nobody can verify it, and nothing depends on it.
    severity: binary, 0 or 10.
    Source: RFC 8551 3.5; attachments of signed mails are skipped (s1t5/mail-archiver#438).
    """
    blob = draw.child("signature").array_bytes(2100).tobytes()
    signature = File(content=blob, media_type="application/pkcs7-signature", filename="smime.p7s")
    return mailed(file, draw, lambda: joined("signed", [around(file, draw), attachment(signature)], draw, SIGNED))


@op("mail.other_charset", layer="envelope", kind="binary")
def other_charset(file: File, severity: int, draw: Stream) -> File:
    """Declare a character set that is not the one of the words: ASCII, Latin-1 or none, for UTF-8.

    severity: binary, 0 or 10.
    Source: our own; web forms and old programs send such mails.
    """
    charset = draw.choice(("; charset=us-ascii", "; charset=iso-8859-1", ""))

    def build() -> MimePart:
        words = file.content if is_text(file) else line("body", draw).encode()
        own = quoted_printable(f"text/plain{charset}", words)
        return own if is_text(file) else joined("mixed", [own, attachment(file)], draw)

    return mailed(file, draw, build)

"""The sample in a mail, as mailboxes hand it on: attached, nested, inline, signed, and beside what is not meant.

Pages are attached; a text is what the mail says. A service that takes no mail refuses it rightly; the ops whose effect
is `kept` are for those that say they do.
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
"""A name beyond ASCII, so that how names are written shows."""


def line(kind: str, draw: Stream) -> str:
    """What somebody writes: the subject or the words of a mail."""
    return draw.choice(rows(TABLE, kind)).cells[1]


def attachment(
    file: File, how: str = "attachment", *more: Header, form: str = "extended", body: bytes = b""
) -> MimePart:
    """The file as a part in base64. form: how its name is written. body: its content as it was written before."""
    disposition = f"{how}; {named(file.filename, form)}"
    one = in_base64(file.media_type, b"" if body else file.content, ("Content-Disposition", disposition), *more)
    return replace(one, body=body or one.body)


def mailed(file: File, draw: Stream, build: Callable[[], MimePart]) -> File:
    """The file as a mail of that part; a request's own body travels in no mail."""
    if is_body(file):
        return file
    return written_as(file, mail(line("subject", draw), build(), draw), EML, ".eml")


def said(file: File, draw: Stream) -> MimePart:
    """The words of the mail: the sample itself where it is a text."""
    if is_text(file):
        return quoted_printable(file.media_type, file.content)
    return text_part(line("body", draw))


def around(file: File, draw: Stream) -> MimePart:
    """The plain case: words and an attachment, or the words alone."""
    own = said(file, draw)
    return own if is_text(file) else joined("mixed", [own, attachment(file)], draw)


@op("mail.attached", layer="envelope", kind="switch")
def attached(file: File, severity: int, draw: Stream) -> File:
    """Send the mail that the file was attached to; a text is the mail's own words.

    severity: a switch, 10 alone.
    Source: RFC 5322 and 2045; mailboxes hand on what they get.
    """
    return mailed(file, draw, lambda: around(file, draw))


@op("mail.odd_names", layer="envelope", kind="switch")
def odd_names(file: File, severity: int, draw: Stream) -> File:
    """The same, with a name beyond ASCII in one of three forms, and the content in base64 or quoted-printable.

    severity: a switch, 10 alone.
    Source: RFC 2231, RFC 2047 (which does not allow it there, and which Outlook writes), and UTF-8 as it is.
    """
    renamed = File(content=file.content, media_type=file.media_type, filename=f"{UNIQUE} {file.filename}")
    form, packed = draw.choice(NAMES), draw.below(2)

    def build() -> MimePart:
        if is_text(file):
            return said(file, draw)
        told = ("Content-Disposition", f"attachment; {named(renamed.filename, form)}")
        write = quoted_printable if packed else in_base64
        return joined("mixed", [said(file, draw), write(file.media_type, file.content, told)], draw)

    return mailed(file, draw, build)


@op("mail.nested", layer="envelope", kind="dose")
def nested(file: File, severity: int, draw: Stream) -> File:
    """Send it in a mail that was passed on as an attachment, of a mail that was passed on.

    severity: 1 to 10 mails around the one that it was attached to.
    Source: RFC 2046 5.2.1; mail in mail is left unread (oneprolabs/devify#47, roundcube/roundcubemail#7323).
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


@op("mail.inline_twice", layer="envelope", kind="switch")
def inline_twice(file: File, severity: int, draw: Stream) -> File:
    """Show the file in the mail and attach it once more under the same name.

    severity: a switch, 10 alone.
    Source: RFC 2387 and 2392; who sums up what is attached has everything twice (our own).
    """

    def build() -> MimePart:
        if is_text(file):
            return joined("alternative", [said(file, draw), as_html(file)], draw)
        shown = attachment(file, "inline", ("Content-ID", "<page1@example.org>"))
        page = quoted_printable("text/html", b'<html><body><img src="cid:page1@example.org"></body></html>')
        return joined("mixed", [joined("related", [page, shown], draw), attachment(file)], draw)

    return mailed(file, draw, build)


def as_html(file: File) -> MimePart:
    """A text as mail programs write it for viewers."""
    lines = escape(file.content.decode("utf-8", "replace")).splitlines()
    body = f"<html><body><p>{'<br>'.join(lines)}</p></body></html>"
    return quoted_printable("text/html; charset=utf-8", body.encode())


@op("mail.html_only", layer="envelope", kind="switch")
def html_only(file: File, severity: int, draw: Stream) -> File:
    """Write the words of the mail in HTML alone; a text is those words.

    severity: a switch, 10 alone.
    Source: our own; newsletters and portals send no plain part, and who reads only that reads nothing.
    """

    def build() -> MimePart:
        if is_text(file):
            return as_html(file)
        words = File(content=line("body", draw).encode(), media_type="text/plain", filename="")
        return joined("mixed", [as_html(words), attachment(file)], draw)

    return mailed(file, draw, build)


@op("mail.signed", layer="envelope", kind="switch")
def signed(file: File, severity: int, draw: Stream) -> File:
    """Sign the mail: everything lies in its first part, a signature in the second.

    The signature is random bytes of the usual length: nobody can check it, and nothing depends on it.
    severity: a switch, 10 alone.
    Source: RFC 8551 3.5; the attachments of signed mail are left out (s1t5/mail-archiver#438).
    """
    blob = draw.child("signature").array_bytes(2100).tobytes()
    signature = File(content=blob, media_type="application/pkcs7-signature", filename="smime.p7s")
    return mailed(file, draw, lambda: joined("signed", [around(file, draw), attachment(signature)], draw, SIGNED))


@op("mail.other_charset", layer="envelope", kind="switch")
def other_charset(file: File, severity: int, draw: Stream) -> File:
    """Say another character set than the words are written in: ASCII, Latin-1 or none, over UTF-8.

    severity: a switch, 10 alone.
    Source: our own; forms on the web and old programs send such mail.
    """
    charset = draw.choice(("; charset=us-ascii", "; charset=iso-8859-1", ""))

    def build() -> MimePart:
        words = file.content if is_text(file) else line("body", draw).encode()
        own = quoted_printable(f"text/plain{charset}", words)
        return own if is_text(file) else joined("mixed", [own, attachment(file)], draw)

    return mailed(file, draw, build)

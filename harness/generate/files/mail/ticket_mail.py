"""A request as the source of its mail, as stored by a system that does not parse mail."""

from harness.core.seed import Stream
from harness.generate.files.mail.mail_write import MimePart, in_base64, joined, mail, quoted_printable
from harness.generate.registry import op
from harness.generate.text.rows import rows
from harness.generate.text.sites import has_prose

FORMS = ("quoted-printable", "base64", "two forms", "html")


@op("text.mail_source", layer="field", kind="binary", effect="renormalised")
def mail_source(text: str, severity: int, draw: Stream) -> str:
    """Send the request as the source of its mail: headers, then the words in a mail encoding or in two formats.

    severity: binary, 0 or 10; quoted-printable, base64, plain text and HTML together, or HTML only.
    Source: RFC 5322 and 2045; mailboxes and ticket systems that keep the raw mail (SpamScope/mail-parser#23 shows
    such bodies).
    """
    if not has_prose(text):
        return text
    form, words = draw.choice(FORMS), text.encode("utf-8", "replace")
    source = mail(draw.choice(rows("mail_lines", "subject")).cells[1], _part(form, words, draw), draw)
    return source.decode("utf-8", "replace").replace("\r\n", "\n")


def _part(form: str, words: bytes, draw: Stream) -> MimePart:
    plain = quoted_printable("text/plain; charset=utf-8", words)
    if form == "base64":
        return in_base64("text/plain; charset=utf-8", words)
    page = quoted_printable("text/html; charset=utf-8", b"<html><body><div>" + _marked(words) + b"</div></body></html>")
    if form == "two forms":
        return joined("alternative", [plain, page], draw)
    return page if form == "html" else plain


def _marked(words: bytes) -> bytes:
    """The words as HTML."""
    for sign, entity in ((b"&", b"&amp;"), (b"<", b"&lt;"), (b">", b"&gt;"), (b"\n", b"<br>\n")):
        words = words.replace(sign, entity)
    return words

"""Mail as sent over the wire: parts and headers, without the date or the machine."""

import base64
import quopri
from collections.abc import Sequence
from dataclasses import dataclass

from harness.core.seed import Stream

A_LINE = 25
"""Encoded bytes per line of quoted-printable; at three characters each, a line stays below 76 characters."""

PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._"
"""Characters that are not escaped in an extended parameter; RFC 2231 allows a few more."""

EML = "message/rfc822"
PEOPLE = ("Anna Weiß", "J. O'Neill", "Buchhaltung", "Zoë Müller", "Accounts Payable", "M. de la Cruz")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONDAY = 4
"""Day of the first Monday of March 2024."""

Header = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MimePart:
    """One part of a mail: its headers and its body."""

    headers: tuple[Header, ...]
    body: bytes

    def written(self) -> bytes:
        """Headers, an empty line, the body, with the line ends of mail."""
        head = "".join(f"{name}: {value}\r\n" for name, value in self.headers)
        return head.encode("utf-8", "replace") + b"\r\n" + self.body

    def with_headers(self, *more: Header) -> "MimePart":
        """The part with these headers before its own."""
        return MimePart(headers=(*more, *self.headers), body=self.body)


def in_base64(media_type: str, content: bytes, *headers: Header) -> MimePart:
    """A part in base64."""
    lines = base64.encodebytes(content).replace(b"\n", b"\r\n").rstrip(b"\r\n")
    return MimePart(
        headers=(("Content-Type", media_type), ("Content-Transfer-Encoding", "base64"), *headers), body=lines
    )


def quoted_printable(media_type: str, content: bytes, *headers: Header) -> MimePart:
    """A part in quoted-printable. If it is not text, its line ends are encoded too."""
    text = media_type.startswith("text/")
    body = quopri.encodestring(content.replace(b"\r\n", b"\n")) if text else _written_out(content)
    headed = (("Content-Type", media_type), ("Content-Transfer-Encoding", "quoted-printable"), *headers)
    return MimePart(headers=headed, body=body.replace(b"\n", b"\r\n") if text else body)


def _written_out(content: bytes) -> bytes:
    """Every byte that is not printable ASCII as its number. Source: RFC 2045, 6.7, rules 1 and 5."""
    signs = [chr(byte) if 33 <= byte <= 126 and byte != ord("=") else f"={byte:02X}" for byte in content]
    return "=\r\n".join("".join(signs[at : at + A_LINE]) for at in range(0, len(signs), A_LINE)).encode()


def text_part(text: str, charset: str = "utf-8") -> MimePart:
    """The words of a mail, in quoted-printable."""
    return quoted_printable(f"text/plain; charset={charset}", text.encode(charset, "replace"))


def joined(kind: str, parts: Sequence[MimePart], draw: Stream, more: str = "") -> MimePart:
    """The parts as one multipart. more: further parameters after the boundary."""
    boundary = f"=_{draw.bits():016x}"
    mark = boundary.encode()
    body = b"".join(b"--" + mark + b"\r\n" + part.written() + b"\r\n" for part in parts)
    headed = (("Content-Type", f'multipart/{kind}; boundary="{boundary}"{more}'),)
    return MimePart(headers=headed, body=body + b"--" + mark + b"--\r\n")


def mail(subject: str, part: MimePart, draw: Stream) -> bytes:
    """A whole mail between two invented people, on a day of March 2024."""
    day, sender, headed = draw.between(1, 28), draw.choice(PEOPLE), draw.choice(PEOPLE)
    clock = f"{draw.between(7, 18):02d}:{draw.between(0, 59):02d}:{draw.between(0, 59):02d} +0100"
    headers = (
        ("From", f"{in_word(sender)} <sender@example.org>"),
        ("To", f"{in_word(headed)} <documents@example.com>"),
        ("Subject", in_word(subject)),
        ("Date", f"{DAYS[(day - MONDAY) % 7]}, {day} Mar 2024 {clock}"),
        ("Message-ID", f"<{draw.bits():016x}@example.org>"),
        ("MIME-Version", "1.0"),
    )
    return part.with_headers(*headers).written()


def in_word(text: str) -> str:
    """The text as a header value by RFC 2047; unchanged if it is ASCII."""
    if text.isascii():
        return text
    return f"=?utf-8?B?{base64.b64encode(text.encode('utf-8', 'replace')).decode('ascii')}?="


def named(name: str, form: str) -> str:
    """A name as a parameter: `extended` by RFC 2231, `word` by RFC 2047 as Outlook writes it, `raw` unencoded."""
    plain = name.replace("\\", "\\\\").replace('"', '\\"')
    if form == "raw":
        return f'filename="{plain}"'
    if form == "word":
        return f'filename="{in_word(name) if not name.isascii() else plain}"'
    signs = (chr(byte) if chr(byte) in PLAIN else f"%{byte:02X}" for byte in name.encode("utf-8", "replace"))
    return f"filename*=utf-8''{''.join(signs)}"

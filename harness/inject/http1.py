"""Just enough of HTTP/1.1 to relay it: heads are parsed, bodies are framed, and the bytes themselves do not change.

Source: RFC 9112, sections 2 to 7.
"""

import re
from asyncio import IncompleteReadError, LimitOverrunError, StreamReader
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal

MAX_HEAD_BYTES = 64 * 1024
"""Maximum bytes of a head, and of a line of a chunked body."""

PIECE_BYTES = 64 * 1024
"""Maximum bytes read and sent at a time."""

Framing = Literal["none", "length", "chunked", "until_close"]


class NotHttpError(ValueError):
    """The bytes are not an HTTP/1.1 message, or the message is incomplete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a message. raw: its exact bytes with the empty line. first: the three parts of its first line."""

    raw: bytes
    first: tuple[str, str, str]
    headers: tuple[tuple[str, str], ...]

    def header(self, name: str) -> str:
        """The values of the header, joined by commas; "" if it is missing."""
        return ", ".join(value for key, value in self.headers if key == name)

    @property
    def length(self) -> int:
        """Content-Length; 0 if it is missing. NotHttpError if it is not one number."""
        text = self.header("content-length")
        if text and not (text.isascii() and text.isdigit()):
            raise NotHttpError(f"Content-Length {text[:40]!r}")
        return int(text or 0)

    @property
    def closes(self) -> bool:
        """Whether the connection ends after this message."""
        wish = {part.strip().lower() for part in self.header("connection").split(",")}
        old = "HTTP/1.0" in (self.first[0], self.first[2])
        return "close" in wish or (old and "keep-alive" not in wish)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some bytes of a body as received. payload: False for bytes that only frame a chunked body."""

    data: bytes
    payload: bool = True


async def read_head(reader: StreamReader) -> Head | None:
    """The next head; None if the peer closed before it began. NotHttpError if it is incomplete or too long."""
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except IncompleteReadError as end:
        if not end.partial.strip():
            return None
        raise NotHttpError("the connection ended within a head") from None
    except LimitOverrunError:
        raise NotHttpError(f"a head of more than {MAX_HEAD_BYTES} bytes") from None
    return parse_head(raw)


def parse_head(raw: bytes) -> Head:
    """The head in `raw`; NotHttpError if it is not a head."""
    first, *lines = raw.decode("latin-1").strip("\r\n").split("\r\n")
    parts = first.split(" ", 2)
    if len(parts) < 2 or not (parts[0].startswith("HTTP/1.") or parts[-1].startswith("HTTP/1.")):
        raise NotHttpError(f"{first[:60]!r} begins no HTTP/1.1 message")
    pairs = [line.partition(":") for line in lines]
    headers = tuple((name.strip().lower(), value.strip()) for name, colon, value in pairs if colon)
    return Head(raw=raw, first=(parts[0], parts[1], parts[2] if len(parts) == 3 else ""), headers=headers)


BODY_HEADERS = frozenset(
    ("content-length", "transfer-encoding", "content-encoding", "trailer", "etag", "content-md5", "digest")
)
"""Headers that describe one body and would be wrong for another."""

_BODY_HEADER_LINES = re.compile(rb"(?im)^(%s):.*\r\n" % "|".join(sorted(BODY_HEADERS)).encode())


def with_body(head: Head, body: bytes) -> Head:
    """The head for another body: without the headers of the old one, with the length of the new one."""
    raw = _BODY_HEADER_LINES.sub(b"", head.raw)
    return parse_head(raw.removesuffix(b"\r\n") + b"Content-Length: %d\r\n\r\n" % len(body))


def request_framing(head: Head) -> Framing:
    """How the body of a request is framed."""
    if "chunked" in head.header("transfer-encoding").lower():
        return "chunked"
    return "length" if head.length else "none"


def response_framing(head: Head, method: str) -> Framing:
    """How the body of the response to a request of that method is framed."""
    status = int(head.first[1]) if head.first[1].isdigit() else 0
    if method == "HEAD" or status in (204, 304) or 100 <= status < 200:
        return "none"
    if "chunked" in head.header("transfer-encoding").lower():
        return "chunked"
    if head.header("content-length"):
        return "length" if head.length else "none"
    return "until_close"


async def read_body(reader: StreamReader, framing: Framing, length: int = 0) -> AsyncIterator[Piece]:
    """The pieces of a body as they arrive. NotHttpError if the connection ends before the body does."""
    if framing == "length":
        async for piece in _exactly(reader, length):
            yield piece
    elif framing == "chunked":
        async for piece in _chunks(reader):
            yield piece
    elif framing == "until_close":
        while data := await reader.read(PIECE_BYTES):
            yield Piece(data=data)


async def _exactly(reader: StreamReader, length: int) -> AsyncIterator[Piece]:
    while length:
        data = await reader.read(min(length, PIECE_BYTES))
        if not data:
            raise NotHttpError("the connection ended within a body")
        length -= len(data)
        yield Piece(data=data)


async def _chunks(reader: StreamReader) -> AsyncIterator[Piece]:
    """The chunks, then the trailers up to the empty line."""
    while True:
        line = await _line(reader)
        yield Piece(data=line, payload=False)
        size = _size(line)
        if not size:
            break
        async for piece in _exactly(reader, size):
            yield piece
        yield Piece(data=await _line(reader), payload=False)
    while True:
        line = await _line(reader)
        yield Piece(data=line, payload=False)
        if line == b"\r\n":
            return


def _size(line: bytes) -> int:
    digits = line.partition(b";")[0].strip()
    if not digits or digits.strip(b"0123456789abcdefABCDEF"):
        raise NotHttpError(f"chunk size {digits[:20]!r}")
    return int(digits, 16)


async def _line(reader: StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n")
    except (IncompleteReadError, LimitOverrunError):
        raise NotHttpError("the connection ended within a chunked body") from None

"""Just enough of HTTP/1.1 to relay it: heads are parsed, bodies are framed, and the bytes themselves do not change.

Source: RFC 9112, sections 2 to 7.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple, Protocol

MAX_HEAD_BYTES = 64 * 1024
"""Maximum bytes of a head, and of a line of a chunked body."""

PIECE_BYTES = 64 * 1024
"""Maximum bytes read and sent at a time."""

Framing = Literal["none", "length", "chunked", "until_close"]


class NotHttpError(ValueError):
    """The bytes are not an HTTP/1.1 message, or the message is incomplete."""


class Head(NamedTuple):
    """The head of a message. raw: its exact bytes with the empty line. first: the three parts of its first line.

    lower: the bytes in small letters. A relay asks for few headers of each head, so they are looked up there.
    length: Content-Length; None if it is missing. chunked: whether the body comes in chunks.
    """

    raw: bytes
    first: tuple[str, str, str]
    lower: bytes
    length: int | None
    chunked: bool

    def header(self, name: str) -> str:
        """The values of the header, joined by commas; "" if it is missing. name: in small letters."""
        return _header(self.raw, self.lower, _key(name))

    @property
    def closes(self) -> bool:
        """Whether the connection ends after this message."""
        connection, old = self.header("connection").lower(), "HTTP/1.0" in (self.first[0], self.first[2])
        if connection in ("", "keep-alive"):  # as in nearly every message
            return old and not connection
        wish = {part.strip() for part in connection.split(",")}
        return "close" in wish or (old and "keep-alive" not in wish)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some bytes of a body as received. payload: False for bytes that only frame a chunked body."""

    data: bytes
    payload: bool = True


class Reader(Protocol):
    """What a message is read from."""

    async def read(self, limit: int = ...) -> bytes: ...

    async def read_until(self, end: bytes, limit: int) -> bytes: ...


async def read_head(reader: Reader) -> Head | None:
    """The next head; None if the peer closed before it began. NotHttpError if it is incomplete or too long."""
    raw = await reader.read_until(b"\r\n\r\n", MAX_HEAD_BYTES)
    if raw.endswith(b"\r\n\r\n"):
        return parse_head(raw)
    if raw.strip():
        raise NotHttpError("the connection ended within a head")
    return None


def parse_head(raw: bytes) -> Head:
    """The head in `raw`; NotHttpError if it is not a head."""
    raw = raw.lstrip(b"\r\n")
    first = raw[: raw.index(b"\r\n")].decode("latin-1")
    parts = first.split(" ", 2)
    if len(parts) < 2 or not (parts[0].startswith("HTTP/1.") or parts[-1].startswith("HTTP/1.")):
        raise NotHttpError(f"{first[:60]!r} begins no HTTP/1.1 message")
    lower = raw.lower()
    text = _header(raw, lower, _LENGTH)
    if text and not (text.isascii() and text.isdigit()):
        raise NotHttpError(f"Content-Length {text[:40]!r}")
    chunked = "chunked" in _header(lower, lower, _ENCODING)
    third = parts[2] if len(parts) == 3 else ""
    return Head(raw, (parts[0], parts[1], third), lower, int(text) if text else None, chunked)


_LENGTH, _ENCODING = b"\r\ncontent-length:", b"\r\ntransfer-encoding:"


@lru_cache
def _key(name: str) -> bytes:
    return b"\r\n%s:" % name.encode()


def _header(raw: bytes, lower: bytes, key: bytes) -> str:
    at = lower.find(key)
    if at < 0:
        return ""
    values = []
    while at >= 0:
        end = raw.index(b"\r\n", at + 2)
        values.append(raw[at + len(key) : end].decode("latin-1").strip())
        at = lower.find(key, end)
    return ", ".join(values)


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
    if head.chunked:
        return "chunked"
    return "length" if head.length else "none"


def response_framing(head: Head, method: str) -> Framing:
    """How the body of the response to a request of that method is framed."""
    status = int(head.first[1]) if head.first[1].isdigit() else 0
    if method == "HEAD" or status in (204, 304) or 100 <= status < 200:
        return "none"
    if head.chunked:
        return "chunked"
    if head.length is not None:
        return "length" if head.length else "none"
    return "until_close"


async def read_body(reader: Reader, framing: Framing, length: int | None = 0) -> AsyncIterator[Piece]:
    """The pieces of a body as they arrive. NotHttpError if the connection ends before the body does."""
    if framing == "length":
        async for piece in _exactly(reader, length or 0):
            yield piece
    elif framing == "chunked":
        async for piece in _chunks(reader):
            yield piece
    elif framing == "until_close":
        while data := await reader.read(PIECE_BYTES):
            yield Piece(data=data)


async def _exactly(reader: Reader, length: int) -> AsyncIterator[Piece]:
    while length:
        data = await reader.read(min(length, PIECE_BYTES))
        if not data:
            raise NotHttpError("the connection ended within a body")
        length -= len(data)
        yield Piece(data=data)


async def _chunks(reader: Reader) -> AsyncIterator[Piece]:
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


async def _line(reader: Reader) -> bytes:
    line = await reader.read_until(b"\r\n", MAX_HEAD_BYTES)
    if not line.endswith(b"\r\n"):
        raise NotHttpError("the connection ended within a chunked body")
    return line

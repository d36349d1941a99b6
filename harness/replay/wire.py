"""The bytes of a request as sent over the wire, for a client that takes raw bytes. No I/O."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, unquote, urlsplit

from harness.replay.codecs import ENCODINGS, Request

_PORTS = {"http": 80, "https": 443}
_SAFE = "/%:@!$&'()*+,;=~-._[]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """One case's request. The traceparent between `before` and `after` is the only part that differs between repeats.

    alone: on a new connection.
    """

    before: bytes
    after: bytes
    alone: bool

    def bytes_of(self, traceparent: str) -> bytes:
        """The whole request: head and body."""
        return b"%b%b%b" % (self.before, traceparent.encode("ascii"), self.after)


def wire(request: Request, headers: Sequence[tuple[str, str]]) -> Wire:
    """The request in HTTP/1.1, with the headers that every request carries (secrets resolved).

    Source: RFC 9112, sections 3 and 6; user and password of the address as in RFC 7617.
    """
    parts = urlsplit(request.url)
    own = {name.lower() for name, _ in (*request.headers, *headers)}
    usual = [
        ("Host", _host(parts)),
        ("User-Agent", "golive-harness"),
        ("Accept-Encoding", ENCODINGS),
        ("Connection", "close" if request.alone else "keep-alive"),
        ("Content-Length", str(len(request.body))),
        *_credentials(parts),
    ]
    lines = [
        f"{request.method} {_path(parts)} HTTP/1.1",
        *(f"{name}: {value}" for name, value in usual if name.lower() not in own),
        *(f"{name}: {value}" for name, value in (*headers, *request.headers) if name != "traceparent"),
        "traceparent: ",
    ]
    return Wire(before="\r\n".join(lines).encode("latin-1"), after=b"\r\n\r\n" + request.body, alone=request.alone)


def _path(parts: SplitResult) -> str:
    path, query = quote(parts.path or "/", safe=_SAFE), quote(parts.query, safe=f"{_SAFE}?")
    return path + (f"?{query}" if query else "")


def _credentials(parts: SplitResult) -> list[tuple[str, str]]:
    if parts.username is None:
        return []
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return [("Authorization", f"Basic {b64encode(pair.encode()).decode()}")]


def _host(parts: SplitResult) -> str:
    """The Host header: brackets around IPv6, no port if it is the default of the scheme."""
    name = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return name if parts.port in (None, _PORTS.get(parts.scheme)) else f"{name}:{parts.port}"

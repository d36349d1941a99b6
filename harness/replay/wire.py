"""The bytes of a request as sent over the wire, for a client that takes raw bytes. No I/O."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, unquote, urlsplit

from harness.replay.codecs import ENCODINGS, Request
from harness.replay.salt import Place, place_of

_PORTS = {"http": 80, "https": 443}
_SAFE = "/%:@!$&'()*+,;=~-._[]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """One case's request. The traceparent between `before` and `after` differs between repeats, and so does the salt.

    before, after: pieces between which the salt stands. place: of the salt; None: there is none. alone: on a new
    connection.
    """

    before: tuple[bytes, ...]
    after: tuple[bytes, ...]
    place: Place | None
    alone: bool

    def bytes_of(self, traceparent: str) -> bytes:
        """The whole request: head and body."""
        salt = self.place.salt(traceparent) if self.place else b""
        return b"%b%b%b" % (salt.join(self.before), traceparent.encode("ascii"), salt.join(self.after))


def wire(request: Request, headers: Sequence[tuple[str, str]], *, salted: bool = False) -> Wire:
    """The request in HTTP/1.1, with the headers that every request carries (secrets resolved).

    salted: repeats differ in bytes without a meaning, where the request has a place for them. Source: RFC 9112,
    sections 3 and 6; user and password of the address as in RFC 7617.
    """
    parts, place = urlsplit(request.url), place_of(request) if salted else None
    own = {name.lower() for name, _ in (*request.headers, *headers)}
    usual = [
        ("Host", _host(parts)),
        ("User-Agent", "golive-harness"),
        ("Accept-Encoding", ENCODINGS),
        ("Connection", "close" if request.alone else "keep-alive"),
        ("Content-Length", str(len(request.body) + (place.longer if place else 0))),
        *_credentials(parts),
    ]
    lines = [
        f"{request.method} {_path(parts)} HTTP/1.1",
        *(f"{name}: {value}" for name, value in usual if name.lower() not in own),
        *(f"{name}: {value}" for name, value in (*headers, *request.headers) if name != "traceparent"),
        "traceparent: ",
    ]
    before, after = "\r\n".join(lines).encode("latin-1"), b"\r\n\r\n" + request.body
    return Wire(
        before=place.apart(before) if place else (before,),
        after=place.apart(after, last=True) if place else (after,),
        place=place,
        alone=request.alone,
    )


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

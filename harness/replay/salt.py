"""Requests that mean the same in other bytes, so that a cache of whole requests does not answer those of a load.

In production nearly every input is new; a load repeats its cases. What differs is the boundary of a multipart body, or
blanks after a JSON document (RFC 8259, section 2: insignificant whitespace). Other bodies have no such place.
"""

import json
import re
from dataclasses import dataclass, replace

from harness.replay.codecs import Request

BLANKS = b" \t\r\n"
DIGITS = 24
"""Digits of the trace id that become blanks: two bits of each."""

_TABLE = bytes.maketrans(b"0123456789abcdef", BLANKS * 4)
_BOUNDARY = re.compile(r'multipart/form-data; *boundary="?([^";]+)')


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request can differ without another meaning.

    boundary: of its multipart body. Empty: blanks follow its body.
    """

    boundary: bytes = b""

    def salt(self, traceparent: str) -> bytes:
        """The bytes for the sending with this trace context; the length depends on the place only."""
        trace = traceparent[3:35]
        if self.boundary:
            return trace.ljust(len(self.boundary), "0")[: len(self.boundary)].encode("ascii")
        return trace[:DIGITS].encode("ascii").translate(_TABLE)

    def apart(self, text: bytes, *, last: bool = False) -> tuple[bytes, ...]:
        """The pieces of a part of the request between which the salt stands. last: the part ends with the body."""
        if self.boundary:
            return tuple(text.split(self.boundary))
        return (text, b"") if last else (text,)

    @property
    def longer(self) -> int:
        """How many bytes the salt adds to the body."""
        return 0 if self.boundary else DIGITS


def place_of(request: Request) -> Place | None:
    """The place of a request; None if its bytes are its meaning, as those of a file or of a broken document."""
    content_type = dict(request.headers).get("Content-Type", "")
    if found := _BOUNDARY.match(content_type):
        return Place(boundary=found[1].encode("latin-1"))
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        return Place() if _complete(request.body) else None
    return None


def _complete(body: bytes) -> bool:
    """Whether the body is one whole JSON document in UTF-8."""
    try:
        json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return False
    return True


def salted(request: Request) -> Request:
    """The request with the salt of its own trace context; itself if it has no place for one."""
    place = place_of(request)
    if place is None:
        return request
    headers = dict(request.headers)
    salt = place.salt(headers["traceparent"])
    text = headers.get("Content-Type", "").encode("latin-1")
    headers["Content-Type"] = salt.join(place.apart(text)).decode("latin-1")
    return replace(request, headers=tuple(headers.items()), body=salt.join(place.apart(request.body, last=True)))

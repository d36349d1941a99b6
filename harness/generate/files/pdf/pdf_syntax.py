"""The part of PDF syntax that is needed to change a value in a dictionary and to find the strings in an object.

It reads what PDFium writes: streams with a direct length, and no bare bracket in a string.
"""

import re
from collections.abc import Callable, Iterator

TOKEN = re.compile(
    rb"<<|>>|\[|\]|\((?:\\[\s\S]|[^()\\])*\)|<[0-9A-Fa-f\s]*>|/[^\s<>\[\]()/]*|[^\s<>\[\]()/]+|\s+|[\s\S]"
)
OPENING, CLOSING = (b"<<", b"["), (b">>", b"]")
STREAM = re.compile(rb">>\s*stream\r?\n")
ESCAPED = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|[\s\S]))")
LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}

Span = tuple[int, int]


def head_of(body: bytes) -> bytes:
    """An object without its stream."""
    found = STREAM.search(body)
    return body[: found.start() + 2] if found else body


def stream_of(body: bytes) -> bytes | None:
    """The bytes of an object's stream, or None if it has none."""
    found = STREAM.search(body)
    length = value_of(head_of(body), b"/Length") if found else None
    return body[found.end() : found.end() + int(length)] if found and length else None


def with_stream(head: bytes, data: bytes) -> bytes:
    """A dictionary with this stream and its length."""
    return with_value(head, b"/Length", b"%d" % len(data)) + b"stream\r\n" + data + b"\r\nendstream"


def value_of(head: bytes, key: bytes) -> bytes | None:
    """The value of a key of the outermost dictionary, or None."""
    found = _find(head, key)
    return head[slice(*found[1])].strip() if found else None


def with_value(head: bytes, key: bytes, value: bytes) -> bytes:
    """The dictionary with this value under the key."""
    found = _find(head, key)
    if found:
        head = head[: found[0][0]] + head[found[1][1] :]
    at = head.index(b"<<") + 2
    return head[:at] + key + b" " + value + b" " + head[at:]


def without(head: bytes, key: bytes) -> bytes:
    """The dictionary without that key."""
    found = _find(head, key)
    return head[: found[0][0]] + head[found[1][1] :] if found else head


def reference(value: bytes | None) -> int | None:
    """The number of the object that a value refers to, or None if it is not a reference."""
    found = re.fullmatch(rb"(\d+) \d+ R", value or b"")
    return int(found[1]) if found else None


def references(value: bytes) -> list[int]:
    """The numbers of all objects that a value refers to, in order."""
    return [int(number) for number in re.findall(rb"(\d+) \d+ R", value)]


def numbers(value: bytes | None) -> list[float]:
    """The numbers in an array."""
    return [float(number) for number in re.findall(rb"-?\d*\.?\d+", value or b"")]


def map_strings(head: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The object with `change` applied to every string, each written in hexadecimal."""
    return b"".join(_changed(head[a:b], change) for a, b in _tokens(head))


def _changed(token: bytes, change: Callable[[bytes], bytes]) -> bytes:
    if token.startswith(b"(") and token.endswith(b")"):
        plain = ESCAPED.sub(_unescaped, token[1:-1])
    elif token.startswith(b"<") and token.endswith(b">") and token not in (b"<<", b">>"):
        digits = b"".join(token[1:-1].split())
        plain = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
    else:
        return token
    return b"<%s>" % change(plain).hex().encode()


def _unescaped(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 8) & 255]) if found[1] else LETTERS.get(found[2], found[2])


def _tokens(head: bytes) -> Iterator[Span]:
    return (found.span() for found in TOKEN.finditer(head))


def _find(head: bytes, key: bytes) -> tuple[Span, Span] | None:
    """The position of a key of the outermost dictionary and its value."""
    depth, places = 0, [(a, b) for a, b in _tokens(head) if head[a:b].strip()]
    for place, (a, b) in enumerate(places):
        token = head[a:b]
        if depth == 1 and token == key and place + 1 < len(places):
            return (a, b), (b, _end(head, places, place + 1))
        depth += (token in OPENING) - (token in CLOSING)
    return None


def _end(head: bytes, places: list[Span], first: int) -> int:
    """The end of the value that begins with this token."""
    words = [head[a:b] for a, b in places[first : first + 3]]
    if len(words) == 3 and words[2] == b"R" and words[0].isdigit():
        return places[first + 2][1]
    depth = 0
    for a, b in places[first:]:
        depth += (head[a:b] in OPENING) - (head[a:b] in CLOSING)
        if depth <= 0:
            return b
    return places[-1][1]

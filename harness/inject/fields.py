"""What a fault makes of a JSON reply: one of its fields is gone, has another name, or is that of an earlier reply."""

import json
import re
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from harness.core.fault import Fault
from harness.core.seed import Stream

KEPT = 32
"""Earlier replies that a stale field may come from, by fault and method; the oldest goes first."""

GZIP_OR_ZLIB = 47
"""Window bits that make zlib see by the first bytes which of the two it is. Source: zlib manual, inflateInit2."""

Pairs = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The request of a reply. target: its path with the query."""

    method: str
    target: str
    body: bytes

    def values(self) -> set[str]:
        """What it says: parts of its path, values of its query, values of a JSON or form body."""
        parts = urlsplit(self.target)
        said = {unquote(part) for part in parts.path.split("/")} | {value for _, value in parse_qsl(parts.query)}
        found = read_json(self.body)
        if found is None:
            return said | {value for _, value in parse_qsl(self.body.decode("utf-8", "replace"))}
        return said | {str(value) for _, value in plain_fields({"": found})}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The body of a reply that was changed, and the field that was."""

    body: bytes
    field: str


@dataclass(slots=True)
class Fields:
    """Changes fields, and keeps what replies held before them."""

    _earlier: dict[tuple[str, str], deque[tuple[Asking, Any]]] = field(default_factory=dict)

    def change(self, fault: Fault, asking: Asking, body: bytes, encoding: str, draw: Stream) -> Changed | None:
        """The reply of status 200 under a fault of kind field_...; None where there is nothing to hit.

        body, encoding: as they came. Which field is hit where the fault names none hangs on `draw` alone; what a stale
        one holds, on the replies before.
        """
        value = read_json(_decoded(body, encoding))
        if not isinstance(value, dict | list):
            return None
        before = self._earlier.setdefault((fault.name, asking.method), deque(maxlen=KEPT))
        others = [told for asked, told in before if asked != asking]
        if fault.kind == "field_stale":
            before.append((asking, value))
        try:
            name = fault.field or _drawn(value, asking, draw)
            change = _change(fault, name, value, others)
            after = _edited(value, name, change) if change else value
        except RecursionError:  # nested deeper than any reply that means something
            return None
        return None if after == value else Changed(body=json.dumps(after, ensure_ascii=False).encode(), field=name)


def read_json(body: bytes) -> Any:
    """The value, None where there is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def plain_fields(value: Any) -> Iterator[tuple[str, Any]]:
    """Every key with a value that is neither an object nor a list, at any depth; an element of a list has its key."""
    for name, inner in _pairs(value):
        for one in inner if isinstance(inner, list) else [inner]:
            if isinstance(one, dict | list):
                yield from plain_fields(one if isinstance(one, dict) else {name: one})
            else:
                yield name, one


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    yield from value.items() if isinstance(value, dict) else (("", one) for one in value)


def _decoded(body: bytes, encoding: str) -> bytes:
    """The body without its gzip or deflate; in any other encoding nothing is read."""
    if encoding.lower() in ("", "identity"):
        return body
    try:
        return zlib.decompressobj(GZIP_OR_ZLIB).decompress(body)
    except zlib.error:
        return b""


def _drawn(value: Any, asking: Asking, draw: Stream) -> str:
    """A field that tells something: it repeats nothing that was asked, unless all of them do. "" for none."""
    said = asking.values()
    names = {name for name, _ in plain_fields(value) if name}
    telling = names - {name for name, told in plain_fields(value) if str(told) in said}
    return draw.choice(sorted(telling or names)) if names else ""


def _change(fault: Fault, name: str, value: Any, others: list[Any]) -> Callable[[Any], Pairs] | None:
    """What stands in the place of each field of that name; None where nothing can."""
    if fault.kind == "field_missing":
        return lambda _: ()
    if fault.kind == "field_renamed":
        return lambda inner: ((fault.to or respelt(name), inner),)
    now = list(_values(value, name))
    old = next((held for told in reversed(others) if (held := list(_values(told, name))) and held != now), None)
    if old is None:
        return None
    left = iter(old)
    return lambda _: ((name, next(left, old[-1])),)


def _values(value: Any, name: str) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for key, inner in _pairs(value):
            if key == name:
                yield inner
            else:
                yield from _values(inner, name)


def _edited(value: Any, name: str, change: Callable[[Any], Pairs]) -> Any:
    if isinstance(value, list):
        return [_edited(inner, name, change) for inner in value]
    if not isinstance(value, dict):
        return value
    after: dict[str, Any] = {}
    for key, inner in value.items():
        edited = _edited(inner, name, change)
        after.update(change(edited) if key == name else ((key, edited),))
    return after


def respelt(name: str) -> str:
    """The name as another version of an interface would spell it.

    >>> respelt("risk_points"), respelt("riskPoints"), respelt("total")
    ('riskPoints', 'risk_points', 'total_value')
    """
    first, *more = re.split(r"[_-](?=\w)", name)
    if more:
        return first + "".join(part[:1].upper() + part[1:] for part in more)
    spelt = re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: "_" + found[1].lower(), name)
    return spelt if spelt != name else f"{name}_value"

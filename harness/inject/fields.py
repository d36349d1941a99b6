"""Faults in a JSON reply: one of its fields is missing, has another name, or comes from an earlier reply."""

import json
import re
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from harness.core.integration.fault import Fault
from harness.core.seed import Stream

MAX_KEPT = 32
"""Maximum earlier replies kept for stale fields, per fault and method; the oldest are dropped first."""

GZIP_OR_ZLIB = 47
"""Window bits that make zlib detect gzip or zlib by the first bytes. Source: zlib manual, inflateInit2."""

Pairs = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestContent:
    """The request that a reply answers. target: its path with the query."""

    method: str
    target: str
    body: bytes

    def values(self) -> set[str]:
        """Its values: the parts of its path, the values of its query, and those of a JSON or form body."""
        parts = urlsplit(self.target)
        values = {unquote(part) for part in parts.path.split("/")} | {value for _, value in parse_qsl(parts.query)}
        found = read_json(self.body)
        if found is None:
            return values | {value for _, value in parse_qsl(self.body.decode("utf-8", "replace"))}
        return values | {str(value) for _, value in plain_fields({"": found})}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The changed body of a reply, and the field that was changed."""

    body: bytes
    field: str


@dataclass(slots=True)
class Fields:
    """Changes fields, and keeps earlier replies for stale ones."""

    _earlier: dict[tuple[str, str], deque[tuple[RequestContent, Any]]] = field(default_factory=dict)

    def change(self, fault: Fault, request: RequestContent, body: bytes, encoding: str, draw: Stream) -> Changed | None:
        """The reply of status 200 under a fault of kind field_...; None if it has no field to change.

        body, encoding: as received. If the fault names no field, `draw` alone decides which one is changed; the value
        of a stale field depends on the replies before.
        """
        value = read_json(decoded(body, encoding))
        if not isinstance(value, dict | list):
            return None
        before = self._earlier.setdefault((fault.name, request.method), deque(maxlen=MAX_KEPT))
        others = [earlier for other, earlier in before if other != request]
        if fault.kind == "field_stale":
            before.append((request, value))
        try:
            name = fault.field or _drawn(value, request, draw)
            change = _change(fault, name, value, others)
            after = _edited(value, name, change) if change else value
        except RecursionError:  # nested deeper than any real reply
            return None
        return None if after == value else Changed(body=json.dumps(after, ensure_ascii=False).encode(), field=name)


def read_json(body: bytes) -> Any:
    """The value; None if it is not JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def plain_fields(value: Any) -> Iterator[tuple[str, Any]]:
    """Every key with a value that is neither an object nor a list, at any depth; elements of a list have its key."""
    for name, inner in _pairs(value):
        for one in inner if isinstance(inner, list) else [inner]:
            if isinstance(one, dict | list):
                yield from plain_fields(one if isinstance(one, dict) else {name: one})
            else:
                yield name, one


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    yield from value.items() if isinstance(value, dict) else (("", one) for one in value)


def decoded(body: bytes, encoding: str) -> bytes:
    """The body without its gzip or deflate; empty for any other encoding."""
    if encoding.lower() in ("", "identity"):
        return body
    try:
        return zlib.decompressobj(GZIP_OR_ZLIB).decompress(body)
    except zlib.error:
        return b""


def _drawn(value: Any, request: RequestContent, draw: Stream) -> str:
    """A field that repeats no value of the request, unless all of them do; "" if there is no field."""
    sent = request.values()
    names = {name for name, _ in plain_fields(value) if name}
    own = names - {name for name, inner in plain_fields(value) if str(inner) in sent}
    return draw.choice(sorted(own or names)) if names else ""


def _change(fault: Fault, name: str, value: Any, others: list[Any]) -> Callable[[Any], Pairs] | None:
    """What replaces each field of that name; None if nothing can."""
    if fault.kind == "field_missing":
        return lambda _: ()
    if fault.kind == "field_renamed":
        return lambda inner: ((fault.to or respelt(name), inner),)
    now = list(_values(value, name))
    old = next((held for one in reversed(others) if (held := list(_values(one, name))) and held != now), None)
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
    """The name as another version of an API would spell it.

    >>> respelt("risk_points"), respelt("riskPoints"), respelt("total")
    ('riskPoints', 'risk_points', 'total_value')
    """
    first, *more = re.split(r"[_-](?=\w)", name)
    if more:
        return first + "".join(part[:1].upper() + part[1:] for part in more)
    spelt = re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: "_" + found[1].lower(), name)
    return spelt if spelt != name else f"{name}_value"

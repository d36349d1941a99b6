"""Faults in what a JSON reply says: one of its fields, its longest list, or all of it is another."""

import json
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from harness.core.integration.fault import Fault
from harness.core.seed import Stream
from harness.inject.edits import FROM_EARLIER, LISTS, SUITS, Pairs, changer, pairs_of

MAX_KEPT = 32
"""Maximum earlier replies kept for stale fields, per fault and method; the oldest are dropped first."""

GZIP_OR_ZLIB = 47
"""Window bits that make zlib detect gzip or zlib by the first bytes. Source: zlib manual, inflateInit2."""


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


Earlier = list[tuple[RequestContent, Any]]
"""Replies to other requests, each with its request, in their order."""


@dataclass(slots=True)
class Fields:
    """Changes replies, and keeps earlier ones for the faults that need them."""

    _earlier: dict[tuple[str, str], deque[tuple[RequestContent, Any]]] = field(default_factory=dict)

    def change(self, fault: Fault, request: RequestContent, body: bytes, encoding: str, draw: Stream) -> Changed | None:
        """The reply of status 200 under a fault that edits it; None if it has nothing to change.

        body, encoding: as received. If the fault names no field, `draw` alone decides which one is changed; what comes
        from earlier replies depends on these.
        """
        value = read_json(decoded(body, encoding))
        if not isinstance(value, dict | list):
            return None
        before = self._earlier.setdefault((fault.name, request.method), deque(maxlen=MAX_KEPT))
        others = [(other, earlier) for other, earlier in before if other != request]
        if fault.kind in FROM_EARLIER:
            before.append((request, value))
        try:
            name, after = _after(fault, request, value, others, draw)
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
    for name, inner in pairs_of(value):
        for one in inner if isinstance(inner, list) else [inner]:
            if isinstance(one, dict | list):
                yield from plain_fields(one if isinstance(one, dict) else {name: one})
            else:
                yield name, one


def decoded(body: bytes, encoding: str) -> bytes:
    """The body without its gzip or deflate; empty for any other encoding."""
    if encoding.lower() in ("", "identity"):
        return body
    try:
        return zlib.decompressobj(GZIP_OR_ZLIB).decompress(body)
    except zlib.error:
        return b""


def _after(fault: Fault, request: RequestContent, value: Any, others: Earlier, draw: Stream) -> tuple[str, Any]:
    """The key that was changed ("" for the whole reply), and the reply after that."""
    if fault.kind == "record_swapped":
        return "", _of_another(value, others)
    if fault.kind in LISTS:
        return _with_list(value, LISTS[fault.kind])
    name = fault.field or _drawn(fault.kind, value, request, draw)
    change = changer(fault, name, value, [earlier for _, earlier in others])
    return name, _edited(value, name, change) if change else value


def _drawn(kind: str, value: Any, request: RequestContent, draw: Stream) -> str:
    """A field that fits the fault and repeats no value of the request, unless all do; "" if no field fits."""
    sent = request.values()
    fits = SUITS.get(kind, lambda _: True)
    names = {name for name, inner in plain_fields(value) if name and fits(inner)}
    own = names - {name for name, inner in plain_fields(value) if str(inner) in sent}
    return draw.choice(sorted(own or names)) if names else ""


def _of_another(value: Any, others: Earlier) -> Any:
    """The latest other reply that repeats a value of its own request, so that the caller can see whose it is."""
    for request, earlier in reversed(others):
        repeated = {str(inner) for _, inner in plain_fields({"": earlier})} & (request.values() - {"", "None"})
        if earlier != value and repeated:
            return earlier
    return value


def _with_list(value: Any, change: Callable[[list[Any]], list[Any]]) -> tuple[str, Any]:
    """The key of the longest list of the reply ("" for the reply itself), and the reply with that list changed."""
    found = max(_lists("", value), key=lambda item: len(item[1]), default=None)
    if found is None:
        return "", value
    name, longest = found
    return name, _replaced(value, longest, change(longest))


def _lists(name: str, value: Any) -> Iterator[tuple[str, list[Any]]]:
    if isinstance(value, list):
        yield name, value
    if isinstance(value, dict | list):
        for key, inner in pairs_of(value):
            yield from _lists(key or name, inner)


def _replaced(value: Any, old: list[Any], new: list[Any]) -> Any:
    if value is old:
        return new
    if isinstance(value, dict):
        return {key: _replaced(inner, old, new) for key, inner in value.items()}
    return [_replaced(inner, old, new) for inner in value] if isinstance(value, list) else value


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

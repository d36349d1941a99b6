"""What a request through a relay was: a copy of its body, the digest of it, and what it writes."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any
from urllib.parse import parse_qsl

import jmespath

from harness.core.case import Scalar
from harness.core.integration.exchange import WRITES, Exchange, content_key
from harness.core.integration.upstreams import Effect
from harness.inject.fields import decoded, read_json
from harness.inject.relays.http1 import Head, Piece
from harness.inject.relays.state import Key

MAX_BODY_BYTES = 4 * 1024 * 1024
"""Maximum bytes of a body that are kept to read it; of a longer body only the first bytes count."""


@dataclass(slots=True)
class Copy:
    """The body of one request as far as it was read, and how the upstream answered. status: 0 if it did not."""

    body: bytearray = field(default_factory=bytearray)
    status: int = 0
    created: bool = False

    async def of(self, pieces: AsyncIterator[Piece]) -> AsyncIterator[Piece]:
        """The pieces as they are, while their payload is copied."""
        async for piece in pieces:
            if piece.payload:
                self.add(piece.data)
            yield piece

    def add(self, data: bytes) -> None:
        """Keep these bytes of the body, up to the maximum."""
        if len(self.body) < MAX_BODY_BYTES:
            self.body += data

    def answered(self, head: Head) -> None:
        """The upstream has answered with this head."""
        self.status = int(head.first[1]) if head.first[1].isdigit() else 0
        self.created = self.status == 201 or bool(head.header("location"))


@dataclass(slots=True, kw_only=True)
class RelayedRequest:
    """A request as far as it is read.

    pieces: its whole body, or None while that is still arriving. copy: of its body, if the relay studies it.
    ended: just before the last bytes of the reply were sent; None until then. The exchange has it once it is described.
    """

    head: Head
    exchange: Exchange
    pieces: Sequence[Piece] | None = None
    key: Key = ()
    copy: Copy | None = None
    ended: float | None = None

    @property
    def method(self) -> str:
        return self.head.first[0]


def describe(exchange: Exchange, head: Head, copy: Copy, effects: Sequence[tuple[int, Effect]]) -> None:
    """Write down what the request was, and what it wrote. effects: of this upstream, each with its number."""
    body, path = bytes(copy.body), exchange.path
    exchange.content = content_key(exchange.method, head.first[1], body)
    exchange.answered, exchange.created = copy.status, copy.created
    value = _value(decoded(body, head.header("content-encoding")), head.header("content-type"))
    exchange.writes = exchange.method in WRITES and not _only_asks(value)
    if exchange.writes:
        number, effect = next((one for one in effects if _concerns(one[1], exchange.method, path)), (None, Effect()))
        exchange.effect = number
        exchange.token = _digest(head.header(effect.idempotency.lower()))
        exchange.values = {name: _read(at, value) for name, at in effect.fields.items()}


def _concerns(effect: Effect, method: str, path: str) -> bool:
    return effect.method == method and path.startswith(effect.path)


def _value(body: bytes, media_type: str) -> Any:
    if media_type.partition(";")[0].strip().lower() == "application/x-www-form-urlencoded":
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return read_json(body)


def _only_asks(value: Any) -> bool:
    """Whether it is an OAuth 2.0 token request (RFC 6749, section 4), or a GraphQL operation that is no mutation."""
    if not isinstance(value, Mapping):
        return False
    query = value.get("query")
    asks = isinstance(query, str) and "{" in query and not query.lstrip().startswith("mutation")
    return "grant_type" in value or asks


def _read(path: str, value: Any) -> Scalar:
    """The value at the path as one scalar; an object or a list as its JSON text; None if nothing is there."""
    found = jmespath.search(path, value)
    if isinstance(found, Mapping | list):
        return json.dumps(found, ensure_ascii=False, sort_keys=True)
    return found if isinstance(found, str | int | float | bool) else None


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest() if text else ""

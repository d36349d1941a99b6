"""A service that asks an upstream for the total of each order, and handles its failures in different ways."""

import json
import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.endpoints.orders import price
from tests.endpoints.server import serving

Answer = tuple[int, object]
Failing = Callable[[Mapping[str, object]], Answer]


def fall_back(order: Mapping[str, object]) -> Answer:
    """Answers with a fallback, as in many pilots, so that the order does not get stuck."""
    return 200, {"result": {"total": 0.0, "carrier": "parcel"}, "needs_review": False}


def flag(order: Mapping[str, object]) -> Answer:
    return 200, {"result": {"total": None, "carrier": None}, "needs_review": True}


def break_down(order: Mapping[str, object]) -> Answer:
    return 502, {"detail": "the price list does not answer"}


def price_list(body: bytes) -> Answer:
    """The service of the upstream, which prices an order."""
    try:
        return 200, price(json.loads(body))
    except (KeyError, TypeError, ValueError):
        return 422, {"detail": "cannot be read"}


def complete(told: object, *, strict: bool) -> bool:
    return not strict or (isinstance(told, dict) and set(told) == {"total", "carrier"})


@dataclass(slots=True, kw_only=True)
class Pricing:
    """A service that calls `upstream`. asks: or else it knows the price by itself.

    wrong: orders that it answers wrongly all by itself. strict: a price without its fields is a failure too. keeps: an
    order whose price failed once gets the fallback from then on. remembers: a price is asked for once. rests: seconds
    without a call after each failure.
    """

    upstream: str
    failing: Failing
    client: httpx.Client
    asks: bool = True
    wrong: Callable[[bytes], bool] = lambda _: False
    strict: bool = False
    keeps: bool = False
    remembers: bool = False
    rests: float = 0.0
    kept: set[bytes] = field(default_factory=set)
    known: dict[bytes, Answer] = field(default_factory=dict)
    failed_at: float = -math.inf

    def answer(self, body: bytes) -> Answer:
        return self.unasked(body) or self.asked(body)

    def unasked(self, body: bytes) -> Answer | None:
        if self.wrong(body):
            return 200, {"result": {"total": 1.0, "carrier": "parcel"}, "needs_review": False}
        if body in self.kept:
            return fall_back({})
        return self.failing(json.loads(body)) if time.monotonic() < self.failed_at + self.rests else None

    def asked(self, body: bytes) -> Answer:
        status, told = self.ask(body) if self.asks else price_list(body)
        if status == 200 and complete(told, strict=self.strict):
            return 200, {"result": told, "needs_review": False}
        if status == 422:
            return 422, told
        self.failed_at = time.monotonic()
        self.kept.update({body} if self.keeps else ())
        return self.failing(json.loads(body))

    def ask(self, body: bytes) -> Answer:
        if self.remembers and body in self.known:
            return self.known[body]
        try:
            reply = self.client.post(self.upstream, content=body)
            self.known[body] = reply.status_code, reply.json()
            return self.known[body]
        except (httpx.HTTPError, ValueError):
            return 0, {}


@contextmanager
def pricing(upstream: str, failing: Failing, **more: Any) -> Iterator[str]:
    """The URL of a `Pricing` service. more: its other fields."""
    with httpx.Client(trust_env=False, timeout=0.5) as client:
        service = Pricing(upstream=upstream, failing=failing, client=client, **more)
        with serving(service.answer) as url:
            yield url

"""A service that asks an upstream for each order's total, and what it does when that fails."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import httpx

from tests.endpoints.orders import price
from tests.endpoints.server import serving

Answer = tuple[int, object]
Failing = Callable[[Mapping[str, object]], Answer]


def fall_back(order: Mapping[str, object]) -> Answer:
    """As many a pilot: the order must not get stuck."""
    return 200, {"result": {"total": 0.0, "carrier": "parcel"}, "needs_review": False}


def flag(order: Mapping[str, object]) -> Answer:
    return 200, {"result": {"total": None, "carrier": None}, "needs_review": True}


def break_down(order: Mapping[str, object]) -> Answer:
    return 502, {"detail": "the price list does not answer"}


def price_list(body: bytes) -> Answer:
    """The upstream."""
    try:
        return 200, price(json.loads(body))
    except (KeyError, TypeError, ValueError):
        return 422, {"detail": "cannot be read"}


@contextmanager
def pricing(
    upstream: str, failing: Failing, *, asks: bool = True, wrong: Callable[[bytes], bool] = lambda _: False
) -> Iterator[str]:
    """The URL of a service that calls `upstream`. asks: or else it knows the price by itself.

    wrong: orders that it answers wrongly all by itself.
    """
    client = httpx.Client(trust_env=False, timeout=0.5)

    def answer(body: bytes) -> Answer:
        if wrong(body):
            return 200, {"result": {"total": 1.0, "carrier": "parcel"}, "needs_review": False}
        if not asks:
            status, told = price_list(body)
        else:
            try:
                reply = client.post(upstream, content=body)
                status, told = reply.status_code, reply.json()
            except (httpx.HTTPError, ValueError):
                status, told = 0, {}
        if status == 422:
            return 422, told
        return (200, {"result": told, "needs_review": False}) if status == 200 else failing(json.loads(body))

    with client, serving(answer) as url:
        yield url

"""A service that prices an order and books it in a ledger, with and without the usual mistakes of such services."""

import json
import time
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from threading import Event, Thread, Timer
from typing import Any
from uuid import uuid4

import httpx

from tests.endpoints.orders import honest
from tests.endpoints.server import Answer, serving

PATH = "/bookings"


def ledger(created: int = 201) -> Answer:
    """The upstream: books whatever it is asked to, again and again."""
    numbers = count(1)

    def book(body: bytes) -> tuple[int, object]:
        return created, {"booking": next(numbers), "order": json.loads(body).get("order")}

    return book


@dataclass(slots=True, kw_only=True)
class Booking:
    """Prices an order, books it in the ledger at `url`, and answers.

    tries: how often it sends a booking that failed. pause: seconds before try 1, 2, ..., with the Retry-After of the
    reply. final: status codes after which it does not try again. key: each booking has an Idempotency-Key. twice: it
    books everything twice. careless: it accepts an order that it could not book. alter: what becomes of the amount.
    reviews: orders that it hands over. eager: it books those as well. later: seconds after the answer
    in which it books. work: seconds that it needs first. forgets: orders that it accepts and never books.
    """

    url: str
    client: httpx.Client
    tries: int = 1
    pause: Callable[[int, float], float] = lambda _, asked: 0.0
    final: Container[int] = ()
    key: bool = False
    twice: bool = False
    careless: bool = False
    alter: Callable[[float], float] = lambda amount: amount
    reviews: Callable[[dict[str, Any]], bool] = lambda _: False
    eager: bool = False
    later: float = 0.0
    work: float = 0.0
    forgets: Callable[[dict[str, Any]], bool] = lambda _: False

    def answer(self, body: bytes) -> tuple[int, object]:
        status, reply = honest(body)
        if status != 200 or not isinstance(reply, dict):
            return status, reply
        order = json.loads(body)
        review = self.reviews(order)
        time.sleep(self.work)
        if (not review or self.eager) and not self.forgets(order):
            times = 2 if self.twice else 1
            if self.later:
                Timer(self.later, self.book, (order["order_id"], reply["result"])).start()
                return 200, reply
            done = [self.book(order["order_id"], reply["result"]) for _ in range(times)]
            if not all(done) and not self.careless:
                return 503, {"detail": "the ledger does not answer"}
        return 200, {**reply, "needs_review": review}

    def book(self, order: str, result: dict[str, Any]) -> bool:
        said = {"order": order, "amount": {"value": self.alter(result["total"])}, "by": result["carrier"]}
        headers = {"Idempotency-Key": str(uuid4())} if self.key else {}
        asked = 0.0
        for k in range(self.tries):
            time.sleep(self.pause(k, asked) if k else 0.0)
            try:
                reply = self.client.post(self.url, json=said, headers=headers)
            except httpx.HTTPError:
                asked = 0.0
                continue
            if reply.status_code < 300:
                return True
            if reply.status_code in self.final:
                return False
            asked = float(reply.headers.get("Retry-After", 0))
        return False


@contextmanager
def beating(url: str, seconds: float) -> Iterator[None]:
    """Sends the same request to the ledger all the time, whatever else happens."""
    over = Event()

    def beat() -> None:
        with httpx.Client(trust_env=False, timeout=1.0) as client:
            while not over.wait(seconds):
                with suppress(httpx.HTTPError):
                    client.post(url, json={"alive": True})

    thread = Thread(target=beat)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def booking(upstream: str, **more: Any) -> Iterator[str]:
    """The URL of a `Booking` service. more: its other fields."""
    client = httpx.Client(trust_env=False, timeout=0.3)
    with client, serving(Booking(url=upstream, client=client, **more).answer) as url:
        yield url

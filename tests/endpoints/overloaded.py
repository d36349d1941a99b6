"""Order services that are too slow, too small, or broken under load. All are right about what they answer."""

import json
import threading
import time
from itertools import count

import httpx

from harness.core.seed import Stream
from tests.endpoints.orders import honest
from tests.endpoints.server import Answer, HangUp


def one_at_a_time(seconds: float) -> Answer:
    """Answers one request after another, each in so many seconds: its capacity is 1 / seconds."""
    lock = threading.Lock()

    def answer(body: bytes) -> tuple[int, object]:
        with lock:
            time.sleep(seconds)
        return honest(body)

    return answer


def failing(share: float, after: int) -> Answer:
    """Answers a random share of all requests after the first ones with a 500, whatever they are."""
    seen = count()

    def answer(body: bytes) -> tuple[int, object]:
        number = next(seen)
        return (500, {}) if number >= after and Stream(5, number).uniform() < share else honest(body)

    return answer


def crashing(body: bytes) -> tuple[int, object]:
    """A 500 at once for what it should refuse."""
    status, reply = honest(body)
    return (500, {}) if status == 422 else (status, reply)


def dying(after: int) -> Answer:
    """Hangs up on every request after the first ones."""
    seen = count()

    def answer(body: bytes) -> tuple[int, object]:
        if next(seen) >= after:
            raise HangUp
        return honest(body)

    return answer


def limited(rate: float, otherwise: Answer) -> Answer:
    """Answers at most so many requests a second as it should, the others otherwise: a token bucket of 0.1 s."""
    lock = threading.Lock()
    tokens, last = [rate / 10], [time.monotonic()]

    def answer(body: bytes) -> tuple[int, object]:
        with lock:
            now = time.monotonic()
            tokens[0] = min(rate / 10, tokens[0] + (now - last[0]) * rate)
            last[0] = now
            enough = tokens[0] >= 1
            tokens[0] -= enough
        return honest(body) if enough else otherwise(body)

    return answer


def refusing(body: bytes) -> tuple[int, object]:
    """Too many requests."""
    return 429, {"detail": "too many requests"}


def careless(body: bytes) -> tuple[int, object]:
    """An answer of a smaller model that is only used under load: accepted and wrong."""
    status, reply = honest(body)
    guess = {"result": {"total": 1.0, "carrier": "parcel"}, "needs_review": False}
    return (200, guess) if status == 200 else (status, reply)


def capacity(url: str, seconds: float = 3.0, clients: int = 8) -> float:
    """Requests that a service answers in a second while so many clients send one after another."""
    body = json.dumps({"order_id": "000001"}).encode()
    count, until = [0] * clients, time.monotonic() + seconds

    def client(number: int) -> None:
        with httpx.Client(trust_env=False) as one:
            while time.monotonic() < until:
                one.post(url, content=body)
                count[number] += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(count) / seconds

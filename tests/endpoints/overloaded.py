"""Order services that are too slow, too small, or broken under load. All are right about what they answer."""

import threading
import time
from itertools import count

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

"""Services that are right for one request at a time, and wrong while others are in flight."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from tests.endpoints.server import Answer

WORK = 0.005
"""Seconds that a service takes for one request."""


def shared_variable(answer: Answer) -> Answer:
    """Keeps the request in a shared variable, and reads it again after some work."""
    kept: list[bytes] = [b""]

    def mixed_up(body: bytes) -> tuple[int, object]:
        kept[0] = body
        time.sleep(4 * WORK)  # long enough for the other request to come, even on a busy machine
        return answer(kept[0])

    return mixed_up


def keeping(answer: Answer) -> Answer:
    """Answers a request that it has answered before from what it kept."""
    kept: dict[bytes, tuple[int, object]] = {}

    def kept_or_new(body: bytes) -> tuple[int, object]:
        if body not in kept:
            kept[body] = answer(body)
        return kept[body]

    return kept_or_new


class InFlight:
    """Counts requests in flight."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.count = 0

    @contextmanager
    def one_more(self) -> Iterator[int]:
        """Count a request in; yields the number of requests in flight."""
        with self._lock:
            self.count += 1
            now = self.count
        try:
            yield now
        finally:
            with self._lock:
                self.count -= 1


def default_when_busy(answer: Answer, default: object, most: int) -> Answer:
    """Returns a default while more than `most` requests are in flight."""
    here = InFlight()

    def shedding(body: bytes) -> tuple[int, object]:
        with here.one_more() as now:
            time.sleep(4 * WORK)  # long enough for many requests to gather, even on a busy machine
            return (200, default) if now > most else answer(body)

    return shedding


def one_at_a_time(answer: Answer, status: int = 429) -> Answer:
    """Refuses a request with this status while another is in flight."""
    here = InFlight()

    def alone(body: bytes) -> tuple[int, object]:
        with here.one_more() as now:
            time.sleep(WORK)
            return answer(body) if now == 1 else (status, {"detail": "busy"})

    return alone

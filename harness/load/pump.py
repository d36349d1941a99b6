"""The arrival pump: hands over each arrival at its due moment, whatever happened to the earlier ones.

It does not depend on gevent; an engine of coroutines provides three methods.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Generic, Protocol, TypeVar

from harness.core.clock import Clock
from harness.core.under_load.load import LAG_STEP

TOGETHER = 16
"""Maximum arrivals that a late pump hands over before other coroutines run."""


class Due(Protocol):
    """Anything with a moment on the run's clock."""

    @property
    def due(self) -> float:
        """Seconds."""
        ...


T = TypeVar("T", bound=Due)


class Queue(Protocol):
    """First in, first out; `get` waits."""

    def put(self, item: Any, /) -> Any:
        """Add one item."""
        ...

    def get(self) -> Any:
        """The oldest item."""
        ...


class Engine(Protocol):
    """An engine that runs several things at once."""

    def sleep(self, seconds: float) -> None:
        """Let the others run for this long; 0 lets each of them run once."""
        ...

    def spawn(self, work: Callable[[], None]) -> None:
        """Start `work` concurrently."""
        ...

    def queue(self) -> Queue:
        """A new queue."""
        ...


class Pump(Generic[T]):
    """Open loop with a bounded number of lanes, each of which serves one arrival at a time.

    An arrival that finds every lane busy waits for one, is counted, and keeps its due time. waited: number of these.
    lags: arrivals by steps of LAG_STEP between due and handed over, rounded up.
    """

    def __init__(self, engine: Engine, clock: Clock, most: int, serve: Callable[[T], None]) -> None:
        """most: lanes, at least 1. serve: handles one arrival; it must not raise."""
        self.waited = 0
        self.lags: Counter[int] = Counter()
        self.stopped = False
        self._engine, self._clock, self._most, self._serve = engine, clock, most, serve
        self._lanes = self._open = 0
        self._queue, self._ended = engine.queue(), engine.queue()

    def run(self, arrivals: Iterable[T]) -> None:
        """Hand over every arrival (in order of due times) and wait until the last is served."""
        late = 0
        for arrival in arrivals:
            wait = arrival.due - self._clock.now()
            late = late + 1 if wait <= 0 else 0
            # Several arrivals are due at one moment of the engine's timer. A late pump must let the lanes run too.
            if wait > 0 or late % TOGETHER == 0:
                self._engine.sleep(max(0.0, wait))
            if self.stopped:
                break
            self.lags[math.ceil(max(0.0, self._clock.now() - arrival.due) / LAG_STEP)] += 1
            self._hand_over(arrival)
        for _ in range(self._lanes):
            self._queue.put(None)
        for _ in range(self._lanes):
            self._ended.get()

    def stop(self) -> None:
        """Serve nothing more. Requests in progress are finished."""
        self.stopped = True

    def _hand_over(self, arrival: T) -> None:
        self._open += 1
        if self._open > self._lanes:
            if self._lanes < self._most:
                self._lanes += 1
                self._engine.spawn(self._lane)
            else:
                self.waited += 1
        self._queue.put(arrival)

    def _lane(self) -> None:
        while (arrival := self._queue.get()) is not None:
            if not self.stopped:
                self._serve(arrival)
            self._open -= 1
        self._ended.put(None)

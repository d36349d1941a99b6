"""The arrival pump on its own, over plain threads: it knows nothing of gevent."""

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from harness.core.clock import Clock
from harness.load.pump import Pump


class Threads:
    """An engine of threads."""

    queue = queue.SimpleQueue
    sleep = staticmethod(time.sleep)

    def spawn(self, work: Callable[[], None]) -> None:
        threading.Thread(target=work, daemon=True).start()


@dataclass(frozen=True, slots=True)
class Moment:
    due: float


def pumped(lanes: int, seconds: float, gap: float, count: int) -> tuple[Pump[Moment], list[tuple[float, float]]]:
    """The pump after `count` arrivals, each served for so long; due and served moments."""
    clock, served = Clock(), list[tuple[float, float]]()

    def serve(moment: Moment) -> None:
        served.append((moment.due, clock.now()))
        time.sleep(seconds)

    pump = Pump[Moment](Threads(), clock, lanes, serve)
    start = clock.now() + 0.02
    pump.run(Moment(start + gap * k) for k in range(count))
    return pump, served


def test_arrivals_are_served_when_due_whatever_those_before_take() -> None:
    pump, served = pumped(lanes=20, seconds=0.3, gap=0.01, count=15)
    assert len(served) == sum(pump.lags.values()) == 15
    assert all(0 <= at - due < 0.2 for due, at in served)
    assert pump.waited == 0


def test_an_arrival_that_finds_no_lane_waits_and_is_counted() -> None:
    pump, served = pumped(lanes=2, seconds=0.1, gap=0.001, count=6)
    assert len(served) == 6
    assert pump.waited == 4
    assert max(at - due for due, at in served) > 0.15


def test_nothing_more_is_served_once_it_is_stopped() -> None:
    clock, served = Clock(), list[Moment]()
    pump = Pump[Moment](Threads(), clock, 4, served.append)
    threading.Timer(0.1, partial(Pump.stop, pump)).start()
    start = clock.now()
    pump.run(Moment(start + 0.01 * k) for k in range(1000))
    assert 1 <= len(served) < 100

"""Which rate to try next, to find the one from which a service no longer keeps its objective."""

import math
from collections.abc import Generator
from dataclasses import dataclass

STEP = 2.0
"""Factor between two rates while one side of the limit is not known."""

TOLERANCE = 0.05
"""The search ends when the two rates differ by less than this share."""

LEAST = 1 / 32
"""Smallest rate that is tried, as a share of the first one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bracket:
    """low: the highest rate that held, 0 if none did. high: the lowest that broke, infinite if none did."""

    low: float
    high: float


def search(start: float, ceiling: float = math.inf) -> Generator[float, bool, Bracket]:
    """Yields a rate to try, is sent whether it held, and ends with both sides of the limit.

    From `start` the rate is doubled or halved until one rate held and one broke. Bisection follows. Both rates are then
    tried once more, as a single short load may hold by luck or break by a hiccup of the machine.
    """
    floor = start * LEAST
    low, high = yield from _bracket(start, ceiling, floor)
    while low and math.isfinite(high) and high > (1 + TOLERANCE) * low:
        middle = math.sqrt(low * high)
        low, high = (middle, high) if (yield middle) else (low, middle)
    while low and math.isfinite(high) and (yield high):
        low, high = high, high * (1 + TOLERANCE)
        if high > ceiling:
            return Bracket(low=low, high=math.inf)
    while low > floor and not (yield low):
        low, high = low / (1 + TOLERANCE), low
    return Bracket(low=low if low > floor else 0.0, high=high)


def _bracket(start: float, ceiling: float, floor: float) -> Generator[float, bool, tuple[float, float]]:
    rate = min(start, ceiling)
    held = yield rate
    while held and rate < ceiling:
        before, rate = rate, min(ceiling, rate * STEP)
        if not (held := (yield rate)):
            return before, rate
    while not held and rate > floor:
        before, rate = rate, rate / STEP
        if held := (yield rate):
            return rate, before
    return (rate, math.inf) if held else (0.0, rate)

"""Open loop: when each request is due, whatever the target does with the ones before."""

import math


def due_times(count: int, rate: float, start: float) -> list[float]:
    """`count` moments on the run's clock from `start` seconds on, `rate` requests a second (above 0)."""
    return [start + k / rate for k in range(count)]


def parse_seconds(text: str) -> float:
    """Seconds in "30s", "1500ms" or "2m"; ValueError for anything else or for nothing.

    >>> parse_seconds("1500ms")
    1.5
    """
    for suffix, factor in (("ms", 0.001), ("s", 1.0), ("m", 60.0)):
        number = text.strip().removesuffix(suffix)
        if number != text.strip():
            value = float(number) * factor
            if 0 < value < math.inf:
                return value
            break
    raise ValueError(f'"{text}" is no duration: write "30s", "1500ms" or "2m"')

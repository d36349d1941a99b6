"""Open loop: the due moment of each request, whatever the target does with the earlier ones."""

import math
import re


def due_times(count: int, rate: float, start: float) -> list[float]:
    """`count` moments on the run's clock from `start` seconds on, `rate` requests per second (above 0)."""
    return [start + k / rate for k in range(count)]


_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|h|m|s)")
_FACTORS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


def parse_seconds(text: str) -> float:
    """Seconds in "30s", "1500ms", "2m", "24h" or "1h30m". ValueError for any other text.

    >>> parse_seconds("1500ms"), parse_seconds("1h30m")
    (1.5, 5400.0)
    """
    written = text.replace(" ", "")
    parts = _PART.findall(written)
    units = [unit for _, unit in parts]
    whole = "".join(number + unit for number, unit in parts) == written
    if whole and units == sorted(set(units), key=list(_FACTORS).index):
        value = sum(float(number) * _FACTORS[unit] for number, unit in parts)
        if 0 < value < math.inf:
            return value
    raise ValueError(f'"{text}" is not a duration: write "30s", "1500ms", "2m" or "1h30m"')

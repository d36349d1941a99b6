"""The clock of a run. No other module reads the time."""

import time
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime


class Clock:
    """Seconds since the run began: monotonic, and never earlier than the rows of a resumed run."""

    __slots__ = ("_start",)

    def __init__(self, already: float = 0.0) -> None:
        """Start at `already` seconds."""
        self._start = time.perf_counter() - already

    @property
    def zero(self) -> float:
        """The zero of this clock on the machine's counter, which all its processes share."""
        return self._start

    @classmethod
    def of(cls, zero: float) -> "Clock":
        """The same clock in another process of this machine: `time.perf_counter` is system-wide, as Python promises."""
        clock = cls()
        clock._start = zero
        return clock

    def now(self) -> float:
        """Seconds on the run's clock."""
        return time.perf_counter() - self._start


def stamp() -> str:
    """The moment in UTC for names of run folders, for example 20261124-041500."""
    return datetime.now(UTC).strftime("%Y%m%d-%H%M%S")


def today() -> date:
    """The day in UTC, so that a baseline expires everywhere at once."""
    return datetime.now(UTC).date()


def seconds_to_wait(retry_after: str) -> float | None:
    """The seconds that a Retry-After header asks for: a number, or a date (RFC 9110, 10.2.3); None if neither.

    >>> seconds_to_wait("2"), seconds_to_wait("soon")
    (2.0, None)
    """
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None

"""Schedules whose rate follows a curve, and those at one rate. A schedule knows how many arrivals there are, and when.

An option of a schedule is a field of its class; its default is the value if it is not written. The docstring of the
class is what people read about it. Source of the time change: arrivals of a Poisson process with a rate that varies
are those of one with the rate 1 at the inverse of the summed rate (Çinlar, Introduction to Stochastic Processes, 1975,
4.7).
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from harness.core.errors import ConfigError
from harness.core.seed import Stream

Floats = NDArray[np.floating[Any]]
GRID = 20_000
"""Steps in which a curve is summed."""

MAX_GAP = 60.0
"""Where the gamma distribution of scale 1 is cut off; longer gaps have a chance below 1 in 10^20."""

WORKING_DAY = (2, 1, 1, 1, 2, 4, 10, 25, 60, 90, 100, 95, 70, 80, 95, 90, 75, 50, 30, 20, 15, 10, 6, 4)
"""Traffic in each hour of a working day, in percent of the busiest: our own curve of an office with a lunch break."""

WEEKEND = 0.15
"""Traffic on Saturdays and Sundays, as a share of the traffic of a working day."""


class Schedule(Protocol):
    """When arrivals are due."""

    def planned(self, rate: float, duration: float) -> int:
        """The number of arrivals in `duration` seconds at `rate`, requests per second as `--rate` means them."""
        ...

    def highest(self, rate: float, duration: float) -> float:
        """The rate of the busiest moment, requests per second."""
        ...

    def moments(self, count: int, duration: float, seed: int) -> Floats:
        """The due moments of `count` arrivals in seconds from the start, in order, all within `duration`."""
        ...

    @property
    def packs(self) -> tuple[str, ...]:
        """The pack of each arrival, if the schedule says so; else the mix does."""
        ...


def scaled(gaps: Floats, duration: float) -> Floats:
    """Moments with these gaps; the last gap is that from the last arrival to the end."""
    sums = np.cumsum(gaps)
    moments: Floats = sums[:-1] / sums[-1] * duration
    return moments


def independent(count: int, duration: float, seed: int) -> Floats:
    """Arrivals as of independent clients: a Poisson process with a known count (Ross, 1996, theorem 2.3.1)."""
    return scaled(-np.log1p(-Stream(seed, "arrivals").array_uniform(count + 1)), duration)


class _Mixed:
    """Arrivals of the mix."""

    @property
    def packs(self) -> tuple[str, ...]:
        return ()


class _Even(_Mixed):
    """As many arrivals as the rate says."""

    def planned(self, rate: float, duration: float) -> int:
        return round(rate * duration)

    def highest(self, rate: float, duration: float) -> float:
        return rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant(_Even):
    """At even distances."""

    def moments(self, count: int, duration: float, seed: int) -> Floats:
        return np.arange(count) * (duration / max(1, count))


@dataclass(frozen=True, slots=True, kw_only=True)
class Poisson(_Even):
    """At random, as from independent clients."""

    def moments(self, count: int, duration: float, seed: int) -> Floats:
        return independent(count, duration, seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bursty(_Even):
    """In bursts: gaps have a gamma distribution with the coefficient of variation `cv` (poisson has 1)."""

    cv: float = 3.0

    def moments(self, count: int, duration: float, seed: int) -> Floats:
        shape = 1 / self.cv**2
        # With y = x^shape the density has no pole at 0, and is summed by trapezoids.
        y = np.linspace(0.0, MAX_GAP**shape, GRID)
        density = np.exp(-(y ** (1 / shape)))
        below = np.concatenate(([0.0], np.cumsum((density[1:] + density[:-1]) / 2)))
        draws = Stream(seed, "arrivals").array_uniform(count + 1)
        return scaled(np.interp(draws, below / below[-1], y) ** (1 / shape), duration)


class _Curve(_Mixed, ABC):
    """Random arrivals whose rate follows `curve`, as shares of `--rate`."""

    @abstractmethod
    def curve(self, at: Floats, duration: float) -> Floats:
        """The share at each of these moments, in seconds from the start."""

    def planned(self, rate: float, duration: float) -> int:
        return round(rate * duration * float(self.curve(_middles(duration), duration).mean()))

    def highest(self, rate: float, duration: float) -> float:
        return rate * float(self.curve(_middles(duration), duration).max())

    def moments(self, count: int, duration: float, seed: int) -> Floats:
        summed = np.concatenate(([0.0], np.cumsum(self.curve(_middles(duration), duration))))
        return np.interp(independent(count, 1.0, seed), summed / summed[-1], np.linspace(0.0, duration, GRID + 1))


def _middles(duration: float) -> Floats:
    return (np.arange(GRID) + 0.5) * (duration / GRID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ramp(_Curve):
    """The rate rises evenly from the share `low` of it to all of it."""

    low: float = 0.0

    def curve(self, at: Floats, duration: float) -> Floats:
        return self.low + (1 - self.low) * at / duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(_Curve):
    """The rate rises in so many equal `steps`; the last has all of it."""

    steps: int = 4

    def curve(self, at: Floats, duration: float) -> Floats:
        stairs: Floats = (1 + np.floor(at / duration * self.steps)) / self.steps
        return stairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike(_Curve):
    """The rate, and `times` as much for `seconds` in the middle of the load."""

    times: float = 5.0
    seconds: float = 5.0

    def curve(self, at: Floats, duration: float) -> Floats:
        if self.seconds >= duration:
            hint = "  give it more: --duration, or fewer seconds in the schedule"
            raise ConfigError(f"schedule spike: lasts {self.seconds:g} s, and the load {duration:g} s\n{hint}")
        inside: NDArray[np.bool_] = np.abs(at - duration / 2) < self.seconds / 2
        return 1.0 + (self.times - 1.0) * inside


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowTheSun(_Curve):
    """So many `days` from midnight UTC of `day`, compressed into the load; the busiest moment has the rate.

    Each of the `regions` (IANA time zones, joined by +) has working days and weekends by its own clock, so a change to
    summer time inside the day moves its traffic by an hour.
    """

    regions: tuple[str, ...] = ("Europe/Berlin", "America/New_York", "Asia/Tokyo")
    day: date = date(2026, 3, 27)
    days: int = 1

    def curve(self, at: Floats, duration: float) -> Floats:
        moments = at / duration * (86_400 * self.days)
        total: Floats = np.sum([self._of(region, moments) for region in self.regions], axis=0)
        share: Floats = total / float(total.max())
        return share

    def _of(self, region: str, moments: Floats) -> Floats:
        """Traffic of a region at these seconds since midnight UTC. Its offset is looked up once for each minute."""
        start, zone = datetime.combine(self.day, datetime.min.time(), UTC), ZoneInfo(region)
        minutes = range(1440 * self.days + 1)
        local = [start + timedelta(minutes=k) for k in minutes]
        clock = np.array([_local_seconds(one.astimezone(zone)) for one in local])
        here = clock[np.minimum(moments // 60, len(clock) - 1).astype(int)] + moments % 60
        hours, weekday = here % 86_400 / 3600, (here // 86_400) % 7
        usual = np.interp(hours, np.arange(25) + 0.5, [*WORKING_DAY, WORKING_DAY[0]])
        traffic: Floats = usual * (1.0 - (1.0 - WEEKEND) * (weekday >= 5))
        return traffic


def _local_seconds(at: datetime) -> float:
    """Seconds on the wall clock since midnight of a Monday."""
    return at.weekday() * 86_400 + at.hour * 3600 + at.minute * 60


SCHEDULES: Mapping[str, type] = {
    "constant": Constant,
    "poisson": Poisson,
    "bursty": Bursty,
    "ramp": Ramp,
    "step": Step,
    "spike": Spike,
    "follow-the-sun": FollowTheSun,
}
"""The schedules by name."""

LIMITS: Mapping[str, tuple[float, float]] = {
    "cv": (1.0, 10.0),
    "low": (0.0, 1.0),
    "steps": (1, 1000),
    "times": (0.0, 1000.0),
    "seconds": (0.0, math.inf),
    "days": (1, 28),
}
"""Smallest and largest value of each option that is a number."""

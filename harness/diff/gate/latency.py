"""The 95th percentile of the latency, with bounds."""

import math
import re
from collections.abc import Callable, Iterable

from harness.core.errors import ConfigError
from harness.core.reply import Judged
from harness.core.statistics.shares import at_least
from harness.core.verdict import Estimate
from harness.diff.gate.dependence import independent

NO_REPLY = ("timeout", "dropped")
"""Dispositions of requests that got no reply."""

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0}


def seconds(text: str) -> float:
    """The seconds in a setting like "1500ms", "30s" or "2m"."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(ms|s|m|min)", text.strip())
    if not found:
        raise ConfigError(f'"{text}" is no duration\n  write a number and ms, s or m: "1500ms", "30s"')
    return float(found[1]) * _UNITS[found[2]]


def percentile(rows: Iterable[Judged], deadline: float, share: float = 0.95, *, in_order: bool = True) -> Estimate:
    """The latency that `share` of the requests stay below, and one-sided 95 % bounds from the order of the values.

    An error with a reply is no answer: it counts nowhere here, so that a fast failure does not count as fast, and is
    judged by `[gate] errors`. A request without a reply counts with the deadline at least: somebody waited for it.
    in_order: as in `percentile_of`.
    """
    waits = (wait(row, deadline) for row in sorted(rows, key=lambda row: row.due))
    return percentile_of((one for one in waits if one is not None), deadline, share, in_order=in_order)


def wait(row: Judged, deadline: float) -> float | None:
    """How long somebody waited for the answer, in seconds; None if an error came instead."""
    if row.disposition in NO_REPLY:
        return max(row.latency, deadline)
    return None if row.disposition == "error" else row.latency


def percentile_of(waits: Iterable[float], deadline: float, share: float, *, in_order: bool = True) -> Estimate:
    """The value that `share` of `waits` stay below, with its bounds.

    in_order: they are in the order in which they were due; else they are taken as independent.

    The upper bound is the j-th smallest latency such that fewer than j of n requests lie below the percentile with
    probability 95 %; it assumes nothing about the distribution (David and Nagaraja, Order Statistics, 2003, 7.1). With
    too few requests (58 or less at 95 %) it is the deadline, or the longest wait seen. Requests that share a queue are
    alike: the bounds are those of as many independent ones as they are worth.
    """
    as_due = list(waits)
    ordered = sorted(as_due)
    if not ordered:
        return Estimate(value=None, low=0.0, high=deadline, n=0)
    n, longest = len(ordered), max(deadline, ordered[-1])
    value = ordered[math.ceil(share * n) - 1]
    worth = independent(as_due, value, share) if in_order else n
    low, high = _ranks(worth, share)
    return Estimate(
        value=value,
        low=ordered[low * n // worth - 1] if low >= 1 else 0.0,
        high=ordered[-(-high * n // worth) - 1] if high <= worth else longest,
        n=n,
    )


def _ranks(n: int, share: float) -> tuple[int, int]:
    """The ranks of the two bounds, from 1; 0 and n + 1 mean that there is none."""
    low = _first(n, lambda rank: at_least(rank, n, share) < 0.95) - 1
    high = _first(n, lambda rank: at_least(rank, n, share) <= 0.05)
    return low, high


def _first(n: int, holds: Callable[[int], bool]) -> int:
    """The smallest rank of 1..n+1 at which `holds` is true; it is true for all later ones."""
    low, high = 1, n + 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low

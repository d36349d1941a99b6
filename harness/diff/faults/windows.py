"""What became of the answers of a load run inside the windows of its faults, before them and after them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from harness.core.integration.fault import TARGET, Fault, windows
from harness.core.reply import Judged
from harness.core.under_load.results import Quality, UnderFault
from harness.diff.faults.trials import Arm, Recovery, Trial
from harness.diff.faults.wrong_answers import Truths
from harness.diff.gate.latency import percentile

AT_ONCE = 20
"""Requests in a row over which the share of right answers is taken, to see when it is as before."""

TOLERANCE = 0.05
"""Share of right answers that may be missing for quality to be as before."""

MIN_BEFORE = 30
"""Requests before the first window that are the control; with fewer, all requests outside of windows are."""

Span = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request of good input. due, sent, done: in seconds from the first arrival. met: names of faults."""

    due: float
    sent: float
    done: float
    row: Judged
    met: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """The windows of all faults of a load run of `until` seconds.

    A fault without a window is in force all the time: then only the requests that met it are those inside.
    """

    faults: tuple[Fault, ...]
    until: float

    def of(self, fault: Fault) -> tuple[Span, ...]:
        """When this fault is in force."""
        return windows(fault, self.until)

    def inside(self, fault: Fault, due: float, done: float, met: Sequence[str]) -> bool:
        """Whether a request is under way in a window of this fault: it may meet the fault a little after it was due."""
        if fault.window is None:
            return any(name.rstrip("?") == fault.name for name in met)
        return any(due < end and start <= done for start, end in self.of(fault))

    def outside(self, due: float, done: float, met: Sequence[str] = ()) -> bool:
        """Whether a request is inside no fault, from the moment it is due until it is done."""
        return not any(self.inside(fault, due, done, met) for fault in self.faults)

    def first(self) -> float:
        """The start of the first window of any fault."""
        return min(self._starts(), default=self.until)

    def _starts(self) -> list[float]:
        return sorted(start for fault in self.faults if fault.window for start, _ in self.of(fault))

    def after(self, fault: Fault) -> Iterator[Span]:
        """The stretch after each window of the fault, until any fault is in force again, or the end of the load."""
        starts = self._starts()
        for _, end in self.of(fault):
            if end < self.until and self.outside(end, end):
                yield end, next((start for start in starts if start > end), self.until)


def _inside(planned: Windows, fault: Fault, requests: Iterable[Request]) -> list[Request]:
    return [one for one in requests if planned.inside(fault, one.due, one.done, one.met)]


def _outside(planned: Windows, requests: Iterable[Request]) -> list[Request]:
    return [one for one in requests if planned.outside(one.due, one.done, one.met)]


def _since(stretches: Iterable[Span], requests: Iterable[Request]) -> list[Request]:
    """The requests that were due in one of the stretches after windows."""
    return [one for one in requests if any(start <= one.due < end for start, end in stretches)]


def measure_faults(
    planned: Windows, requests: Sequence[Request], deadline: float, approved: Mapping[str, float]
) -> tuple[UnderFault, ...]:
    """The figures of each fault, in their order. requests: of good input, in the order in which they were due.

    approved: share of repeats of each case that passed in the baseline, by address.
    """
    flights = _Flights.of(requests)
    measured = (_measured(fault, planned, requests, flights, deadline) for fault in planned.faults)
    return tuple(replace(one, baseline=_approved(planned, one.fault, requests, approved)) for one in measured)


def _approved(
    planned: Windows, fault: Fault, requests: Sequence[Request], approved: Mapping[str, float]
) -> float | None:
    inside = (one.row.address for one in _inside(planned, fault, requests))
    known = [approved[address] for address in inside if address in approved]
    return round(sum(known) / len(known), 6) if known else None


def _measured(
    fault: Fault, planned: Windows, requests: Sequence[Request], flights: "_Flights", deadline: float
) -> UnderFault:
    spans, after = planned.of(fault), list(planned.after(fault))
    first = spans[0][0] if fault.window and spans else planned.until
    outside = _outside(planned, requests)
    before = [one for one in outside if one.due < first]
    clean = before or outside
    usual = quality_of(clean, deadline)
    back = [_back(span, requests, usual) for span in after]
    drained = [flights.drained(start, end) for start, end in after]
    return UnderFault(
        fault=fault,
        windows=spans,
        met=sum(fault.name in one.met for one in requests),
        before=quality_of(before, deadline),
        inside=quality_of(_inside(planned, fault, requests), deadline),
        after=quality_of(_since(after, outside), deadline),
        first_right=_longest([one for one, _ in back]),
        normal=_longest([one for _, one in back]),
        drained=_longest(drained),
    )


def quality_of(requests: Sequence[Request], deadline: float) -> Quality:
    """How these requests were answered. deadline: seconds to wait for a reply."""
    rows = [one.row for one in requests]
    return Quality(
        n=len(rows),
        right=sum(row.straight_through for row in rows),
        silent=sum(row.silent_error for row in rows),
        errors=sum(row.disposition in ("error", "timeout", "dropped") for row in rows),
        p95=round(percentile(rows, deadline).value or 0.0, 6),
    )


def _longest(seconds: Sequence[float | None]) -> float | None:
    known = [one for one in seconds if one is not None]
    return round(max(known), 3) if known and len(known) == len(seconds) else None


def _back(after: Span, requests: Sequence[Request], usual: Quality) -> tuple[float | None, float | None]:
    """Seconds from the end of a window to the first right answer, and until quality was as before it."""
    end = after[0]
    since = [one for one in requests if one.sent >= end and one.due < after[1]]
    right = [one.done - end for one in since if one.row.straight_through]
    least = (usual.right / usual.n if usual.n else 1.0) - TOLERANCE
    later = [one for one in since if one.due >= end]
    size = min(AT_ONCE, len(later))
    hits = np.cumsum([0, *(one.row.straight_through for one in later)])
    good = [k for k in range(len(later) - size + 1) if size and hits[k + size] - hits[k] >= least * size]
    return min(right, default=None), max(0.0, later[good[0]].due - end) if good else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flights:
    """Sorted moments at which requests were due and done."""

    due: NDArray[np.float64]
    done: NDArray[np.float64]

    @classmethod
    def of(cls, requests: Sequence[Request]) -> "_Flights":
        moments = (np.sort(np.array(one)) for one in zip(*((r.due, r.done) for r in requests), strict=True))
        due, done = moments if requests else (np.empty(0), np.empty(0))
        return cls(due=due, done=done)

    def at(self, moments: NDArray[np.float64]) -> NDArray[np.int64]:
        """The number of requests that are due and not done at each moment."""
        return np.searchsorted(self.due, moments, "right") - np.searchsorted(self.done, moments, "right")

    def drained(self, end: float, until: float) -> float | None:
        """Seconds from the end of a window until no more requests are in flight than at any moment before the fault."""
        started = self.due[self.due < end]
        before = self.at(started[: max(1, len(started) // 2)]) if len(started) else np.zeros(1, np.int64)
        level = max(1, int(before.max()))
        moments = np.concatenate(([end], self.done[(self.done > end) & (self.done <= until)]))
        low = np.flatnonzero(self.at(moments) <= level)
        return float(moments[low[0]] - end) if len(low) else None


def trials_of(planned: Windows, requests: Sequence[Request], truths: Truths) -> list[Trial]:
    """Each fault with the cases that met it, and those outside of all windows as their control.

    Each case counts once in each arm, so that a case that is sent often is no more evidence than another. Requests that
    met a fault are known on the way to the target, and behind it if the service forwards the trace id; else all that
    were due in a window count.
    """
    first = planned.first()
    outside = _outside(planned, requests)
    before = [one for one in outside if one.due < first]
    clean = Arm(name="", rows=tuple(_once(before if len(before) >= MIN_BEFORE else outside)), truths=truths)
    return [Trial(fault=one, arm=_arm(one, planned, requests, truths), clean=clean) for one in planned.faults]


def _arm(fault: Fault, planned: Windows, requests: Sequence[Request], truths: Truths) -> Arm:
    sure = [one for one in requests if fault.name in one.met]
    inside = sure or (_inside(planned, fault, requests) if fault.where != TARGET else [])
    rows = _once(inside)
    failed = {row.address for row in rows if not row.straight_through}
    after = list(planned.after(fault))
    again = _once((one for one in _since(after, requests) if one.row.address in failed), last=True)
    tried = max((one.done - after[-1][0] for one in _since(after[-1:], requests)), default=0.0)
    met = {row.address: (fault.name,) for row in rows}
    return Arm(name=fault.name, rows=rows, met=met, truths=truths, after=Recovery(rows=again, tried=tried))


def _once(requests: Iterable[Request], *, last: bool = False) -> tuple[Judged, ...]:
    """The first row of each case, or the last one."""
    found: dict[str, Judged] = {}
    for one in requests:
        if last or one.row.address not in found:
            found[one.row.address] = one.row
    return tuple(found.values())

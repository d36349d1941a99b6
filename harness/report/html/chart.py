"""Latency over time as coordinates of a chart, which the template draws as SVG."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from harness.core.under_load.load import Load
from harness.report.view import Row

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 58, 12, 12, 40
MAX_POINTS = 1_500
"""Maximum number of points to draw one by one; above it, the median and the slowest reply of each time slice."""

SPREAD = 30.0
"""Ratio of the slowest to the median latency above which the axis is logarithmic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One reply. kind: the disposition, or that it was a silent error, which gives it its shape and colour."""

    x: float
    y: float
    kind: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A grid line with its label."""

    at: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The window of a fault, with its name."""

    x: float
    width: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The chart. bands: when faults were in force. thinned: number of all replies if not all are drawn, else 0."""

    bands: tuple[Band, ...]
    points: tuple[Point, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    logarithmic: bool
    thinned: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Latencies in seconds. p50, p95, p99: percentiles."""

    n: int
    p50: float
    p95: float
    p99: float
    slowest: float


def waits_of(rows: Iterable[Row]) -> Waits | None:
    """Percentiles of the latency of every reply; None without any."""
    waits = sorted(row.judged.latency for row in rows if row.judged)
    if not waits:
        return None
    p50, p95, p99 = (waits[math.ceil(share * len(waits)) - 1] for share in (0.50, 0.95, 0.99))
    return Waits(n=len(waits), p50=p50, p95=p95, p99=p99, slowest=waits[-1])


def chart_of(rows: Iterable[Row], load: Load | None = None) -> Chart | None:
    """Latency of each reply over the time at which it was due; None without any. load: what a load run measured."""
    found = sorted(((r.due, max(r.judged.latency, 0.0), r) for r in rows if r.judged), key=lambda p: p[:2])
    if not found:
        return None
    waits = sorted(wait for _, wait, _ in found)
    logarithmic = waits[-1] > SPREAD * max(waits[len(waits) // 2], 1e-4)
    x = _Scale.over(0.0, found[-1][0], LEFT, WIDTH - RIGHT)
    low = max(waits[0], 1e-4) if logarithmic else 0.0
    y = _Scale.over(low, waits[-1], HEIGHT - BOTTOM, TOP, logarithmic=logarithmic)
    drawn = found if len(found) <= MAX_POINTS else _thin(found)
    points = tuple(_point(due, wait, row, x, y) for due, wait, row in drawn)
    return Chart(
        bands=tuple(_bands(load, x)) if load else (),
        points=points,
        across=tuple(Tick(at=x.place(at), text=f"{at:g}") for at in x.ticks()),
        up=tuple(Tick(at=y.place(at), text=seconds(at)) for at in y.ticks()),
        logarithmic=logarithmic,
        thinned=len(found) if len(drawn) < len(found) else 0,
    )


def _bands(load: Load, x: "_Scale") -> Iterator[Band]:
    """The windows of all faults, on the clock of the run."""
    for one in load.faults:
        for start, end in one.windows if one.fault.window else ():
            left, right = (min(x.place(load.started + at), WIDTH - RIGHT) for at in (start, end))
            yield Band(x=left, width=round(right - left, 1), label=one.fault.name)


def seconds(value: float) -> str:
    """As "80 ms" or "2.5 s"."""
    return f"{value * 1000:.3g} ms" if value < 1 else f"{value:.3g} s"


Found = tuple[float, float, Row]


def _thin(found: Sequence[Found]) -> list[Found]:
    """The median and the slowest of each slice of time."""
    last = found[-1][0] or 1.0
    slices: dict[int, list[Found]] = {}
    for one in found:
        slices.setdefault(int(one[0] / last * (MAX_POINTS // 2 - 1)), []).append(one)
    kept = []
    for inside in slices.values():
        inside.sort(key=lambda one: one[1])
        kept += [inside[len(inside) // 2], inside[-1]] if len(inside) > 1 else inside
    return kept


def _point(due: float, wait: float, row: Row, x: "_Scale", y: "_Scale") -> Point:
    disposition = row.judged.disposition if row.judged else ""
    kind = "silent" if row.judged and row.judged.silent_error else disposition
    failed = kind in ("error", "timeout", "dropped")
    return Point(x=x.place(due), y=y.place(wait), kind="failed" if failed else kind, label=seconds(wait))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """Maps values from low to high onto coordinates from start to end."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    @classmethod
    def over(cls, low: float, high: float, start: float, end: float, *, logarithmic: bool = False) -> "_Scale":
        return cls(low=low, high=max(high, low * 1.01, 1e-3), start=start, end=end, logarithmic=logarithmic)

    def place(self, value: float) -> float:
        if self.logarithmic:
            part = math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)
        else:
            part = (value - self.low) / (self.high - self.low)
        return round(self.start + part * (self.end - self.start), 1)

    def ticks(self) -> list[float]:
        """About four to eight round values; on a logarithmic axis powers of ten, with multiples if there are few."""
        if not self.logarithmic:
            return self._even()
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        for steps in ((1,), (1, 3), (1, 2, 5)):
            inside = [step * 10.0**power for power in powers for step in steps]
            inside = [value for value in inside if self.low <= value <= self.high]
            if len(inside) >= 4:
                break
        return inside

    def _even(self) -> list[float]:
        rough = (self.high - self.low) / 5
        size = 10.0 ** math.floor(math.log10(rough))
        step = next(size * m for m in (1, 2, 2.5, 5, 10) if size * m >= rough)
        return [round(step * k, 10) for k in range(int(self.high / step) + 1)]

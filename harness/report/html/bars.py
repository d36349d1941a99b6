"""An estimate against its limit as a small bar: the interval and the limit."""

from dataclasses import dataclass

from harness.core.verdict import CriterionResult, Estimate
from harness.report.criteria import BY_TEST

WIDTH = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Places on a bar of 0..100. limit: None if there is none. top_text: what its right end is."""

    low: float
    high: float
    value: float | None
    limit: float | None = None
    top_text: str = ""

    @property
    def width(self) -> float:
        """Width of the interval; at least large enough to be seen."""
        return max(1.5, round(self.high - self.low, 2))


def bar_of(estimate: Estimate, limit: float | None = None, *, share: bool = True) -> Bar:
    """The bar of an estimate from 0 to a maximum above the interval and the limit."""
    top = _top(max(estimate.high, limit or 0.0), share)

    def place(value: float) -> float:
        return round(WIDTH * min(max(value / top, 0.0), 1.0), 2)

    return Bar(
        low=place(estimate.low),
        high=place(estimate.high),
        value=None if estimate.value is None else place(estimate.value),
        limit=None if limit is None else place(limit),
        top_text=f"{100 * top:g} %" if share else f"{top:.3g} s",
    )


def bar_of_result(result: CriterionResult) -> Bar | None:
    """The bar of a criterion; None for a count, a rate, if nothing was measured, and if a test decides it."""
    if result.unit in ("cases", "per_second") or result.value is None or result.criterion in BY_TEST:
        return None
    estimate = Estimate(value=result.value, low=result.low, high=result.high, n=result.n)
    return bar_of(estimate, result.limit, share=result.unit == "share")


def _top(most: float, share: bool) -> float:
    """The next of 5, 10, 25, 50 or 100 % for a share; half as much again for seconds."""
    if not share:
        return most * 1.5 or 1.0
    return next((top for top in (0.05, 0.10, 0.25, 0.50) if most <= 0.9 * top), 1.0)

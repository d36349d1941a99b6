"""The table of figures and criteria at the start of the screen and of every report."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.core.verdict import CriterionResult, Estimate, Headline, Verdict
from harness.report.criteria import STATUS, counts, interval, limit, measured, name_of

COLUMNS = ("criterion", "measured", "90 % interval", "limit", "counts", "status")


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """One line of the table, each column as text. status: "" for a figure without a limit."""

    name: str
    measured: str
    interval: str = "-"
    limit: str = "-"
    counts: str = ""
    status: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """In the order of COLUMNS."""
        return (self.name, self.measured, self.interval, self.limit, self.counts, self.status)


def figure_rows(head: Headline) -> Iterator[FigureRow]:
    """The figures of a run that have no limit of their own."""
    yield _figure("pilot quality", head.pilot, f"n {head.pilot.n}")
    yield _figure("projected production quality", head.projected, f"weighted, n {head.projected.n}")


def criterion_rows(results: Sequence[CriterionResult]) -> Iterator[FigureRow]:
    """One row per criterion, in the given order."""
    for result in results:
        yield FigureRow(
            name=name_of(result),
            measured=measured(result),
            interval=interval(result),
            limit=limit(result),
            counts=counts(result),
            status=STATUS[result.status],
        )


def rows_of(verdict: Verdict) -> list[FigureRow]:
    """The whole table: figures, then criteria, those that did not pass first."""
    return [*figure_rows(verdict.headline), *criterion_rows((*verdict.reasons, *verdict.passed))]


def _figure(name: str, estimate: Estimate, counted: str) -> FigureRow:
    if estimate.value is None:
        return FigureRow(name=name, measured="-", counts="not measured")
    wide = estimate.high - estimate.low > 1e-9
    span = f"{100 * estimate.low:.1f} - {100 * estimate.high:.1f}" if wide else "-"
    return FigureRow(name=name, measured=f"{100 * estimate.value:.1f} %", interval=span, counts=counted)

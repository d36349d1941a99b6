"""The distributions of a slice, kept small: what a later run is compared with where its cases are no longer there."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from harness.core.baseline import QUANTILES, CaseResult, Repeat, Sketch
from harness.diff.judge import ANSWERED

DIGITS = 4
"""Decimals of a quantile: a tenth of a millisecond, and less than any difference of confidence that matters."""


def sketch_of(name: str, cases: Sequence[CaseResult], latency: Mapping[str, Sequence[float]]) -> Sketch:
    """The sketch of the slice `name`, of which these are the cases. latency: seconds by address, of every reply."""
    rows = [repeat for case in cases for repeat in case.repeats]
    answered = [row for row in rows if row.disposition in ANSWERED]
    return Sketch(
        slice=name,
        cases=len(cases),
        replies=len(rows),
        counts=_counted(f"{row.disposition} {row.judgement}" for row in rows),
        confidence=quantiles([row.confidence for row in answered if row.confidence is not None]),
        latency=quantiles([seconds for case in cases for seconds in latency.get(case.address, ())]),
        fields=_counted(_verdicts(answered)),
    )


def _verdicts(rows: Iterable[Repeat]) -> Iterable[str]:
    return (f"{name} {verdict}" for row in rows for name, verdict in row.fields.items())


def _counted(words: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(words).items()))


def quantiles(values: Sequence[float]) -> tuple[float, ...]:
    """The values at QUANTILES, each one that was seen; empty where nothing was."""
    ordered = sorted(values)
    return tuple(round(ordered[round(share * (len(ordered) - 1))], DIGITS) for share in QUANTILES) if ordered else ()

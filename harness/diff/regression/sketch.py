"""Small summaries of the distributions of a slice, for later runs without the same cases."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from harness.core.regression.arrays import Floats, Ints, looked_up
from harness.core.regression.baseline import QUANTILES, Sketch
from harness.core.regression.columns import Cases
from harness.diff.scoring.judge import ANSWERED

DIGITS = 4
"""Decimals of a quantile: 0.1 ms for latencies, and more than enough for confidences."""


def sketch_of(name: str, cases: Cases) -> Sketch:
    """The sketch of the slice `name` of these cases."""
    chosen = cases.inside(name)
    inside = np.flatnonzero(cases.of_replies(chosen))
    outcome = cases.outcome[inside]
    answers = np.array([one.disposition in ANSWERED for one in cases.outcomes], bool)
    answered = inside[looked_up(answers, outcome)]
    latency, confidence = cases.latency[inside], cases.confidence[answered]
    return Sketch(
        slice=name,
        cases=int(chosen.sum()),
        replies=len(inside),
        counts=_counted([[f"{one.disposition} {one.judgement}"] for one in cases.outcomes], outcome),
        confidence=quantiles(confidence[~np.isnan(confidence)]),
        latency=quantiles(latency[~np.isnan(latency)]),
        fields=_counted(
            [[f"{name} {verdict}" for name, verdict in one.items()] for one in cases.verdicts], cases.verdict[answered]
        ),
    )


def _counted(words: Sequence[Sequence[str]], places: Ints) -> dict[str, int]:
    """The number of occurrences of each word at these indexes; an index may have several words."""
    found: Counter[str] = Counter()
    for group, count in zip(words, np.bincount(places, minlength=len(words)).tolist(), strict=True):
        for word in group:
            found[word] += count
    return {word: count for word, count in sorted(found.items()) if count}


def quantiles(values: Sequence[float] | Floats) -> tuple[float, ...]:
    """The observed values at QUANTILES; empty without values."""
    ordered = np.sort(np.asarray(values, float))
    places = [round(share * (len(ordered) - 1)) for share in QUANTILES]
    return tuple(round(float(ordered[place]), DIGITS) for place in places) if len(ordered) else ()

"""Two sides compared: quality slice by slice and case by case; latency and integration errors apart from it."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from harness.core.regression.baseline import QUANTILES
from harness.core.regression.columns import Cases, Results
from harness.core.regression.comparison import CaseChange, Difference, Errors, LatencyChange
from harness.core.verdict import Criterion
from harness.diff.regression.fields import field_changes
from harness.diff.regression.pairs import CHANGES, WORSE, Pairs, counted, most_urgent, ranks
from harness.diff.regression.regress import regression_criteria, slice_drops

MIDDLE, TAIL = QUANTILES.index(0.5), QUANTILES.index(0.95)


def compare(
    before: Results,
    after: Results,
    critical: Sequence[str],
    others: Sequence[str],
    limit: float,
    run: str,
    *,
    most: int | None = None,
) -> tuple[Difference, tuple[Criterion, ...]]:
    """The difference, and its regression criteria.

    run: label of the side after, for the commands. most: how many cases are listed, the most urgent first; None: all.
    """
    pairs, drops = slice_drops(before, after, critical, others)
    difference = Difference(
        slices=drops,
        changes=counted(pairs),
        cases=_moved(pairs, most),
        other_bytes=pairs.other_bytes,
        fields=field_changes(pairs),
        latency=tuple(_latency(before, after)),
        errors=(_errors(before.cases), _errors(after.cases)),
    )
    return difference, regression_criteria(drops, limit, run)


def _moved(pairs: Pairs, most: int | None) -> tuple[CaseChange, ...]:
    """The cases that are not the same, the most urgent first and new ones last."""
    rank = ranks(WORSE)
    rank[CHANGES.index("new")] += 1
    moved = np.flatnonzero(pairs.change != CHANGES.index("same"))
    first = most_urgent(pairs, moved, (rank[pairs.change[moved]], -pairs.sides[1].silent[pairs.kind[moved]]), most)
    named = zip(first.tolist(), pairs.addresses(first), strict=True)
    return tuple(_change(pairs, place, address) for place, address in named)


def _change(pairs: Pairs, place: int, address: str) -> CaseChange:
    before, after = pairs.look(place)
    return CaseChange(
        address=address,
        change=CHANGES[pairs.change[place]],
        before=before.repeats if before else (),
        after=after.repeats if after else (),
    )


def _latency(before: Results, after: Results) -> list[LatencyChange]:
    old = {sketch.slice: sketch.latency for sketch in before.sketches if sketch.latency}
    return [
        LatencyChange(
            slice=sketch.slice,
            median=(old[sketch.slice][MIDDLE], sketch.latency[MIDDLE]),
            p95=(old[sketch.slice][TAIL], sketch.latency[TAIL]),
        )
        for sketch in after.sketches
        if sketch.latency and sketch.slice in old
    ]


def _errors(cases: Cases) -> Errors:
    counts = np.bincount(cases.outcome, minlength=len(cases.outcomes)).tolist()
    causes: Counter[str] = Counter()
    for one, count in zip(cases.outcomes, counts, strict=True):
        if one.integration_error:
            causes[one.cause or one.disposition] += count
    return Errors(replies=len(cases.outcome), causes=dict(sorted(causes.items())))

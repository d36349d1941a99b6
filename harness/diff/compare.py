"""Two sides compared: quality slice by slice and case by case, and apart from it latency and integration errors."""

from collections import Counter
from collections.abc import Iterable, Sequence

from harness.core.baseline import QUANTILES, CaseResult, Results
from harness.core.comparison import CaseChange, Difference, Errors, LatencyChange
from harness.core.verdict import Line
from harness.diff.pairs import WORSE, Pair, counted
from harness.diff.regress import regress_lines, slice_drops

MIDDLE, TAIL = QUANTILES.index(0.5), QUANTILES.index(0.95)
REST = len(WORSE)


def compare(
    before: Results, after: Results, critical: Sequence[str], others: Sequence[str], limit: float, run: str
) -> tuple[Difference, tuple[Line, ...]]:
    """The difference, and its regression lines. run: label of the side after, for the commands."""
    pairs, drops = slice_drops(before, after, critical, others)
    difference = Difference(
        slices=drops,
        changes=counted(pairs.pairs),
        cases=tuple(_change(pair) for pair in sorted(pairs.pairs, key=_urgency) if pair.change != "same"),
        other_bytes=pairs.other_bytes,
        latency=tuple(_latency(before, after)),
        errors=(_errors(before.cases.values()), _errors(after.cases.values())),
    )
    return difference, regress_lines(drops, limit, run)


def _urgency(pair: Pair) -> tuple[int, int, str]:
    rows = pair.after.repeats if pair.after else ()
    silent = sum(row.disposition == "accepted" and row.judgement == "wrong" for row in rows)
    return WORSE.get(pair.change, REST), -silent, pair.address


def _change(pair: Pair) -> CaseChange:
    return CaseChange(
        address=pair.address,
        change=pair.change,
        before=pair.before.repeats if pair.before else (),
        after=pair.after.repeats if pair.after else (),
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


def _errors(cases: Iterable[CaseResult]) -> Errors:
    rows = [repeat for case in cases for repeat in case.repeats]
    causes = Counter(row.cause or row.disposition for row in rows if row.integration_error)
    return Errors(replies=len(rows), causes=dict(sorted(causes.items())))

"""The drop in each slice over the same cases, and the criteria that follow from it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from harness.core.finding import Count, Finding
from harness.core.finding_kinds import FindingKind
from harness.core.regression.columns import Results
from harness.core.regression.comparison import SliceDrop
from harness.core.verdict import Criterion, Estimate
from harness.diff.gate.evidence import PILOT
from harness.diff.gate.worst import WORST, show
from harness.diff.regression.drop_bounds import drop_estimate
from harness.diff.regression.exact import p_worse, q_values
from harness.diff.regression.kinds import Compared, Paired
from harness.diff.regression.pairs import Pairs, counted, pair_up, paired, worst

UNCHANGED = ("same", "new")
"""Changes that do not explain a drop: unchanged cases, and cases without a counterpart in the baseline."""

NOT_COMPARED = ("missing", "unanswered")
"""Changes of cases without a result on one side."""

NOTHING = Estimate(value=None, low=-1.0, high=1.0, n=0)


def slice_drops(
    before: Results, after: Results, critical: Sequence[str], others: Sequence[str] = ()
) -> tuple[Pairs, tuple[SliceDrop, ...]]:
    """All cases paired, and the drop in each critical slice, then in the `others`.

    The critical slices are given beforehand: one without evidence counts in the correction, too.
    """
    pairs = pair_up(before, after)
    found = [_drop(name, pairs, exact=after.complete, critical=True) for name in critical]
    q = q_values([one.p for one in found])
    corrected = [replace(one, q=value) for one, value in zip(found, q, strict=True)]
    listed = [_drop(name, pairs, exact=after.complete, critical=False) for name in others]
    return pairs, (*corrected, *listed)


def _drop(name: str, pairs: Pairs, *, exact: bool, critical: bool) -> SliceDrop:
    inside = pairs.inside(name)
    ours = inside[pairs.places[0][inside] >= 0]
    compared, unknown = paired(pairs, inside)
    complete = exact and len(ours) == len(inside) and bool(pairs.of_pack(PILOT)[inside].all())
    changes = counted(pairs, inside)
    return SliceDrop(
        slice=name,
        critical=critical,
        cases=len(ours),
        missing=changes.get("missing", 0),
        before=_share(compared, lambda kind: kind.before_passed / kind.before),
        after=_share(compared, lambda kind: kind.after_passed / kind.after),
        drop=drop_estimate(compared, unknown, exact=complete),
        p=p_worse(compared) if len(compared) else 1.0,
        q=None,
        exact=complete,
        changes=changes,
        worst=worst(pairs, ours, WORST),
    )


def _share(compared: Compared, passed: Callable[[Paired], float]) -> float | None:
    """The mean over the cases."""
    total = sum(passed(kind) * count for kind, count in compared.counted)
    return total / len(compared) if len(compared) else None


def regression_criteria(drops: Sequence[SliceDrop], limit: float, run: str) -> tuple[Criterion, ...]:
    """One criterion `regress` for each critical slice. run: label of the run, for the commands."""
    return tuple(_criterion(one, limit, run) for one in drops if one.critical)


def unjudged_criteria(critical: Sequence[str], limit: float, run: str, why: Finding) -> tuple[Criterion, ...]:
    """The same criteria if the baseline cannot be compared with. why: the finding that says why."""
    return tuple(
        Criterion(
            name="regress",
            slice=name,
            estimate=NOTHING,
            limit=limit,
            scalable=False,
            show=show((), run),
            notes=(replace(why, test="regress", slice=name),),
        )
        for name in critical
    )


def _criterion(one: SliceDrop, limit: float, run: str) -> Criterion:
    return Criterion(
        name="regress",
        slice=one.slice,
        estimate=one.drop,
        limit=limit,
        scalable=not one.exact and not one.missing,
        worst=one.worst,
        show=show(one.worst, run),
        q=one.q,
        complete=not one.missing,
        notes=_notes(one, run),
    )


def _notes(one: SliceDrop, run: str) -> tuple[Finding, ...]:
    """How the cases behind the figure changed; nothing if all are the same."""
    if not one.cases:
        return (Finding(kind=FindingKind.EMPTY_SLICE, test="regress", slice=one.slice, subject="baseline"),)
    parts: dict[str, Count] = {
        change: Count(count, one.cases if change in NOT_COMPARED else one.drop.n)
        for change, count in one.changes.items()
        if change not in UNCHANGED
    }
    if not parts:
        return ()
    fell = one.changes.get("newly_failing", 0) + one.changes.get("newly_handed_over", 0)
    note = Finding(
        kind=FindingKind.DROP,
        test="regress",
        slice=one.slice,
        count=Count(fell, one.drop.n),
        parts=parts,
        numbers=_figures(one),
        cases=one.worst,
        show=show(one.worst, run),
    )
    return (note,)


def _figures(one: SliceDrop) -> dict[str, float]:
    """The shares that passed, and the significance of the change; without what was not measured."""
    figures = {"before": one.before, "after": one.after, "q": one.q if one.drop.value else None}
    return {name: figure for name, figure in figures.items() if figure is not None}

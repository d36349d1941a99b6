"""The drop in each slice over the same cases, and the criteria that follow from it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from harness.core.decide import status_of
from harness.core.finding import Count, Finding
from harness.core.finding_kinds import FindingKind
from harness.core.regression.arrays import Ints
from harness.core.regression.columns import Results
from harness.core.regression.comparison import SilentRise, SliceDrop
from harness.core.verdict import Criterion, Estimate, Status
from harness.diff.gate.evidence import PILOT
from harness.diff.gate.worst import WORST, show
from harness.diff.regression.drop_bounds import drop_estimate
from harness.diff.regression.exact import p_worse, q_values
from harness.diff.regression.kinds import Compared, Paired
from harness.diff.regression.measures import not_silent, paired
from harness.diff.regression.pairs import Pairs, counted, newly_silent, pair_up, worst

UNCHANGED = ("same", "new")
"""Changes that do not explain a drop: unchanged cases, and cases without a counterpart in the baseline."""

NOT_COMPARED = ("missing", "unanswered")
"""Changes of cases without a result on one side."""

NOTHING = Estimate(value=None, low=-1.0, high=1.0, n=0)

RANK: dict[Status, int] = {"passed": 0, "undecided": 1, "failed": 2}


def slice_drops(
    before: Results, after: Results, critical: Sequence[str], others: Sequence[str] = ()
) -> tuple[Pairs, tuple[SliceDrop, ...]]:
    """All cases paired, and the drop in each critical slice, then in the `others`.

    The critical slices are given beforehand: one without evidence counts in the correction, too.
    """
    pairs = pair_up(before, after)
    corrected = _corrected([_drop(name, pairs, exact=after.complete, critical=True) for name in critical])
    listed = [_drop(name, pairs, exact=after.complete, critical=False) for name in others]
    return pairs, (*corrected, *listed)


def _corrected(found: Sequence[SliceDrop]) -> list[SliceDrop]:
    """The slices with their q-values: one correction over all drops and all rises of silent errors."""
    rises = [one.silent for one in found if one.silent]
    q = q_values([*(one.p for one in found), *(one.p for one in rises)])
    of_rises = iter(q[len(found) :])
    return [
        replace(one, q=value, silent=replace(one.silent, q=next(of_rises)) if one.silent else None)
        for one, value in zip(found, q, strict=False)
    ]


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
        before=_share(compared, _before),
        after=_share(compared, _after),
        drop=drop_estimate(compared, unknown, exact=complete),
        p=p_worse(compared) if len(compared) else 1.0,
        q=None,
        silent=_silent(pairs, inside, exact=complete),
        exact=complete,
        changes=changes,
        worst=worst(pairs, ours, WORST),
    )


def _silent(pairs: Pairs, inside: Ints, *, exact: bool) -> SilentRise | None:
    """The rise of silent errors; None if no test can show one, or if it is the drop.

    Either follows from the replies of both sides together, so that leaving the test out of the correction is valid
    (R. E. Tarone, Biometrics 46 (1990), 515-522).
    """
    compared, unknown = paired(pairs, inside, not_silent)
    mixed = any(0 < kind.before_passed + kind.after_passed < kind.before + kind.after for kind, _ in compared.counted)
    if not mixed or not _seen_failures(pairs, inside):
        return None
    before, after = (1 - (_share(compared, side) or 0.0) for side in (_before, _after))
    risen = newly_silent(pairs, inside)
    return SilentRise(
        before=before,
        after=after,
        rise=drop_estimate(compared, unknown, exact=exact),
        p=p_worse(compared),
        q=None,
        cases=len(risen),
        worst=tuple(pairs.addresses(risen[:WORST])),
    )


def _seen_failures(pairs: Pairs, inside: Ints) -> bool:
    """Whether a reply failed that was no silent error: refused, handed over, or a crash."""
    return any(bool((side.known - side.passed - side.silent)[pairs.kind[inside]].any()) for side in pairs.sides)


def _before(kind: Paired) -> float:
    return kind.before_passed / kind.before


def _after(kind: Paired) -> float:
    return kind.after_passed / kind.after


def _share(compared: Compared, of_kind: Callable[[Paired], float]) -> float | None:
    """The mean over the cases."""
    total = sum(of_kind(kind) * count for kind, count in compared.counted)
    return total / len(compared) if len(compared) else None


def regression_criteria(drops: Sequence[SliceDrop], limit: float, run: str) -> tuple[Criterion, ...]:
    """One criterion `regress` for each critical slice: its drop, or its rise of silent errors if that is worse.

    run: label of the run, for the commands.
    """
    return tuple(_worse(tuple(_criteria(one, limit, run))) for one in drops if one.critical)


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


def _worse(criteria: Sequence[Criterion]) -> Criterion:
    """The criterion with the worse status, then with the higher value; the first of equal ones, or if all passed."""

    def severity(one: Criterion) -> tuple[int, float]:
        rank = RANK[status_of(one)]
        return rank, (one.estimate.value or 0.0) if rank else 0.0

    return max(criteria, key=severity)


def _criteria(one: SliceDrop, limit: float, run: str) -> Iterator[Criterion]:
    drop = Criterion(
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
    yield drop
    if (silent := one.silent) is not None:
        note = Finding(
            kind=FindingKind.SILENT_RISE,
            test="regress",
            slice=one.slice,
            count=Count(silent.cases, silent.rise.n),
            parts=_parts(one),
            numbers=_figures(silent.before, silent.after, silent.q if silent.rise.value else None),
            cases=silent.worst,
            show=show(silent.worst, run),
        )
        yield replace(drop, estimate=silent.rise, worst=silent.worst, show=note.show, q=silent.q, notes=(note,))


def _notes(one: SliceDrop, run: str) -> tuple[Finding, ...]:
    """How the cases behind the figure changed; nothing if all are the same."""
    if not one.cases:
        return (Finding(kind=FindingKind.EMPTY_SLICE, test="regress", slice=one.slice, subject="baseline"),)
    parts = _parts(one)
    if not parts:
        return ()
    fell = one.changes.get("newly_failing", 0) + one.changes.get("newly_handed_over", 0)
    note = Finding(
        kind=FindingKind.DROP,
        test="regress",
        slice=one.slice,
        count=Count(fell, one.drop.n),
        parts=parts,
        numbers=_figures(one.before, one.after, one.q if one.drop.value else None),
        cases=one.worst,
        show=show(one.worst, run),
    )
    return (note,)


def _parts(one: SliceDrop) -> dict[str, Count]:
    """How many cases changed, by change."""
    return {
        change: Count(count, one.cases if change in NOT_COMPARED else one.drop.n)
        for change, count in one.changes.items()
        if change not in UNCHANGED
    }


def _figures(before: float | None, after: float | None, q: float | None) -> dict[str, float]:
    """The shares on both sides, and the significance of the change; without what was not measured."""
    figures = {"before": before, "after": after, "q": q}
    return {name: figure for name, figure in figures.items() if figure is not None}

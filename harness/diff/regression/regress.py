"""The drop in each slice over the same cases, and the gate lines that it makes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from harness.core.regression.baseline import Change
from harness.core.regression.columns import Results
from harness.core.regression.comparison import SliceDrop
from harness.core.verdict import Criterion, Estimate
from harness.diff.gate.criteria import WORST, show
from harness.diff.gate.rates import PILOT
from harness.diff.regression.drop_bounds import drop_estimate
from harness.diff.regression.exact import p_worse, q_values
from harness.diff.regression.kinds import Compared, Paired
from harness.diff.regression.pairs import Pairs, counted, pair_up, paired, worst

NAMED = 3
"""How many addresses a note names."""

MOVED: Mapping[Change, str] = {
    "newly_failing": "newly failing",
    "newly_handed_over": "newly handed over",
    "newly_passing": "newly passing",
}

MIN_Q = 1e-20
"""Smaller ones are not told apart."""

NOTHING = Estimate(value=None, low=-1.0, high=1.0, n=0)


def slice_drops(
    before: Results, after: Results, critical: Sequence[str], others: Sequence[str] = ()
) -> tuple[Pairs, tuple[SliceDrop, ...]]:
    """All cases paired, and the drop in each critical slice, then in the `others`.

    The critical slices are named beforehand: one without evidence counts in the correction all the same.
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
        before=_share(compared, lambda kind: kind.before_held / kind.before),
        after=_share(compared, lambda kind: kind.after_held / kind.after),
        drop=drop_estimate(compared, unknown, exact=complete),
        p=p_worse(compared) if len(compared) else 1.0,
        q=None,
        exact=complete,
        changes=changes,
        worst=worst(pairs, ours, WORST),
    )


def _share(compared: Compared, held: Callable[[Paired], float]) -> float | None:
    """The mean over the cases."""
    total = sum(held(kind) * count for kind, count in compared.counted)
    return total / len(compared) if len(compared) else None


def regress_lines(drops: Sequence[SliceDrop], limit: float, run: str) -> tuple[Criterion, ...]:
    """One line `regress` for each critical slice. run: its label, for the commands."""
    return tuple(_line(one, limit, run) for one in drops if one.critical)


def unjudged_lines(critical: Sequence[str], limit: float, run: str, why: str) -> tuple[Criterion, ...]:
    """The same lines where the baseline cannot be compared with, and why."""
    return tuple(
        Criterion(
            name="regress", slice=name, estimate=NOTHING, limit=limit, scalable=False, note=why, show=show((), run)
        )
        for name in critical
    )


def _line(one: SliceDrop, limit: float, run: str) -> Criterion:
    return Criterion(
        name="regress",
        slice=one.slice,
        estimate=one.drop,
        limit=limit,
        scalable=not one.exact and not one.missing,
        worst=one.worst,
        note=_note(one),
        show=show(one.worst, run),
        q=one.q,
        complete=not one.missing,
    )


def _note(one: SliceDrop) -> str:
    """What stands behind the figure, in one clause."""
    if not one.cases:
        return "the baseline has no case in it"
    parts = [f"{one.missing} of the baseline's {one.cases} cases were not sent again"] if one.missing else []
    moved = [f"{one.changes[name]} {word}" for name, word in MOVED.items() if name in one.changes]
    parts += [f"{', '.join(moved)} of {one.drop.n} cases"] if moved else []
    unanswered = one.changes.get("unanswered", 0)
    parts += [f"{unanswered} without an answer on a side"] if unanswered else []
    parts += [f"q {max(one.q, MIN_Q):.2g}"] if one.q is not None and one.drop.value else []
    return ", ".join(parts)


def told(addresses: Sequence[str]) -> str:
    """A count and the first few, as "12 cases (a, b, c, ...)"."""
    more = ", ..." if len(addresses) > NAMED else ""
    return f"{len(addresses)} case{'' if len(addresses) == 1 else 's'} ({', '.join(addresses[:NAMED])}{more})"

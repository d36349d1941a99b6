"""How the budget is planned: cases or repeats before a run, and how many calls would decide after it."""

from collections.abc import Callable, Mapping, Sequence

from harness.core.decide import more_cases, status_of
from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind
from harness.core.settings import Settings
from harness.core.verdict import Criterion
from harness.diff.gate.evidence import PILOT
from harness.run.setup.budget import Allotment

MAX_CALLS = 100_000
"""Largest budget that is suggested; nobody would follow advice to use more."""

LONG = 60.0
"""Seconds from which on it is told how long the suggested budget takes."""

Allot = Callable[[int], Allotment]
"""Returns how a number of calls would be spent."""


def describe_plan(settings: Settings, allotment: Allotment, samples: int) -> str:
    """Cases or repeats: what was chosen and why, for the line before the run."""
    parts = []
    if allotment.packs:
        parts.append("each case of a pack once, since a new case shows more than a repeat")
    if samples > allotment.pilot:
        return "; ".join([*parts, f"{allotment.pilot} of the {samples} pilot samples once, as the calls allow no more"])
    times = allotment.repeats
    pilot = f"each of the {samples} pilot samples {_times(times)}"
    pilot += f", {allotment.once_more} of them once more" if allotment.once_more else ""
    wanted = settings.budget.repeats
    if wanted and times < wanted:
        pilot += f" ([budget] repeats = {wanted}, but the calls allow no more)"
    return "; ".join([*parts, pilot])


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def more_calls(
    criteria: Sequence[Criterion], packs: Mapping[str, int], calls: int, allot: Allot, seconds: float = 0.0
) -> tuple[Finding, ...]:
    """The budget that would decide the undecided criteria that more cases can decide, if the rates stay as they are.

    packs: cases planned now, by pack. calls: the budget now. allot: how another budget would be spent. seconds: what
    this run took.
    """
    open_ = [criterion for criterion in criteria if status_of(criterion) == "undecided"]
    needed = [(one, _budget(one, more, packs, calls, allot)) for one in open_ if (more := _cases(one)) is not None]
    reached = [(criterion, budget) for criterion, budget in needed if budget is not None]
    if not reached:
        return ()
    budget = _rounded(max(budget for _, budget in reached))
    long = seconds * budget / calls
    finding = Finding(
        kind=FindingKind.MORE_CALLS,
        numbers={"calls": budget, "now": calls, **({"seconds": round(long)} if long >= LONG else {})},
        names=tuple(dict.fromkeys(_named(criterion) for criterion, _ in reached)),
    )
    return (finding,)


def _cases(criterion: Criterion) -> int | None:
    return more_cases(criterion) if criterion.unit == "share" else None


def _budget(criterion: Criterion, more: int, packs: Mapping[str, int], calls: int, allot: Allot) -> int | None:
    """The smallest budget, in steps of 2 %, that holds the cases that the criterion needs; None if it is too large."""
    wanted = _wanted(criterion, more, packs)
    budget = float(calls)
    while budget <= MAX_CALLS:
        budget *= 1.02
        got = allot(int(budget))
        given = {PILOT: got.pilot, **got.packs}
        if all(given.get(name, 0) >= count for name, count in wanted.items()):
            return int(budget)
    return None


def _wanted(criterion: Criterion, more: int, packs: Mapping[str, int]) -> dict[str, float]:
    """Cases by pack that decide the criterion; the pilot has no more, so it counts only if it is the slice."""
    if criterion.slice in packs:
        return {criterion.slice: packs[criterion.slice] + more}
    n = max(1, criterion.estimate.n)
    factor = (n + more) / n
    return {name: count * factor for name, count in packs.items() if name != PILOT}


def _named(criterion: Criterion) -> str:
    return f"{criterion.name} in {criterion.slice}" if criterion.slice else criterion.name


def _rounded(count: int) -> int:
    step: int = 10 ** max(0, len(str(count)) - 2)
    return -(-count // step) * step

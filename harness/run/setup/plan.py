"""How the budget is planned: cases or repeats before a run, and how many calls would decide after it."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from harness.core.decide import more_cases, status_of
from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind, Why
from harness.core.settings import RobustnessName, Settings
from harness.core.verdict import Criterion
from harness.diff.gate.evidence import PILOT
from harness.run.setup.budget import FAULT_CASES, Allotment

MAX_CALLS = 100_000
"""Largest budget that is suggested; nobody would follow advice to use more."""

LONG = 60.0
"""Shortest time of a suggested budget that is printed, in seconds."""

LACKING = (FindingKind.NOT_TESTED, FindingKind.FIELDS_NOT_COVERED)
"""Findings of a robustness test that did not run whole."""

SENDINGS_A_FAULT = 12
"""Calls for each sample that met a fault, to send twice and four times as many: each clean, under it and after it."""

Enough = Callable[[int, Allotment], bool]
"""Whether a budget, spent like this, decides."""

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
    criteria: Sequence[Criterion],
    packs: Mapping[str, int],
    calls: int,
    allot: Allot,
    *,
    tests: Mapping[RobustnessName, int] = MappingProxyType({}),
    seconds: float = 0.0,
) -> tuple[Finding, ...]:
    """The budget that would decide the undecided criteria that more calls can decide, if the rates stay as they are.

    packs: cases planned now, by pack. calls: the budget now. allot: how another budget would be spent. tests: calls
    with which each robustness test runs whole. seconds: what this run took.
    """
    open_ = [criterion for criterion in criteria if status_of(criterion) == "undecided"]
    needed = [(one, _budget(enough, calls, allot)) for one in open_ if (enough := _enough(one, packs, calls, tests))]
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


def _budget(enough: Enough, calls: int, allot: Allot) -> int | None:
    """The smallest budget, in steps of 2 %, that is enough; None if it is too large, or if the present one is."""
    budget = float(calls)
    if enough(calls, allot(calls)):
        return None
    while budget <= MAX_CALLS:
        budget = max(budget * 1.02, budget + 1)
        if enough(int(budget), allot(int(budget))):
            return int(budget)
    return None


def _enough(
    criterion: Criterion, packs: Mapping[str, int], calls: int, tests: Mapping[RobustnessName, int]
) -> Enough | None:
    """What a budget needs to decide the criterion; None if calls do not decide it."""
    finding, n = criterion.finding, criterion.estimate.n
    if finding is not None and finding.kind is FindingKind.UPSTREAM_UNCONFIRMED:
        return lambda budget, _: budget >= calls + SENDINGS_A_FAULT * n
    if finding is not None and finding.kind in LACKING and criterion.name in tests:
        whole = next(count for name, count in tests.items() if name == criterion.name)
        return lambda _, got: dict[str, int](**got.robustness).get(criterion.name, 0) >= whole
    if finding is not None and finding.why is Why.TOO_FEW_CALLS:
        return lambda _, got: got.each >= FAULT_CASES
    if criterion.unit != "share" or (more := more_cases(criterion)) is None:
        return None
    wanted = _wanted(criterion, more, packs)
    return lambda _, got: all({PILOT: got.pilot, **got.packs}.get(name, 0) >= count for name, count in wanted.items())


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

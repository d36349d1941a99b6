"""The only place that says go, no-go or undecided."""

import math
from collections.abc import Sequence
from statistics import NormalDist

from harness.core.statistics.shares import share_bounds
from harness.core.verdict import EXIT_CODES, Criterion, CriterionResult, Decision, Estimate, Headline, Status, Verdict

FORMAT = 1
TOLERANCE = 1e-9
"""Rounding of floats; two figures nearer than that are the same figure."""

MAX_CASES = 1_000_000
"""A line that would need more cases than this is not decided by more cases."""

_DIFFERENCES = ("gap", "regress")


def decide(criteria: Sequence[Criterion], headline: Headline, problems: Sequence[str] = ()) -> Verdict:
    """The verdict on a run: no-go if a line is, go if every line is, else undecided.

    `problems` says why the run itself cannot be trusted, one sentence each; such a run decides nothing, whatever its
    lines show, and they are listed all the same. A run without a line has shown nothing and is not valid either.
    """
    problems = tuple(problems) if criteria else (*problems, "no criterion was judged")
    judged = [(criterion, status_of(criterion)) for criterion in criteria]
    verdict = "undecided" if problems else _joined({status for _, status in judged})
    ranked = sorted((pair for pair in judged if pair[1] != "passed"), key=_worst_first)
    return Verdict(
        format=FORMAT,
        verdict=verdict,
        exit_code=EXIT_CODES[verdict],
        valid=not problems,
        problems=problems,
        headline=headline,
        reasons=tuple(result_of(criterion) for criterion, _ in ranked),
        passed=tuple(result_of(criterion) for criterion, status in judged if status == "passed"),
    )


def _joined(statuses: set[Status]) -> Decision:
    if "failed" in statuses:
        return "no-go"
    return "undecided" if "undecided" in statuses else "go"


def status_of(criterion: Criterion) -> Status:
    """Failed if the whole interval is beyond the limit, passed if the whole interval is inside, else undecided.

    Too few cases are missing evidence, never evidence against the service: such a criterion is undecided at worst. A
    criterion that compares two sides fails if the value is beyond the limit and the test rejects (decision 0019).
    """
    if criterion.outcome is not None:
        return criterion.outcome
    estimate, limit = criterion.estimate, criterion.limit
    if estimate.value is None:
        return "undecided"
    inside = estimate.low >= limit - TOLERANCE if criterion.at_least else estimate.high <= limit + TOLERANCE
    if inside:
        return "passed" if criterion.complete else "undecided"
    return "failed" if _beyond(criterion) and criterion.unit != "cases" else "undecided"


def _beyond(criterion: Criterion) -> bool:
    """Whether the whole interval is beyond the limit; of a test, the value, with enough evidence of any change."""
    estimate, limit = criterion.estimate, criterion.limit
    if criterion.q is not None:
        return criterion.q <= criterion.alpha and estimate.value is not None and estimate.value > limit + TOLERANCE
    return estimate.high < limit - TOLERANCE if criterion.at_least else estimate.low > limit + TOLERANCE


def _worst_first(pair: tuple[Criterion, Status]) -> tuple[bool, float]:
    return pair[1] != "failed", -_excess(pair[0])


def _excess(criterion: Criterion) -> float:
    """How far the value is on the wrong side, in limits.

    A criterion without a value is the worst of its kind, but a robustness test that was not run the least of all.
    """
    value = criterion.estimate.value
    if value is None:
        return -math.inf if criterion.finding else math.inf
    beyond = criterion.limit - value if criterion.at_least else value - criterion.limit
    return beyond / max(abs(criterion.limit), TOLERANCE)


def result_of(criterion: Criterion) -> CriterionResult:
    """The criterion with its outcome, as verdict.json has it."""
    estimate, status = criterion.estimate, status_of(criterion)
    return CriterionResult(
        criterion=criterion.name,
        status=status,
        value=estimate.value,
        low=estimate.low,
        high=estimate.high,
        n=estimate.n,
        limit=criterion.limit,
        at_least=criterion.at_least,
        unit=criterion.unit,
        slice=criterion.slice,
        more_cases=more_cases(criterion) if status == "undecided" else None,
        cases=criterion.worst,
        show=criterion.show,
        finding=criterion.finding,
        notes=criterion.notes,
        cause=criterion.cause,
    )


def more_cases(criterion: Criterion) -> int | None:
    """About how many more cases decide the criterion if the rate stays what it is; None when no number does."""
    estimate, value = criterion.estimate, criterion.estimate.value
    if value is None or not criterion.scalable or abs(value - criterion.limit) <= TOLERANCE:
        return None
    if criterion.unit == "cases":
        return math.ceil(criterion.limit - value)
    needed = estimate.n * _multiple(criterion, value)
    return max(1, math.floor(needed - estimate.n) + 1) if needed - estimate.n <= MAX_CASES else None


def _multiple(criterion: Criterion, value: float) -> float:
    """By what factor the cases must grow until the bound between the value and the limit's far side is at the limit.

    A difference, or a time, narrows with the square root of its cases. A share over a mix is taken as one share of as
    many cases as would give it the same bound, and so is a difference to which no case contributes: its bound is that
    of a share of none. A test on the far side of its limit has to reject: its q, as a point of the normal distribution,
    grows with the square root too.
    """
    side = int(value < criterion.limit)
    if criterion.q is not None and not side:
        return (
            (NormalDist().inv_cdf(criterion.alpha) / NormalDist().inv_cdf(criterion.q)) ** 2
            if 0 < criterion.q < 0.5
            else math.inf
        )
    bound = criterion.estimate.high if side else criterion.estimate.low
    if criterion.unit != "share" or (criterion.name in _DIFFERENCES and not _none_moved(criterion.estimate)):
        return ((bound - value) / (criterion.limit - value)) ** 2
    if not (0.0 < bound < 1.0 and 0.0 < criterion.limit < 1.0):
        return math.inf
    target = criterion.limit - math.copysign(2 * TOLERANCE, criterion.limit - value)
    return _cases_for(value, target, side) / _cases_for(value, bound, side)


def _none_moved(estimate: Estimate) -> bool:
    """Whether a difference has the bounds that no loss and no gain in its cases leave."""
    none = share_bounds(0, estimate.n)[1]
    return estimate.value == 0 and abs(estimate.high - none) <= TOLERANCE and abs(estimate.low + none) <= TOLERANCE


def _cases_for(value: float, target: float, side: int) -> float:
    """How many cases with the share `value` have their low (0) or high (1) bound at `target`."""
    few, many = 1e-6, 10.0 * MAX_CASES
    for _ in range(50):
        middle = math.sqrt(few * many)
        bound = share_bounds(value * middle, middle)[side]
        wide = bound > target if side else bound < target
        few, many = (middle, many) if wide else (few, middle)
    return many

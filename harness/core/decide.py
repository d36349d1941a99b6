"""The only module that decides go, no-go or undecided."""

import math
from collections.abc import Sequence
from dataclasses import replace
from statistics import NormalDist

from harness.core.statistics.shares import share_bounds
from harness.core.verdict import EXIT_CODES, Criterion, CriterionResult, Decision, Estimate, Headline, Status, Verdict

FORMAT = 1
TOLERANCE = 1e-9
"""Tolerance for rounding errors of floats: two figures that differ by less are equal."""

MAX_CASES = 1_000_000
"""Maximum number of additional cases to suggest; a criterion that needs more gets no suggestion."""

_DIFFERENCES = ("gap", "regress")


def decide(criteria: Sequence[Criterion], headline: Headline, problems: Sequence[str] = ()) -> Verdict:
    """The verdict on a run: no-go if a criterion failed, go if all passed, else undecided.

    problems: why the run itself is not valid, one sentence each. The verdict is then undecided, and the criteria are
    still listed. A run without criteria is not valid either.
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


def left_open(verdict: Verdict, question: Criterion) -> Verdict:
    """The verdict, undecided until the question is answered. Its criteria stay as they are."""
    return replace(
        verdict,
        verdict="undecided",
        exit_code=EXIT_CODES["undecided"],
        reasons=(result_of(replace(question, outcome="undecided")), *verdict.reasons),
    )


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
    """Whether the whole interval is beyond the limit; with a q-value, whether the value is and the test rejects."""
    estimate, limit = criterion.estimate, criterion.limit
    if criterion.q is not None:
        return criterion.q <= criterion.alpha and estimate.value is not None and estimate.value > limit + TOLERANCE
    return estimate.high < limit - TOLERANCE if criterion.at_least else estimate.low > limit + TOLERANCE


def _worst_first(pair: tuple[Criterion, Status]) -> tuple[bool, bool, float]:
    """Failed ones first; of the others, those of which it is known what their cases have in common."""
    criterion, status = pair
    return status != "failed", status != "failed" and criterion.cause is None, -_excess(criterion)


def _excess(criterion: Criterion) -> float:
    """How far the value is beyond the limit, as a multiple of the limit.

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
        hits=estimate.hits,
        limit=criterion.limit,
        at_least=criterion.at_least,
        unit=criterion.unit,
        slice=criterion.slice,
        more_cases=more_cases(criterion) if status == "undecided" else None,
        cases=criterion.worst,
        show=criterion.show,
        per_request=criterion.per_request,
        finding=criterion.finding,
        notes=criterion.notes,
        cause=criterion.cause,
    )


def more_cases(criterion: Criterion) -> int | None:
    """The approximate number of additional cases that decide the criterion if the rate stays the same, else None."""
    estimate, value = criterion.estimate, criterion.estimate.value
    if value is None or not criterion.scalable or abs(value - criterion.limit) <= TOLERANCE:
        return None
    if criterion.unit == "cases":
        return math.ceil(criterion.limit - value)
    needed = estimate.n * _multiple(criterion, value)
    return max(1, math.floor(needed - estimate.n) + 1) if needed - estimate.n <= MAX_CASES else None


def _multiple(criterion: Criterion, value: float) -> float:
    """The factor by which the cases must grow until the bound on the limit's side of the value reaches the limit.

    The interval of a difference, or of a time, narrows with the square root of its cases. A share over a mix is treated
    as one share of the number of cases that gives the same bound. So is a difference without any changed case, whose
    bound is that of a share of 0. If a test has to reject, the normal quantile of its q-value grows with the square
    root of the cases as well.
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
    """Whether the bounds of a difference are those of 0 losses and 0 gains."""
    none = share_bounds(0, estimate.n)[1]
    return estimate.value == 0 and abs(estimate.high - none) <= TOLERANCE and abs(estimate.low + none) <= TOLERANCE


def _cases_for(value: float, target: float, side: int) -> float:
    """The number of cases with the share `value` whose low (0) or high (1) bound is `target`."""
    few, many = 1e-6, 10.0 * MAX_CASES
    for _ in range(50):
        middle = math.sqrt(few * many)
        bound = share_bounds(value * middle, middle)[side]
        wide = bound > target if side else bound < target
        few, many = (middle, many) if wide else (few, middle)
    return many

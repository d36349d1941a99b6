"""Checks for useless confidences: constant, zero, unrelated to correctness, or unaffected by damage.

Each is a finding only if it hides errors: a service that is always right may always be sure, and a service with few
levels of confidence is fine as long as they are meaningful.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from harness.core.finding import Count, Finding
from harness.core.finding_kinds import FindingKind
from harness.core.statistics.shares import clopper_pearson
from harness.diff.explain.auc import Separation, separation
from harness.diff.explain.confidence import ENOUGH
from harness.diff.explain.confident import RatedAnswer, confident
from harness.diff.explain.noticed import example_of, noticed
from harness.diff.gate.evidence import Evidence
from harness.diff.scoring.judge import ANSWERED

DIGITS = 4
"""Digits to which confidences are compared, so that rounding noise does not count as a difference."""

NEARLY_ALL = 0.95
"""Minimum share of equal confidences; the rest may be 0 for inputs without an answer."""

SATURATED = 0.001
"""Confidences this close to the largest one are on the same side of any practical threshold."""

MIN_BAD_CASES = 3
"""Minimum number of answers that show the flaw; one or two may be errors in the ground truth."""

MIN_BAD_SHARE = 0.5
"""Minimum share of all bad answers that must have the constant confidence, so that it is what hides them."""

UNRELATED = 0.6
"""A confidence is unrelated to correctness if the upper bound of its ROC area is at most this; chance is 0.5."""

OVERCLAIM = 0.05
"""Overstatement beyond ordinary miscalibration, such as 0.97 with 0.92 right; above it, the value is a default."""

MIN_TWINS = 6
"""Minimum number of cases per group; even with 5 of 5 alike, the lower bound of their share is only 0.55."""

SAME = 0.005
"""Half a unit of the second decimal: many services report confidences with two decimals."""

LIGHT, HEAVY = range(1, 4), range(7, 11)
"""The light and the heavy severities, which are compared with each other."""


def confidence_findings(evidence: Evidence, run: str) -> Iterator[Finding]:
    """What is wrong with the confidence of the service: at most one finding, the simplest explanation first."""
    answers = confident(evidence)
    if len(answers) < ENOUGH:
        return
    checks = (_zero, _constant, _two_values, _unrelated, _blind)
    flaw = next((one for check in checks if (one := check(answers))), None)
    if flaw:
        yield _finding(flaw, evidence, run)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flaw:
    """What is wrong with a confidence. cases: the answers that show it."""

    kind: FindingKind
    cases: Sequence[RatedAnswer]
    count: Count
    control: Count | None = None
    parts: Mapping[str, Count] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)


def _finding(flaw: _Flaw, evidence: Evidence, run: str) -> Finding:
    addresses = [one.address for one in _worst(flaw.cases)]
    rows = evidence.rows[addresses[0]]
    row = next(row for row in rows if row.disposition in ANSWERED and row.confidence is not None)
    return noticed(
        flaw.kind,
        addresses,
        run,
        n=flaw.count.n,
        count=flaw.count,
        control=flaw.control,
        parts=flaw.parts,
        numbers=flaw.numbers,
        example=example_of(row, evidence.cases[addresses[0]]),
    )


def _worst(answers: Sequence[RatedAnswer]) -> list[RatedAnswer]:
    return sorted(answers, key=lambda one: (not one.bad, -one.confidence, one.address))


def _zero(answers: Sequence[RatedAnswer]) -> _Flaw | None:
    """Zero for everything, right answers included: the default of a field that is never set."""
    zero = [one for one in answers if round(one.confidence, DIGITS) == 0]
    right = [one for one in zero if one.right]
    judged = [one for one in zero if one.right is not None]
    if len(zero) < NEARLY_ALL * len(answers) or (judged and len(right) < MIN_BAD_CASES):
        return None
    return _Flaw(
        kind=FindingKind.CONFIDENCE_ZERO,
        cases=right or zero,
        count=Count(len(zero), len(answers)),
        parts={"right": Count(len(right), len(judged))} if judged else {},
    )


def _constant(answers: Sequence[RatedAnswer]) -> _Flaw | None:
    """One value, or nearly one, for nearly everything, and for most of the bad answers; never 0."""
    value, times = Counter(round(one.confidence, DIGITS) for one in answers).most_common(1)[0]
    top = max(one.confidence for one in answers)
    near = [one for one in answers if one.confidence >= top - SATURATED]
    constant = times >= NEARLY_ALL * len(answers)
    if constant:
        alike, low, high = [one for one in answers if round(one.confidence, DIGITS) == value], value, value
    elif len(near) >= NEARLY_ALL * len(answers):
        alike, low, high = near, round(top - SATURATED, DIGITS), round(top, DIGITS)
    else:
        return None
    bad, all_bad = [one for one in alike if one.bad], sum(one.bad for one in answers)
    if not round(alike[0].confidence, DIGITS) or len(bad) < MIN_BAD_CASES or len(bad) < MIN_BAD_SHARE * all_bad:
        return None
    return _Flaw(
        kind=FindingKind.CONFIDENCE_CONSTANT if constant and value < 1 else FindingKind.CONFIDENCE_SATURATED,
        cases=bad,
        count=Count(len(alike), len(answers)),
        parts=_bad(alike),
        numbers={"low": low, "high": high},
    )


def _bad(alike: Sequence[RatedAnswer]) -> dict[str, Count]:
    """The bad answers by what is bad about them: wrong, or changed by damage if there is no truth."""
    wrong = [one for one in alike if one.right is False]
    parts = {
        "wrong": Count(len(wrong), sum(one.right is not None for one in alike)),
        "right_on_clean_twin": Count(sum(bool(one.twin_right) for one in wrong), len(wrong)),
        "changed_by_damage": Count(sum(one.right is None and one.bad for one in alike), len(alike)),
    }
    return {name: count for name, count in parts.items() if count.hits}


def _two_values(answers: Sequence[RatedAnswer]) -> _Flaw | None:
    """Only two values, and the higher one is right far less often than it says, or both mean the same."""
    judged = [one for one in answers if one.right is not None and one.asks]
    values = sorted({round(one.confidence, DIGITS) for one in answers})
    if len(values) != 2 or len(judged) < ENOUGH:
        return None
    low, high = ([one for one in judged if round(one.confidence, DIGITS) == value] for value in values)
    right = sum(bool(one.right) for one in high)
    empty = clopper_pearson(right, len(high))[1] < values[1] - OVERCLAIM if high else False
    wrong = [one for one in high if not one.right]
    if len(wrong) < MIN_BAD_CASES or not (empty or _apart(judged) is not None):
        return None
    return _Flaw(
        kind=FindingKind.CONFIDENCE_TWO_VALUES,
        cases=wrong,
        count=Count(len(wrong), len(high)),
        control=Count(sum(not one.right for one in low), len(low)),
        numbers={"low": values[0], "high": values[1]},
    )


def _apart(judged: Sequence[RatedAnswer]) -> Separation | None:
    """The separation of right and wrong answers if it is poor; None if it is good, or if there are too few."""
    right = [one.confidence for one in judged if one.right]
    wrong = [one.confidence for one in judged if not one.right]
    apart = separation(right, wrong)
    return apart if apart is not None and apart.high <= UNRELATED else None


def _unrelated(answers: Sequence[RatedAnswer]) -> _Flaw | None:
    """No relation to correctness, over cases that expect an answer; a right refusal has no answer to rank."""
    judged = [one for one in answers if one.right is not None and one.asks]
    apart = _apart(judged)
    if apart is None:
        return None
    wrong = [one for one in judged if not one.right]
    return _Flaw(
        kind=FindingKind.CONFIDENCE_UNRELATED,
        cases=wrong,
        count=Count(len(wrong), len(judged)),
        numbers={"right_above_wrong": apart.value, "at_most": apart.high},
    )


def _blind(answers: Sequence[RatedAnswer]) -> _Flaw | None:
    """Damage made the answer wrong, but the confidence is still that of the clean twin, which was right."""
    harmed = [one for one in answers if one.right is False and one.twin_right and one.clean_twin is not None]
    as_before = [one for one in harmed if one.clean_twin is not None and one.confidence >= one.clean_twin - SAME]
    if len(harmed) < MIN_TWINS or clopper_pearson(len(as_before), len(harmed))[0] <= 0.5:
        return None
    groups = _severities(answers)
    return _Flaw(
        kind=FindingKind.CONFIDENCE_BLIND,
        cases=as_before,
        count=Count(len(as_before), len(harmed)),
        parts={name: Count(sum(not one.right for one in group), len(group)) for name, group in groups.items()},
        numbers={name: sum(one.confidence for one in group) / len(group) for name, group in groups.items()},
    )


def _severities(answers: Sequence[RatedAnswer]) -> dict[str, list[RatedAnswer]]:
    """The judged answers to light and to heavy damage, as "severity_1_to_3"; empty if either has too few cases."""
    groups = {
        f"severity_{span[0]}_to_{span[-1]}": [one for one in answers if one.severity in span and one.right is not None]
        for span in (LIGHT, HEAVY)
    }
    return groups if min(map(len, groups.values())) >= MIN_TWINS else {}

"""What no confidence should be: one value for everything, zero, unrelated to being right, blind to damage.

Each matters only where it hides something: a service that is always right may always say so, and one that knows few
grades of certainty is let be as long as they mean something.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.core.statistics.shares import clopper_pearson
from harness.core.verdict import Finding
from harness.diff.explain.auc import separation
from harness.diff.explain.confidence import ENOUGH
from harness.diff.explain.confident import RatedAnswer, confident
from harness.diff.explain.noticed import noticed, of_all
from harness.diff.gate.rates import Evidence

DIGITS = 4
"""Confidences that agree in so many are the same: a float's noise is no grade of certainty."""

NEARLY_ALL = 0.95
"""Of the answers: the rest may be what has no answer at all and so says 0."""

SATURATED = 0.001
"""Confidences within this of the largest are all alike to any limit that a person would write."""

MIN_BAD_CASES = 3
"""Bad answers with the one confidence from which on it matters: one or two may be slips of the truth table."""

MIN_BAD_SHARE = 0.5
"""Of all bad answers: a confidence that leaves fewer than this among the rest is the one that hides them."""

UNRELATED = 0.6
"""A right answer is the surer one in less than this share of pairs: at 0.5 a coin would tell as much."""

OVERCLAIM = 0.05
"""A confidence of 0.97 that keeps 0.92 is badly calibrated, as most are; beyond it is a default."""

MIN_TWINS = 6
"""Damaged and wrong: with fewer, all of them alike do not show that more than half are (5 of 5 are a bound of 0.55)."""

SAME = 0.005
"""Half of the last of two digits, in which confidences are written."""

LIGHT, HEAVY = range(1, 4), range(7, 11)
"""Severities that are set side by side."""


def confidence_findings(evidence: Evidence, run: str) -> Iterator[Finding]:
    """What is wrong with the service's confidence, one finding or none: the plainest circumstance first."""
    answers = confident(evidence)
    if len(answers) < ENOUGH:
        return
    found = (_zero, _constant, _two_values, _unrelated, _blind)
    told = next((one for look in found if (one := look(answers))), None)
    if told:
        yield noticed(told.kind, told.text, [one.address for one in _worst(told.cases)], run)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    kind: str
    text: str
    cases: Sequence[RatedAnswer]


def _worst(answers: Sequence[RatedAnswer]) -> list[RatedAnswer]:
    return sorted(answers, key=lambda one: (not one.bad, -one.confidence, one.address))


def _zero(answers: Sequence[RatedAnswer]) -> _Told | None:
    """Zero for everything, although it was right: the default of a field that nobody set."""
    zero = [one for one in answers if round(one.confidence, DIGITS) == 0]
    right = [one for one in zero if one.right]
    judged = any(one.right is not None for one in zero)
    if len(zero) < NEARLY_ALL * len(answers) or (judged and len(right) < MIN_BAD_CASES):
        return None
    also = f", also in {len(right)} right ones" if judged else ""
    text = (
        f"confidence is 0 in {of_all(len(zero), len(answers))} answers{also}: the default of a field that is never set?"
    )
    return _Told(kind="confidence_zero", text=text, cases=right or zero)


def _constant(answers: Sequence[RatedAnswer]) -> _Told | None:
    """One value for nearly everything, or next to one, and most of the bad answers have it too; 0 promises nothing."""
    one, times = Counter(round(one.confidence, DIGITS) for one in answers).most_common(1)[0]
    top = max(one.confidence for one in answers)
    near = [one for one in answers if one.confidence >= top - SATURATED]
    if times >= NEARLY_ALL * len(answers):
        alike, is_ = [a for a in answers if round(a.confidence, DIGITS) == one], f"{one:g}"
    elif len(near) >= NEARLY_ALL * len(answers):
        alike, is_ = near, f"{round(top - SATURATED, DIGITS):g} to {round(top, DIGITS):g}"
    else:
        return None
    bad, all_bad = [a for a in alike if a.bad], sum(a.bad for a in answers)
    if not round(alike[0].confidence, DIGITS) or len(bad) < MIN_BAD_CASES or len(bad) < MIN_BAD_SHARE * all_bad:
        return None
    kind = "confidence_constant" if times >= NEARLY_ALL * len(answers) and one < 1 else "confidence_saturated"
    text = f"confidence is {is_} in {of_all(len(alike), len(answers))} answers, also in {_bad(bad)}"
    return _Told(kind=kind, text=f"{text}: no limit on it can sort these out", cases=bad)


def _bad(bad: Sequence[RatedAnswer]) -> str:
    """The bad answers in words: the wrong ones, and those that damage changed where nothing says what is right."""
    wrong = sum(one.right is False for one in bad)
    changed = len(bad) - wrong
    harmed = sum(one.right is False and bool(one.twin_right) for one in bad)
    told = f"{wrong} wrong ones" + (f" ({harmed} of them right on the clean twin)" if harmed else "")
    other = f"{changed} whose damaged input was answered otherwise than its clean twin"
    return " and ".join(part for part, count in ((told, wrong), (other, changed)) if count)


def _two_values(answers: Sequence[RatedAnswer]) -> _Told | None:
    """Two values only, of which the higher is kept by far less than it says or the two mean the same."""
    judged = [one for one in answers if one.right is not None and one.asks]
    values = sorted({round(one.confidence, DIGITS) for one in answers})
    if len(values) != 2 or len(judged) < ENOUGH:
        return None
    low, high = ([one for one in judged if round(one.confidence, DIGITS) == value] for value in values)
    kept = sum(bool(one.right) for one in high)
    empty = clopper_pearson(kept, len(high))[1] < values[1] - OVERCLAIM if high else False
    wrong = [one for one in high if not one.right]
    if len(wrong) < MIN_BAD_CASES or not (empty or _told_apart(judged) is not None):
        return None
    of_low = len(low) - sum(bool(one.right) for one in low)
    text = (
        f"confidence takes two values only: {values[1]:g} in {len(high)} answers, {len(wrong)} of them wrong,"
        f" and {values[0]:g} in {len(low)}, {of_low} of them wrong"
    )
    return _Told(kind="confidence_two_values", text=text, cases=wrong)


def _told_apart(judged: Sequence[RatedAnswer]) -> str | None:
    """How badly the confidence tells right from wrong, in words; None where it does, or there are too few to say."""
    right = [one.confidence for one in judged if one.right]
    wrong = [one.confidence for one in judged if not one.right]
    apart = separation(right, wrong)
    if apart is None or apart.high > UNRELATED:
        return None
    share, high = (f"{100 * one:.0f} %" for one in (apart.value, apart.high))
    how = "is lower for right answers than for wrong ones" if apart.high < 0.5 else "does not tell right from wrong"
    return f"{how}: of a right and a wrong answer the right one is surer in {share} of pairs (at most {high})"


def _unrelated(answers: Sequence[RatedAnswer]) -> _Told | None:
    """No relation to being right, over cases that ask for an answer; a refusal that was right has no answer to rank."""
    judged = [one for one in answers if one.right is not None and one.asks]
    told = _told_apart(judged)
    if told is None:
        return None
    wrong = [one for one in judged if not one.right]
    text = f"confidence {told}, {len(judged) - len(wrong)} right and {len(wrong)} wrong"
    return _Told(kind="confidence_unrelated", text=text, cases=wrong)


def _blind(answers: Sequence[RatedAnswer]) -> _Told | None:
    """Damage made the answer wrong, and the confidence is that of the clean twin, which was right."""
    harmed = [one for one in answers if one.right is False and one.twin_right and one.twin is not None]
    as_before = [one for one in harmed if one.twin is not None and one.confidence >= one.twin - SAME]
    if len(harmed) < MIN_TWINS or clopper_pearson(len(as_before), len(harmed))[0] <= 0.5:
        return None
    text = (
        f"confidence does not see damage: {of_all(len(as_before), len(harmed))} damaged inputs that are answered wrong"
        f" have the confidence of their clean twin, which was right{_severities(answers)}"
    )
    return _Told(kind="confidence_blind", text=text, cases=as_before)


def _severities(answers: Sequence[RatedAnswer]) -> str:
    """Wrong answers and confidence at light and at heavy damage; "" where either has too few cases."""
    groups = [[one for one in answers if one.severity in span and one.right is not None] for span in (LIGHT, HEAVY)]
    if min(map(len, groups)) < MIN_TWINS:
        return ""
    wrong = [f"{100 * sum(not one.right for one in group) / len(group):.0f} %" for group in groups]
    sure = [f"{sum(one.confidence for one in group) / len(group):.2f}" for group in groups]
    spans = [f"{span[0]} to {span[-1]}" for span in (LIGHT, HEAVY)]
    return (
        f"; at severity {spans[0]} {wrong[0]} are wrong at confidence {sure[0]} on average,"
        f" at {spans[1]} {wrong[1]} at {sure[1]}"
    )

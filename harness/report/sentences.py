"""Gate lines as the sentences that the verdict tells them in, and what is left to notice beside them."""

from collections.abc import Iterable, Sequence

from harness.core.decide import first_line, judge_line, more_cases
from harness.core.verdict import Finding, Line, Reason

OF_A_FAULT = ("silent_fallback", "does_not_recover")
"""Kinds of findings that a line of an upstream sums up."""


def sentence(line: Line) -> str:
    """A gate line, go or not, in one sentence."""
    answer = judge_line(line)
    return first_line(line, answer, more_cases(line) if answer == "undecided" else None)


def not_told_yet(findings: Iterable[Finding], reasons: Sequence[Reason]) -> list[Finding]:
    """The findings without those that a reason of the verdict names already: one defect is told once on a screen."""
    said = [reason.first_line for reason in reasons]
    return [f for f in findings if f.kind not in OF_A_FAULT or not any(f.slice in sentence for sentence in said)]

"""Gate lines as the sentences that the verdict tells them in, and what is left to notice beside them."""

from collections.abc import Iterable, Sequence

from harness.core.decide import first_line, judge_line, more_cases
from harness.core.verdict import Criterion, Finding, Reason

UNDER_A_CAUSE = ("one_answer", "more_handed_over")
"""Kinds of findings that say of cases what a cause says of them."""

OF_A_FAULT = ("silent_fallback", "does_not_recover")
"""Kinds of findings that a line of an upstream sums up."""


def sentence(line: Criterion) -> str:
    """A gate line, go or not, in one sentence."""
    answer = judge_line(line)
    return first_line(line, answer, more_cases(line) if answer == "undecided" else None)


def by_cause(reasons: Sequence[Reason]) -> list[tuple[Reason, ...]]:
    """The reasons in groups of one cause, in the order in which the worst of each group stands."""
    groups: dict[str, list[Reason]] = {}
    for place, reason in enumerate(reasons):
        groups.setdefault(reason.cause or str(place), []).append(reason)
    return [tuple(group) for group in groups.values()]


def under(group: Sequence[Reason]) -> tuple[Reason, ...]:
    """The reasons that are told under the cause of their group: not the robustness test whose sentence the cause is."""
    return tuple(reason for reason in group if reason.cause and reason.first_line != reason.cause)


def not_told_yet(findings: Iterable[Finding], reasons: Sequence[Reason]) -> list[Finding]:
    """The findings without those that a reason of the verdict names already: one defect is told once on a screen."""
    said = [reason.first_line for reason in reasons]
    causes = {address for reason in reasons if reason.cause for address in reason.cases}
    return [
        f
        for f in findings
        if not (f.kind in OF_A_FAULT and any(f.slice in sentence for sentence in said))
        and not (f.kind in UNDER_A_CAUSE and causes.issuperset(f.cases))
    ]

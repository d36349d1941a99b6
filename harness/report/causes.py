"""The criteria that did not pass, grouped by their cause, and the findings that no group covers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind
from harness.core.verdict import CriterionResult, Status
from harness.report.criteria import name_of, words_of
from harness.report.findings.describe import describe
from harness.report.findings.registry import Words

COVERED_BY_CAUSE = (FindingKind.ONE_ANSWER, FindingKind.MORE_HANDED_OVER)
"""Kinds of findings that are left out if a cause covers all of their cases."""

COVERED_BY_UPSTREAM = (FindingKind.FAULT_SILENT, FindingKind.FAULT_LASTING)
"""Kinds of findings that the criterion of an upstream summarises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Criteria with one explanation. words: of it. show: the command that shows the worst case."""

    results: tuple[CriterionResult, ...]
    words: Words
    show: str

    @property
    def status(self) -> Status:
        """`failed` if one of its criteria failed, else `undecided`."""
        return self.results[0].status

    @property
    def criteria(self) -> str:
        """The names of its criteria, the worst first."""
        return ", ".join(dict.fromkeys(name_of(result) for result in self.results))


def causes_of(reasons: Sequence[CriterionResult]) -> list[Cause]:
    """The reasons grouped by their explanation, in the order of the worst of each group."""
    groups: dict[object, list[CriterionResult]] = {}
    for place, reason in enumerate(reasons):
        groups.setdefault(reason.cause.key if reason.cause else place, []).append(reason)
    return [Cause(results=tuple(group), words=explain(group[0]), show=group[0].show) for group in groups.values()]


def explain(reason: CriterionResult) -> Words:
    """The words of the finding that explains the criterion; without one, those of the criterion and its notes."""
    explanation = reason.cause or reason.finding
    if explanation:
        return describe(explanation)
    own = words_of(reason)
    notes = [describe(note) for note in reason.notes]
    evidence = (*own.evidence, *(line for note in notes for line in (f"{note.headline}.", *note.evidence)))
    return Words(own.headline, evidence, own.advice)


def explanation(reason: CriterionResult) -> tuple[str, ...]:
    """The lines below those of the criterion itself: its cause, its finding or its notes."""
    own, why = words_of(reason), explain(reason)
    if reason.cause:
        return (f"cause: {why.headline}", *why.evidence)
    return (why.headline, *why.evidence) if reason.finding else why.evidence[len(own.evidence) :]


def not_covered(findings: Iterable[Finding], reasons: Sequence[CriterionResult]) -> list[Finding]:
    """The findings without those that a reason of the verdict covers: one defect is described once on a screen."""
    upstreams = {reason.slice for reason in reasons if reason.criterion == "upstream"}
    explained = {address for reason in reasons if reason.cause for address in reason.cases}
    return [
        finding
        for finding in findings
        if not (finding.kind in COVERED_BY_UPSTREAM and finding.slice in upstreams)
        and not (finding.kind in COVERED_BY_CAUSE and explained.issuperset(finding.cases))
    ]

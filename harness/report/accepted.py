"""What a verdict rests on: silent errors inside the limits, untested circumstances and packs, and assumptions."""

from collections.abc import Iterator, Sequence

from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind
from harness.core.verdict import Verdict
from harness.report.criteria import counts, measured, name_of
from harness.report.findings.describe import describe, one_line

UNTESTED = (
    FindingKind.NOT_TESTED,
    FindingKind.FIELDS_WITHOUT_EFFECT,
    FindingKind.ANY_ID_ACCEPTED,
    FindingKind.UNSEEN_VALUES,
    FindingKind.FAULT_NOT_TRIED,
    FindingKind.FAULT_NOT_MET,
    FindingKind.UPSTREAM_UNUSED,
    FindingKind.PACKS_WITHOUT_FIELDS,
    FindingKind.VALUES_LEFT_OUT,
    FindingKind.PACKS_NOT_APPLICABLE,
    FindingKind.PACKS_NOT_DRAWN,
    FindingKind.PACKS_NOT_JUDGED,
    FindingKind.CLEAN_PAPERS_MISREAD,
    FindingKind.REFUSALS_ALLOWED,
)
"""Kinds of findings about what was not tested, and what was taken for granted."""

OVERALL = ("silent_errors", "silent_errors_other")
"""Criteria whose cases a go accepts, if there are any."""

WORST = 3
"""Maximum number of accepted cases that are named for each criterion."""


def accepted_lines(verdict: Verdict, findings: Sequence[Finding], *, verbose: bool = False) -> list[str]:
    """One line for each thing, the silent errors of a go first."""
    lines = [*(_silent(verdict) if verdict.verdict == "go" else ())]
    missing = [one for one in findings if one.kind in UNTESTED]
    lines += dict.fromkeys(one_line(one) if verbose else describe(one).headline for one in missing)
    if verdict.headline.mix == "assumed":
        lines.append("Assumed: the traffic mix (set the shares of production in `[[mix]]`)")
    return lines


def _silent(verdict: Verdict) -> Iterator[str]:
    for result in verdict.passed:
        if result.criterion in OVERALL and result.hits:
            worst = ", ".join(result.cases[:WORST])
            yield f"Accepted: {name_of(result)} {measured(result)} ({counts(result)}), for example {worst}"

"""What the clean papers of a run show: packs that cannot be judged, and papers that are misread as they are."""

from collections.abc import Iterator, Mapping

from harness.core.case import Case
from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind
from harness.diff.explain.noticed import example_of, noticed
from harness.diff.gate.papers import Papers, kind_of, not_judged_finding


def paper_findings(papers: Papers, cases: Mapping[str, Case], run: str) -> Iterator[Finding]:
    """At most one of each kind. cases: with the clean papers."""
    if papers.not_judged:
        yield not_judged_finding(papers, run)
    silent = [row for row in papers.wrong if row.silent_error]
    if silent:
        yield noticed(
            FindingKind.CLEAN_PAPERS_MISREAD,
            [row.address for row in silent],
            run,
            n=len(papers.right),
            names=tuple(dict.fromkeys(kind_of(row.address) for row in silent)),
            example=example_of(silent[0], cases[silent[0].address]),
        )

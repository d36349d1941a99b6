"""Any finding in words."""

from harness.core.finding import Finding
from harness.report.findings import (  # noqa: F401  each registers its kinds
    changes,
    confidence,
    coverage,
    evidence,
    papers,
    patterns,
    regression,
    round_trip,
    state,
    unanswerable,
    under_load,
)
from harness.report.findings.behind import effects, expected, faults, retries  # noqa: F401  as those above
from harness.report.findings.registry import WRITERS, Words


def describe(finding: Finding) -> Words:
    """Headline, evidence and advice of the finding."""
    return WRITERS[finding.kind](finding)


def one_line(finding: Finding) -> str:
    """The finding on one line: the headline with its first line of evidence."""
    text = describe(finding)
    return f"{text.headline}. {text.evidence[0]}" if text.evidence else text.headline

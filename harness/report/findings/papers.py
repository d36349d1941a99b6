"""Words for the clean made papers of a run."""

from collections.abc import Iterator

from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind
from harness.report.findings.phrases import listed, of, plural, sure, value
from harness.report.findings.registry import Words, words


@words(FindingKind.PACKS_NOT_JUDGED)
def packs_not_judged(finding: Finding) -> Words:
    """The packs, and what the service makes of the clean papers."""
    right = f"{of(finding.count)} of these papers were answered right when they were clean." if finding.count else ""
    return Words(
        f"Not judged: {listed(finding.names)} (made papers that the service does not read)",
        (right, "So wrong answers to their cases may be due to the look of the papers, and right ones to luck."),
        (
            "If such papers come in, make the service read the clean ones first.",
            "If all papers look like those of the pilot, declare [[mix]] without these packs.",
        ),
    )


@words(FindingKind.PACKS_WITHOUT_FIELDS)
def packs_without_fields(finding: Finding) -> Words:
    """The packs, and the columns that made invoices lack."""
    columns = listed(map(value, finding.causes))
    return Words(
        f"Not tested: {listed(finding.names)} (made invoices have no {columns})",
        (f"All columns that they lack: {', '.join(map(value, finding.causes))}.",) if len(finding.causes) > 3 else (),
        ("If they have it under another name, say so in [pilot] fields; a column that is no answer is a slice.",),
    )


@words(FindingKind.VALUES_LEFT_OUT)
def values_left_out(finding: Finding) -> Words:
    """The samples, and why."""
    causes = sorted(finding.causes.items(), key=lambda one: -one[1])
    return Words(
        f"Not tested: other values on {plural(len(finding.names), 'sample')} (they could not all be replaced)",
        (f"Samples: {listed(finding.names)}.", *(f"{plural(n, 'value')}: {why}." for why, n in causes)),
        ("Say where the values stand in a table: [pilot] boxes.",),
    )


@words(FindingKind.CLEAN_PAPERS_MISREAD)
def clean_papers_misread(finding: Finding) -> Words:
    """How many, with one of them."""
    counted = of(finding.count) if finding.count else "Some"
    return Words(
        f"{counted} clean made papers were accepted with a wrong answer",
        (f"Nothing was done to them: {', '.join(finding.names)}. They enter no rate.", *_example(finding)),
        ("If papers of new senders come in, the service should hand over what it cannot read.",),
    )


def _example(finding: Finding) -> Iterator[str]:
    if example := finding.example:
        confidence = "" if example.confidence is None else f" with confidence {sure(example.confidence)}"
        got = f"the service returned {value(example.got)}{confidence}"
        yield f"Example: {value(example.field)} is {value(example.expected)}; {got}."

"""Words for what faults.toml expects of the service under a fault, and what it did."""

from collections.abc import Iterator

from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind
from harness.report.findings.behind.phrases import cases, clause, count_of, fault_of, named
from harness.report.findings.phrases import listed
from harness.report.findings.registry import Words, words

DONE = {
    "silent": "accepted with a wrong answer",
    "no_answer": "not answered",
    "handed_over": "handed over",
    "not_judged": "answered in a way that cannot be compared with the truth",
    "passed": "answered right",
}
MAY = {"masked": "answer right", "flagged": "hand over", "clear_error": "refuse with a clear error"}


@words(FindingKind.EXPECTATION_UNMET)
def unmet(finding: Finding) -> Words:
    """Other conduct than the one that is written."""
    fault = fault_of(finding)
    return Words(
        f"Under {named(fault)} the service does not do what is expected",
        (f"When {clause(fault)}, {cases(count_of(finding), 'not handled as expected')}.", *_how(finding)),
        (f"Change the service, or what faults.toml expects under {fault.name}.",),
    )


def _how(finding: Finding) -> Iterator[str]:
    fault, parts = fault_of(finding), finding.parts
    if fault.expect and parts.keys() & DONE.keys():
        yield f"Expected: {' or '.join(MAY[one] for one in fault.expect)}."
    for name, text in DONE.items():
        if name in parts and not (name == "no_answer" and "unclear" in parts):
            yield f"{cases(parts[name], text)}.".capitalize()
    if "unclear" in parts:
        yield f"{cases(parts['unclear'], 'not answered, without an error status other than 500')}.".capitalize()
    if "requests" in parts:
        most = finding.numbers["requests"]
        yield f"Up to {most:g} requests for one case reached {fault.where} (max_requests = {fault.max_requests})."
    limit = f"{finding.numbers.get('seconds_after', 0.0):.1f} s after the fault (limit {fault.recovers_within:g} s)"
    if "still_wrong" in parts:
        yield f"{cases(parts['still_wrong'], 'still not right')} {limit}."
    if "late" in parts:
        yield f"The last case was right again {limit}."


@words(FindingKind.EXPECTATION_MET)
def met(finding: Finding) -> Words:
    """The conduct that is written."""
    return Words(
        f"Under faults of {finding.slice} the service does what is expected",
        (f"{count_of(finding).n} cases met {listed(finding.names)}.",),
        (),
    )


@words(FindingKind.EXPECTATION_NOT_JUDGED)
def not_judged(finding: Finding) -> Words:
    """No evidence."""
    return Words(
        f"Not tested: expectations under faults of {finding.slice}",
        ("No case met a fault for which an expectation is written.",),
        ("Raise --calls, and check that the service calls the relay.",),
    )

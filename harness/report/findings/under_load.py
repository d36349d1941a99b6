"""Words for what a load run found about the service as a whole."""

from collections.abc import Iterator

from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind
from harness.report.findings.phrases import of
from harness.report.findings.registry import Words, words


@words(FindingKind.RATE_NOT_SUSTAINED)
def rate_not_sustained(finding: Finding) -> Words:
    """The rates that were asked, sent and answered, and what is missing."""
    asked, answered = finding.numbers["asked"], finding.numbers["answered"]
    return Words(
        f"The service does not sustain the rate: {answered:.4g}/s answered of {asked:.4g}/s",
        tuple(_evidence(finding)),
        ("Try a lower --rate. The service must answer at the rate of production without a growing wait.",),
    )


def _evidence(finding: Finding) -> Iterator[str]:
    numbers, lost = finding.numbers, finding.count if finding.count and finding.count.hits else None
    if numbers["gone"]:
        unsent = f"; {numbers['unsent']:.0f} planned requests were not sent any more" if numbers["unsent"] else ""
        yield f"The service stopped answering{unsent}."
    elif numbers["sent"] < numbers["asked"]:
        yield f"{numbers['sent']:.4g}/s were sent; the others waited for earlier requests to end."
    if lost:
        yield f"{of(lost)} requests got no reply."
    elif numbers["answered"] < numbers["sent"]:
        yield "Every request was answered, but the wait grew from the first quarter of the load to the last."


@words(FindingKind.LIMIT_FOUND)
def limit_found(finding: Finding) -> Words:
    """Both sides of the limit, what broke, and the right answers in time."""
    low, high, needed = (finding.numbers.get(name) for name in ("low", "high", "needed"))
    holds = f"The service holds {low:.4g}/s" if low else "The service holds no rate that was tried"
    evidence = [f"It breaks at {high:.4g}/s: {BROKEN[finding.subject]}."] if high is not None else []
    if low:
        evidence.append(f"At {low:.4g}/s it gives {finding.numbers['good']:.4g} right answers in time a second.")
    if high is None:
        evidence.append("No rate that was tried broke it.")
    below = high is not None and needed is not None and high <= needed
    advice = ("Add capacity, or lower what production sends, before you go live.",) if below else ()
    return Words(f"{holds}, {needed:.4g}/s needed", tuple(evidence), advice)


BROKEN = {
    "p95": "the 95th percentile of the latency is above its limit",
    "errors": "too many requests of good input get no answer",
    "silent errors": "more answers are accepted and wrong than at the rates below",
    "rate": "it answers fewer requests in a second than are sent",
    "": "no load was sent",
}
"""What broke, by the name of the objective."""

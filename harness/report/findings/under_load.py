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

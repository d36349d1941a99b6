"""Words for how the service repeats requests to an upstream that failed."""

from collections.abc import Mapping

from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind
from harness.report.findings.behind.phrases import cases, count_of, named
from harness.report.findings.phrases import listed
from harness.report.findings.registry import Words, words

RETRIES: Mapping[FindingKind, tuple[str, str, str]] = {
    FindingKind.RETRY_TOO_EARLY: (
        "Requests to {upstream} are repeated before Retry-After has passed",
        "sent again too early",
        "Wait as long as Retry-After asks, or fail if that is too long.",
    ),
    FindingKind.RETRY_FINAL: (
        "Requests that {upstream} has refused for good are repeated",
        "sent again after a final refusal",
        "Retry only what can succeed: timeouts, lost connections, 429 and 5xx.",
    ),
    FindingKind.RETRY_WITHOUT_KEY: (
        "Writes to {upstream} are repeated without an idempotency key",
        "sent again after a lost reply, and the first may have succeeded",
        "Send the same Idempotency-Key with each attempt, or look up whether the first one succeeded.",
    ),
    FindingKind.RETRY_WITHOUT_BACKOFF: (
        "Failing requests to {upstream} are repeated without a pause",
        "sent again at once, each time",
        "Wait longer before each further attempt, with a random part.",
    ),
}
"""Headline, what became of the cases, and advice of each kind of misconduct."""


@words(*RETRIES)
def repeated(finding: Finding) -> Words:
    """A request that was repeated as it should not be."""
    headline, what, advice = RETRIES[finding.kind]
    return Words(headline.format(upstream=finding.slice), _evidence(finding, what), (advice,))


@words(FindingKind.RETRY_STORM)
def storm(finding: Finding) -> Words:
    """Many requests for each case."""
    numbers = finding.numbers
    counted = f"{numbers.get('with', 0):.3g} requests for each case, {numbers.get('without', 0):.3g} without the fault."
    start = f"Under {named(finding.fault)}: " if finding.fault else ""
    return Words(
        f"A fault of {finding.slice} multiplies the requests that it gets",
        (start + counted, *_requests(finding)),
        ("Limit the attempts of all layers together, for example with a retry budget.",),
    )


def _evidence(finding: Finding, what: str) -> tuple[str, ...]:
    start = f"Under {named(finding.fault)}, " if finding.fault else ""
    attempts = int(finding.numbers.get("attempts", 0))
    most = (f"Up to {attempts} attempts for one case.",) if attempts > 2 else ()
    return (f"{start}{cases(count_of(finding), what)}.", *most, *_requests(finding))


def _requests(finding: Finding) -> tuple[str, ...]:
    return (f"Requests: {listed(finding.names)}.",) if finding.names else ()

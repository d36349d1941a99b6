"""Words for how the service repeats requests to an upstream that failed."""

from harness.core.finding import Finding
from harness.core.finding_kinds import FindingKind
from harness.report.findings.fault_phrases import cases, count_of, named
from harness.report.findings.phrases import listed
from harness.report.findings.registry import Words, words


@words(FindingKind.RETRY_TOO_EARLY)
def too_early(finding: Finding) -> Words:
    """Retry-After was not obeyed."""
    headline = f"Requests to {finding.slice} are repeated before Retry-After has passed"
    advice = "Wait as long as Retry-After asks, or fail if that is too long."
    return Words(headline, _evidence(finding, "sent again too early"), (advice,))


@words(FindingKind.RETRY_FINAL)
def final(finding: Finding) -> Words:
    """A refusal that stays one."""
    headline = f"Requests that {finding.slice} has refused for good are repeated"
    advice = "Retry only what can succeed: timeouts, lost connections, 429 and 5xx."
    return Words(headline, _evidence(finding, "sent again after a final refusal"), (advice,))


@words(FindingKind.RETRY_WITHOUT_KEY)
def without_key(finding: Finding) -> Words:
    """A write that may be done twice."""
    headline = f"Writes to {finding.slice} are repeated without an idempotency key"
    advice = "Send the same Idempotency-Key with each attempt, or look up whether the first one succeeded."
    what = "sent again after a lost reply, and the first may have succeeded"
    return Words(headline, _evidence(finding, what), (advice,))


@words(FindingKind.RETRY_WITHOUT_BACKOFF)
def without_backoff(finding: Finding) -> Words:
    """Again and again at once."""
    headline = f"Failing requests to {finding.slice} are repeated without a pause"
    advice = "Wait longer before each further attempt, with a random part."
    return Words(headline, _evidence(finding, "sent again at once, each time"), (advice,))


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
